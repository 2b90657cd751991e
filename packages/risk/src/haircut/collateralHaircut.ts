import { checkFraction } from './checks.js'
import type { LiquidationTerms } from './liquidatorTolerance.js'
import { liquidatorTolerance } from './liquidatorTolerance.js'

/** Haircuts of one collateral by cause, as fractions of its value. */
export type HaircutParts = {
  readonly volatility: number
  readonly liquidity: number
  /**
   * Loss when what it depends on fails: 0 for an asset that is held to no peg, null where it is held
   * to one of which no scenario is tabled.
   */
  readonly peg: number | null
}

/** One collateral by our own haircuts, beside what the venue grants for it. */
export type CollateralHaircut = {
  readonly parts: HaircutParts
  /** 1 − (1 − h_vol)·(1 − h_liq): the market alone. */
  readonly market: number
  /** The same with the peg assumed to fail; null where no scenario is tabled. */
  readonly failed: number | null
  /** Part of the value that we would lend against it: 1 − market. */
  readonly wouldLend: number
  /** Part of the value that the venue lends before it liquidates. */
  readonly venueLends: number
  /** venueLends − wouldLend: positive where the venue grants more than the market would bear. */
  readonly excess: number
  /** How far it may fall during a liquidation before bad debt remains. */
  readonly tolerance: number
  /** Whether the market's haircut is more than liquidators tolerate. */
  readonly marketBreaksTolerance: boolean
  /** Whether the failed peg alone is; null where no scenario is tabled. */
  readonly pegBreaksTolerance: boolean | null
}

/**
 * Haircut of several causes that strike one after the other: 1 − Π(1 − hᵢ).
 *
 * @example
 * combinedHaircut([0.2, 0.05]) // 0.24
 *
 * @throws HaircutError when a haircut is no fraction.
 */
export function combinedHaircut(haircuts: readonly number[]): number {
  let kept = 1
  for (const haircut of haircuts) {
    checkFraction('haircut', haircut)
    kept *= 1 - haircut
  }
  return 1 - kept
}

/**
 * Compares what we would lend against a collateral with what the venue grants, and puts beside it
 * how much of a fall its liquidators bear.
 *
 * The peg stands apart: it fails or it does not, so it is never averaged into the market's haircut.
 *
 * @example
 * const compared = compareHaircut(
 *   { volatility: 0.18, liquidity: 0.01, peg: 0.15 },
 *   { threshold: 0.95, bonus: 0.01, slippage: 0 },
 * )
 * compared.wouldLend // 0.8118…: the venue lends 95 % against what we would lend 81 %
 * compared.pegBreaksTolerance // true: bad debt is certain when the peg fails
 *
 * @throws HaircutError when a haircut, the threshold or the slippage is no fraction, or the bonus is
 * negative.
 */
export function compareHaircut(parts: HaircutParts, terms: LiquidationTerms): CollateralHaircut {
  const { volatility, liquidity, peg } = parts
  const market = combinedHaircut([volatility, liquidity])
  const tolerance = liquidatorTolerance(terms)
  return {
    parts,
    market,
    failed: peg === null ? null : combinedHaircut([volatility, liquidity, peg]),
    wouldLend: 1 - market,
    venueLends: terms.threshold,
    excess: terms.threshold - (1 - market),
    tolerance,
    marketBreaksTolerance: market > tolerance,
    pegBreaksTolerance: peg === null ? null : peg > tolerance,
  }
}
