import { PricingError } from '../errors.js'
import { logRatio } from './log.js'
import { normalCdf } from './normalCdf.js'

/** A European option on a forward. */
export type Black76Parameters = {
  readonly right: 'call' | 'put'
  /** Forward to expiry, in the numeraire; not negative. */
  readonly forward: number
  /** Not negative. */
  readonly strike: number
  /** Annualised, as a fraction; not negative. */
  readonly volatility: number
  /** Years of 365 days to expiry; not negative. */
  readonly years: number
  /** Discount factor to expiry. */
  readonly discount: number
}

/**
 * Price of a European option on a forward, in the unit of the forward:
 * c = df·(F·Φ(d₁) − K·Φ(d₂)), d₁,₂ = ln(F/K)/(σ√T) ± σ√T/2 (F. Black, The pricing of commodity
 * contracts, J. Fin. Econ. 3 (1976), eq. 16). At σ√T = 0 it is the discounted payoff.
 *
 * @example
 * black76Price({ right: 'call', forward: 100, strike: 100, volatility: 0.2, years: 1, discount: 1 })
 * // 7.965567455405796
 *
 * @throws PricingError when a number is negative or not finite.
 */
export function black76Price(option: Black76Parameters): number {
  checkBlack76(option)
  const { right, forward, strike, volatility, years, discount } = option
  return discount * forwardPrice(right === 'call', forward, strike, volatility * Math.sqrt(years))
}

/**
 * Discounted delta with respect to the forward: df·Φ(d₁) for a call, −df·Φ(−d₁) for a put. At
 * σ√T = 0 it is the slope of the payoff, one half of it at the strike.
 *
 * @example
 * black76Delta({ right: 'call', forward: 100, strike: 100, volatility: 0.2, years: 1, discount: 1 })
 * // 0.539827837277029
 *
 * @throws PricingError when a number is negative or not finite.
 */
export function black76Delta(option: Black76Parameters): number {
  checkBlack76(option)
  const { right, forward, strike, volatility, years, discount } = option
  return discount * forwardDelta(right === 'call', forward, strike, volatility * Math.sqrt(years))
}

/**
 * Undiscounted price at a total volatility σ√T, unchecked and without allocation, for hot loops.
 * The in-the-money side is intrinsic value plus the other side, so that nothing cancels.
 */
export function forwardPrice(
  call: boolean,
  forward: number,
  strike: number,
  totalVolatility: number,
): number {
  const intrinsic = call ? forward - strike : strike - forward
  const base = Math.max(intrinsic, 0)
  if (!(totalVolatility > 0) || !(forward > 0) || !(strike > 0)) return base
  const d1 = logRatio(forward, strike) / totalVolatility + 0.5 * totalVolatility
  const d2 = d1 - totalVolatility
  const time =
    forward < strike
      ? forward * normalCdf(d1) - strike * normalCdf(d2)
      : strike * normalCdf(-d2) - forward * normalCdf(-d1)
  return base + Math.max(time, 0)
}

/** Undiscounted delta at a total volatility σ√T, unchecked and without allocation. */
export function forwardDelta(
  call: boolean,
  forward: number,
  strike: number,
  totalVolatility: number,
): number {
  if (!(totalVolatility > 0) || !(forward > 0) || !(strike > 0)) {
    const above = forward > strike ? 1 : forward < strike ? 0 : 0.5
    return call ? above : above - 1
  }
  const d1 = logRatio(forward, strike) / totalVolatility + 0.5 * totalVolatility
  return call ? normalCdf(d1) : -normalCdf(-d1)
}

/** @throws PricingError when a number is negative or not finite. */
export function checkBlack76(option: Black76Parameters): void {
  const { forward, strike, volatility, years, discount } = option
  if (
    !usable(forward) ||
    !usable(strike) ||
    !usable(volatility) ||
    !usable(years) ||
    !usable(discount)
  ) {
    throw new PricingError(
      `Cannot price an option with forward ${forward}, strike ${strike}, volatility ${volatility}, years ${years} and discount ${discount}: each must be a finite number that is not negative. Check the mark, the surface and the expiry.`,
    )
  }
}

function usable(value: number): boolean {
  return value >= 0 && value < Infinity
}
