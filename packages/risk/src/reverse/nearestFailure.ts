import { boundaryNear } from './boundary.js'
import { compassSearch } from './compassSearch.js'
import { ReverseStressError } from './errors.js'
import type { FailurePoint, NearestFailure } from './failure.js'
import { failurePoint } from './failure.js'
import { hasoferLind } from './hasoferLind.js'
import type { LimitState, Surplus } from './limitState.js'
import { limitState, surplusToday } from './limitState.js'
import { rootSize } from './root.js'
import { searchStarts } from './starts.js'
import { direction, dot, length, plus, scaled } from './vector.js'

/** What is asked of a reverse stress test. */
export type ReverseStress = {
  readonly surplus: Surplus
  /** L with L·L' = Σ over the horizon, [factors × factors], row-major: the lower Cholesky factor. */
  readonly root: Float64Array
  /** Standard deviations up to which the search looks. Default 10. */
  readonly searchTo?: number
}

const DEFAULT_SEARCH_TO = 10
/** Points as near as this to each other, relative, are one. */
const SAME = 1e-3
/** Cosine from which a point counts as nearest in its neighbourhood. */
const NEAREST = 1 - 1e-6

/**
 * The move of the factors, nearest by Mahalanobis distance, at which an account is liquidated, and
 * the other ways to get there: minimise ½u'u subject to surplus(L·u) ≤ 0.
 *
 * A scan along fixed directions, descents by {@link hasoferLind} from several starts, a turn of
 * the best point without gradients, and a last bisection: every point named does fail. The search is
 * deterministic. It sees no failing region that is narrower than what it scans, and says `unknown`
 * where the surplus is NaN nearer than the nearest known failure.
 *
 * @example
 * // 100 of collateral at a threshold of 80 % against 60 of debt; 10 % standard deviation
 * nearestFailure({
 *   surplus: ([move = 0]) => 100 * exp(move) * 0.8 - 60,
 *   root: Float64Array.of(0.1),
 * }) // nearest: { distance: 2.8768…, moves: [−0.28768…] }: a fall of 25 %
 *
 * @throws ReverseStressError when the surplus is not known today, the root is not square and finite,
 * or the limit of the search is not positive.
 */
export function nearestFailure(stress: ReverseStress): NearestFailure {
  const { surplus, root, searchTo = DEFAULT_SEARCH_TO } = stress
  const size = rootSize(root)
  if (!(searchTo > 0 && searchTo < Infinity)) {
    throw new ReverseStressError(
      `The search cannot go to ${searchTo} standard deviations. Give a finite number above 0, such as 10.`,
    )
  }
  const today = surplusToday(surplus, size)
  if (today <= 0) return { kind: 'failed' }
  if (today === Infinity) return { kind: 'none', searchedTo: Infinity }
  const state = limitState(surplus, today, root, size)
  const points = search(state, searchTo)
    .map((shocks) => failurePoint(root, shocks, alignmentAt(state, shocks)))
    .sort((a, b) => a.distance - b.distance)
  const [nearest] = points
  const unknown = state.unknown()
  // What lies beyond the search says nothing.
  if (unknown.distance < Math.min(searchTo, nearest?.distance ?? Infinity))
    return { kind: 'unknown', ...unknown }
  if (nearest === undefined) return { kind: 'none', searchedTo: searchTo }
  return { kind: 'nearest', nearest, others: distinct(nearest, points) }
}

/** Failing shocks within the limit, one for each start that led to any, refined. */
function search(state: LimitState, limit: number): readonly Float64Array[] {
  const { starts, failing } = searchStarts(state, limit)
  const found = [...failing, ...starts.flatMap((start) => descend(state, start))]
    .filter((shocks) => length(shocks) <= limit)
    .sort((a, b) => length(a) - length(b))
  const [best] = found
  if (best === undefined) return []
  const turned = compassSearch(state, best)
  return turned === best ? found : [turned, ...descend(state, turned), ...found]
}

function descend(state: LimitState, start: Float64Array): readonly Float64Array[] {
  const reached = hasoferLind(state, start)
  const reach = boundaryNear(state, reached)
  return reach === null ? [] : [scaled(direction(reached), reach)]
}

function alignmentAt(state: LimitState, shocks: Float64Array): number {
  const gradient = state.gradientAt(shocks)
  const cosine = -dot(gradient, shocks) / (length(gradient) * length(shocks))
  return Number.isFinite(cosine) ? Math.min(1, cosine) : 0
}

function distinct(nearest: FailurePoint, points: readonly FailurePoint[]): readonly FailurePoint[] {
  const kept = [nearest]
  for (const point of points) {
    if (point.alignment < NEAREST) continue
    const apart = (other: FailurePoint) =>
      length(plus(point.shocks, other.shocks, -1)) > SAME * point.distance
    if (kept.every(apart)) kept.push(point)
  }
  return kept.slice(1)
}
