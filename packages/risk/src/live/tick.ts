import { ScenarioError } from '../errors.js'
import { evaluateRow } from '../program/evaluate.js'
import type { LiveProgram, Rows } from './compileLive.js'
import { FIXED } from './compileLive.js'
import { gridOfBook, requoteBook, revalueBook } from './liveBook.js'
import { priceSources } from './priceSources.js'

/** Results that ticks write, and what is left to do. */
export type LiveState = {
  /** [accounts]. */
  readonly healths: Float64Array
  /** By book: worst cell of its grid, and whether its requirement is older than its prices. */
  readonly worstCell: Uint32Array
  readonly isStale: Uint8Array
  /** Scratch: accounts and books that a tick moves. */
  readonly movedAccounts: Uint8Array
  readonly movedBooks: Uint8Array
}

/** Room for the results of a program, everything yet to be written. */
export function liveState({ native, books }: LiveProgram): LiveState {
  const accounts = native.program.accounts.length
  return {
    healths: new Float64Array(accounts),
    worstCell: new Uint32Array(books.length),
    isStale: new Uint8Array(books.length).fill(1),
    movedAccounts: new Uint8Array(accounts).fill(1),
    movedBooks: new Uint8Array(books.length).fill(1),
  }
}

/** Takes new prices and marks what they move. @throws ScenarioError before anything is changed. */
export function takePrices(program: LiveProgram, state: LiveState, prices: Float64Array): void {
  const { sources, native, accountsOf, booksOf } = program
  checkPrices(program, prices)
  for (let mark = 0; mark < prices.length; mark++) {
    const price = prices[mark] ?? NaN
    if (price === sources.current[mark]) continue
    sources.current[mark] = price
    const moved = native.markOf[mark] ?? FIXED
    if (moved >= 0) native.multipliers[moved] = price / (sources.base[mark] ?? NaN)
    flag(accountsOf, mark, state.movedAccounts)
    flag(booksOf, mark, state.movedBooks)
  }
}

function flag({ start, row }: Rows, mark: number, flags: Uint8Array): void {
  const end = start[mark + 1] ?? 0
  for (let at = start[mark] ?? 0; at < end; at++) flags[row[at] ?? 0] = 1
}

/** Native healths and grids of what moved. Allocates nothing where options have volatility. */
export function refresh(program: LiveProgram, state: LiveState): void {
  const { sources, native, legs, books } = program
  const { healths, worstCell, isStale, movedAccounts, movedBooks } = state
  for (let row = 0; row < healths.length; row++) {
    if (movedAccounts[row] === 0) continue
    evaluateRow(native.program, row, native.multipliers, healths)
    movedAccounts[row] = 0
  }
  priceSources(sources)
  for (let leg = 0; leg < legs.source.length; leg++) {
    const source = legs.source[leg] ?? FIXED
    if (source >= 0) legs.worth[leg] = (legs.quantity[leg] ?? NaN) * (sources.price[source] ?? NaN)
  }
  for (let index = 0; index < books.length; index++) {
    const book = books[index]
    if (book === undefined || movedBooks[index] === 0) continue
    requoteBook(book, sources.price, legs.worth)
    revalueBook(book, legs.worth)
    worstCell[index] = gridOfBook(book)
    isStale[index] = 1
    movedBooks[index] = 0
  }
}

function checkPrices({ sources }: LiveProgram, prices: Float64Array): void {
  const { marks, base, current } = sources
  if (prices.length !== marks.length) {
    throw new ScenarioError(
      `${prices.length} prices were given for ${marks.length} marks. Give one for each entry of \`marks\`, in its order.`,
    )
  }
  for (let mark = 0; mark < prices.length; mark++) {
    const price = prices[mark] ?? NaN
    if (price === current[mark]) continue
    if (!(price > 0 && price < Infinity)) {
      throw new ScenarioError(
        `The price of mark "${marks[mark]}" is ${price}. Give a finite price above 0; leave out the tick while there is none.`,
      )
    }
    if (!((base[mark] ?? NaN) > 0)) {
      throw new ScenarioError(
        `Mark "${marks[mark]}" was read at ${base[mark]}, from which no move is known. Read the portfolio again and compile it.`,
      )
    }
  }
}
