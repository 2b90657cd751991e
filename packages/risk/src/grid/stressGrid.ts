import { ScenarioError } from '../errors.js'
import { log, logRatio } from '../pricing/log.js'
import { addAccurately } from './accurateGrid.js'
import { checkBook, checkRoom, type OptionBook, type StressGrid } from './optionBook.js'
import { cdfAt, fillTable, NODES_PER_UNIT, POSITION_OF_ZERO } from './tableCdf.js'

/** Below this σ√T the accurate formula prices: 1/(σ√T) would magnify the rounding of ln(F/K). */
const LEAST_TOTAL_VOLATILITY = 1e-6

/**
 * A grid of spot multipliers × `columns` volatilities, with the logarithms that its kernels need.
 *
 * @throws ScenarioError when a multiplier is negative or not finite, or there is no column.
 */
export function stressGrid(multipliers: readonly number[], columns: number): StressGrid {
  if (!Number.isInteger(columns) || columns < 1) {
    throw new ScenarioError(
      `A grid cannot have ${columns} columns of volatility. Give 1 for unmoved volatilities alone.`,
    )
  }
  for (const multiplier of multipliers) {
    if (!(multiplier >= 0 && multiplier < Infinity)) {
      throw new ScenarioError(
        `The spot multiplier ${multiplier} is negative or not finite. Give 1 for an unmoved spot, 0.8 for a fall of 20 %.`,
      )
    }
  }
  return {
    spots: Float64Array.from(multipliers),
    logSpots: Float64Array.from(multipliers, log),
    columns,
  }
}

/**
 * P&L of a book in every scenario, Σ size·(df·price − reference), without allocation.
 *
 * Black-76 with the table Φ of {@link tableCdf}, option by option: ln(F·m/K) is ln(F/K) + ln m, and
 * 1/(σ√T) is taken once for each option and column. For one option within 1e-15 of shocked forward
 * plus strike of {@link accurateGridProfits} (4.4e-16 over 10 million random scenarios); the total of 1,024
 * options at 100 within 1e-10. Far out of the money a price keeps no digits of its own. Expired
 * options and those without volatility pay their intrinsic value; a NaN or a negative volatility or
 * time makes every scenario of the total NaN.
 *
 * @example
 * const book = emptyOptionBook(1)
 * book.call[0] = 1
 * book.size[0] = -1
 * book.strike[0] = 100
 * book.forward[0] = 100
 * book.years[0] = 0.25
 * book.reference[0] = 11.92
 * const grid = stressGrid([0.8, 1, 1.2], 1)
 * const out = new Float64Array(3)
 * gridProfits(book, Float64Array.of(0.6), grid, out) // out: [8.38…, −0.003…, −13.52…]
 *
 * @param volatilities shocked and annualised, [options × columns], row-major
 * @param out receives [columns × spots], row-major
 * @throws ScenarioError when an array has the wrong length.
 */
export function gridProfits(
  book: OptionBook,
  volatilities: Float64Array,
  grid: StressGrid,
  out: Float64Array,
): void {
  checkBook(book, grid, volatilities)
  checkRoom(out, 1, grid)
  out.fill(0)
  fillTable()
  for (let option = 0; option < book.count; option++) {
    addOption(book, option, volatilities, grid, out, 0)
  }
}

/**
 * P&L of each option in every scenario, as {@link gridProfits}: what each contributes.
 *
 * @param volatilities shocked and annualised, [options × columns], row-major
 * @param out receives [options × columns × spots], row-major
 * @throws ScenarioError when an array has the wrong length.
 */
export function gridProfitsByOption(
  book: OptionBook,
  volatilities: Float64Array,
  grid: StressGrid,
  out: Float64Array,
): void {
  checkBook(book, grid, volatilities)
  checkRoom(out, book.count, grid)
  out.fill(0)
  fillTable()
  const cells = grid.columns * grid.spots.length
  for (let option = 0; option < book.count; option++) {
    addOption(book, option, volatilities, grid, out, option * cells)
  }
}

/**
 * P&L of each group of options (of an expiry, say, whose net value a venue discounts) in every
 * scenario, as {@link gridProfits}.
 *
 * @param groups the group of each option, from 0
 * @param groupCount how many groups there are
 * @param volatilities shocked and annualised, [options × columns], row-major
 * @param out receives [groups × columns × spots], row-major
 * @throws ScenarioError when an array has the wrong length or an option is in no group.
 */
export function gridProfitsByGroup(
  book: OptionBook,
  groups: Int32Array,
  groupCount: number,
  volatilities: Float64Array,
  grid: StressGrid,
  out: Float64Array,
): void {
  checkBook(book, grid, volatilities)
  checkRoom(out, groupCount, grid)
  out.fill(0)
  fillTable()
  const cells = grid.columns * grid.spots.length
  for (let option = 0; option < book.count; option++) {
    const group = groups[option] ?? -1
    if (!(group >= 0 && group < groupCount)) {
      throw new ScenarioError(
        `Option ${option} is in group ${group} of ${groupCount}. Give each option a group from 0 to ${groupCount - 1}.`,
      )
    }
    addOption(book, option, volatilities, grid, out, group * cells)
  }
}

/**
 * Adds the P&L of one option in every scenario to `out` from `start`. One function with all loops:
 * numbers that cross a call which an engine does not inline are allocated.
 */
function addOption(
  book: OptionBook,
  option: number,
  volatilities: Float64Array,
  grid: StressGrid,
  out: Float64Array,
  start: number,
): void {
  const { spots, logSpots, columns } = grid
  const count = spots.length
  const size = book.size[option] ?? NaN
  const forward = book.forward[option] ?? NaN
  const strike = book.strike[option] ?? NaN
  const root = Math.sqrt(book.years[option] ?? NaN)
  const reference = size * (book.reference[option] ?? NaN)
  // Of a put, −1: F·Φ(d₁) − K·Φ(d₂) becomes K·Φ(−d₂) − F·Φ(−d₁) without a branch.
  const sign = book.call[option] === 0 ? -1 : 1
  const scale = sign * size * (book.discount[option] ?? NaN)
  const onForward = scale * forward
  const onStrike = scale * strike
  const needsFormula = forward === 0 || strike === 0 || book.forwardFixed[option] !== 0
  const moneyness = logRatio(forward, strike)
  for (let column = 0; column < columns; column++) {
    const total = (volatilities[option * columns + column] ?? NaN) * root
    const first = start + column * count
    if (needsFormula || total < LEAST_TOTAL_VOLATILITY) {
      addAccurately(book, option, total, spots, out, first)
      continue
    }
    // Positions in the table, not d₁ and d₂ themselves.
    const slope = (sign * NODES_PER_UNIT) / total
    const shift = sign * NODES_PER_UNIT * total
    const middle = POSITION_OF_ZERO + 0.5 * shift
    for (let spot = 0; spot < count; spot++) {
      const d1 = (moneyness + (logSpots[spot] ?? NaN)) * slope + middle
      const value = onForward * (spots[spot] ?? NaN) * cdfAt(d1) - onStrike * cdfAt(d1 - shift)
      out[first + spot] = (out[first + spot] ?? NaN) + (value - reference)
    }
  }
}
