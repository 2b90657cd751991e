import type { SviSlice } from '@plimsoll/risk/pricing'
import { exp, sviFindings, sviVolatility } from '@plimsoll/risk/pricing'
import type { SurfacePrint } from '../../options/derive/answers.js'
import { curveOf } from '../../options/derive/feeds.js'
import { MarketDataInvalidError } from '../errors.js'
import type { ExpirySmile } from '../surfaces.js'
import { dateOf } from '../surfaces.js'

/** Strikes on each side of the forward. */
const STRIKES = 16

/** Strikes reach no further than this log-moneyness: from 5 % to 2,000 % of the forward. */
const MAX_REACH = 3

/**
 * The smile of one expiry: the curve at strikes evenly spaced in log-moneyness, as far as the venue
 * lets the curve move (four deviations √(a + b·σ)). The forward is the curve's own, since log-moneyness
 * is measured against it. Curves that admit arbitrage are taken as they are, as the venue's margin does.
 *
 * @throws MarketDataInvalidError when a parameter is outside its domain, the least total variance is not
 * above 0, or there is no forward or time.
 */
export function smileOf(expiry: number, print: SurfacePrint): ExpirySmile {
  const curve = curveOf(print)
  const why = whatIsWrong(curve)
  if (why !== null) {
    throw new MarketDataInvalidError(
      `Derive's volatility curve to ${dateOf(expiry)} is none: ${why}. Read again; until then the expiry is left out.`,
    )
  }
  const { a, b, sigma, forward, limits } = curve
  const reach = Math.min(limits.standardDeviations * Math.sqrt(a + b * sigma), MAX_REACH)
  const points = Array.from({ length: 2 * STRIKES + 1 }, (_, index) => {
    const strike = forward * exp((reach * (index - STRIKES)) / STRIKES)
    return { strike, impliedVolatility: sviVolatility(curve, strike) }
  })
  return { expiry, forward, points }
}

/** Why a curve has no volatilities, or null. */
function whatIsWrong(curve: SviSlice): string | null {
  const { a, b, rho, sigma, forward, referenceYears } = curve
  if (!(forward > 0 && referenceYears > 0)) return `forward ${forward}, ${referenceYears} years`
  // A flat curve has no vertex: its rotation and width say nothing.
  const isFlat = b === 0
  const outside = sviFindings(curve).find(({ kind }) => kind === 'parameter')
  if (outside?.kind === 'parameter' && !isFlat) return `${outside.parameter} ${outside.value}`
  const least = isFlat ? a : a + b * sigma * Math.sqrt(1 - rho * rho)
  return least > 0 ? null : `least total variance ${least}`
}
