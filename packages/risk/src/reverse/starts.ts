import { boundaryAlong } from './boundary.js'
import type { LimitState } from './limitState.js'
import { direction, length, scaled } from './vector.js'

/** Up to this many factors, every pair of them is tried together. */
const PAIRED_FACTORS = 8
/** Step of the scan along a direction, in standard deviations. */
const SCAN_STEP = 0.5
/** Failing points from which a descent begins. */
const DESCENTS = 8

/**
 * Unit directions that are scanned: either way along each shock, along each pair of shocks, and along
 * all of them together. No chance: the same directions on every run.
 */
function searchDirections(size: number): readonly Float64Array[] {
  const directions: Float64Array[] = []
  const add = (entries: readonly (readonly [number, number])[]) => {
    const vector = new Float64Array(size)
    for (const [index, value] of entries) vector[index] = value
    directions.push(direction(vector))
  }
  for (let i = 0; i < size; i++) {
    for (const sign of [-1, 1]) add([[i, sign]])
  }
  if (size <= PAIRED_FACTORS) {
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        for (const a of [-1, 1]) {
          for (const b of [-1, 1]) {
            add([
              [i, a],
              [j, b],
            ])
          }
        }
      }
    }
  }
  if (size > 2) {
    for (const sign of [-1, 1]) add(Array.from({ length: size }, (_, index) => [index, sign]))
  }
  return directions
}

/**
 * Where descents begin: today, the nearest points at which the scan finds the account failing, and,
 * where it finds fewer, a standard deviation along every shock.
 *
 * @param limit length in standard deviations up to which the scan looks
 */
export function searchStarts(
  state: LimitState,
  limit: number,
): { readonly starts: readonly Float64Array[]; readonly failing: readonly Float64Array[] } {
  const directions = searchDirections(state.size)
  const failing = directions
    .flatMap((along) => {
      const reach = boundaryAlong(state, along, SCAN_STEP, limit)
      return reach === null ? [] : [scaled(along, reach)]
    })
    .sort((a, b) => length(a) - length(b))
    .slice(0, DESCENTS)
  const axes = directions.slice(0, 2 * Math.min(state.size, PAIRED_FACTORS))
  const nearAxes = failing.length < DESCENTS ? axes : []
  return { starts: [new Float64Array(state.size), ...failing, ...nearAxes], failing }
}
