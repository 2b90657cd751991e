import type { Black76Parameters } from './black76.js'
import { checkBlack76, forwardDelta, forwardPrice } from './black76.js'
import type { ForwardGreeks } from './greeks.js'
import { log, logRatio } from './log.js'
import { normalDensity } from './normalCdf.js'

/** A result of {@link black76GreeksInto} that is written again and again. */
export type MutableForwardGreeks = { -readonly [K in keyof ForwardGreeks]: ForwardGreeks[K] }

/** Room for one result of {@link black76GreeksInto}. */
export function emptyForwardGreeks(): MutableForwardGreeks {
  return {
    convention: { underlying: 'forward', unit: 'numeraire' },
    price: 0,
    delta: 0,
    gamma: 0,
    vega: 0,
    thetaPerYear: 0,
    vanna: 0,
    volga: 0,
    rhoAtForward: 0,
  }
}

/**
 * Price and greeks of a European option on a forward, in the numeraire, with n = φ(d₁), s = σ√T and
 * r = −ln(df)/T:
 * Δ = ±df·Φ(±d₁), Γ = df·n/(F·s), vega = df·F·n·√T, Θ = −vega·σ/(2T) + r·v, vanna = −df·n·d₂/σ,
 * volga = vega·d₁·d₂/σ (E. G. Haug, The Complete Guide to Option Pricing Formulas, 2nd ed., ch. 2).
 * At s = 0 the price is the discounted payoff: delta is its slope, and gamma, vega, vanna and volga
 * are 0, at the strike too, where some have no value.
 *
 * @example
 * black76Greeks({ right: 'call', forward: 100, strike: 100, volatility: 0.2, years: 1, discount: 1 })
 * // { price: 7.965567455405796, delta: 0.539827837277029, vega: 39.69525474770118, … }
 *
 * @throws PricingError when a number is negative or not finite.
 */
export function black76Greeks(option: Black76Parameters): ForwardGreeks {
  return black76GreeksInto(option, emptyForwardGreeks())
}

/**
 * {@link black76Greeks} written into `out`, which it returns: no allocation, for hot loops.
 *
 * @throws PricingError when a number is negative or not finite.
 */
export function black76GreeksInto(
  option: Black76Parameters,
  out: MutableForwardGreeks,
): ForwardGreeks {
  const { years, discount } = option
  return black76GreeksAtRate(option, years > 0 && discount > 0 ? -log(discount) / years : 0, out)
}

/**
 * {@link black76GreeksInto} with the rate that theta accrues at, where it is known better than the
 * discount tells it.
 *
 * @throws PricingError when a number is negative or not finite.
 */
export function black76GreeksAtRate(
  option: Black76Parameters,
  rate: number,
  out: MutableForwardGreeks,
): ForwardGreeks {
  checkBlack76(option)
  const { right, forward, strike, volatility, years, discount } = option
  const call = right === 'call'
  const root = Math.sqrt(years)
  const total = volatility * root
  const price = discount * forwardPrice(call, forward, strike, total)
  out.price = price
  out.delta = discount * forwardDelta(call, forward, strike, total)
  out.rhoAtForward = -years * price
  out.thetaPerYear = rate * price
  if (!(total > 0) || !(forward > 0) || !(strike > 0)) {
    out.gamma = 0
    out.vega = 0
    out.vanna = 0
    out.volga = 0
    return out
  }
  const d1 = logRatio(forward, strike) / total + 0.5 * total
  const d2 = d1 - total
  const density = discount * normalDensity(d1)
  const vega = forward * density * root
  out.gamma = density / (forward * total)
  out.vega = vega
  out.vanna = (-density * d2) / volatility
  out.volga = (vega * d1 * d2) / volatility
  out.thetaPerYear -= (forward * density * volatility) / (2 * root)
  return out
}
