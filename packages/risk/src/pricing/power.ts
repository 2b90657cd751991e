import { exp } from './exp.js'
import { log } from './log.js'

/**
 * base^exponent for base ≥ 0, the same bits on every engine; exact for the exponents 0, 1, 2, −1 and ½,
 * within |exponent·ln base| units in the last place else.
 *
 * @example
 * power(0.8, 1) // 0.8
 */
export function power(base: number, exponent: number): number {
  if (exponent === 0) return 1
  if (exponent === 1) return base
  if (exponent === 2) return base * base
  if (exponent === -1) return 1 / base
  if (exponent === 0.5) return Math.sqrt(base)
  return exp(exponent * log(base))
}
