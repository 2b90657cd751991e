import { lesser, multiply, ONE } from '../standard-margin.js'
import { divide, divTrunc, shiftDown, squareRoot, unsigned } from './arithmetic.js'
import { logarithm } from './exponential.js'
import { normalCdf } from './normal.js'

/** A year of 365 days. */
export const SECONDS_PER_YEAR: bigint = 365n * 86_400n

/** At and above this √variance a call is worth its forward. */
const MAXIMUM_TOTAL_VOLATILITY = 24n * ONE

/** A European option on a forward. All but the time in 18 decimals. */
export type Black76Inputs = {
  /** To expiry; 0 at and after it. */
  readonly seconds: bigint
  /** Annualised. */
  readonly volatility: bigint
  readonly forward: bigint
  readonly strike: bigint
  /** What 1 at expiry is worth now. */
  readonly discount: bigint
}

/** Prices of one call and one put, and the call's discounted delta. 18 decimals. */
export type Black76Values = {
  readonly call: bigint
  readonly put: bigint
  readonly callDelta: bigint
}

/** Seconds as years of 365 days, 18 decimals, cut. */
export const yearsOf = (seconds: bigint): bigint => divTrunc(seconds * ONE, SECONDS_PER_YEAR)

/**
 * Black-76 prices and the delta of the call, to the unit of the venue's contracts. A put is worth the
 * call and the strike less the forward, never below 0.
 *
 * Formula: F. Black (1976); order and roundings of derivexyz/lyra-utils 759e962 `Black76`.
 *
 * @example
 * const one = 10n ** 18n
 * black76({
 *   seconds: 31_536_000n,
 *   volatility: one / 5n,
 *   forward: 100n * one,
 *   strike: 100n * one,
 *   discount: one,
 * }).call // 7965567455405795400n
 *
 * @throws FixedPointError when an input is negative or too large for the contracts
 */
export function black76(inputs: Black76Inputs): Black76Values {
  const discount = unsigned(inputs.discount, 64n, 'discount factor')
  const volatility = unsigned(inputs.volatility, 128n, 'volatility')
  const forward = unsigned(inputs.forward, 128n, 'forward')
  const strike = unsigned(inputs.strike, 128n, 'strike')
  const years = yearsOf(unsigned(inputs.seconds, 64n, 'time to expiry'))

  const forwardNow = multiply(forward, discount)
  if (strike === 0n) return { call: forwardNow, put: 0n, callDelta: discount }
  const strikeNow = multiply(strike, discount)
  if (forward === 0n) return { call: 0n, put: strikeNow, callDelta: 0n }

  const moneyness = divide(strike, forward)
  const { call, delta } = unitCall(moneyness, multiply(volatility, squareRoot(years)))
  const parity = call + moneyness - ONE
  return {
    call: lesser(multiply(call, forwardNow), forwardNow),
    put: lesser(multiply(parity > 0n ? parity : 0n, forwardNow), strikeNow),
    callDelta: multiply(delta, discount),
  }
}

/** A call at the strike `moneyness` on a forward of 1, undiscounted, and its delta. */
function unitCall(
  moneyness: bigint,
  totalVolatility: bigint,
): { readonly call: bigint; readonly delta: bigint } {
  if (totalVolatility >= MAXIMUM_TOTAL_VOLATILITY) return { call: ONE, delta: ONE }
  const deviation = totalVolatility === 0n ? 1n : totalVolatility
  const logMoneyness = logarithm(moneyness === 0n ? 1n : moneyness)
  const halfVariance = multiply(shiftDown(deviation, 1n), deviation)
  const d1 = divide(halfVariance - logMoneyness, deviation)
  const delta = normalCdf(d1)
  const paid = multiply(moneyness === 0n ? 1n : moneyness, normalCdf(d1 - deviation))
  return { call: delta > paid ? delta - paid : 0n, delta }
}
