import type { MarketState, Portfolio, TailReport } from '@plimsoll/model'
import { shortfallContributions } from '../tail/contributions.js'
import { historicalTail } from '../tail/historical.js'
import { ScenarioSetError } from './errors.js'
import { repriceSet } from './reprice.js'
import type { ScenarioSet } from './scenarioSet.js'

const SHORTFALL = 0.975
const VALUE_AT_RISK = 0.99
const BINS = 41

/**
 * Expected shortfall and value at risk of a portfolio by full reprice over a set of equally likely
 * scenarios, with the parts of the shortfall by account and a histogram of all losses.
 *
 * @returns null where a leg that may be owed has no price.
 * @throws ScenarioSetError when the set is no distribution of equally likely scenarios.
 */
export function tailReport(
  portfolio: Portfolio,
  set: ScenarioSet,
  options: {
    readonly market: MarketState
    readonly nowMs: number
    /** Cost of closing everything at once, in the numeraire; null where it is not known. */
    readonly closingCost: number | null
  },
): TailReport | null {
  if (set.weights === null || !areEqual(set.weights)) {
    throw new ScenarioSetError(
      `“${set.label}” is no set of equally likely scenarios. Take its worst case instead, or draw one that is.`,
    )
  }
  const { losses, byAccount, accounts, known } = repriceSet(portfolio, set, options)
  if (!known) return null
  const scratch = new Float64Array(losses.length)
  const shortfall = historicalTail(losses, SHORTFALL, scratch).expectedShortfall
  const columns = Math.max(1, accounts.length)
  const { contributions } =
    accounts.length === 0
      ? { contributions: new Float64Array(0) }
      : shortfallContributions(byAccount, columns, SHORTFALL)
  return {
    method: set.label,
    horizonDays: set.horizonDays,
    scenarios: set.count,
    expectedShortfall: { level: SHORTFALL, loss: shortfall },
    valueAtRisk: {
      level: VALUE_AT_RISK,
      loss: historicalTail(losses, VALUE_AT_RISK, scratch).valueAtRisk,
    },
    liquidityAdjusted: options.closingCost === null ? null : shortfall + options.closingCost,
    byAccount: accounts.map((account, index) => ({
      account,
      component: contributions[index] ?? 0,
    })),
    histogram: histogramOf(losses),
  }
}

function areEqual(weights: Float64Array): boolean {
  for (let index = 1; index < weights.length; index++) {
    if (weights[index] !== weights[0]) return false
  }
  return true
}

/** Counts in equal bins from the least to the greatest loss. */
function histogramOf(losses: Float64Array): TailReport['histogram'] {
  let least = Infinity
  let most = -Infinity
  for (let index = 0; index < losses.length; index++) {
    const loss = losses[index] ?? NaN
    if (loss < least) least = loss
    if (loss > most) most = loss
  }
  if (least === most) return { edges: [least, most], counts: [losses.length] }
  const width = (most - least) / BINS
  const counts = new Uint32Array(BINS)
  for (let index = 0; index < losses.length; index++) {
    const bin = Math.min(BINS - 1, Math.floor(((losses[index] ?? NaN) - least) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return {
    edges: Array.from({ length: BINS + 1 }, (_, edge) =>
      edge === BINS ? most : least + edge * width,
    ),
    counts: [...counts],
  }
}
