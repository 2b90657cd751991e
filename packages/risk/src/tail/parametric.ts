import { inverseNormalCdf } from '../pricing/inverseNormalCdf.js'
import { normalDensity } from '../pricing/normalCdf.js'
import { checkFinite, checkLevel, checkNotNegative } from './checks.js'
import { studentTDensity } from './distribution/studentT.js'
import { studentTQuantile } from './distribution/studentTQuantile.js'
import { TailError } from './errors.js'
import type { Tail } from './historical.js'

/** A normal or Student-t distribution of P&L or returns. */
export type EllipticalLaw = {
  /** Mean of the P&L (not of the loss), in its unit. */
  readonly mean: number
  /** Standard deviation, in the same unit: of the P&L itself, not the scale of the Student-t. */
  readonly standardDeviation: number
  /** Degrees of freedom above 2; absent or Infinity: normal. */
  readonly degreesOfFreedom?: number
}

/**
 * Value at risk and expected shortfall of the normal distribution with mean 0 and variance 1:
 * z_α and φ(z_α)/(1 − α).
 *
 * @throws LevelError when the level is not in (0, 1).
 *
 * @example
 * gaussianMultipliers(0.975) // { valueAtRisk: 1.95996…, expectedShortfall: 2.33780… }
 */
export function gaussianMultipliers(level: number): Tail {
  checkLevel(level)
  const tail = 1 - level
  const z = -inverseNormalCdf(tail)
  return { valueAtRisk: z, expectedShortfall: normalDensity(z) / tail }
}

/**
 * Value at risk and expected shortfall of a Student-t of scale 1 (variance ν/(ν − 2)):
 * t_α and f(t_α)/(1 − α)·(ν + t_α²)/(ν − 1), for ν > 1. (A. J. McNeil, R. Frey and P. Embrechts,
 * "Quantitative Risk Management", 2nd ed., example 2.15.)
 *
 * @throws LevelError when the level is not in (0, 1); TailError when ν ≤ 1 (no mean).
 *
 * @example
 * studentTMultipliers(0.975, 4) // { valueAtRisk: 2.77644…, expectedShortfall: 3.99355… }
 */
export function studentTMultipliers(level: number, degreesOfFreedom: number): Tail {
  if (degreesOfFreedom === Infinity) return gaussianMultipliers(level)
  checkLevel(level)
  if (!(degreesOfFreedom > 1)) {
    throw new TailError(
      `A Student-t with ${degreesOfFreedom} degrees of freedom has no expected shortfall. Give more than 1.`,
    )
  }
  const tail = 1 - level
  const t = -studentTQuantile(tail, degreesOfFreedom)
  const density = studentTDensity(t, degreesOfFreedom)
  return {
    valueAtRisk: t,
    expectedShortfall: ((density / tail) * (degreesOfFreedom + t * t)) / (degreesOfFreedom - 1),
  }
}

/**
 * √((ν − 2)/ν): the scale of a Student-t of variance 1.
 *
 * @throws TailError when ν ≤ 2 (no variance).
 *
 * @example
 * unitVarianceScale(4) // 0.7071067811865476
 */
export function unitVarianceScale(degreesOfFreedom: number): number {
  if (degreesOfFreedom === Infinity) return 1
  if (degreesOfFreedom > 2) return Math.sqrt((degreesOfFreedom - 2) / degreesOfFreedom)
  throw new TailError(
    `A Student-t with ${degreesOfFreedom} degrees of freedom has no variance. Give more than 2.`,
  )
}

/**
 * Multipliers of the standard deviation: {@link studentTMultipliers} of a Student-t of variance 1,
 * or of the normal distribution for Infinity.
 *
 * @throws LevelError when the level is not in (0, 1); TailError when ν ≤ 2.
 *
 * @example
 * unitVarianceMultipliers(0.975, 4) // { valueAtRisk: 1.96324…, expectedShortfall: 2.82387… }
 */
export function unitVarianceMultipliers(level: number, degreesOfFreedom: number): Tail {
  const scale = unitVarianceScale(degreesOfFreedom)
  const { valueAtRisk, expectedShortfall } = studentTMultipliers(level, degreesOfFreedom)
  return { valueAtRisk: scale * valueAtRisk, expectedShortfall: scale * expectedShortfall }
}

/**
 * Value at risk and expected shortfall of a normal or Student-t P&L, in the unit of its mean:
 * −μ + σ·(multiplier of variance 1).
 *
 * @throws LevelError when the level is not in (0, 1); TailError when a number is not finite, σ is
 * negative or ν ≤ 2.
 *
 * @example
 * ellipticalTail({ mean: 0, standardDeviation: 100, degreesOfFreedom: 4 }, 0.975)
 * // { valueAtRisk: 196.324…, expectedShortfall: 282.387… }
 */
export function ellipticalTail(law: EllipticalLaw, level: number): Tail {
  const { mean, standardDeviation, degreesOfFreedom = Infinity } = law
  checkFinite('mean', mean)
  checkNotNegative('standard deviation', standardDeviation)
  const multipliers = unitVarianceMultipliers(level, degreesOfFreedom)
  return {
    valueAtRisk: -mean + standardDeviation * multipliers.valueAtRisk,
    expectedShortfall: -mean + standardDeviation * multipliers.expectedShortfall,
  }
}
