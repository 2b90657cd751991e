import { ScoreError } from './errors.js'
import type { PathHits } from './simulatePaths.js'

/**
 * The hits of a whole range of paths from those of its parts, in any order: what one call over all
 * paths gives, to the bit, however many workers simulated them.
 *
 * @example
 * mergePathHits([simulatePaths(simulation, 0, 500), simulatePaths(simulation, 500, 1000)])
 *
 * @throws ScoreError when there is no part, a path is missing or simulated twice, or the parts are not
 * of one simulation.
 */
export function mergePathHits(parts: readonly PathHits[]): PathHits {
  const sorted = [...parts].sort((a, b) => a.from - b.from || a.paths - b.paths)
  const [first, ...others] = sorted
  if (first === undefined) throw new ScoreError('No part was given. Simulate at least one range.')
  return others.reduce(joined, first)
}

function joined(left: PathHits, right: PathHits): PathHits {
  const next = left.from + left.paths
  if (right.from !== next) {
    throw new ScoreError(
      `Path ${next} should follow, but a part begins at ${right.from}. Give every path to one worker, and none to two.`,
    )
  }
  if (left.simulation !== right.simulation) {
    throw new ScoreError(
      'The parts are of different simulations. Give all workers the same portfolio, options and version.',
    )
  }
  const added = (a: readonly number[], b: readonly number[]) =>
    a.map((value, index) => value + (b[index] ?? NaN))
  return {
    simulation: left.simulation,
    from: left.from,
    paths: left.paths + right.paths,
    any: left.any + right.any,
    byAccount: added(left.byAccount, right.byAccount),
    unknown: added(left.unknown, right.unknown),
    weights:
      left.weights === null || right.weights === null
        ? null
        : {
            any: [...left.weights.any, ...right.weights.any],
            byAccount: left.weights.byAccount.map((weights, index) => [
              ...weights,
              ...(right.weights?.byAccount[index] ?? []),
            ]),
            greatest: Math.max(left.weights.greatest, right.weights.greatest),
          },
  }
}
