import type { BookMargin, OptionBook, StressedMove } from '../book.js'
import { requireUsable, requireUsableBook, soldOptions, worstMove } from '../book.js'

/**
 * Parameters of portfolio margin of one underlying. None has a default: the venue changes them by
 * notice, and `v5/asset/portfolio-margin` answers with the moves in force.
 */
export type PortfolioParameters = {
  /** Moves of spot of the stress test, as signed fractions. */
  readonly spotMoves: readonly number[]
  /** Moves of implied volatility, as signed fractions of it. */
  readonly volatilityMoves: readonly number[]
  /** Contingency of options sold, of the index price. */
  readonly shortOptionFactor: number
  /** Contingency of perpetuals and futures, of the index price. */
  readonly linearFactor: number
  /** Initial over maintenance margin. */
  readonly initialFactor: number
}

/** The modelled parts of the requirement, USD. */
export type PortfolioMargin = BookMargin & {
  readonly maximumLoss: number
  readonly shortOptions: number
  readonly linear: number
  /** The move that makes the maximum loss. */
  readonly worst: StressedMove
}

/** Parts of the requirement that no source states well enough. */
export const BYBIT_NOT_MODELLED: readonly string[] = [
  'vega spread contingency',
  'USDT-USDC spread contingency',
  'delta spread contingency',
  'netting of options sold against options held in their contingency',
  'borrowing',
]

/**
 * The documented parts of Bybit's portfolio margin, USD:
 * `maintenance = maximum loss + short options + perpetuals and futures`,
 * `initial = factor × maintenance`; contingencies are `Σ|size|·factor·index`.
 * {@link BookMargin.notModelled} names the rest.
 *
 * Formula: the venue's help centre, "Margin Calculations under Portfolio Margin".
 *
 * @example
 * portfolioMargin(
 *   { spot: 60_000, options: [], linear: [{ size: 1, price: 60_000 }] },
 *   {
 *     spotMoves: [-0.1, 0, 0.1],
 *     volatilityMoves: [0],
 *     shortOptionFactor: 0.01,
 *     linearFactor: 0.01,
 *     initialFactor: 1.2,
 *   },
 * ).maintenance // 6600
 *
 * @throws MarginInputError when a number of the book or a parameter cannot be used.
 */
export function portfolioMargin(
  book: OptionBook,
  parameters: PortfolioParameters,
): PortfolioMargin {
  requireUsableBook(book)
  const { spotMoves, volatilityMoves, shortOptionFactor, linearFactor, initialFactor } = parameters
  requireUsable({ shortOptionFactor, linearFactor, initialFactor })
  const worst = worstMove(book, spotMoves, volatilityMoves)
  const maximumLoss = Math.max(-worst.profit, 0)
  const sold = soldOptions(book).reduce((sum, { size }) => sum + size, 0)
  const traded = book.linear.reduce((sum, { size }) => sum + Math.abs(size), 0)
  const shortOptions = sold * shortOptionFactor * book.spot
  const linear = traded * linearFactor * book.spot
  const maintenance = maximumLoss + shortOptions + linear
  return {
    initial: initialFactor * maintenance,
    maintenance,
    notModelled: BYBIT_NOT_MODELLED,
    maximumLoss,
    shortOptions,
    linear,
    worst,
  }
}
