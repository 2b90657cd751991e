import { fillTable, NODES_PER_UNIT, POSITION_OF_ZERO, tablePrice } from '../grid/tableCdf.js'
import { forwardDelta, forwardPrice } from '../pricing/black76.js'
import { exp } from '../pricing/exp.js'
import { fastLogRatio, fillLogTables } from '../pricing/fastLog.js'
import { logRatio } from '../pricing/log.js'

/** Below this σ√T the accurate formula prices: 1/(σ√T) would magnify the rounding of ln(F/K). */
const LEAST_TOTAL_VOLATILITY = 1e-6

/** Prices below this share of the strike are left to the accurate formula. */
const LEAST_OF_TABLE = 1 / 64

/** Fills the tables that {@link gridPrice} reads, once. */
export function fillGridTables(): void {
  fillTable()
  fillLogTables()
}

/**
 * Price of one option on a forward at a total volatility σ√T, undiscounted, in quote currency.
 *
 * @param polynomial price with the distribution of `polynomialCdf` instead of the exact one
 */
export function optionPrice(
  polynomial: boolean,
  call: boolean,
  forward: number,
  strike: number,
  totalVolatility: number,
): number {
  if (!polynomial || !(totalVolatility > 0) || !(forward > 0) || !(strike > 0)) {
    return forwardPrice(call, forward, strike, totalVolatility)
  }
  const d1 = logRatio(forward, strike) / totalVolatility + 0.5 * totalVolatility
  const d2 = d1 - totalVolatility
  return call
    ? forward * polynomialCdf(d1) - strike * polynomialCdf(d2)
    : strike * polynomialCdf(-d2) - forward * polynomialCdf(-d1)
}

/**
 * {@link optionPrice} for the many prices of a grid, within 2e-13 of it: where a price is not far out of
 * the money, the exact distribution comes from the table, in a tenth of the time.
 */
export function gridPrice(
  polynomial: boolean,
  call: boolean,
  forward: number,
  strike: number,
  totalVolatility: number,
): number {
  if (polynomial || !(totalVolatility >= LEAST_TOTAL_VOLATILITY)) {
    return optionPrice(polynomial, call, forward, strike, totalVolatility)
  }
  const inverse = 1 / strike
  const logarithm = fastLogRatio(forward, strike, inverse)
  // Out of the table's reach, or without a forward or strike.
  if (Number.isNaN(logarithm)) return forwardPrice(call, forward, strike, totalVolatility)
  const sign = call ? 1 : -1
  const shift = sign * NODES_PER_UNIT * totalVolatility
  const position =
    logarithm * ((sign * NODES_PER_UNIT) / totalVolatility) + (POSITION_OF_ZERO + 0.5 * shift)
  const price = tablePrice(sign * forward, sign * strike, position, shift)
  // Far out of the money a price from the table has no digits of its own.
  return price > LEAST_OF_TABLE * strike
    ? price
    : forwardPrice(call, forward, strike, totalVolatility)
}

/** Undiscounted delta of one option with respect to its forward, by the same distribution. */
export function optionDelta(
  polynomial: boolean,
  call: boolean,
  forward: number,
  strike: number,
  totalVolatility: number,
): number {
  if (!polynomial || !(totalVolatility > 0) || !(forward > 0) || !(strike > 0)) {
    return forwardDelta(call, forward, strike, totalVolatility)
  }
  const d1 = logRatio(forward, strike) / totalVolatility + 0.5 * totalVolatility
  return call ? polynomialCdf(d1) : -polynomialCdf(-d1)
}

const SQRT_HALF = Math.sqrt(0.5)

/**
 * The normal distribution by the polynomial of 5 terms that some venues margin with, within 7.5e-8
 * (M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 7.1.26).
 */
export function polynomialCdf(x: number): number {
  const y = Math.abs(x) * SQRT_HALF
  const t = 1 / (1 + 0.3275911 * y)
  const tail =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) *
    t *
    exp(-y * y)
  return x < 0 ? 0.5 * (1 - (1 - tail)) : 0.5 * (1 + (1 - tail))
}
