import type { ThresholdTest } from '@plimsoll/model'

/**
 * Resource and requirement of a lending test under multiplied marks, without allocation: resource =
 * Σ value·multiplier·weight over the collateral, requirement = Σ value·multiplier over the debt.
 * With an `averageStep` the resource is Σ collateral × average weight, rounded down to the step.
 *
 * @param multipliers one for each mark of the compiled account, 1 today
 * @param out receives [resource, requirement], in the numeraire
 */
export function threshold(test: ThresholdTest, multipliers: Float64Array, out: Float64Array): void {
  let total = 0
  let weighted = 0
  for (const { mark, value, weight } of test.collateral) {
    const worth = mark < 0 ? value : value * (multipliers[mark] ?? NaN)
    total += worth
    weighted += worth * weight
  }
  let debt = 0
  for (const { mark, value } of test.debt) {
    debt += mark < 0 ? value : value * (multipliers[mark] ?? NaN)
  }
  out[0] =
    test.averageStep === null
      ? weighted
      : total * averageWeightDown(test, multipliers, test.averageStep, weighted, total)
  out[1] = debt
}

/**
 * floor(weighted ÷ total ÷ step)·step. Next to a step the quotient's own rounding would decide, so
 * there the sign of Σ worth·(weight − step·k) does, which is exact when all weights are equal.
 */
function averageWeightDown(
  test: ThresholdTest,
  multipliers: Float64Array,
  step: number,
  weighted: number,
  total: number,
): number {
  if (!(total > 0)) return 0
  const steps = weighted / total / step
  const nearest = Math.round(steps)
  if (Math.abs(steps - nearest) > NEAR_STEP) return Math.floor(steps) * step
  let excess = 0
  for (const { mark, value, weight } of test.collateral) {
    const worth = mark < 0 ? value : value * (multipliers[mark] ?? NaN)
    excess += worth * (inSteps(weight, step) - nearest)
  }
  return (excess >= 0 ? nearest : nearest - 1) * step
}

/** How near to a step, in steps, a float quotient may not be trusted to lie on the right side. */
export const NEAR_STEP = 1e-6

/** A weight in steps: whole where the weight is a multiple of the step. */
export function inSteps(weight: number, step: number): number {
  const steps = weight / step
  const whole = Math.round(steps)
  return Math.abs(steps - whole) < 1e-9 ? whole : steps
}
