import { leastWhere } from '../leastWhere.js'
import type { LimitState } from './limitState.js'
import { length, scaled } from './vector.js'

/** Whether the account is liquidatable: what is not known is not called so. */
export function fails(state: LimitState, shocks: Float64Array): boolean {
  return state.at(shocks) <= 0
}

/**
 * The least length at which the account fails along a direction, between one at which it is safe and
 * one at which it fails, by bisection: holds at jumps and kinks too. The answer itself fails.
 *
 * @param along a unit vector
 */
export function boundaryBetween(
  state: LimitState,
  along: Float64Array,
  safe: number,
  failing: number,
): number {
  return leastWhere(safe, failing, (reach) => fails(state, scaled(along, reach)))
}

/**
 * The first length, in steps, at which the account fails along a direction, made exact; null where
 * it does not fail up to the limit.
 */
export function boundaryAlong(
  state: LimitState,
  along: Float64Array,
  step: number,
  limit: number,
): number | null {
  const count = Math.ceil(limit / step)
  for (let index = 1; index <= count; index++) {
    const reach = Math.min(limit, index * step)
    if (!fails(state, scaled(along, reach))) continue
    return boundaryBetween(state, along, (index - 1) * step, reach)
  }
  return null
}

/** How far beyond a point the surface is looked for, relative. */
const TOLERANCES = [1e-9, 1e-6, 1e-3]

/**
 * The length at which the account fails along given shocks, which stand on or about the surface;
 * null where it does not fail there.
 */
export function boundaryNear(state: LimitState, shocks: Float64Array): number | null {
  const reach = length(shocks)
  if (!(reach > 0 && reach < Infinity)) return null
  const along = scaled(shocks, 1 / reach)
  const beyond = TOLERANCES.find((tolerance) => fails(state, scaled(shocks, 1 + tolerance)))
  if (beyond === undefined) return null
  const before = TOLERANCES.find((tolerance) => !fails(state, scaled(shocks, 1 - tolerance))) ?? 1
  return boundaryBetween(state, along, reach * (1 - before), reach * (1 + beyond))
}
