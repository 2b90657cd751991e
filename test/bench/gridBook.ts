import { emptyOptionBook, type OptionBook, type StressGrid, stressGrid } from '@plimsoll/risk/grid'

/** The grid of the published portfolio margins: ±20 % in steps of 2 %, and eight tails. */
const TAILS = [0.34, 0.67, 1.5, 2, 3, 4, 5, 6]
export const GRID: StressGrid = stressGrid(
  [...Array.from({ length: 21 }, (_, index) => 0.8 + 0.02 * index), ...TAILS],
  3,
)

/** A book of options on one underlying near 100, the same on every run, with its shocked volatilities. */
export function gridBook(count: number): { book: OptionBook; volatilities: Float64Array } {
  let seed = 12345
  const next = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return seed / 0x7fffffff
  }
  const book = emptyOptionBook(count)
  const volatilities = new Float64Array(count * GRID.columns)
  for (let option = 0; option < count; option++) {
    const years = 0.02 + next()
    book.call[option] = next() < 0.5 ? 1 : 0
    book.size[option] = 4 * next() - 2
    book.strike[option] = 60 + 80 * next()
    book.forward[option] = 95 + 10 * next()
    book.years[option] = years
    book.discount[option] = Math.exp(-0.04 * years)
    book.reference[option] = 10 * next()
    const volatility = 0.3 + 0.6 * next()
    for (const [column, shock] of [1.4, 1, 0.7].entries()) {
      volatilities[option * GRID.columns + column] = volatility * shock
    }
  }
  return { book, volatilities }
}
