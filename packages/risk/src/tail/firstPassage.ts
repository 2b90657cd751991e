import { lowerMillsRatio } from '../pricing/errorFunction.js'
import { exp } from '../pricing/exp.js'
import { logRatio } from '../pricing/log.js'
import { normalCdf, normalDensity } from '../pricing/normalCdf.js'
import { checkFinite, checkPositive } from './checks.js'

/** A geometric Brownian motion and one barrier. */
export type Barrier = {
  /** Today's price. */
  readonly spot: number
  /** The barrier's price, on either side of the spot. */
  readonly barrier: number
  /** μ of dS = μS·dt + σS·dW, per year. */
  readonly drift: number
  /** σ, per year: 0.8 for 80 %. */
  readonly volatility: number
  readonly years: number
}

/** How likely a barrier is met. */
export type BarrierProbability = {
  /** P[the price meets the barrier at some time until T]. */
  readonly touch: number
  /** P[the price is beyond the barrier at T]: about half of `touch`. */
  readonly end: number
  /** |ln(B/S)|/(σ√T): the distance of the barrier in standard deviations. */
  readonly distance: number
}

/**
 * Probability that a geometric Brownian motion touches one barrier before T, by reflection:
 * Φ((b − mT)/(σ√T)) + e^(2mb/σ²)·Φ((b + mT)/(σ√T)) with b = ln(B/S) < 0 and m = μ − σ²/2, mirrored for
 * a barrier above. (D. R. Cox and H. D. Miller, "The Theory of Stochastic Processes", 1965, section 5.7.)
 *
 * @throws TailError when spot, barrier, volatility or years are not positive, or the drift is not finite.
 *
 * @example
 * touchProbability({ spot: 100, barrier: 90, drift: 0, volatility: 0.6, years: 1 / 365 }).touch
 * // 0.000836945…
 */
export function touchProbability(inputs: Barrier): BarrierProbability {
  const { spot, barrier, drift, volatility, years } = inputs
  checkPositive('spot', spot)
  checkPositive('barrier', barrier)
  checkFinite('drift per year', drift)
  checkPositive('volatility', volatility)
  checkPositive('time in years', years)
  const logarithm = logRatio(barrier, spot)
  const side = logarithm > 0 ? 1 : -1
  const reach = Math.abs(logarithm)
  const deviation = volatility * Math.sqrt(years)
  // Towards the barrier.
  const rate = side * (drift - (volatility * volatility) / 2)
  const ahead = (rate * years - reach) / deviation
  const end = normalCdf(ahead)
  const behind = (-rate * years - reach) / deviation
  // e^(2mb/σ²)·Φ(z) = φ(ahead)·Φ(z)/φ(z): towards the barrier its two factors leave the range of a double.
  const reflected =
    rate > 0
      ? normalDensity(ahead) * lowerMillsRatio(behind)
      : exp((2 * rate * reach) / (volatility * volatility)) * normalCdf(behind)
  return {
    touch: reach === 0 ? 1 : Math.min(1, end + reflected),
    end,
    distance: reach / deviation,
  }
}
