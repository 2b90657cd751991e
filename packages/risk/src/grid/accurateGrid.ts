import { forwardPrice } from '../pricing/black76.js'
import { checkBook, checkRoom, type OptionBook, type StressGrid } from './optionBook.js'

/**
 * P&L of a book in every scenario by the accurate formula {@link forwardPrice}: the reference of the
 * table kernel, some twelve times as slow, which keeps the relative accuracy of prices far out of the
 * money.
 *
 * @param volatilities shocked and annualised, [options × columns], row-major
 * @param out receives [columns × spots], row-major
 * @throws ScenarioError when an array has the wrong length.
 */
export function accurateGridProfits(
  book: OptionBook,
  volatilities: Float64Array,
  grid: StressGrid,
  out: Float64Array,
): void {
  checkBook(book, grid, volatilities)
  checkRoom(out, 1, grid)
  out.fill(0)
  const { columns, spots } = grid
  for (let option = 0; option < book.count; option++) {
    const root = Math.sqrt(book.years[option] ?? NaN)
    for (let column = 0; column < columns; column++) {
      const total = (volatilities[option * columns + column] ?? NaN) * root
      addAccurately(book, option, total, spots, out, column * spots.length)
    }
  }
}

/** Adds the P&L of one option at one total volatility σ√T for each spot to `out` from `first`. */
export function addAccurately(
  book: OptionBook,
  option: number,
  totalVolatility: number,
  spots: Float64Array,
  out: Float64Array,
  first: number,
): void {
  const size = book.size[option] ?? NaN
  const forward = book.forward[option] ?? NaN
  const fixed = book.forwardFixed[option] ?? NaN
  const strike = book.strike[option] ?? NaN
  // A volatility that is no number has no price, where the formula would take it for none.
  const discount = totalVolatility >= 0 ? (book.discount[option] ?? NaN) : NaN
  const reference = book.reference[option] ?? NaN
  const isCall = book.call[option] !== 0
  for (let spot = 0; spot < spots.length; spot++) {
    const moved = forward * (spots[spot] ?? NaN) + fixed
    const price = discount * forwardPrice(isCall, moved, strike, totalVolatility)
    out[first + spot] = (out[first + spot] ?? NaN) + size * (price - reference)
  }
}
