import type {
  Amount,
  Check,
  MarginAccount,
  Mark,
  MarkId,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import {
  addAmounts,
  multiplyAmounts,
  negateAmount,
  parseAmount,
  reconcile,
  toNumber,
} from '@plimsoll/model'
import type { AccountReading } from './account.js'
import type { PositionAnswer } from './answers.js'
import type { Book } from './book.js'
import { equityOf, FORMULA_VERSION } from './margin.js'
import { marketOf } from './positions.js'
import { accountState } from './state.js'

/**
 * How far prices may move between the venue's answers about an account and about its markets: they are
 * asked together, and recorded answers of another venue, seconds apart, differed by 0.1 %.
 */
const DRIFT = 0.001

/** Decimals of prices that are moved: finer than any that the venue prints. */
const MOVED_DECIMALS = 18

/** Last place of money that the venue prints. */
const PRINTED = 1e-8

/** Seconds that the venue's clock may be apart from ours. */
const CLOCK_SECONDS = 5

/** The account as it was read, with all prices moved by a share and the clock by seconds. */
function stateAt(account: MarginAccount, book: Book, move: number, seconds: number): VenueState {
  const factor = parseAmount((1 + move).toFixed(MOVED_DECIMALS))
  const moved = (mark: Mark): Mark =>
    move === 0 || mark.feed === 'fixed' ? mark : { ...mark, mid: multiplyAmounts(mark.mid, factor) }
  return {
    account,
    marks: new Map([...book.marks].map(([id, mark]): [MarkId, Mark] => [id, moved(mark)])),
    assets: book.assets,
    shared: book.shared,
    at: Math.floor((account.asOf.kind === 'time' ? account.asOf.timeMs : 0) / 1000) + seconds,
  }
}

/** The venue's own numbers, recomputed; those of margin are null where they are not modelled. */
type Numbers = {
  readonly account_value: number
  readonly initial_margin_requirement: number | null
  readonly maintenance_margin_requirement: number | null
  /** One for each position. */
  readonly profits: readonly number[]
}
const TOTALS = [
  'account_value',
  'initial_margin_requirement',
  'maintenance_margin_requirement',
] as const

function numbersAt(
  state: VenueState,
  module: VenueModule,
  positions: readonly PositionAnswer[],
): Numbers {
  const account = accountState(state)
  const isModelled = state.account.flags.every(({ severity }) => severity !== 'unknown')
  const margin = isModelled ? module.evaluate(state) : null
  return {
    account_value: equityOf(account),
    initial_margin_requirement: margin?.initialMargin ?? null,
    maintenance_margin_requirement: margin?.maintenanceMargin ?? null,
    profits: positions.map((position) => {
      const { mark } = marketOf(account.holdings, position.market)
      return toNumber(position.size) * mark + toNumber(quoteOf(position))
    }),
  }
}

/**
 * Compares what the venue reports of an account with what follows from its positions, orders, balances
 * and markets: the account's value, both requirements, and each position's profit. Tolerances: what
 * moves of `DRIFT` in all prices and of some seconds in time change, and the last places of what is
 * printed.
 */
export function reconcileAccount(
  account: MarginAccount,
  module: VenueModule,
  { summary, positions, balances }: AccountReading,
  book: Book,
): MarginAccount['reconciliation'] {
  const numbers = (move: number, seconds: number): Numbers =>
    numbersAt(stateAt(account, book, move, seconds), module, positions)
  const now = numbers(0, 0)
  const around = [
    numbers(DRIFT, 0),
    numbers(-DRIFT, 0),
    numbers(0, CLOCK_SECONDS),
    numbers(0, -CLOCK_SECONDS),
  ]
  const spread = (value: number, of: (numbers: Numbers) => number | null | undefined): number =>
    Math.max(...around.map((other) => Math.abs((of(other) ?? value) - value)))
  const rounding = PRINTED * (2 + 3 * positions.length + balances.length)
  const totals = TOTALS.flatMap((name): readonly Check[] => {
    const value = now[name]
    if (value === null) return []
    return [check(name, summary[name], value, rounding + spread(value, (other) => other[name]))]
  })
  const profits = positions.map(({ market, size, unrealized_pnl }, index): Check => {
    const value = now.profits[index] ?? Number.NaN
    const last = PRINTED * (4 + Math.abs(toNumber(size)))
    const tolerance = last + spread(value, (other) => other.profits[index])
    return check(`unrealized_pnl of ${market}`, unrealized_pnl, value, tolerance)
  })
  return reconcile(FORMULA_VERSION, [...totals, ...profits])
}

/** What a position was opened for, with its funding. */
const quoteOf = ({ size, average_entry_price, unrealized_funding_pnl }: PositionAnswer): Amount =>
  addAmounts(negateAmount(multiplyAmounts(size, average_entry_price)), unrealized_funding_pnl)

const RECOMPUTED_DECIMALS = 12

function check(name: string, reported: Amount, value: number, tolerance: number): Check {
  const recomputed = parseAmount(value.toFixed(RECOMPUTED_DECIMALS))
  const residual = Math.abs(toNumber(addAmounts(reported, negateAmount(recomputed))))
  return { name, reported, recomputed, residual, tolerance }
}
