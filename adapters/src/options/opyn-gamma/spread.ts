import { requireUsable } from '../book.js'

/** The short and long series of one fully collateralised vault; no long is a size of 0. */
export type VaultSpread = {
  readonly shortStrike: number
  /** Units sold; not negative. */
  readonly shortSize: number
  readonly longStrike: number
  /** Units held against them; not negative. */
  readonly longSize: number
}

/**
 * Collateral of a put spread in the strike asset: its greatest loss,
 * `max(qₛ·Kₛ − Kₗ·min(qₛ, qₗ), 0)`.
 *
 * Formula: `MarginCalculator._getPutSpreadMarginRequired`.
 *
 * @example
 * putSpreadMargin({ shortStrike: 2000, shortSize: 1, longStrike: 1800, longSize: 1 }) // 200
 *
 * @throws MarginInputError when a number is negative or not finite.
 */
export function putSpreadMargin(spread: VaultSpread): number {
  requireUsable(spread)
  const { shortStrike, shortSize, longStrike, longSize } = spread
  return Math.max(shortSize * shortStrike - longStrike * Math.min(shortSize, longSize), 0)
}

/**
 * Collateral of a call spread in the underlying: its greatest loss there,
 * `max((Kₗ − Kₛ)·qₛ/Kₗ, qₛ − qₗ, 0)`; without a long `qₛ`.
 *
 * Formula: `MarginCalculator._getCallSpreadMarginRequired`.
 *
 * @example
 * callSpreadMargin({ shortStrike: 2000, shortSize: 1, longStrike: 2500, longSize: 1 }) // 0.2
 *
 * @throws MarginInputError when a number is negative or not finite.
 */
export function callSpreadMargin(spread: VaultSpread): number {
  requireUsable(spread)
  const { shortStrike, shortSize, longStrike, longSize } = spread
  const uncovered = Math.max(shortSize - longSize, 0)
  if (longStrike === 0) return uncovered
  return Math.max(((longStrike - shortStrike) * shortSize) / longStrike, uncovered)
}
