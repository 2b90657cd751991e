import type { Materiality } from '../report/options.js'
import { ScoreError } from './errors.js'

/** What makes the size of an account or a portfolio, in the numeraire. */
export type Size = {
  readonly grossAssets: number
  readonly debt: number
  readonly notional: number
}

/**
 * Whether an account counts for the score: gross assets + debt + notional above a fraction of the
 * portfolio's, or above an absolute limit. An account whose size is not known (null) always counts.
 *
 * @example
 * const size = { grossAssets: 600, debt: 500, notional: 0 }
 * isMaterialSize(size, { grossAssets: 1e6, debt: 0, notional: 0 }, { fraction: 0.01, absolute: 1000 }) // true
 *
 * @throws ScoreError when a part of a known size is negative or not finite.
 */
export function isMaterialSize(
  account: Size | null,
  portfolio: Size | null,
  limits: Materiality,
): boolean {
  if (account === null) return true
  const own = sizeOf(account)
  if (own > limits.absolute) return true
  return portfolio === null || own > limits.fraction * sizeOf(portfolio)
}

function sizeOf({ grossAssets, debt, notional }: Size): number {
  for (const part of [grossAssets, debt, notional]) {
    if (part >= 0 && part < Infinity) continue
    throw new ScoreError(
      `A size has the parts ${grossAssets}, ${debt} and ${notional}. Give amounts that are not negative, or null for what is not known.`,
    )
  }
  return grossAssets + debt + notional
}
