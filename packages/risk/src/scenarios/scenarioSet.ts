import type { FactorId } from '@plimsoll/model'

/** How a set of scenarios was made. */
export type ScenarioSetKind = 'grid' | 'historical' | 'filtered' | 'monte-carlo' | 'event' | 'user'

/**
 * Joint moves of risk factors, one row a scenario. Only where `weights` is given is the set a
 * distribution, of which a tail can be taken; of a grid or of named events only the worst counts.
 */
export type ScenarioSet = {
  readonly kind: ScenarioSetKind
  /** For print: the method with its parameters and seed, or the name of the event. */
  readonly label: string
  /** Where its numbers come from. */
  readonly source: string
  /** Days over which the moves happen. */
  readonly horizonDays: number
  /** Sorted: `spot:`, `peg:` and `iv:<SYMBOL>` factors; what is not named does not move. */
  readonly factors: readonly FactorId[]
  readonly count: number
  /**
   * [count × factors], row-major: relative moves, −0.2 is a fall of 20 %. Of an `iv:` factor, that of
   * volatility at 30 days to expiry; other tenors move by the term powers of the market state.
   */
  readonly moves: Float64Array
  /** [count], adding up to 1; null where the set is no distribution. */
  readonly weights: Float64Array | null
  /** [count], such as dates or events; null where rows have no name. */
  readonly names: readonly string[] | null
}
