import { exp } from './exp.js'

const SQRT_HALF = Math.sqrt(0.5)
const INVERSE_SQRT_PI = 0.5641895835477563
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
 * Rational approximations of erf and erfc on three intervals: W. J. Cody, Rational Chebyshev
 * approximations for the error function, Math. Comp. 23 (1969), 631–637.
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

/** erf(y), |y| ≤ 0.46875. */
function errorFunctionNearZero(y: number): number {
  const t = y * y
  const p =
    (((0.18577770618460315 * t + 3.1611237438705655) * t + 113.86415415105016) * t +
      377.485237685302) *
      t +
    3209.3775891384694
  const q =
    (((t + 23.601290952344122) * t + 244.02463793444417) * t + 1282.6165260773723) * t +
    2844.236833439171
  return (y * p) / q
}

/** e^(y²)·erfc(y), 0.46875 ≤ y ≤ 4. */
function scaledMiddle(y: number): number {
  let p = 2.1531153547440383e-8 * y + 0.5641884969886701
  p = p * y + 8.883149794388377
  p = p * y + 66.11919063714163
  p = p * y + 298.6351381974001
  p = p * y + 881.952221241769
  p = p * y + 1712.0476126340707
  p = p * y + 2051.0783778260716
  p = p * y + 1230.3393547979972
  let q = y + 15.744926110709835
  q = q * y + 117.6939508913125
  q = q * y + 537.1811018620099
  q = q * y + 1621.3895745666903
  q = q * y + 3290.7992357334597
  q = q * y + 4362.619090143247
  q = q * y + 3439.3676741437216
  q = q * y + 1230.3393548037495
  return p / q
}

/** e^(y²)·erfc(y), y ≥ 4. */
function scaledFar(y: number): number {
  const t = 1 / (y * y)
  let p = 0.016315387137302097 * t + 0.30532663496123236
  p = p * t + 0.36034489994980445
  p = p * t + 0.12578172611122926
  p = p * t + 0.016083785148742275
  p = p * t + 0.0006587491615298378
  let q = t + 2.568520192289822
  q = q * t + 1.8729528499234604
  q = q * t + 0.5279051029514285
  q = q * t + 0.06051834131244132
  q = q * t + 0.0023352049762686918
  return (INVERSE_SQRT_PI - (t * p) / q) / y
}
