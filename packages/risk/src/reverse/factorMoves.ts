import { exp } from '../pricing/exp.js'
import { ReverseStressError } from './errors.js'
import type { FailurePoint } from './failure.js'
import { rootSize } from './root.js'

/** What one factor does in a failure, ready for a sentence: “ETH −18 % with BTC −11 %”. */
export type FactorMove = {
  /** Id of the factor, such as `spot:ETH`. */
  readonly factor: string
  /** Log move of the factor. */
  readonly logMove: number
  /** The same as a relative move: −0.18 for a fall of 18 %. */
  readonly relativeMove: number
  /** The move in standard deviations of this factor alone; null for a factor without any. */
  readonly deviations: number | null
}

/**
 * The moves of a failure by factor, largest in its own standard deviations first, equals by order of
 * the factors; those of less than `leastDeviations` are left out.
 *
 * @param root the covariance root that the failure was found with, [factors × factors]
 * @param leastDeviations 0.25 unless given: what nobody would name
 *
 * @example
 * factorMoves(point, ['spot:ETH', 'spot:BTC'], root)
 * // [{ factor: 'spot:ETH', relativeMove: -0.18, … }, { factor: 'spot:BTC', relativeMove: -0.11, … }]
 *
 * @throws ReverseStressError when there is not one name for each factor.
 */
export function factorMoves(
  point: FailurePoint,
  factors: readonly string[],
  root: Float64Array,
  leastDeviations = 0.25,
): readonly FactorMove[] {
  const size = rootSize(root)
  if (factors.length !== size || point.moves.length !== size) {
    throw new ReverseStressError(
      `${factors.length} names and ${point.moves.length} moves do not fit ${size} factors. Name every factor once, in the order of the covariance.`,
    )
  }
  return factors
    .map((factor, index) => {
      const logMove = point.moves[index] ?? 0
      const deviation = rowLength(root, size, index)
      return {
        factor,
        logMove,
        relativeMove: exp(logMove) - 1,
        deviations: deviation > 0 ? logMove / deviation : null,
      }
    })
    .filter(({ deviations }) => Math.abs(deviations ?? 0) >= leastDeviations)
    .sort((a, b) => Math.abs(b.deviations ?? 0) - Math.abs(a.deviations ?? 0))
}

/** √Σ_ii: the standard deviation of a factor, from its row of the root. */
function rowLength(root: Float64Array, size: number, row: number): number {
  let sum = 0
  for (let column = 0; column < size; column++) {
    const entry = root[row * size + column] ?? 0
    sum += entry * entry
  }
  return Math.sqrt(sum)
}
