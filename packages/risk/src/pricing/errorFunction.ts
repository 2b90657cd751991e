import { exp } from './exp.js'

// Rational approximations of erf and erfc on three intervals: W. J. Cody, Rational Chebyshev
// approximations for the error function, Math. Comp. 23 (1969), 631–637.

const INVERSE_SQRT_PI = 0.5641895835477563
const SQRT_HALF = Math.sqrt(0.5)
const SQRT_HALF_PI = 1.2533141373155003

/**
 * The scaled complementary error function erfcx(y) = e^(y²)·erfc(y), within a few units in the last
 * place; Infinity where y is so negative that it overflows.
 *
 * @example
 * scaledComplementaryError(10) // 0.05614099274382259
 */
export function scaledComplementaryError(y: number): number {
  if (y >= 4) return scaledFar(y)
  if (y >= 0.46875) return scaledMiddle(y)
  if (y >= -0.46875) return exp(y * y) * (1 - errorFunctionNearZero(y))
  const magnitude = -y
  return (
    2 * expOfSquare(magnitude) - (magnitude >= 4 ? scaledFar(magnitude) : scaledMiddle(magnitude))
  )
}

/**
 * Mills' ratio of the lower tail, Y(z) = Φ(z)/φ(z) = √(π/2)·erfcx(−z/√2).
 *
 * @example
 * lowerMillsRatio(0) // 1.2533141373155003
 */
export function lowerMillsRatio(z: number): number {
  return SQRT_HALF_PI * scaledComplementaryError(-z * SQRT_HALF)
}

/** e^(y²) for y ≥ 0; y is split so that the rounding of its square does not reach the exponent. */
function expOfSquare(y: number): number {
  if (y > 27) return Infinity
  const head = Math.floor(y * 16) / 16
  return exp(head * head) * exp((y - head) * (y + head))
}

/** erf(y), |y| ≤ 0.46875. */
export function errorFunctionNearZero(y: number): number {
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
export function scaledMiddle(y: number): number {
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
export function scaledFar(y: number): number {
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
