import type { PowerSum } from './powerSum.js'
import { combine, rootsBetween, valueAt } from './powerSum.js'

/** A threshold test whose average weight is rounded down to whole steps, along a path. */
export type AveragedTest = {
  /** Σ value of the collateral. */
  readonly total: PowerSum
  /** Σ value × weight, the weight in steps. */
  readonly weighted: PowerSum
  readonly debt: PowerSum
  readonly step: number
  /** Range of the weights, in steps. */
  readonly weights: { readonly least: number; readonly most: number }
}

/**
 * Every x at which the verdict may change: where debt meets the resource within one step of the
 * average, and where the average passes a step. Rounding takes at most one step from the resource,
 * so that only where the unrounded test passes and the one a whole step lower fails do steps matter.
 */
export function averagedCandidates(
  test: AveragedTest,
  from: number,
  to: number,
): readonly number[] {
  const { total, weighted, debt, step } = test
  const upper = combine(scaled(weighted, step), debt, -1)
  const lower = combine(upper, total, -step)
  const bounds = [...rootsBetween(upper, from, to), ...rootsBetween(lower, from, to)].sort(
    (a, b) => a - b,
  )
  const candidates = [...bounds]
  for (const [index, left] of [from, ...bounds].entries()) {
    const right = bounds[index] ?? to
    const middle = Math.sqrt(left) * Math.sqrt(right)
    if (valueAt(upper, middle) < 0 || valueAt(lower, middle) > 0) continue
    const { least, most } = stepsWithin(test, left, right)
    for (let steps = least; steps <= most; steps++) {
      candidates.push(...rootsBetween(combine(weighted, total, -steps), left, right))
      candidates.push(...rootsBetween(combine(scaled(total, steps * step), debt, -1), left, right))
    }
  }
  return candidates
}

/** Whole averages that may be met between two points: all that are, and few others. */
export function stepsWithin(
  { total, weighted, weights }: AveragedTest,
  left: number,
  right: number,
): AveragedTest['weights'] {
  const all = { least: Math.floor(weights.least), most: Math.ceil(weights.most) }
  const exponents = new Set([...total, ...weighted].map(({ exponent }) => exponent))
  if (exponents.size > 2) return all
  // A quotient of sums of the same two powers is monotone, so that its ends bound it.
  const ends = [left, right].map((x) => valueAt(weighted, x) / valueAt(total, x))
  return {
    least: Math.max(all.least, Math.floor(Math.min(...ends)) - 1),
    most: Math.min(all.most, Math.ceil(Math.max(...ends)) + 1),
  }
}

function scaled(sum: PowerSum, factor: number): PowerSum {
  return combine([], sum, factor)
}
