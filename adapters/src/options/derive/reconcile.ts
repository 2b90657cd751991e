import type {
  Amount,
  Check,
  MarginAccount,
  Native,
  Reconciliation,
  SharedKey,
  VenueState,
} from '@plimsoll/model'
import { addAmounts, multiplyAmounts, reconcile, toNumber } from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk'
import type { PositionAnswer } from './answers.js'
import { discountFactor, strikeVolatility, surfacePrint, yearsTo } from './feeds.js'
import { fromWei, fromWeiNumber, toWei, weiOf } from './fixed-point.js'
import type { Instrument } from './instruments.js'
import { STANDARD_TAG, STANDARD_VERSION, standardPortfolio } from './margin.js'
import { oracleMarks, reportedMarks } from './marks.js'
import { longPerpMargin, PORTFOLIO_TAG, PORTFOLIO_VERSION } from './portfolio-margin.js'
import type { MarginType, StandardMargin } from './standard-margin.js'
import { collateralMargin, perpMargin, standardMargin } from './standard-margin.js'
import {
  collateralMarkId,
  forwardMarkId,
  perpMarkId,
  spotMarkId,
  standardAccount,
} from './state.js'
import type { Subaccount, Surroundings } from './subaccount.js'
import { cashBalance, otherCollateral, positionCurrencies } from './subaccount.js'

/** The venue prints 12 decimals. */
const PRINTED = 1e-12
/** What two ways of computing the same sum may differ by, relative to the gross amount in it. */
const ARITHMETIC = 1e-12
/** How far the venue's clock may be from ours when it values options. */
const CLOCK_SECONDS = 5
/** How far an oracle may have moved between the subaccount's answer and its own. */
const DRIFT = 0.01

type StandardInput = {
  readonly subaccount: Subaccount
  readonly account: Omit<MarginAccount, 'reconciliation'>
  readonly shared: { readonly [key: SharedKey]: Native }
  readonly around: Surroundings
}

/**
 * Compares what the venue reports of a standard subaccount with what its formula gives at the
 * prices that the venue states beside it. Tolerances follow from printed decimals, from the gross
 * amounts and, for options, from five seconds of time.
 */
export function reconcileStandard(input: StandardInput): Reconciliation {
  const { subaccount, account, shared, around } = input
  const { answer } = subaccount
  const marks = reportedMarks(subaccount, around)
  const at = Math.floor(around.nowMs / 1000)
  const state: VenueState = {
    account: { ...account, reconciliation: reconcile('', []) },
    marks: new Map(marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map(Object.entries(shared) as [SharedKey, Native][]),
    at,
  }
  const described = standardAccount(state)
  const marginAt = (time: number): StandardMargin =>
    standardMargin(standardPortfolio(described, time))
  const now = marginAt(at)
  const around5 = [marginAt(at - CLOCK_SECONDS), marginAt(at + CLOCK_SECONDS)]
  const spread = (type: keyof StandardMargin): number =>
    Math.max(...around5.map((other) => Math.abs(fromWeiNumber(other[type] - now[type]))))
  const rounding = roundingOf(subaccount)
  const portfolio = standardPortfolio(described, at)
  const total = (name: 'initial_margin' | 'maintenance_margin', type: MarginType): Check =>
    check(name, answer[name], fromWei(now[type]), rounding + spread(type))
  return reconcile(`${STANDARD_TAG}@${STANDARD_VERSION}`, [
    total('initial_margin', 'initial'),
    total('maintenance_margin', 'maintenance'),
    ...sumChecks(subaccount),
    ...described.markets.flatMap(({ currency, perp, state: { parameters } }, index) => {
      const held = portfolio.markets[index]?.perp
      const position = positionNamed(subaccount, `${currency}-PERP`)
      if (perp === null || held === null || held === undefined || parameters.perp === null)
        return []
      if (position === undefined) return []
      const { initial, maintenance } = parameters.perp
      return marginChecks(position.instrument_name, position, rounding, {
        initial: perpMargin(held, initial),
        maintenance: perpMargin(held, maintenance),
      })
    }),
    ...otherCollateral(subaccount).flatMap((reported, index) => {
      const held = portfolio.collateral[index]
      if (held === undefined) return []
      return marginChecks(reported.asset_name, reported, rounding, {
        initial: collateralMargin(held, 'initial'),
        maintenance: collateralMargin(held, 'maintenance'),
      })
    }),
    ...cashChecks(subaccount),
    ...subaccount.positions.flatMap(({ answer: position, instrument }) =>
      instrument.kind === 'option' ? [optionCheck(position, instrument, around, state)] : [],
    ),
    ...priceChecks(subaccount, around),
  ])
}

/** Compares what the venue reports of another subaccount: its sums, and the one form that is known. */
export function reconcileReported(subaccount: Subaccount, around: Surroundings): Reconciliation {
  const { answer, positions } = subaccount
  const only = positions.length === 1 ? positions[0] : undefined
  const isLongPerp =
    answer.margin_type === 'PM2' && only?.instrument.kind === 'perp' && only.answer.amount.raw > 0n
  const perpChecks =
    isLongPerp && otherCollateral(subaccount).length === 0
      ? marginChecks(
          only.answer.instrument_name,
          only.answer,
          toNumber(only.answer.amount) * toNumber(only.answer.index_price) * LONG_PERP_FIT,
          longPerpMargin({
            size: toWei(only.answer.amount),
            markPrice: toWei(only.answer.mark_price),
            indexPrice: toWei(only.answer.index_price),
            markValue: toWei(only.answer.mark_value),
          }),
        )
      : []
  return reconcile(`${PORTFOLIO_TAG}@${PORTFOLIO_VERSION}`, [
    ...sumChecks(subaccount),
    ...cashChecks(subaccount),
    ...perpChecks,
    ...priceChecks(subaccount, around),
  ])
}

/** What the fitted form missed its one position by, relative to the notional, rounded up. */
const LONG_PERP_FIT = 1e-9

function positionNamed({ positions }: Subaccount, name: string): PositionAnswer | undefined {
  return positions.find(({ answer }) => answer.instrument_name === name)?.answer
}

/** Rounding of the printed prices and amounts, propagated to a total. */
function roundingOf({ answer }: Subaccount): number {
  const held = [
    ...answer.collaterals.map(({ amount, mark_price }) => [amount, mark_price] as const),
    ...answer.positions.map(({ amount, index_price }) => [amount, index_price] as const),
  ].map(([amount, price]) => [Math.abs(toNumber(amount)), toNumber(price)] as const)
  return held.reduce(
    (sum, [size, price]) => sum + PRINTED * (4 * size + 2 * price + 4) + ARITHMETIC * size * price,
    PRINTED,
  )
}

function total(amounts: readonly Amount[]): Amount {
  return amounts.reduce(addAmounts, { raw: 0n, decimals: 0 })
}

/** The venue's totals against its own parts. */
function sumChecks(subaccount: Subaccount): readonly Check[] {
  const { answer } = subaccount
  const { collaterals, positions } = answer
  const tolerance = roundingOf(subaccount)
  const values = positions.map(({ mark_value }) => mark_value)
  const owned = collaterals.map(({ mark_value }) => mark_value)
  return [
    check('positions_value', answer.positions_value, total(values), tolerance),
    check('collaterals_value', answer.collaterals_value, total(owned), tolerance),
    check('subaccount_value', answer.subaccount_value, total([...values, ...owned]), tolerance),
    ...(['initial_margin', 'maintenance_margin'] as const).flatMap((name) => [
      check(
        `collaterals_${name}`,
        answer[`collaterals_${name}`],
        total(collaterals.map((held) => held[name])),
        tolerance,
      ),
      check(
        `positions_${name} + collaterals_${name}`,
        withoutCredit(answer[name], name === 'maintenance_margin' ? answer.mm_credits : null),
        total([answer[`positions_${name}`], answer[`collaterals_${name}`]]),
        tolerance,
      ),
    ]),
    ...[
      ...collaterals.map((held) => ({ ...held, name: held.asset_name })),
      ...subaccount.positions.flatMap(({ answer: held, instrument }) =>
        instrument.kind === 'option' ? [{ ...held, name: held.instrument_name }] : [],
      ),
    ].map(({ name, amount, mark_price, mark_value }) =>
      check(`mark_value of ${name}`, mark_value, multiplyAmounts(amount, mark_price), tolerance),
    ),
  ]
}

function withoutCredit(margin: Amount, credit: Amount | null): Amount {
  return credit === null ? margin : addAmounts(margin, { ...credit, raw: -credit.raw })
}

/** The settlement balance counts in full, with its accrued interest. */
function cashChecks(subaccount: Subaccount): readonly Check[] {
  const cash = cashBalance(subaccount)
  if (cash === undefined) return []
  const amount = toWei(addAmounts(cash.amount, cash.pending_interest))
  return marginChecks(cash.asset_name, cash, roundingOf(subaccount), {
    initial: amount,
    maintenance: amount,
  })
}

function marginChecks(
  what: string,
  reported: { readonly initial_margin: Amount; readonly maintenance_margin: Amount },
  tolerance: number,
  recomputed: { readonly initial: bigint; readonly maintenance: bigint },
): readonly Check[] {
  return [
    check(
      `initial_margin of ${what}`,
      reported.initial_margin,
      fromWei(recomputed.initial),
      tolerance,
    ),
    check(
      `maintenance_margin of ${what}`,
      reported.maintenance_margin,
      fromWei(recomputed.maintenance),
      tolerance,
    ),
  ]
}

/** The venue's mark of an option: Black-76 at its surface, discounted at its rate feed. */
function optionCheck(
  position: PositionAnswer,
  instrument: Extract<Instrument, { kind: 'option' }>,
  { feedsOf }: Surroundings,
  { marks, at }: VenueState,
): Check {
  const { currency, expiry, strike, right } = instrument
  const feeds = feedsOf(currency)
  const forward = marks.get(forwardMarkId(currency, expiry))
  const priceAt = (time: number): number =>
    black76Price({
      right,
      forward: forward === undefined ? Number.NaN : toNumber(forward.mid),
      strike: toNumber(strike),
      volatility: strikeVolatility(surfacePrint(feeds, expiry), strike),
      years: yearsTo(expiry, time),
      discount: discountFactor(feeds, expiry, time),
    })
  const price = priceAt(at)
  const time = Math.max(
    ...[at - CLOCK_SECONDS, at + CLOCK_SECONDS].map((other) => Math.abs(priceAt(other) - price)),
  )
  return check(
    `mark_price of ${position.instrument_name}`,
    position.mark_price,
    fromWei(weiOf(price)),
    time + 8 * PRINTED + ARITHMETIC * toNumber(position.index_price),
  )
}

/** Prices in the subaccount against the oracles: they were answered one after the other. */
function priceChecks(subaccount: Subaccount, around: Surroundings): readonly Check[] {
  const reported = new Map(reportedMarks(subaccount, around).map((mark) => [mark.id, mark.mid]))
  const oracle = new Map(oracleMarks(subaccount, around).map((mark) => [mark.id, mark.mid]))
  const ids = [
    ...positionCurrencies(subaccount).flatMap((currency) => [
      spotMarkId(currency),
      perpMarkId(currency),
    ]),
    ...[
      subaccount.cashName,
      ...otherCollateral(subaccount).map(({ asset_name }) => asset_name),
    ].map(collateralMarkId),
  ]
  return ids.flatMap((id) => {
    const [ours, theirs] = [oracle.get(id), reported.get(id)]
    if (ours === undefined || theirs === undefined) return []
    return [check(`price of ${id}`, theirs, ours, DRIFT * toNumber(ours))]
  })
}

function check(name: string, reported: Amount, recomputed: Amount, tolerance: number): Check {
  const residual = Math.abs(toNumber(addAmounts(reported, { ...recomputed, raw: -recomputed.raw })))
  return { name, reported, recomputed, residual, tolerance }
}
