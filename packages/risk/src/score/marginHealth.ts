import { marketScore } from './marketScore.js'
import type { StructuralCap } from './structuralCap.js'

/** Highest score under volatilities that nobody measured for this portfolio. */
const CAP_OF_DEFAULT_CALIBRATION = 75

/** Where the volatilities and correlations come from. */
export type CalibrationStatus = 'observed' | 'default' | 'expired'

/** What the margin health is made of. */
export type MarginHealthInputs = {
  /**
   * Probability that any material account is liquidated within its horizon, at the worse end of its
   * 95 % interval: 1 where one is liquidatable, 0 where none can be; null where it is not known.
   */
  readonly probability: number | null
  readonly structure: StructuralCap
  readonly calibration: CalibrationStatus
  /** What else is unread, stale or not understood, in words or ids. */
  readonly unknown: readonly string[]
}

/** Margin health, 0 (liquidated) to 100. */
export type MarginHealth = {
  /** Null when anything is unknown or the calibration has expired. */
  readonly score: number | null
  /** The score is at most this, by what is known. */
  readonly upperBound: number
  /** Null when the probability is unknown or rests on an expired calibration. */
  readonly marketScore: number | null
  /**
   * What holds the upper bound down; at equal limits structure before calibration before market, and
   * null at 100.
   */
  readonly limitedBy: 'structure' | 'calibration' | 'market' | null
  /** Nodes that set the structural cap; empty when it is 100. */
  readonly nodes: readonly string[]
  /** Why the score is null; empty when it is not. */
  readonly unknown: readonly string[]
}

/**
 * Margin health: the least of the market score, the structural cap and the cap of the calibration.
 * What is unknown never improves it: the score is then null, and the upper bound says what is left.
 *
 * @example
 * marginHealth({
 *   probability: 0.0001,
 *   structure: { cap: 50, nodes: ['asset:a'], unknown: [] },
 *   calibration: 'observed',
 *   unknown: [],
 * }) // { score: 50, upperBound: 50, limitedBy: 'structure', nodes: ['asset:a'], … }
 *
 * @throws ScoreError when the probability is outside [0, 1].
 */
export function marginHealth(inputs: MarginHealthInputs): MarginHealth {
  const { probability, structure, calibration } = inputs
  const market = probability === null ? null : marketScore(probability)
  const known = calibration === 'expired' ? null : market
  const limits = [
    { limitedBy: 'structure', value: structure.cap },
    {
      limitedBy: 'calibration',
      value: calibration === 'observed' ? 100 : CAP_OF_DEFAULT_CALIBRATION,
    },
    // Certain failure needs no volatility: an account that is liquidatable today stays so.
    { limitedBy: 'market', value: probability === 1 ? 0 : (known ?? 100) },
  ] as const
  const least = limits.reduce((a, b) => (b.value < a.value ? b : a))
  const unknown = [
    ...inputs.unknown,
    ...structure.unknown.map((node) => `failure of ${node}`),
    ...(probability === null ? ['probability of liquidation'] : []),
    ...(calibration === 'expired' ? ['volatilities: the calibration has expired'] : []),
  ]
  return {
    score: unknown.length > 0 ? null : least.value,
    upperBound: least.value,
    marketScore: known,
    limitedBy: least.value === 100 ? null : least.limitedBy,
    nodes: structure.nodes,
    unknown,
  }
}
