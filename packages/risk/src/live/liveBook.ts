import type { FactorDepth, FactorId, ImpliedVolatilityStress } from '@plimsoll/model'
import type { QuotedGrid } from '../grid/quotedGrid.js'
import { addQuotedProfits, refreshMoneyness } from '../grid/quotedGrid.js'
import { priceAndGreeks } from '../pricing/batch.js'
import type { GreekArrays } from '../pricing/optionArrays.js'
import { emptyGreekArrays } from '../pricing/optionArrays.js'
import { power } from '../pricing/power.js'
import type { Book } from '../unified/book.js'
import type { FlatBook } from '../unified/flatBook.js'
import { flattenBook, shockedTotals } from '../unified/flatBook.js'
import type { UnifiedParameters } from '../unified/parameters.js'

/** Everything that moves with one spot factor, as arrays that follow the marks. */
export type LiveBook = {
  readonly factor: FactorId
  /** Over the grid of the unified margin. */
  readonly flat: FlatBook
  /** Leg of each linear holding, and its row among the elasticities. */
  readonly linearLeg: Uint32Array
  readonly linearRow: Uint32Array
  /** Leg of each option, and the sources of its forward and of its underlying. */
  readonly optionLeg: Uint32Array
  readonly forwardSource: Uint32Array
  readonly spotSource: Uint32Array
  /** Quote and model's price of each option at compile. */
  readonly quotedBase: Float64Array
  readonly modelBase: Float64Array
  readonly greeks: GreekArrays
  /** Over the grid of spot × volatility that is shown. */
  readonly grid: QuotedGrid
  /** Shocked σ√T, [options × columns]. */
  readonly totals: Float64Array
  /** spot^elasticity − 1, [elasticities × spots]. */
  readonly gained: Float64Array
  /** P&L, [columns × spots]: a part of the arrays of the whole. */
  readonly profits: Float64Array
  /** Null where none is known. */
  readonly depth: FactorDepth | null
}

/** Where the holdings of a book are in the arrays of the whole. */
export type BookPlaces = {
  readonly leg: (id: string) => number
  readonly forward: (id: string) => number
  readonly spot: (id: string) => number
}

/** A book ready to follow the marks. */
export function liveBook(
  book: Book,
  places: BookPlaces,
  {
    range,
    surface,
    depth,
  }: {
    readonly range: number
    readonly surface: ImpliedVolatilityStress
    readonly depth: FactorDepth | null
  },
  grid: QuotedGrid,
  profits: Float64Array,
  parameters: UnifiedParameters,
): LiveBook {
  const flat = flattenBook(book, range, surface, parameters)
  const { elasticities } = flat.linear
  const { count } = flat.options
  const greeks = emptyGreekArrays(count)
  priceAndGreeks(flat.options, greeks)
  return {
    factor: book.factor,
    flat,
    linearLeg: Uint32Array.from(book.linear, ({ leg }) => places.leg(leg)),
    linearRow: Uint32Array.from(book.linear, ({ elasticity }) => elasticities.indexOf(elasticity)),
    optionLeg: Uint32Array.from(book.options, ({ leg }) => places.leg(leg)),
    forwardSource: Uint32Array.from(book.options, ({ leg }) => places.forward(leg)),
    spotSource: Uint32Array.from(book.options, ({ leg }) => places.spot(leg)),
    quotedBase: flat.options.quote.slice(),
    modelBase: greeks.price.slice(),
    greeks,
    grid,
    totals: shockedTotals(book.options, surface, [0, surface.up, -surface.down]),
    gained: Float64Array.from(
      elasticities.flatMap((elasticity) =>
        Array.from(grid.spots, (spot) => power(spot, elasticity) - 1),
      ),
    ),
    profits,
    depth,
  }
}

/** Writes the options of a book anew at the prices of the sources, and the worth of their legs. */
export function requoteBook(book: LiveBook, price: Float64Array, worth: Float64Array): void {
  const { optionLeg, forwardSource, spotSource, quotedBase, modelBase, greeks } = book
  const { options, shorts } = book.flat
  const { count, forward, quote, quantity } = options
  for (let option = 0; option < count; option++) {
    forward[option] = price[forwardSource[option] ?? 0] ?? NaN
    shorts.spot[option] = price[spotSource[option] ?? 0] ?? NaN
  }
  refreshMoneyness(options)
  priceAndGreeks(options, greeks)
  for (let option = 0; option < count; option++) {
    const change = (greeks.price[option] ?? NaN) - (modelBase[option] ?? NaN)
    const quoted = Math.max(0, (quotedBase[option] ?? NaN) + change)
    quote[option] = quoted
    worth[optionLeg[option] ?? 0] = (quantity[option] ?? NaN) * quoted
  }
}

/** Writes the values of the linear holdings of a book from the worth of their legs. */
export function revalueBook({ linearLeg, linearRow, flat }: LiveBook, worth: Float64Array): void {
  const { values } = flat.linear
  values.fill(0)
  for (let holding = 0; holding < linearLeg.length; holding++) {
    const row = linearRow[holding] ?? 0
    values[row] = (values[row] ?? NaN) + (worth[linearLeg[holding] ?? 0] ?? NaN)
  }
}

/** P&L of a book in every cell of the grid that is shown; the index of the worst cell. */
export function gridOfBook({ flat, grid, totals, gained, profits }: LiveBook): number {
  const { values } = flat.linear
  const count = grid.spots.length
  for (let spot = 0; spot < count; spot++) {
    let gain = 0
    for (let row = 0; row < values.length; row++) {
      gain += (values[row] ?? NaN) * (gained[row * count + spot] ?? NaN)
    }
    for (let column = 0; column < grid.columns; column++) profits[column * count + spot] = gain
  }
  addQuotedProfits(flat.options, totals, grid, profits)
  let worst = 0
  for (let cell = 1; cell < profits.length; cell++) {
    const profit = profits[cell] ?? NaN
    if (profit < (profits[worst] ?? NaN) || Number.isNaN(profit)) worst = cell
  }
  return worst
}
