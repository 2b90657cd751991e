import { ReverseStressError } from './errors.js'
import type { NearestFailure } from './failure.js'
import { failurePoint } from './failure.js'
import { pulledBack, rootSize } from './root.js'
import { length, scaled } from './vector.js'

/** An account whose surplus is linear in the moves of the factors. */
export type LinearSurplus = {
  /** What is left above maintenance today, in the numeraire. */
  readonly surplus: number
  /** Change of the surplus with a move of 1 of each factor, [factors], in the numeraire. */
  readonly gradient: Float64Array
  /** L with L·L' = Σ over the horizon, [factors × factors], row-major: the lower Cholesky factor. */
  readonly root: Float64Array
}

/**
 * Nearest liquidation of a linear account: d = m/√(g'Σg) at x* = −m·Σg/(g'Σg).
 *
 * The check of {@link nearestFailure} where both apply. Exact, so `none` is searched to Infinity.
 *
 * @example
 * nearestLinearFailure({
 *   surplus: 9000,
 *   gradient: Float64Array.of(249_000),
 *   root: Float64Array.of(Math.sqrt(0.0018)),
 * }) // { kind: 'nearest', nearest: { distance: 0.851935…, moves: [-0.036144…], … }, others: [] }
 *
 * @throws ReverseStressError when the surplus or gradient is not finite or the sizes do not fit.
 */
export function nearestLinearFailure(account: LinearSurplus): NearestFailure {
  const { surplus, gradient, root } = account
  const size = rootSize(root)
  if (gradient.length !== size || !gradient.every(Number.isFinite) || !Number.isFinite(surplus)) {
    throw new ReverseStressError(
      `A surplus of ${surplus} with ${gradient.length} sensitivities [${gradient.join(', ')}] does not fit ${size} factors. Give one finite sensitivity for each factor.`,
    )
  }
  if (surplus <= 0) return { kind: 'failed' }
  const steepest = pulledBack(root, gradient)
  const slope = length(steepest)
  if (slope === 0) return { kind: 'none', searchedTo: Infinity }
  const shocks = scaled(steepest, -surplus / slope / slope)
  return { kind: 'nearest', nearest: failurePoint(root, shocks, 1), others: [] }
}
