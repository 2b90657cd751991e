import type { LimitState } from './limitState.js'
import { dot, length, plus, scaled } from './vector.js'

const ITERATIONS = 100
const HALVINGS = 40
/** Slope that a step must keep of what the merit promises (Armijo). */
const ARMIJO = 1e-4
/** Step in standard deviations at which the iteration stands. */
const STANDSTILL = 1e-10

/**
 * Descends from a start to a nearby point of least length on the surface where the surplus is 0:
 * u ← (∇g·u − g)·∇g/‖∇g‖², with a step that lowers the merit ½‖u‖² + c·|g|.
 *
 * Hasofer & Lind (1974), Rackwitz & Fiessler (1978); merit and step rule of Zhang & Der Kiureghian
 * (1995), whose c exceeds ‖u‖/‖∇g‖ so that the merit falls along the step. Without the rule the
 * iteration can circle.
 *
 * @returns the last iterate; where the gradient vanishes or is not known, the point reached so far.
 */
export function hasoferLind(state: LimitState, start: Float64Array): Float64Array {
  let shocks = start
  let value = state.at(shocks)
  let penalty = 0
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const gradient = state.gradientAt(shocks)
    const square = dot(gradient, gradient)
    const reach = (dot(gradient, shocks) - value) / square
    if (!Number.isFinite(reach)) return shocks
    const target = scaled(gradient, reach)
    const step = plus(target, shocks, -1)
    if (length(step) <= STANDSTILL) return target
    penalty = Math.max(penalty, penaltyOf(shocks, target, value, Math.sqrt(square)))
    // The gradient's product with the step is −value. The penalty makes the sum negative.
    const slope = dot(shocks, step) - penalty * Math.abs(value)
    const next = lowered(state, shocks, step, { value, penalty, slope })
    if (next === null) return shocks
    shocks = next.shocks
    value = next.value
  }
  return shocks
}

function penaltyOf(
  shocks: Float64Array,
  target: Float64Array,
  value: number,
  steepness: number,
): number {
  const least = length(shocks) / steepness
  // Far from the surface the merit is led by reaching it.
  const reach = Math.abs(value) > 1e-6 ? dot(target, target) / (2 * Math.abs(value)) : 0
  return 2 * Math.max(least, reach)
}

type Merit = { readonly value: number; readonly penalty: number; readonly slope: number }

/** The first point on the halved step at which the merit falls enough, or null. */
function lowered(
  state: LimitState,
  shocks: Float64Array,
  step: Float64Array,
  { value, penalty, slope }: Merit,
): { readonly shocks: Float64Array; readonly value: number } | null {
  const merit = dot(shocks, shocks) / 2 + penalty * Math.abs(value)
  let size = 1
  for (let halving = 0; halving < HALVINGS; halving++) {
    const trial = plus(shocks, step, size)
    const reached = state.at(trial)
    const after = dot(trial, trial) / 2 + penalty * Math.abs(reached)
    if (after < merit + ARMIJO * size * slope) {
      return { shocks: trial, value: reached }
    }
    size /= 2
  }
  return null
}
