import type { Amount, Check, Reconciliation } from '@plimsoll/model'
import { addAmounts, multiplyAmounts, negateAmount, reconcile, toNumber } from '@plimsoll/model'
import type { SubaccountAnswer } from './answers.js'
import { fromWei } from './fixed-point.js'
import type { Holding } from './holdings.js'
import { instants } from './holdings.js'
import type { Ratios } from './standard-margin.js'

/** The venue prints 12 decimals; sums of doubles keep as many digits of the gross amount. */
const PRINTED = 1e-12
/** How far an oracle may have moved between the subaccount's answer and its own. */
const DRIFT = 0.01
/**
 * Of a perp's notional under portfolio margin: the venue values it at other instants than it prints
 * the price of. The recorded account is 2e-10 of it apart.
 */
export const STRESS_ROUNDING = 1e-9

/** Net margins of a subaccount by a formula of ours. */
export type Recomputed = {
  /** Unix seconds. */
  readonly at: number
  /** 18 decimals. */
  readonly margins: (at: number) => Ratios
  /** What the venue's own rounding explains, as a fraction of the positions' notional. */
  readonly rounding: number
}

/**
 * Compares what the venue reports of a subaccount with what follows from the prices that it states
 * beside it: margins by the formula where one is given, else as sums of the venue's
 * own parts; values; option marks; and its prices against the oracles'. Tolerances follow from
 * printed decimals, from the gross amounts and, for options, from five seconds of time.
 */
export function reconcileSubaccount(
  version: string,
  answer: SubaccountAnswer,
  holdings: readonly Holding[],
  formula: Recomputed | null,
): Reconciliation {
  const held = holdings.flatMap((holding) =>
    holding.answer === null ? [] : [{ ...holding, ...holding.answer }],
  )
  const rounding = held.reduce((tolerance, { amount, quotes }) => {
    const size = Math.abs(toNumber(amount))
    const price = toNumber(quotes[0]?.reported ?? amount)
    return tolerance + PRINTED * (4 * size + 2 * price + 4 + size * price)
  }, PRINTED)
  const notional = held.reduce(
    (total, { instrument, amount, quotes }) =>
      instrument === null
        ? total
        : total + Math.abs(toNumber(amount)) * toNumber(quotes[0]?.reported ?? amount),
    0,
  )
  const margin = (type: 'initial' | 'maintenance'): Check => {
    const name = `${type}_margin` as const
    const parts = [answer[`positions_${name}`], answer[`collaterals_${name}`]]
    const sum = total(type === 'initial' ? parts : [...parts, answer.mm_credits])
    const recomputed =
      formula === null
        ? [sum]
        : instants(formula.at).map((at) => fromWei(formula.margins(at)[type]))
    return check(name, answer[name], recomputed, rounding + notional * (formula?.rounding ?? 0))
  }
  const value = total(held.map(({ mark_value }) => mark_value))
  const quotes = new Map(
    holdings.flatMap((holding) => holding.quotes.map((quote) => [quote.oracle.id, quote])),
  )
  return reconcile(version, [
    margin('initial'),
    margin('maintenance'),
    check('subaccount_value', answer.subaccount_value, [value], rounding),
    ...held.flatMap(({ name, instrument, amount, mark_price, mark_value, marks }) =>
      instrument?.kind === 'perp'
        ? []
        : [
            check(
              `mark_value of ${name}`,
              mark_value,
              [multiplyAmounts(amount, mark_price)],
              rounding,
            ),
            ...(marks.length === 0
              ? []
              : [check(`mark_price of ${name}`, mark_price, marks, rounding)]),
          ],
    ),
    ...[...quotes.values()]
      .filter(({ oracle }) => oracle.feed !== 'forward')
      .map(({ oracle: { id, mid }, reported }) =>
        check(`price of ${id}`, reported, [mid], DRIFT * toNumber(mid)),
      ),
  ])
}

const total = (amounts: readonly Amount[]): Amount =>
  amounts.reduce(addAmounts, { raw: 0n, decimals: 0 })

/** What time alone changes between the recomputed numbers adds to the tolerance of the first. */
function check(
  name: string,
  reported: Amount,
  [recomputed = reported, ...others]: readonly Amount[],
  tolerance: number,
): Check {
  const apart = (other: Amount): number =>
    Math.abs(toNumber(addAmounts(other, negateAmount(recomputed))))
  return {
    name,
    reported,
    recomputed,
    residual: apart(reported),
    tolerance: tolerance + Math.max(0, ...others.map(apart)),
  }
}
