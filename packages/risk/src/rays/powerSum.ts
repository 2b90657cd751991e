import { power } from '../pricing/power.js'

/** One term `coefficient · x^exponent`. */
export type PowerTerm = { readonly exponent: number; readonly coefficient: number }

/** Σ coefficient·x^exponent for x > 0: exponents distinct and ascending, coefficients not 0. */
export type PowerSum = readonly PowerTerm[]

/** A coefficient below this share of what was added to it is the rounding of a full cancellation. */
const CANCELLED = 1e-15

/** Adds terms of equal exponent, in ascending order of exponents; what cancels is left out. */
export function powerSum(terms: readonly PowerTerm[]): PowerSum {
  const sums = new Map<number, { total: number; size: number }>()
  for (const { exponent, coefficient } of terms) {
    const sum = sums.get(exponent) ?? { total: 0, size: 0 }
    sum.total += coefficient
    sum.size += Math.abs(coefficient)
    sums.set(exponent, sum)
  }
  return [...sums]
    .filter(([, { total, size }]) => Math.abs(total) > CANCELLED * size)
    .map(([exponent, { total }]) => ({ exponent, coefficient: total }))
    .sort((a, b) => a.exponent - b.exponent)
}

/** a + factor·b. */
export function combine(a: PowerSum, b: PowerSum, factor: number): PowerSum {
  return powerSum([
    ...a,
    ...b.map(({ exponent, coefficient }) => ({ exponent, coefficient: coefficient * factor })),
  ])
}

/** The value at x > 0. */
export function valueAt(sum: PowerSum, x: number): number {
  let total = 0
  for (const { exponent, coefficient } of sum) total += coefficient * power(x, exponent)
  return total
}

/**
 * All roots between `from` and `to` (both > 0), ascending. None is missed: the derivative of
 * sum ÷ x^(lowest exponent) has one term fewer, so its roots, found the same way, cut the range into
 * pieces where the quotient is monotone (the argument behind Descartes' rule of signs).
 */
export function rootsBetween(sum: PowerSum, from: number, to: number): readonly number[] {
  const [first, second] = sum
  if (first === undefined || second === undefined) return []
  if (sum.length === 2) {
    const ratio = -first.coefficient / second.coefficient
    if (!(ratio > 0)) return []
    const root = power(ratio, 1 / (second.exponent - first.exponent))
    return root >= from && root <= to ? [root] : []
  }
  const derivative = sum.slice(1).map(({ exponent, coefficient }) => ({
    exponent: exponent - first.exponent - 1,
    coefficient: coefficient * (exponent - first.exponent),
  }))
  const cuts = [from, ...rootsBetween(derivative, from, to), to]
  const roots: number[] = []
  for (const [index, right] of cuts.entries()) {
    const left = index === 0 ? right : (cuts[index - 1] ?? right)
    const root = left < right ? bisect((x) => valueAt(sum, x), left, right) : null
    if (root !== null) roots.push(root)
  }
  return roots
}

/**
 * A root of a function that is monotone, or of one sign on either side, between `left` and `right`
 * (both > 0), to the last bits; null when the sign does not change.
 */
export function bisect(f: (x: number) => number, left: number, right: number): number | null {
  let low = left
  let high = right
  const atLow = f(low)
  if (atLow === 0) return low
  const atHigh = f(high)
  if (atHigh === 0) return high
  if (!((atLow < 0 && atHigh > 0) || (atLow > 0 && atHigh < 0))) return null
  for (;;) {
    const middle = Math.sqrt(low) * Math.sqrt(high)
    if (!(middle > low && middle < high)) return Math.min(high, Math.max(low, middle))
    const atMiddle = f(middle)
    if (atMiddle === 0) return middle
    if (atMiddle < 0 === atLow < 0) low = middle
    else high = middle
  }
}
