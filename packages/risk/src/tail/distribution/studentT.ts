import { exp } from '../../pricing/exp.js'
import { normalCdf, normalDensity } from '../../pricing/normalCdf.js'
import { TailError } from '../errors.js'
import { continuedFraction } from './continuedFraction.js'
import { gammaHalfRatio } from './gammaRatio.js'
import { logOnePlus } from './logOnePlus.js'

const INVERSE_SQRT_PI = 0.5641895835477563
/** Below it the distribution is taken from its middle, above it from its end. */
const NEAR = 1.5
/** Above it a Student-t differs from the normal distribution by less than 1e-6. */
const MOST_DEGREES = 1e6

/**
 * Density of a Student-t of scale 1 with ν degrees of freedom:
 * Γ((ν + 1)/2)/(√(νπ)·Γ(ν/2))·(1 + t²/ν)^(−(ν + 1)/2). Infinity degrees: the normal density.
 *
 * @throws TailError when ν is not from 1 to 1,000,000, nor Infinity, or t is NaN.
 *
 * @example
 * studentTDensity(0, 4) // 0.3749999999999999
 */
export function studentTDensity(t: number, degreesOfFreedom: number): number {
  checkArguments(t, degreesOfFreedom)
  if (degreesOfFreedom === Infinity) return normalDensity(t)
  const kernel = exp(-0.5 * (degreesOfFreedom + 1) * logOnePlus((t / degreesOfFreedom) * t))
  return (
    (gammaHalfRatio(degreesOfFreedom / 2) * INVERSE_SQRT_PI * kernel) / Math.sqrt(degreesOfFreedom)
  )
}

/**
 * Distribution function P[T ≤ t] of a Student-t of scale 1 with ν degrees of freedom, with full
 * relative accuracy in the lower tail: ½·I_{ν/(ν+t²)}(ν/2, ½) for t ≤ 0 (Abramowitz & Stegun 26.7.1).
 * Infinity degrees: Φ(t).
 *
 * @throws TailError when ν is not from 1 to 1,000,000, nor Infinity, or t is NaN.
 *
 * @example
 * studentTCdf(-2.7764451051977943, 4) // 0.024999999999999974
 */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  checkArguments(t, degreesOfFreedom)
  if (degreesOfFreedom === Infinity) return normalCdf(t)
  const tail = upperTail(Math.abs(t), degreesOfFreedom)
  return t < 0 ? tail : 1 - tail
}

/** P[T > t] for t ≥ 0, without cancellation in the tail. */
export function upperTail(t: number, degreesOfFreedom: number): number {
  const ratio = (t / degreesOfFreedom) * t
  if (ratio === Infinity) return 0
  const a = degreesOfFreedom / 2
  const factor = exp(-a * logOnePlus(ratio)) * gammaHalfRatio(a) * INVERSE_SQRT_PI
  return t < NEAR
    ? 0.5 - factor * Math.sqrt(ratio / (1 + ratio)) * rising(a, ratio / (1 + ratio))
    : (0.5 * factor * Math.sqrt((1 + ratio) / ratio) * falling(a, 1 / ratio)) / a
}

/**
 * ₂F₁(a + ½, 1; 3/2; x) of I_x(½, a) = x^½(1 − x)^a/(½·B) × ₂F₁ (Abramowitz & Stegun 26.5.8).
 */
function rising(a: number, x: number): number {
  return continuedFraction((k) => {
    const m = Math.floor(k / 2)
    return k % 2 === 0
      ? (m * (a - m) * x) / ((2 * m - 0.5) * (2 * m + 0.5))
      : (-(m + 0.5) * (a + m + 0.5) * x) / ((2 * m + 0.5) * (2 * m + 1.5))
  })
}

/**
 * ₂F₁(½, 1; a + 1; −y), from Pfaff's transformation of I_x(a, ½) = x^a(1 − x)^½/(a·B) ×
 * ₂F₁(a + ½, 1; a + 1; x): a fraction of Gauss with positive terms alone, so that 1 − x never cancels.
 */
function falling(a: number, y: number): number {
  return continuedFraction((k) => {
    const m = Math.floor(k / 2)
    return k % 2 === 0
      ? (m * (a + m - 0.5) * y) / ((a + 2 * m - 1) * (a + 2 * m))
      : ((m + 0.5) * (a + m) * y) / ((a + 2 * m) * (a + 2 * m + 1))
  })
}

/** @throws TailError unless ν ≥ 1 and not between 1,000,000 and Infinity. */
export function checkDegrees(degreesOfFreedom: number): void {
  if (degreesOfFreedom >= 1 && degreesOfFreedom <= MOST_DEGREES) return
  if (degreesOfFreedom === Infinity) return
  throw new TailError(
    `The Student-t has ${degreesOfFreedom} degrees of freedom. Give 1 to 1000000, or Infinity for the normal distribution.`,
  )
}

function checkArguments(t: number, degreesOfFreedom: number): void {
  checkDegrees(degreesOfFreedom)
  if (Number.isNaN(t)) {
    throw new TailError('The argument of a Student-t is NaN. Give a number of standard scales.')
  }
}
