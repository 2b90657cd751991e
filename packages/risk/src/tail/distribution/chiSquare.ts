import { exp } from '../../pricing/exp.js'
import { inverseNormalCdf } from '../../pricing/inverseNormalCdf.js'
import { normalCdf } from '../../pricing/normalCdf.js'
import { checkCount } from '../checks.js'
import { TailError } from '../errors.js'

const INVERSE_SQRT_PI = 0.5641895835477563

/**
 * P[χ² > x] with k degrees of freedom, the p-value of a likelihood ratio: the regularised upper
 * incomplete gamma function Q(k/2, x/2), as the finite sum from Q(½, y) = 2Φ(−√(2y)) or
 * Q(1, y) = e^(−y) by Q(a + 1, y) = Q(a, y) + y^a·e^(−y)/Γ(a + 1) (Abramowitz & Stegun 26.4.4–5).
 *
 * @throws TailError when x is negative or NaN, or k is not a positive integer.
 *
 * @example
 * chiSquareSurvival(3.841458820694124, 1) // 0.050000000000000044
 */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  if (!(x >= 0)) {
    throw new TailError(`The χ² statistic is ${x}. Give a number that is not negative.`)
  }
  checkCount('number of degrees of freedom of χ²', degreesOfFreedom, 1)
  const y = x / 2
  const isOdd = degreesOfFreedom % 2 === 1
  let sum = isOdd ? 2 * normalCdf(-Math.sqrt(x)) : exp(-y)
  if (y === Infinity) return sum
  // y^a·e^(−y)/Γ(a + 1) at a = ½ or 1.
  let term = exp(-y) * (isOdd ? 2 * INVERSE_SQRT_PI * Math.sqrt(y) : y)
  for (let a = isOdd ? 0.5 : 1; 2 * a < degreesOfFreedom; a += 1) {
    sum += term
    term *= y / (a + 1)
  }
  return sum
}

/**
 * The x with P[χ² ≤ x] = p for one degree of freedom: the square of the normal quantile of (1 + p)/2.
 *
 * @example
 * chiSquareOneQuantile(0.95) // 3.841458820694124
 */
export function chiSquareOneQuantile(probability: number): number {
  const z = inverseNormalCdf((1 - probability) / 2)
  return z * z
}
