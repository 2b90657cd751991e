import { PricingError } from '../errors.js'
import type { Black76Parameters } from './black76.js'
import { checkBlack76 } from './black76.js'
import { solveTotalVolatility } from './impliedTotalVolatility.js'
import { logRatio } from './log.js'

/** Beyond e^200 between forward and strike the solver's factors leave the range of doubles. */
const MOST_LOG_MONEYNESS = 200

/** A price this little below the payoff, relatively, is the payoff: two units in the last place. */
const ROUNDING = 4.440892098500626e-16

/** An option whose price is known and whose volatility is asked. */
export type QuotedOption = Omit<Black76Parameters, 'volatility'> & {
  /** Present value, in the unit of the forward. */
  readonly price: number
}

/**
 * The volatility at which Black-76 gives a price, annualised as a fraction, to the last places of a
 * double wherever the price determines it (P. Jäckel, Let's Be Rational). 0 where the price is the
 * discounted payoff to the last places.
 *
 * @example
 * impliedVolatility({
 *   right: 'call', forward: 100, strike: 100, price: 7.965567455405796, years: 1, discount: 1,
 * }) // 0.2
 *
 * @throws PricingError when no volatility gives the price: it is below the discounted payoff, at or
 * above the discounted forward (call) or strike (put), or no time is left.
 */
export function impliedVolatility(option: QuotedOption): number {
  const { right, forward, strike, price, years, discount } = option
  checkBlack76({ ...option, volatility: 0 })
  if (!(years > 0 && discount > 0 && forward > 0 && strike > 0)) {
    throw new PricingError(
      `No volatility can be implied with ${years} years, discount ${discount}, forward ${forward} and strike ${strike}: each must be positive. An expired option is worth its payoff; leave it out.`,
    )
  }
  const total = impliedTotalVolatility(right === 'call', forward, strike, price / discount)
  if (Number.isNaN(total)) throw boundsError(option)
  return total / Math.sqrt(years)
}

/**
 * Total volatility σ√T of an undiscounted price, unchecked: NaN where no volatility gives the price, 0
 * where it is the payoff to the last places. Forward and strike are positive, and less than a factor
 * e^200 apart (else NaN).
 */
export function impliedTotalVolatility(
  call: boolean,
  forward: number,
  strike: number,
  price: number,
): number {
  // Exact difference of forward and strike as a double and its rounding error.
  const difference = call ? forward - strike : strike - forward
  const first = call ? forward : strike
  const second = call ? strike : forward
  const shifted = first - difference
  const rounding = first - (difference + shifted) + (shifted - second)
  const time = difference > 0 ? price - difference - rounding : price
  const remaining = first - price
  if (!(time >= -ROUNDING * price && remaining > 0)) return NaN
  if (time <= 0) return 0
  const root = Math.sqrt(forward) * Math.sqrt(strike)
  const product = forward * strike
  const scale = product > 1e-280 && product < 1e280 ? Math.sqrt(product) : root
  const x = forward < strike ? logRatio(forward, strike) : logRatio(strike, forward)
  if (x < -MOST_LOG_MONEYNESS) return NaN
  return solveTotalVolatility(x, time / scale, remaining / scale)
}

function boundsError({ right, forward, strike, price, discount }: QuotedOption): PricingError {
  const payoff = Math.max(0, right === 'call' ? forward - strike : strike - forward) * discount
  const most = (right === 'call' ? forward : strike) * discount
  const quote = `The price ${price} of a ${right} of strike ${strike} on forward ${forward} with discount ${discount}`
  if (!(price >= payoff)) {
    return new PricingError(
      `${quote} is below its discounted payoff ${payoff}: no volatility gives it. Check that price, forward and discount are of the same instant and unit, or imply from the option of the same strike that is out of the money.`,
    )
  }
  if (!(price < most)) {
    return new PricingError(
      `${quote} is not below ${most}, the most that it can be worth: no finite volatility gives it. Check the unit of the price (coin or numeraire) and the right.`,
    )
  }
  return new PricingError(
    `${quote} implies no volatility: forward and strike are too far apart for the price to tell one. Leave the option out.`,
  )
}
