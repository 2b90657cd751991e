import { correlateInto } from '../covariance/cholesky.js'
import { ReverseStressError } from './errors.js'
import { length } from './vector.js'

/**
 * What an account has left above maintenance under given moves of the factors: positive while it is
 * safe, 0 or less when it is liquidatable, NaN where it is not known. Any unit that keeps the sign:
 * money, or health − 1. The moves are reused between calls: do not keep them.
 */
export type Surplus = (moves: Float64Array) => number

/** Step of the central differences, in standard deviations: coarser than what venues round. */
const STEP = 1e-4

/** The limit state in independent standard normal shocks, scaled to 1 today. */
export type LimitState = {
  readonly size: number
  /** Surplus over today's; NaN where it is not known. */
  readonly at: (shocks: Float64Array) => number
  /** Its gradient by central differences; entries are not finite where a neighbour is not known. */
  readonly gradientAt: (shocks: Float64Array) => Float64Array
  /** Length of the shortest shocks at which the surplus was not known so far; Infinity without any. */
  readonly unknown: () => UnknownPoint
}

/** Where the surplus was not known. */
export type UnknownPoint = { readonly distance: number; readonly moves: Float64Array }

/**
 * @param today the surplus without a move, positive
 * @param root [size × size], row-major
 */
export function limitState(
  surplus: Surplus,
  today: number,
  root: Float64Array,
  size: number,
): LimitState {
  const moves = new Float64Array(size)
  let unknown: UnknownPoint = { distance: Infinity, moves: new Float64Array(size) }
  const at = (shocks: Float64Array): number => {
    const value = surplus(correlateInto(moves, root, shocks))
    if (!Number.isNaN(value)) return value / today
    const distance = length(shocks)
    if (distance < unknown.distance) {
      unknown = { distance, moves: correlateInto(new Float64Array(size), root, shocks) }
    }
    return value
  }
  const gradientAt = (shocks: Float64Array): Float64Array => {
    const probe = shocks.slice()
    return shocks.map((centre, index) => {
      probe[index] = centre + STEP
      const above = at(probe)
      probe[index] = centre - STEP
      const below = at(probe)
      probe[index] = centre
      return (above - below) / (2 * STEP)
    })
  }
  return { size, at, gradientAt, unknown: () => unknown }
}

/** The surplus without a move. @throws ReverseStressError when it is not known. */
export function surplusToday(surplus: Surplus, size: number): number {
  const today = surplus(new Float64Array(size))
  if (!Number.isNaN(today)) return today
  throw new ReverseStressError(
    'The surplus without any move is NaN. Read what the account needs before its nearest liquidation is asked for.',
  )
}
