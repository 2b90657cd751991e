import { checkCount, checkLength, checkLevel, checkSeries } from './checks.js'
import { tailObservations } from './historical.js'
import { selectLargest } from './select.js'

/** What each component adds to a historical expected shortfall. */
export type ShortfallContributions = {
  /** In the unit of the losses. */
  readonly expectedShortfall: number
  /** Add up to `expectedShortfall`; negative for a hedge: [components]. */
  readonly contributions: Float64Array
  /** Scenarios of the tail, worst first; the last may count in part. */
  readonly scenarios: readonly number[]
}

/**
 * Euler contributions to historical expected shortfall: the mean of each component's loss over the
 * tail scenarios of the whole, which add up to the expected shortfall. (D. Tasche, "Risk contributions
 * and performance measurement", 1999.) Equal losses enter the tail in the order of their scenarios.
 *
 * @param losses loss of every component in every scenario: [scenarios × components], row-major
 * @param components number of components
 *
 * @throws TooFewObservationsError without a scenario; TailError when a loss is not finite or the
 * losses are no whole number of rows; LevelError when the level is not in (0, 1).
 *
 * @example
 * shortfallContributions(Float64Array.of(1, 2, 5, -1, 0, 0, -3, 1), 2, 0.75)
 * // { expectedShortfall: 4, contributions: [5, -1], scenarios: [1] }
 */
export function shortfallContributions(
  losses: Float64Array,
  components: number,
  level: number,
): ShortfallContributions {
  checkLevel(level)
  checkCount('number of components', components, 1)
  checkSeries('The matrix of losses', losses, 1)
  const rows = Math.ceil(losses.length / components)
  checkLength('The matrix of losses', losses.length, rows * components)
  const totals = rowTotals(losses, components, rows)
  const m = tailObservations(rows, level)
  const scenarios = worstScenarios(totals, Math.ceil(m))
  const contributions = new Float64Array(components)
  let expectedShortfall = 0
  scenarios.forEach((scenario, rank) => {
    const weight = Math.min(1, m - rank) / m
    expectedShortfall += weight * (totals[scenario] ?? NaN)
    for (let component = 0; component < components; component++) {
      const loss = losses[scenario * components + component] ?? NaN
      contributions[component] = (contributions[component] ?? NaN) + weight * loss
    }
  })
  return { expectedShortfall, contributions, scenarios }
}

function rowTotals(losses: Float64Array, components: number, rows: number): Float64Array {
  const totals = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    let total = 0
    for (let component = 0; component < components; component++) {
      total += losses[row * components + component] ?? NaN
    }
    totals[row] = total
  }
  return totals
}

/** Scenarios of the `count` largest totals, worst first. */
function worstScenarios(totals: Float64Array, count: number): readonly number[] {
  const selected = totals.slice()
  selectLargest(selected, count)
  const least = selected[totals.length - count] ?? NaN
  const beyond: number[] = []
  const equal: number[] = []
  for (let scenario = 0; scenario < totals.length; scenario++) {
    const total = totals[scenario] ?? NaN
    if (total > least) beyond.push(scenario)
    else if (total === least) equal.push(scenario)
  }
  // The sort is stable: equal losses stay in the order of their scenarios.
  return [...beyond, ...equal.slice(0, count - beyond.length)].sort(
    (a, b) => (totals[b] ?? NaN) - (totals[a] ?? NaN),
  )
}
