import { errorFunctionNearZero, scaledFar, scaledMiddle } from './errorFunction.js'
import { exp } from './exp.js'

const SQRT_HALF = Math.sqrt(0.5)
const INVERSE_SQRT_TWO_PI = 0.3989422804014327

/**
 * The standard normal density φ(x).
 *
 * @example
 * normalDensity(0) // 0.3989422804014327
 */
export function normalDensity(x: number): number {
  return INVERSE_SQRT_TWO_PI * gaussian(x < 0 ? -x : x)
}

/**
 * The standard normal distribution Φ(x), with full relative accuracy in the lower tail, from
 * + − × ÷ alone: the same bits on every engine.
 *
 * Rational approximations of erf and erfc on three intervals: see errorFunction.ts.
 *
 * @example
 * normalCdf(-1) // 0.15865525393145707
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x
  const magnitude = x < 0 ? -x : x
  const y = magnitude * SQRT_HALF
  if (y <= 0.46875) return 0.5 + 0.5 * errorFunctionNearZero(x * SQRT_HALF)
  const tail = 0.5 * gaussian(magnitude) * (y <= 4 ? scaledMiddle(y) : scaledFar(y))
  return x < 0 ? tail : 1 - tail
}

/** e^(−x²/2) for x ≥ 0; x² is split so that its rounding does not reach the exponent. */
function gaussian(x: number): number {
  if (x > 40) return 0
  const head = Math.floor(x * 16) / 16
  return exp(-0.5 * head * head) * exp(-0.5 * (x - head) * (x + head))
}
