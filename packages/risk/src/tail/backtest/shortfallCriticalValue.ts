import { exp } from '../../pricing/exp.js'
import { checkCount, checkLevel } from '../checks.js'
import { logOnePlus } from '../distribution/logOnePlus.js'
import { checkDegrees, studentTCdf } from '../distribution/studentT.js'
import { InversionError, TailError } from '../errors.js'
import { studentTMultipliers } from '../parametric.js'

/** For which test, and under which law of the losses, a critical value is asked. */
export type ShortfallTestDesign = {
  /** Number of forecasts. */
  readonly observations: number
  /** Level of the expected shortfall forecasts, 0.975 say. */
  readonly level: number
  /** Of the Student-t that the losses follow when the model is right, above 1; Infinity: normal. */
  readonly degreesOfFreedom: number
  /** Probability of rejecting a right model, 0.05 say. */
  readonly significance: number
}

/** Steps of the lattice for each unit of 1 − Z₂, whose mean is 1. */
const RESOLUTION = 500
const MOST_STEPS = 40_000
/** Above it the chance of no hit at all cannot be held as a double's starting point. */
const MOST_EXPECTED_HITS = 600

/**
 * The value below which {@link acerbiSzekelyTests}'s Z₂ rejects the forecasts at the given
 * significance. −0.70 at 5 % for 250 forecasts of 97.5 % and thin tails, lower for fatter ones.
 *
 * 1 − Z₂ is a compound binomial sum: its distribution comes from the recursion of H. H. Panjer, ASTIN
 * Bulletin 12 (1981) 22–26, on a lattice of 1/500, to about 1e-4, without simulation.
 *
 * @throws LevelError when level or significance is not in (0, 1); TailError when the number of
 * observations is not a positive integer, ν is not above 1 or the level is below 0.5; InversionError when more than 600 hits
 * are expected, or the critical value is beyond the lattice, below −79.
 *
 * @example
 * shortfallCriticalValue({ observations: 250, level: 0.975, degreesOfFreedom: 4, significance: 0.05 }) // -0.7593…
 */
export function shortfallCriticalValue(design: ShortfallTestDesign): number {
  const { observations, level, degreesOfFreedom, significance } = design
  checkLevel(level)
  checkLevel(significance)
  checkDegrees(degreesOfFreedom)
  checkCount('number of observations', observations, 1)
  if (level < 0.5) {
    throw new TailError(
      `Critical values at the level ${level} are not defined: a hit could be a gain. Give a level from 0.5 on.`,
    )
  }
  const tail = 1 - level
  if (observations * tail > MOST_EXPECTED_HITS) {
    throw new InversionError(
      `${observations} observations expect ${observations * tail} hits, at most ${MOST_EXPECTED_HITS} are supported. Test shorter periods one by one.`,
    )
  }
  const severity = severities(design)
  // Binomial counts: pₖ/pₖ₋₁ = a + b/k.
  const a = -tail / level
  const b = (observations + 1) * (tail / level)
  const masses = new Float64Array(MOST_STEPS)
  const zeroMass = severity(0)
  masses[0] = exp(observations * logOnePlus(-tail * (1 - zeroMass)))
  let remaining = 1 - (masses[0] ?? NaN)
  const parts = new Float64Array(MOST_STEPS)
  for (let step = 1; step < MOST_STEPS; step++) {
    parts[step] = severity(step)
    // Σ(a + b·part/step)·f(part)·g(step − part), without a division for each part.
    let plain = 0
    let weighted = 0
    for (let part = 1; part <= step; part++) {
      const term = (parts[part] ?? NaN) * (masses[step - part] ?? NaN)
      plain += term
      weighted += part * term
    }
    const mass = (a * plain + (b * weighted) / step) / (1 - a * zeroMass)
    masses[step] = mass
    // The mass of a lattice point is spread evenly over its cell.
    if (remaining - mass <= significance) {
      const share = mass > 0 ? (remaining - significance) / mass : 0
      return 1 - (step - 0.5 + Math.max(0, share)) / RESOLUTION
    }
    remaining -= mass
  }
  throw new InversionError(
    `The critical value of Z₂ for ${observations} observations at ${level} is below ${1 - MOST_STEPS / RESOLUTION}. Ask for a larger significance, or more observations.`,
  )
}

/** The probability that one hit adds as many lattice steps, by rounding to the nearest. */
function severities(design: ShortfallTestDesign): (step: number) => number {
  const { observations, level, degreesOfFreedom } = design
  const tail = 1 - level
  const { valueAtRisk, expectedShortfall } = studentTMultipliers(level, degreesOfFreedom)
  const unit = (observations * tail * expectedShortfall) / RESOLUTION
  const beyond = (step: number): number => {
    const loss = (step - 0.5) * unit
    return loss <= valueAtRisk ? 1 : studentTCdf(-loss, degreesOfFreedom) / tail
  }
  let above = 1
  let next = 0
  return (step) => {
    if (step !== next) above = beyond(step)
    const below = beyond(step + 1)
    const mass = above - below
    above = below
    next = step + 1
    return mass
  }
}
