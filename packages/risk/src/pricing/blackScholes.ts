import { PricingError } from '../errors.js'
import type { Black76Parameters } from './black76.js'
import { black76Price } from './black76.js'
import { black76GreeksAtRate, emptyForwardGreeks } from './black76Greeks.js'
import { exp } from './exp.js'
import type { SpotGreeks } from './greeks.js'

/** A European option on a spot price. */
export type BlackScholesParameters = {
  readonly right: 'call' | 'put'
  /** In the numeraire; not negative. */
  readonly spot: number
  /** Not negative. */
  readonly strike: number
  /** Annualised, as a fraction; not negative. */
  readonly volatility: number
  /** Years of 365 days to expiry; not negative. */
  readonly years: number
  /** Continuously compounded rate of the numeraire. */
  readonly rate: number
  /** Continuously compounded yield of holding the underlying: dividends, staking, foreign rate. */
  readonly carry: number
}

/**
 * The same option on its forward F = S·e^((r − q)·T), discounted by e^(−r·T): what Black-76
 * functions and {@link impliedVolatility} take.
 *
 * @throws PricingError when spot, rate, carry or years give no usable forward.
 */
export function onForward(option: BlackScholesParameters): Black76Parameters {
  const { right, spot, strike, volatility, years, rate, carry } = option
  const forward = spot * exp((rate - carry) * years)
  const discount = exp(-rate * years)
  if (!(forward >= 0 && forward < Infinity && discount < Infinity)) {
    throw new PricingError(
      `Spot ${spot}, rate ${rate}, carry ${carry} and ${years} years give the forward ${forward} and the discount ${discount}, which are no prices. Give rates as fractions a year and time in years.`,
    )
  }
  return { right, forward, strike, volatility, years, discount }
}

/**
 * Price of a European option on a spot with a continuous yield, in the unit of the spot (F. Black &
 * M. Scholes 1973; R. C. Merton 1973, eq. 41 with the yield of M. B. Garman & S. W. Kohlhagen 1983).
 *
 * @example
 * blackScholesPrice({
 *   right: 'call', spot: 100, strike: 100, volatility: 0.25, years: 1, rate: 0.05, carry: 0.02,
 * }) // 11.12376192805813
 *
 * @throws PricingError when a number is negative (rates may be) or not finite.
 */
export function blackScholesPrice(option: BlackScholesParameters): number {
  return black76Price(onForward(option))
}

/**
 * Price and greeks with respect to the spot, from those of the forward by the chain rule with
 * ∂F/∂S = e^((r − q)·T). Theta is the calendar decay at a constant spot:
 * Θ = Θ_F − Δ_F·F·(r − q); ρ = Δ_F·F·T − T·v.
 *
 * @throws PricingError when a number is negative (rates may be) or not finite.
 */
export function blackScholesGreeks(option: BlackScholesParameters): SpotGreeks {
  const { years, rate, carry } = option
  const forwardOption = onForward(option)
  const { forward } = forwardOption
  const { price, delta, gamma, vega, thetaPerYear, vanna, volga, rhoAtForward } =
    black76GreeksAtRate(forwardOption, rate, emptyForwardGreeks())
  const growth = exp((rate - carry) * years)
  const forwardValue = delta * forward
  return {
    convention: { underlying: 'spot', unit: 'numeraire' },
    price,
    delta: delta * growth,
    gamma: gamma * growth * growth,
    vega,
    thetaPerYear: thetaPerYear - forwardValue * (rate - carry),
    vanna: vanna * growth,
    volga,
    rho: forwardValue * years + rhoAtForward,
    rhoCarry: -forwardValue * years,
  }
}
