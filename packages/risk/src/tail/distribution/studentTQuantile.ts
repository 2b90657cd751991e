import { exp } from '../../pricing/exp.js'
import { inverseNormalCdf } from '../../pricing/inverseNormalCdf.js'
import { log, logRatio } from '../../pricing/log.js'
import { TailError } from '../errors.js'
import { checkDegrees, studentTDensity, upperTail } from './studentT.js'

const STEPS = 60

/**
 * The t with P[T ≤ t] = p of a Student-t of scale 1 with ν degrees of freedom, to about 1e-15
 * relative; ±Infinity at 0 and 1. Infinity degrees: Φ⁻¹(p).
 *
 * Newton's method for ln P[T > t] as a function of ln t, which is concave: it converges from any
 * start, at once in a power tail.
 *
 * @throws TailError when p is not in [0, 1], or ν is not from 1 to 1,000,000, nor Infinity; InversionError
 * where |t| is beyond 1e150, as at a tail of 1e-300 with 1 degree.
 *
 * @example
 * studentTQuantile(0.025, 4) // -2.7764451051977934
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  checkDegrees(degreesOfFreedom)
  if (!(probability >= 0 && probability <= 1)) {
    throw new TailError(`The probability is ${probability}. Give a number from 0 to 1.`)
  }
  const normal = inverseNormalCdf(probability)
  if (degreesOfFreedom === Infinity || normal === 0 || Math.abs(normal) === Infinity) return normal
  const tail = normal < 0 ? probability : 1 - probability
  const magnitude = upperQuantile(tail, Math.abs(normal), degreesOfFreedom)
  return normal < 0 ? -magnitude : magnitude
}

function upperQuantile(tail: number, start: number, degreesOfFreedom: number): number {
  let t = start
  for (let step = 0; step < STEPS; step++) {
    const beyond = upperTail(t, degreesOfFreedom)
    const change = (logRatio(beyond, tail) * beyond) / (t * studentTDensity(t, degreesOfFreedom))
    const next = Math.abs(change) < 0.1 ? t + t * expMinusOne(change) : exp(log(t) + change)
    const isSettled = Math.abs(next - t) <= 4 * Number.EPSILON * t
    t = next
    if (isSettled) break
  }
  return t
}

/** eˣ − 1 for |x| < 0.1, without cancellation: Taylor to the term that leaves out 1e-17. */
function expMinusOne(x: number): number {
  let term = x
  let sum = x
  for (let n = 2; n <= 12; n++) {
    term *= x / n
    sum += term
  }
  return sum
}
