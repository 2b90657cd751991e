import { checkFinite } from './checks.js'
import { TailError } from './errors.js'

/**
 * Margin of two buckets with correlation ρ, √(a² + b² + 2ρab), in the unit of both: the aggregation
 * of ISDA SIMM (methodology 2.5, section C).
 *
 * @throws TailError when a margin is not finite or ρ is not in [−1, 1].
 *
 * @example
 * aggregateCorrelated(3, 4, 0) // 5
 */
export function aggregateCorrelated(a: number, b: number, correlation: number): number {
  checkFinite('first margin', a)
  checkFinite('second margin', b)
  if (!(correlation >= -1 && correlation <= 1)) {
    throw new TailError(`The correlation is ${correlation}. Give a number from −1 to 1.`)
  }
  return Math.sqrt(Math.max(0, a * a + b * b + 2 * correlation * a * b))
}
