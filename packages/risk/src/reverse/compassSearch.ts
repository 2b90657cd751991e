import { boundaryBetween, fails } from './boundary.js'
import type { LimitState } from './limitState.js'
import { direction, length, scaled } from './vector.js'

const FIRST_TURN = 0.1
const LAST_TURN = 1e-4
/** A shorter failing move counts from this relative gain. */
const GAIN = 1e-9
const ROUNDS = 200

/**
 * Turns a failing point about today, shock by shock and by ever smaller angles, for as long as the
 * account fails nearer: what a descent by gradients cannot do where the surplus has a kink or a jump.
 *
 * @param failing shocks at which the account fails
 */
export function compassSearch(state: LimitState, failing: Float64Array): Float64Array {
  let best = failing
  let turn = FIRST_TURN
  for (let round = 0; round < ROUNDS && turn >= LAST_TURN; round++) {
    const nearer = turned(state, best, turn)
    if (nearer === null) turn /= 2
    else best = nearer
  }
  return best
}

/** The first failing point nearer than `best` that one turn of one shock reaches, or null. */
function turned(state: LimitState, best: Float64Array, turn: number): Float64Array | null {
  const reach = length(best)
  const along = scaled(best, 1 / reach)
  const nearer = reach * (1 - GAIN)
  for (let index = 0; index < state.size; index++) {
    for (const sign of [-1, 1]) {
      const trial = along.slice()
      trial[index] = (trial[index] ?? 0) + sign * turn
      const there = direction(trial)
      if (fails(state, scaled(there, nearer))) {
        return scaled(there, boundaryBetween(state, there, 0, nearer))
      }
    }
  }
  return null
}
