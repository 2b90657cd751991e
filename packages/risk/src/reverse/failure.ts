import { correlateInto } from '../covariance/cholesky.js'
import { direction, length } from './vector.js'

/** A move of the market that liquidates, nearest in its neighbourhood. */
export type FailurePoint = {
  /** Mahalanobis distance √(x'Σ⁻¹x) from today: standard deviations of the joint move. */
  readonly distance: number
  /** Move x of each factor, in the unit of the covariance root (log returns over its horizon). */
  readonly moves: Float64Array
  /** The same as independent standard normal shocks u, with x = L·u. */
  readonly shocks: Float64Array
  /** Squares of the unit vector along the shocks; they add up to 1. */
  readonly shares: Float64Array
  /**
   * Cosine between the shocks and the steepest fall of the surplus: 1 where the point is a smooth
   * nearest point, less at a kink, a jump or where the search had to stop.
   */
  readonly alignment: number
}

/** The outcome of a reverse stress test. */
export type NearestFailure =
  /** Liquidatable without any move. */
  | { readonly kind: 'failed' }
  | {
      readonly kind: 'nearest'
      readonly nearest: FailurePoint
      /** Further ways to fail that were found, each nearest in its own neighbourhood, by distance. */
      readonly others: readonly FailurePoint[]
    }
  /** Nothing liquidates within this many standard deviations, as far as the search sees. */
  | { readonly kind: 'none'; readonly searchedTo: number }
  /** The surplus is not known at a move nearer than any that is known to liquidate. */
  | { readonly kind: 'unknown'; readonly distance: number; readonly moves: Float64Array }

/** The point of given shocks. */
export function failurePoint(
  root: Float64Array,
  shocks: Float64Array,
  alignment: number,
): FailurePoint {
  const moves = correlateInto(new Float64Array(shocks.length), root, shocks)
  const distance = length(shocks)
  const shares = distance > 0 ? direction(shocks).map((entry) => entry * entry) : shocks.slice()
  return { distance, moves, shocks, shares, alignment }
}
