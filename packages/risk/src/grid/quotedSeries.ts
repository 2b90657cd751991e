import { forwardPrice } from '../pricing/black76.js'
import { logRatio } from '../pricing/log.js'
import { fillTable, NODES_PER_UNIT, POSITION_OF_ZERO, tablePrice } from './tableCdf.js'

/** Below this σ√T the accurate formula prices: 1/(σ√T) would magnify the rounding of ln(F/K). */
const LEAST_TOTAL_VOLATILITY = 1e-6

/** What a price from the table may be off by, as a share of forward + strike. */
const ROUNDING = 4e-15

/** One undiscounted option whose venue quotes it. */
export type QuotedOption = {
  /** Signed, in units of the underlying. */
  readonly size: number
  readonly isCall: boolean
  readonly strike: number
  readonly forward: number
  /** σ√T. */
  readonly totalVolatility: number
  /** Of one option today, as its venue has it. */
  readonly price: number
}

/** How forward and volatility move in each of many scenarios: [scenarios] each. */
export type MovedForward = {
  readonly multipliers: Float64Array
  /** Their natural logarithms. */
  readonly logarithms: Float64Array
  /** Multipliers of σ√T; null where it stands still. */
  readonly volatilities: Float64Array | null
}

/** A {@link QuotedOption} with what does not change between scenarios. */
export type PreparedOption = {
  readonly option: QuotedOption
  /** Null where the accurate formula prices. */
  readonly fixed: Fixed | null
  /** Whether the quote stays above 0 by itself while volatility stands still. */
  readonly isAbove: boolean
}

/** Prepares an option for {@link addQuotedLosses}. */
export function prepareOption(option: QuotedOption): PreparedOption {
  const { forward, strike, totalVolatility } = option
  if (!(forward > 0 && strike > 0 && totalVolatility >= LEAST_TOTAL_VOLATILITY)) {
    return { option, fixed: null, isAbove: false }
  }
  fillTable()
  const fixed = fixedOf(option)
  // A quote not below the model's price stays above 0.
  return { option, fixed, isAbove: fixed.price >= fixed.today - ROUNDING * (forward + strike) }
}

/**
 * Adds the loss of one option in every scenario, size × fall of the quote, which moves as the model's
 * price does and never below 0: Black-76 with the table Φ of `tableCdf`, within 2e-15 of
 * size × (moved forward + strike). Nothing is allocated for a scenario that has volatility.
 *
 * @param out [scenarios], added to
 */
export function addQuotedLosses(
  { option, fixed, isAbove }: PreparedOption,
  moved: MovedForward,
  out: Float64Array,
): void {
  const { volatilities } = moved
  if (fixed === null) addAccurately(option, moved, out)
  else if (volatilities === null) {
    if (isAbove) addUnfloored(fixed, moved, out)
    else addAtVolatility(fixed, moved, out)
  } else if (option.totalVolatility * leastOf(volatilities) >= LEAST_TOTAL_VOLATILITY) {
    addMovedVolatility(fixed, moved, volatilities, out)
  } else addAccurately(option, moved, out)
}

function leastOf(values: Float64Array): number {
  let least = Infinity
  for (let index = 0; index < values.length; index++) least = Math.min(least, values[index] ?? NaN)
  return least
}

/** What does not change between scenarios at one volatility; signs of a put turned, see below. */
type Fixed = {
  readonly size: number
  readonly price: number
  readonly onForward: number
  readonly onStrike: number
  /** ln(F/K), and what makes a position in the table of it. */
  readonly ratio: number
  readonly slope: number
  readonly middle: number
  readonly shift: number
  /** Price by the same formula as in the scenarios, so that what does not move loses nothing, to the last bit. */
  readonly today: number
}

function fixedOf(option: QuotedOption): Fixed {
  const { size, isCall, strike, forward, totalVolatility, price } = option
  // Of a put, −1: F·Φ(d₁) − K·Φ(d₂) becomes K·Φ(−d₂) − F·Φ(−d₁) without a branch.
  const sign = isCall ? 1 : -1
  const onForward = sign * forward
  const onStrike = sign * strike
  const slope = (sign * NODES_PER_UNIT) / totalVolatility
  const shift = sign * NODES_PER_UNIT * totalVolatility
  const middle = POSITION_OF_ZERO + 0.5 * shift
  const ratio = logRatio(forward, strike)
  const today = tablePrice(onForward, onStrike, ratio * slope + middle, shift)
  return { size, price, onForward, onStrike, ratio, slope, middle, shift, today }
}

// The loops stand alone: an engine inlines only so much into one function, and numbers that cross a
// call which it does not inline are allocated.
function addAtVolatility(
  fixed: Fixed,
  { multipliers, logarithms }: MovedForward,
  out: Float64Array,
): void {
  const { size, price, onForward, onStrike, ratio, slope, middle, shift, today } = fixed
  for (let scenario = 0; scenario < out.length; scenario++) {
    const position = (ratio + (logarithms[scenario] ?? NaN)) * slope + middle
    const model = tablePrice(onForward * (multipliers[scenario] ?? NaN), onStrike, position, shift)
    const quote = Math.max(0, price + (model - today))
    out[scenario] = (out[scenario] ?? NaN) + size * (price - quote)
  }
}

function addUnfloored(
  { size, onForward, onStrike, ratio, slope, middle, shift }: Fixed,
  { multipliers, logarithms }: MovedForward,
  out: Float64Array,
): void {
  const forward = size * onForward
  const strike = size * onStrike
  const today = tablePrice(forward, strike, ratio * slope + middle, shift)
  for (let scenario = 0; scenario < out.length; scenario++) {
    const position = (ratio + (logarithms[scenario] ?? NaN)) * slope + middle
    const model = tablePrice(forward * (multipliers[scenario] ?? NaN), strike, position, shift)
    out[scenario] = (out[scenario] ?? NaN) + (today - model)
  }
}

function addMovedVolatility(
  fixed: Fixed,
  { multipliers, logarithms }: MovedForward,
  volatilities: Float64Array,
  out: Float64Array,
): void {
  const { size, price, onForward, onStrike, ratio, slope, shift, today } = fixed
  for (let scenario = 0; scenario < out.length; scenario++) {
    const shocked = volatilities[scenario] ?? NaN
    const moved = shift * shocked
    const middle = POSITION_OF_ZERO + 0.5 * moved
    const position = (ratio + (logarithms[scenario] ?? NaN)) * (slope / shocked) + middle
    const model = tablePrice(onForward * (multipliers[scenario] ?? NaN), onStrike, position, moved)
    const quote = Math.max(0, price + (model - today))
    out[scenario] = (out[scenario] ?? NaN) + size * (price - quote)
  }
}

/** An option without volatility in some scenario, or without forward or strike. */
function addAccurately(
  { size, isCall, strike, forward, totalVolatility, price }: QuotedOption,
  { multipliers, volatilities }: MovedForward,
  out: Float64Array,
): void {
  const today = forwardPrice(isCall, forward, strike, totalVolatility)
  for (let scenario = 0; scenario < out.length; scenario++) {
    const total = totalVolatility * (volatilities === null ? 1 : (volatilities[scenario] ?? NaN))
    const model = forwardPrice(isCall, forward * (multipliers[scenario] ?? NaN), strike, total)
    const quote = Math.max(0, price + (model - today))
    out[scenario] = (out[scenario] ?? NaN) + size * (price - quote)
  }
}
