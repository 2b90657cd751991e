import {
  divide,
  exponential,
  fromNumber,
  logarithm,
  multiply,
  ONE,
  squareRoot,
  toNumber,
} from './fixedPoint.js'
import { venueNormalCdf } from './normalCdf.js'

/** A European option as the venue's contract prices it. */
export type PricedOption = {
  readonly right: 'call' | 'put'
  readonly spot: number
  readonly strike: number
  /** Annualised, as a fraction; not negative. */
  readonly volatility: number
  /** Years of 365 days to expiry; not negative. */
  readonly years: number
  /** Continuous rate of interest and carry. */
  readonly rate: number
}

/** The venue values at least one second of time, also at expiry, and 0.01 % of volatility. */
const LEAST_TIME = ONE / 31_536_000n
const LEAST_VOLATILITY = ONE / 10_000n

/**
 * Black-Scholes price with the venue's own Φ, in fixed point: in doubles the two products that make
 * the price of a far or short-dated option cancel to 1e-14 and worse.
 *
 * F. Black & M. Scholes, J. Polit. Econ. 81 (1973), eq. 13, with rate and carry in one; the put by
 * put-call parity.
 */
export function venuePrice(option: PricedOption): number {
  const [spot, strike] = [fromNumber(option.spot), fromNumber(option.strike)]
  const [years, rate] = [fromNumber(option.years), fromNumber(option.rate)]
  const presentStrike = multiply(strike, exponential(-multiply(rate, years)))
  const call = callPrice(spot, strike, presentStrike, option)
  const price = option.right === 'call' ? call : call + presentStrike - spot
  return toNumber(price > 0n ? price : 0n)
}

const atLeast = (value: bigint, least: bigint): bigint => (value < least ? least : value)

function callPrice(
  spot: bigint,
  strike: bigint,
  presentStrike: bigint,
  { volatility, years, rate }: PricedOption,
): bigint {
  if (strike === 0n) return spot
  const moneyness = divide(spot, strike)
  if (moneyness === 0n) return 0n
  const time = atLeast(fromNumber(years), LEAST_TIME)
  const deviation = multiply(atLeast(fromNumber(volatility), LEAST_VOLATILITY), squareRoot(time))
  const drift = logarithm(moneyness) + multiply(fromNumber(rate), time)
  const d1 = divide(drift, deviation) + deviation / 2n
  const call =
    multiply(spot, venueNormalCdf(d1)) - multiply(presentStrike, venueNormalCdf(d1 - deviation))
  return call > 0n ? call : 0n
}
