import { forwardPrice } from '../pricing/black76.js'
import { logRatio } from '../pricing/log.js'
import { fillTable, NODES_PER_UNIT, POSITION_OF_ZERO, tablePrice } from './tableCdf.js'

/** Below this σ√T the accurate formula prices: 1/(σ√T) would magnify the rounding of ln(F/K). */
const LEAST_TOTAL_VOLATILITY = 1e-6

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

/**
 * Adds the loss of one option in every scenario, size × fall of the quote, which moves as the model's
 * price does and never below 0: Black-76 with the table Φ of `tableCdf`, within 2e-15 of
 * size × (moved forward + strike). Nothing is allocated for a scenario that has volatility.
 *
 * @param out added to at `first`, and at every `stride` from there
 */
export function addQuotedLosses(
  option: QuotedOption,
  moved: MovedForward,
  out: Float64Array,
  first: number,
  stride: number,
): void {
  const { size, isCall, strike, forward, totalVolatility, price } = option
  const { multipliers, logarithms, volatilities } = moved
  fillTable()
  // Of a put, −1: F·Φ(d₁) − K·Φ(d₂) becomes K·Φ(−d₂) − F·Φ(−d₁) without a branch.
  const sign = isCall ? 1 : -1
  const onForward = sign * forward
  const onStrike = sign * strike
  const ratio = logRatio(forward, strike)
  const isPriced = forward > 0 && strike > 0
  let total = totalVolatility
  let slope = (sign * NODES_PER_UNIT) / total
  let shift = sign * NODES_PER_UNIT * total
  // By the same formula as the scenarios, so that what does not move loses nothing, to the last bit.
  const today =
    isPriced && total >= LEAST_TOTAL_VOLATILITY
      ? tablePrice(onForward, onStrike, ratio * slope + (POSITION_OF_ZERO + 0.5 * shift), shift)
      : forwardPrice(isCall, forward, strike, total)
  for (let scenario = 0, at = first; scenario < multipliers.length; scenario++, at += stride) {
    if (volatilities !== null) {
      total = totalVolatility * (volatilities[scenario] ?? NaN)
      slope = (sign * NODES_PER_UNIT) / total
      shift = sign * NODES_PER_UNIT * total
    }
    const multiplier = multipliers[scenario] ?? NaN
    let model = 0
    if (isPriced && !(total < LEAST_TOTAL_VOLATILITY)) {
      const d1 = (ratio + (logarithms[scenario] ?? NaN)) * slope + (POSITION_OF_ZERO + 0.5 * shift)
      model = tablePrice(onForward * multiplier, onStrike, d1, shift)
    } else model = forwardPrice(isCall, forward * multiplier, strike, total)
    out[at] = (out[at] ?? NaN) + size * (price - Math.max(0, price + (model - today)))
  }
}
