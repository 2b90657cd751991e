import { PricingError } from '../errors.js'

/** European options on forwards as a struct of arrays, one entry each; units of Black76Parameters. */
export type OptionArrays = {
  readonly count: number
  /** 1 a call, 0 a put. */
  readonly call: Uint8Array
  readonly forward: Float64Array
  readonly strike: Float64Array
  /** Annualised, as a fraction. */
  readonly volatility: Float64Array
  /** Years of 365 days. */
  readonly years: Float64Array
  readonly discount: Float64Array
  /** Continuous rate that theta accrues at: −ln(discount)/years, 0 where nothing is discounted. */
  readonly rate: Float64Array
}

/** What {@link priceAndGreeks} writes, one entry for each option; conventions of ForwardGreeks. */
export type GreekArrays = {
  readonly price: Float64Array
  readonly delta: Float64Array
  readonly gamma: Float64Array
  readonly vega: Float64Array
  readonly thetaPerYear: Float64Array
}

/** Room for the prices and greeks of `count` options. */
export function emptyGreekArrays(count: number): GreekArrays {
  return {
    price: new Float64Array(count),
    delta: new Float64Array(count),
    gamma: new Float64Array(count),
    vega: new Float64Array(count),
    thetaPerYear: new Float64Array(count),
  }
}

/** @throws PricingError when an array is shorter than the options are many. */
export function checkLengths(options: OptionArrays, out: GreekArrays): void {
  const { count, call, forward, strike, volatility, years, discount, rate } = options
  const { price, delta, gamma, vega, thetaPerYear } = out
  const shortest = Math.min(
    call.length,
    forward.length,
    strike.length,
    volatility.length,
    years.length,
    discount.length,
    rate.length,
    price.length,
    delta.length,
    gamma.length,
    vega.length,
    thetaPerYear.length,
  )
  if (shortest >= count) return
  throw new PricingError(
    `The shortest array holds ${shortest} numbers, and ${count} options are to be priced. Give every array at least as many.`,
  )
}
