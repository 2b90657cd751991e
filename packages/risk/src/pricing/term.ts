import { PricingError } from '../errors.js'
import { exp } from './exp.js'
import { log, logRatio } from './log.js'

/** What an expiry is priced with. */
export type TermPoint = {
  /** Years of 365 days from now. */
  readonly years: number
  /** In the numeraire. */
  readonly forward: number
  /** Present value of one numeraire paid at expiry. */
  readonly discount: number
}

/**
 * Discount factor e^(−r·T) of a continuously compounded rate.
 *
 * @throws PricingError when the time is negative or a number is not finite.
 */
export function discountOfRate(rate: number, years: number): number {
  const discount = exp(-rate * years)
  if (!(years >= 0 && discount > 0 && discount < Infinity)) {
    throw new PricingError(
      `The rate ${rate} over ${years} years gives the discount ${discount}. Give the rate as a fraction a year and the time in years, not negative.`,
    )
  }
  return discount
}

/**
 * Continuously compounded rate −ln(df)/T of a discount factor.
 *
 * @throws PricingError when the discount or the time is not positive and finite.
 */
export function rateOfDiscount(discount: number, years: number): number {
  checkPositive('discount', discount)
  checkPositive('years', years)
  return -log(discount) / years
}

/** The point of an expiry of which the rate is known. */
export function termPoint(point: {
  readonly years: number
  readonly forward: number
  readonly rate: number
}): TermPoint {
  checkPositive('forward', point.forward)
  const { years, forward } = point
  return { years, forward, discount: discountOfRate(point.rate, years) }
}

/**
 * Forward at which a call and a put of one strike and expiry are consistent: F = K + (C − P)/df
 * (put-call parity). Use the strike nearest to the money, where both are traded.
 *
 * @example
 * forwardOfParity({ strike: 100, call: 11, put: 6, discount: 1 }) // 105
 *
 * @throws PricingError when a number is not usable or the two prices imply no positive forward.
 */
export function forwardOfParity(quotes: {
  readonly strike: number
  readonly call: number
  readonly put: number
  readonly discount: number
}): number {
  const { strike, call, put, discount } = quotes
  checkPositive('discount', discount)
  const forward = strike + (call - put) / discount
  if (!(forward > 0 && forward < Infinity)) {
    throw new PricingError(
      `A call at ${call} and a put at ${put} of strike ${strike} imply the forward ${forward}. Check that both quotes are of one strike, expiry and unit.`,
    )
  }
  return forward
}

/**
 * Forward and discount at a time between quoted expiries, with constant carry and rate between them
 * (ln F and ln df linear in time). A point at 0 years (the spot, discount 1) covers the front.
 *
 * @param points In order of time, none twice.
 * @throws PricingError outside the quoted expiries: no forward is invented.
 */
export function interpolateTerm(points: readonly TermPoint[], years: number): TermPoint {
  const after = points.findIndex((point) => point.years >= years)
  const right = points[after]
  if (right !== undefined && right.years === years) return right
  const left = points[after - 1]
  if (left === undefined || right === undefined || !(left.years < years)) {
    throw new PricingError(
      `No forward is known for ${years} years: the quoted expiries reach from ${points[0]?.years} to ${points.at(-1)?.years}. Read the expiry itself, or add the spot as the point at 0 years.`,
    )
  }
  const share = (years - left.years) / (right.years - left.years)
  return {
    years,
    forward: left.forward * exp(share * logRatio(right.forward, left.forward)),
    discount: left.discount * exp(share * logRatio(right.discount, left.discount)),
  }
}

function checkPositive(what: string, value: number): void {
  if (value > 0 && value < Infinity) return
  throw new PricingError(
    `The ${what} ${value} is no positive finite number. Check the feed that it comes from.`,
  )
}
