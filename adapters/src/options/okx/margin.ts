import type { BookMargin, OptionBook, StressedMove } from '../book.js'
import { requireUsable, requireUsableBook, worstMove } from '../book.js'
import type { DepegTier } from './depeg.js'
import { depegCharge } from './depeg.js'

/** Parameters of one risk unit (one underlying). */
export type OkxParameters = {
  /** MR1: sizes of the moves of spot, each taken up and down; fractions below 1. */
  readonly spotMoves: readonly number[]
  /** MR6: size of the extreme move of spot. */
  readonly extremeMove: number
  /** MR6: share of the loss that counts; null when it is not known, which leaves MR6 out. */
  readonly extremeShare: number | null
  /** MR9. */
  readonly depegTiers: readonly DepegTier[]
  /** Initial over maintenance margin. */
  readonly initialFactor: number
}

/** The venue's groups of underlyings, by the size of the moves. */
export type OkxGroup = 'bitcoin-ether' | 'large' | 'other'

/**
 * Moves in force since 6 January 2025 by group of underlyings. The share of MR6 has no source. Which
 * underlyings are `large` changes by notice.
 */
export const OKX_MOVES_2025: Readonly<
  Record<OkxGroup, Pick<OkxParameters, 'spotMoves' | 'extremeMove' | 'extremeShare'>>
> = {
  'bitcoin-ether': { spotMoves: [0, 0.04, 0.08, 0.12], extremeMove: 0.24, extremeShare: null },
  large: { spotMoves: [0, 0.06, 0.12, 0.18], extremeMove: 0.36, extremeShare: null },
  other: { spotMoves: [0, 0.08, 0.16, 0.25], extremeMove: 0.5, extremeShare: null },
}

/** Initial over maintenance margin, by the venue's documents. */
export const OKX_INITIAL_FACTOR: number = 1.3

/** The modelled parts of the requirement, USD. */
export type OkxMargin = BookMargin & {
  /** MR1 at unchanged implied volatility. */
  readonly spotShock: number
  /** MR6; null when its share is not known. */
  readonly extremeMove: number | null
  /** MR9. */
  readonly depeg: number
  /** The move that makes MR1. */
  readonly worst: StressedMove
}

/** Parts of the requirement that no source states well enough. */
export const OKX_NOT_MODELLED: readonly string[] = [
  'MR1: moves of implied volatility',
  'MR2: time decay',
  'MR3: vega',
  'MR4: basis',
  'MR5: interest rate',
  'MR7: minimum charge',
  'MR8: borrowing',
]
const EXTREME = 'MR6: extreme move'

/**
 * The documented parts of OKX's portfolio margin of one risk unit, USD:
 * `maintenance = max(MR1, MR6) + MR9`, `initial = factor × maintenance`; a lower bound of what the
 * venue asks, since {@link BookMargin.notModelled} holds the parts that no source states.
 *
 * Formula: the venue's help page on portfolio margin (risk units merged, December 2024).
 *
 * @param hedgedStablecoins notional hedged across stablecoins, USD, for MR9
 *
 * @example
 * portfolioMargin(
 *   { spot: 60_000, options: [], linear: [{ size: 1, price: 60_000 }] },
 *   {
 *     ...OKX_MOVES_2025['bitcoin-ether'],
 *     depegTiers: OKX_DEPEG_EXAMPLE,
 *     initialFactor: OKX_INITIAL_FACTOR,
 *   },
 *   0,
 * ).maintenance // 7200
 *
 * @throws MarginInputError when a number of the book or a parameter cannot be used.
 */
export function portfolioMargin(
  book: OptionBook,
  parameters: OkxParameters,
  hedgedStablecoins: number,
): OkxMargin {
  requireUsableBook(book)
  const { spotMoves, extremeMove, extremeShare, depegTiers, initialFactor } = parameters
  for (const move of spotMoves) requireUsable({ 'spot move': move })
  requireUsable({ extremeMove, extremeShare: extremeShare ?? 0, initialFactor })
  const worst = worstMove(book, bothWays(spotMoves), [0])
  const spotShock = Math.max(-worst.profit, 0)
  const extreme =
    extremeShare === null
      ? null
      : Math.max(-worstMove(book, bothWays([extremeMove]), [0]).profit, 0) * extremeShare
  const depeg = depegCharge(hedgedStablecoins, depegTiers)
  const maintenance = Math.max(spotShock, extreme ?? 0) + depeg
  return {
    initial: initialFactor * maintenance,
    maintenance,
    notModelled: extreme === null ? [...OKX_NOT_MODELLED, EXTREME] : OKX_NOT_MODELLED,
    spotShock,
    extremeMove: extreme,
    depeg,
    worst,
  }
}

const bothWays = (moves: readonly number[]): readonly number[] =>
  moves.flatMap((move) => (move === 0 ? [0] : [move, -move]))
