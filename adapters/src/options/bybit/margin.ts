import type { BookMargin, OptionBook } from '../book.js'
import { requireOptionsOnly, requireUsable, requireUsableBook, soldOptions } from '../book.js'

/** Parameters of cross margin for options. */
export type CrossParameters = {
  /** Of the index price or of the mark, whichever is more, in maintenance. */
  readonly maintenanceFactor: number
  /** Of the index price, in maintenance. */
  readonly liquidationFee: number
  /** Of the index price, in initial: at the money, and the least out of the money. */
  readonly initialMaximum: number
  readonly initialMinimum: number
}

/** The parameters of the venue's worked examples, of 2022; those in force are on its site. */
export const BYBIT_CROSS_2022: CrossParameters = {
  maintenanceFactor: 0.03,
  liquidationFee: 0.002,
  initialMaximum: 0.15,
  initialMinimum: 0.1,
}

/** An option sold under cross margin. */
export type SoldOption = {
  readonly right: 'call' | 'put'
  readonly strike: number
  /** Price of the underlying's index. */
  readonly index: number
  /** Units sold; not negative. */
  readonly size: number
  readonly mark: number
  /** Average price at which it was sold. */
  readonly entry: number
}

/** Both margins of a position, USD. */
export type CrossMargin = { readonly initial: number; readonly maintenance: number }

/**
 * Cross margin of an option sold, in the unit of the prices.
 * `maintenance = q·(max(f·index, f·mark) + mark + fee·index)`;
 * `initial = max(q·(max(a·index − OTM, b·index) + max(entry, mark)), maintenance)`,
 * `OTM = max(K − index, 0)` for a call, `max(index − K, 0)` for a put.
 *
 * Formula: the venue's help centre, "Initial and Maintenance Margin Calculation (Options)" and
 * "Comparison of Spread Strategies".
 *
 * @example
 * crossMargin(
 *   { right: 'put', strike: 18_500, index: 20_250, size: 1, mark: 290, entry: 280 },
 *   BYBIT_CROSS_2022,
 * ) // { initial: 2315, maintenance: 938 }
 *
 * @throws MarginInputError when a number is negative or not finite.
 */
export function crossMargin(option: SoldOption, parameters: CrossParameters): CrossMargin {
  const { right, strike, index, size, mark, entry } = option
  const { maintenanceFactor, liquidationFee, initialMaximum, initialMinimum } = parameters
  requireUsable({ strike, index, size, mark, entry })
  requireUsable({ maintenanceFactor, liquidationFee, initialMaximum, initialMinimum })
  const outOfTheMoney = Math.max(right === 'call' ? strike - index : index - strike, 0)
  const maintenance =
    size *
    (Math.max(maintenanceFactor * index, maintenanceFactor * mark) + mark + liquidationFee * index)
  const initial =
    size *
    (Math.max(initialMaximum * index - outOfTheMoney, initialMinimum * index) +
      Math.max(entry, mark))
  return { initial: Math.max(initial, maintenance), maintenance }
}

/**
 * Cross margin of the options of a book, USD: the sum over those sold, each as if sold at its mark;
 * longs offset nothing.
 *
 * @throws MarginInputError when a number of the book or a parameter cannot be used, or the book holds
 * linear positions, whose margin is not modelled.
 */
export function crossBookMargin(book: OptionBook, parameters: CrossParameters): BookMargin {
  requireUsableBook(book)
  requireOptionsOnly(book, 'Cross margin of options')
  const margins = soldOptions(book).map(({ right, strike, size, mark }) =>
    crossMargin({ right, strike, index: book.spot, size, mark, entry: mark }, parameters),
  )
  return {
    initial: margins.reduce((sum, { initial }) => sum + initial, 0),
    maintenance: margins.reduce((sum, { maintenance }) => sum + maintenance, 0),
    notModelled: [],
  }
}
