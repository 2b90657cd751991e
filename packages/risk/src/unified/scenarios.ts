import type { StressScenario } from '@plimsoll/model'
import { exp } from '../pricing/exp.js'

/** Distance of two moves of the log price, and of two extreme ones in such steps. */
const STEP = 0.0025
const EXTREME_STEPS = 4
/** A range this far beyond a whole number of steps is that number: rounding of the range itself. */
const ROUNDING = 1e-9

/** A move of one spot factor with its implied volatilities. */
export type UnifiedScenario = StressScenario & {
  /** Which way spot moves; 0 at today's price. */
  readonly direction: -1 | 0 | 1
}

/**
 * The spot × volatility grid of one factor: log moves up to the range, each with volatility as it is,
 * up and down, and extreme moves up to twice the range, of whose loss a share counts.
 *
 * Moves are whole steps of 0.25 %, the range rounded up to one: the grid of a smaller range is part of
 * that of a larger one, so that a higher volatility never lowers a loss, however the book is bent.
 *
 * @param shocks relative shocks of volatility at 30 days; `down` positive
 */
export function unifiedScenarios(
  range: number,
  shocks: { readonly up: number; readonly down: number },
  extremeCover: number,
): readonly UnifiedScenario[] {
  const steps = Math.max(1, Math.ceil(range / STEP - ROUNDING))
  const extremes = Math.ceil((2 * steps) / EXTREME_STEPS)
  const scenarios: UnifiedScenario[] = []
  const add = (step: number, volatility: number, weight: number) => {
    const direction = step < 0 ? -1 : step > 0 ? 1 : 0
    const spot = step === 0 ? 1 : exp(step * STEP)
    scenarios.push({
      spot,
      volatility,
      skew: 'none',
      weight,
      extended: weight !== 1,
      direction,
    })
  }
  for (let step = 0; step <= steps; step++) {
    for (const signed of step === 0 ? [0] : [-step, step]) {
      add(signed, 0, 1)
      if (shocks.up > 0) add(signed, shocks.up, 1)
      if (shocks.down > 0) add(signed, -shocks.down, 1)
    }
  }
  if (extremeCover === 0) return scenarios
  for (let extreme = 1; extreme <= extremes; extreme++) {
    const step = extreme * EXTREME_STEPS
    if (step <= steps) continue
    add(-step, 0, extremeCover)
    add(step, 0, extremeCover)
  }
  return scenarios
}
