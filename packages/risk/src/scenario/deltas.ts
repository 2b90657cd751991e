import type { ScenarioBook, ScenarioExpiry, ScenarioLinear, ScenarioOption } from '@plimsoll/model'
import { multiplierOf, optionWorth } from './bookProfits.js'
import { optionDelta } from './price.js'

/** Delta of a position or order, its size included, in units of the underlying. */
export function linearDelta(
  { payoff }: ScenarioBook,
  { size, delta, mark }: ScenarioLinear,
  multipliers: Float64Array,
): number {
  const units = payoff === 'linear' ? size : size / multiplierOf(multipliers, mark)
  return units * (delta ?? 1)
}

/** Delta of an option, its size included: the venue's own, moved by as much as the computed one. */
export function sizedOptionDelta(
  book: ScenarioBook,
  expiry: ScenarioExpiry,
  option: ScenarioOption,
  polynomial: boolean,
  multipliers: Float64Array,
): number {
  const move = multiplierOf(multipliers, expiry.forwardMark)
  const { size, delta } = option
  if (delta !== null && move === 1) return size * delta
  const now = computedDelta(book, expiry, option, polynomial, move)
  if (delta === null) return size * now
  return size * (delta + (now - computedDelta(book, expiry, option, polynomial, 1)))
}

/** One option's delta by the model at a multiplier of the forward's mark. */
export function computedDelta(
  book: ScenarioBook,
  expiry: ScenarioExpiry,
  option: ScenarioOption,
  polynomial: boolean,
  move: number,
): number {
  const { years, forward, forwardFixed } = expiry
  const { right, strike, impliedVolatility } = option
  const delta = optionDelta(
    polynomial,
    right === 'call',
    forward * move + forwardFixed,
    strike,
    impliedVolatility * Math.sqrt(years),
  )
  if (book.optionDelta === 'forward') return delta
  const worth = optionWorth(book, expiry, option, polynomial, move)
  return delta - (book.payoff === 'inverse' ? worth : worth / (forward * move + forwardFixed))
}

/** Net delta of an expiry's positions: options and futures. */
export function expiryDelta(
  book: ScenarioBook,
  expiry: ScenarioExpiry,
  polynomial: boolean,
  multipliers: Float64Array,
): number {
  let delta = 0
  for (const option of expiry.options) {
    if (option.limitPrice !== null) continue
    delta += sizedOptionDelta(book, expiry, option, polynomial, multipliers)
  }
  for (const future of expiry.futures) {
    if (future.limitPrice === null) delta += linearDelta(book, future, multipliers)
  }
  return delta
}

/** Net delta of a book's perpetuals. */
export function perpDelta(book: ScenarioBook, multipliers: Float64Array): number {
  let delta = 0
  for (const perp of book.perps) {
    if (perp.limitPrice === null) delta += linearDelta(book, perp, multipliers)
  }
  return delta
}

/** Sums of deltas leg by leg, as a minimum on deltas needs them. */
export type DeltaSides = { long: number; short: number; longOrders: number; shortOrders: number }

/** Writes the long and short deltas of a book, of positions and of orders apart, as magnitudes. */
export function writeDeltaSides(
  book: ScenarioBook,
  polynomial: boolean,
  multipliers: Float64Array,
  out: DeltaSides,
): void {
  out.long = 0
  out.short = 0
  out.longOrders = 0
  out.shortOrders = 0
  for (const expiry of book.expiries) {
    for (const option of expiry.options) {
      const delta = sizedOptionDelta(book, expiry, option, polynomial, multipliers)
      addSide(out, delta, option.limitPrice !== null)
    }
    for (const future of expiry.futures) {
      addSide(out, linearDelta(book, future, multipliers), future.limitPrice !== null)
    }
  }
  for (const perp of book.perps) {
    addSide(out, linearDelta(book, perp, multipliers), perp.limitPrice !== null)
  }
}

function addSide(out: DeltaSides, delta: number, isOrder: boolean): void {
  if (isOrder) {
    if (delta >= 0) out.longOrders += delta
    else out.shortOrders -= delta
  } else if (delta >= 0) out.long += delta
  else out.short -= delta
}
