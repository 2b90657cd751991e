import { UnifiedMarginError } from './errors.js'

/** Choices of the unified margin; each has a default that {@link UNIFIED_DEFAULTS} names and explains. */
export type UnifiedParameters = {
  /** Days over which the portfolio is moved before it can be closed. */
  readonly horizonDays: number
  /** Unit-variance multiplier of the daily volatility: how far out in the tail a move is. */
  readonly tailMultiplier: number
  /** How far correlations are moved, 0 to 1: towards 1 among what loses one way, towards −1 between the ways. */
  readonly correlationStress: number
  /** Share of the loss that counts in moves of one to two ranges, 0 to 1. */
  readonly extremeCover: number
  /** Least loss of each net short option of one strike and expiry, as a fraction of spot. */
  readonly shortOptionMinimum: number
  /** Initial ÷ maintenance margin, above 1. */
  readonly initialFactor: number
  /** Share of a day's volume that can be closed without moving the price. */
  readonly volumeFraction: number
}

/**
 * - horizon 1 day, that of exchanges that liquidate by themselves;
 * - 2.823871 = expected shortfall at 97.5 % of Student-t with 4 degrees of freedom and unit variance;
 * - correlation stress of ¼, the weight that Commission Delegated Regulation (EU) 153/2013, article
 *   28(1)(b), gives to stressed observations;
 * - a third of extreme moves, as CME SPAN covers them;
 * - short options at 0.5 % of spot at least;
 * - initial = maintenance ÷ 0.8, the ratio of most portfolio margins of crypto options;
 * - a tenth of a day's volume.
 */
export const UNIFIED_DEFAULTS: UnifiedParameters = {
  horizonDays: 1,
  tailMultiplier: 2.823871,
  correlationStress: 0.25,
  extremeCover: 1 / 3,
  shortOptionMinimum: 0.005,
  initialFactor: 1.25,
  volumeFraction: 0.1,
}

const LIMITS: { readonly [name in keyof UnifiedParameters]: readonly [number, number] } = {
  horizonDays: [1 / 1440, 60],
  tailMultiplier: [1, 100],
  correlationStress: [0, 1],
  extremeCover: [0, 1],
  shortOptionMinimum: [0, 1],
  initialFactor: [1 + 1e-9, 10],
  volumeFraction: [1e-9, 1],
}

/**
 * The parameters in force.
 *
 * @throws UnifiedMarginError when one is out of its range.
 */
export function parametersOf(given: Partial<UnifiedParameters>): UnifiedParameters {
  const parameters = { ...UNIFIED_DEFAULTS, ...given }
  for (const name of Object.keys(LIMITS) as (keyof UnifiedParameters)[]) {
    const [least, most] = LIMITS[name]
    const value = parameters[name]
    if (value >= least && value <= most) continue
    throw new UnifiedMarginError(
      `The parameter ${name} of the unified margin is ${value}. Give a number from ${least} to ${most}, or leave it out.`,
    )
  }
  return parameters
}
