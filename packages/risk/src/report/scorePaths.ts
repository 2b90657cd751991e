import type { Portfolio } from '@plimsoll/model'
import { ScoreError } from '../score/errors.js'
import type { PathHits } from '../score/simulatePaths.js'
import { simulatePaths } from '../score/simulatePaths.js'
import type { AssessRiskOptions } from './assessRisk.js'
import { assessRisk } from './assessRisk.js'

/** Least number of scenarios: the tail is not what a worker is asked for. */
const FEWEST_SCENARIOS = 100
/** The least number of paths: every part has one. */
const MOST_PARTS = 100

/**
 * The part of a score's paths that one of several workers simulates: part `part` of `parts`, by the
 * place of the path alone. All parts together, through {@link mergePathHits}, are what `assessRisk` takes
 * as `simulate`, and the report then has the bytes that one thread gives.
 *
 * @example
 * // in worker k of n, with the portfolio, market and options of the others
 * const part = scorePaths(portfolio, options, k, n)
 * // where all parts come together
 * const report = assessRisk(portfolio, { ...options, simulate: () => mergePathHits(parts) })
 *
 * @throws ScoreError when the part is none of them, or the options have no market state; else as `assessRisk`.
 */
export function scorePaths(
  portfolio: Portfolio,
  options: AssessRiskOptions,
  part: number,
  parts: number,
): PathHits {
  if (
    !(Number.isInteger(part) && Number.isInteger(parts) && part >= 0 && part < parts) ||
    parts > MOST_PARTS
  ) {
    throw new ScoreError(
      `There is no part ${part} of ${parts}. Give whole numbers from 0, and at most ${MOST_PARTS} parts.`,
    )
  }
  let hits: PathHits | undefined
  assessRisk(portfolio, {
    ...options,
    scenarios: FEWEST_SCENARIOS,
    simulate: (simulation, paths) => {
      const start = (index: number) => Math.floor((index * paths) / parts)
      hits = simulatePaths(simulation, start(part), start(part + 1))
      return hits
    },
  })
  if (hits === undefined) {
    throw new ScoreError('Without a market state no path is simulated. Give one as `market`.')
  }
  return hits
}
