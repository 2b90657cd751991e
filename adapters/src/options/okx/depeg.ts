import { MarginInputError, requireUsable } from '../book.js'

/** A slice of hedged notional and what it is charged. */
export type DepegTier = {
  /** Upper end of the slice, USD; Infinity for the last. */
  readonly upTo: number
  /** Fraction of the notional inside the slice. */
  readonly factor: number
}

/**
 * The slices of the venue's worked example of December 2024. Its tables depend on the prices of the
 * stablecoins and change by notice.
 */
export const OKX_DEPEG_EXAMPLE: readonly DepegTier[] = [
  { upTo: 1_000_000, factor: 0.0075 },
  { upTo: 5_000_000, factor: 0.0175 },
  { upTo: Infinity, factor: 0.025 },
]

/**
 * MR9: the charge for positions in one stablecoin that hedge positions in another, USD. Each slice
 * of the hedged notional pays its own factor.
 *
 * @param hedged notional hedged across USDT, USDC and USD, in USD
 * @param tiers slices in ascending order
 *
 * @example
 * depegCharge(10_000_000, OKX_DEPEG_EXAMPLE) // 202500
 *
 * @throws MarginInputError when a number is negative or not finite, or the slices are not ascending
 * or end below the notional.
 */
export function depegCharge(hedged: number, tiers: readonly DepegTier[]): number {
  requireUsable({ 'hedged notional': hedged })
  let charge = 0
  let from = 0
  for (const { upTo, factor } of tiers) {
    requireUsable({ factor })
    if (!(upTo > from)) {
      throw new MarginInputError(
        `A slice of the depeg table ends at ${upTo}, not above ${from} where it begins. Give slices in ascending order.`,
      )
    }
    charge += factor * Math.max(Math.min(hedged, upTo) - from, 0)
    from = upTo
  }
  if (hedged > from) {
    throw new MarginInputError(
      `The depeg table ends at ${from} USD, below the hedged notional of ${hedged}. Give the slice of the rest with the end Infinity.`,
    )
  }
  return charge
}
