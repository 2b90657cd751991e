import type { BookMargin, BookOption, OptionBook } from '../book.js'
import { requireOptionsOnly, requireUsableBook, soldOptions } from '../book.js'
import type { NakedParameters } from './naked.js'
import { nakedMargin, upperBound } from './naked.js'
import type { VaultSpread } from './spread.js'
import { callSpreadMargin, putSpreadMargin } from './spread.js'

/** Parameters of the two products that a book needs: puts backed in quote, calls in the underlying. */
export type ProductParameters = {
  readonly put: NakedParameters
  readonly call: NakedParameters
}

/** Parts of a naked vault's requirement that depend on the asset it is backed with. */
export const NAKED_NOT_MODELLED: readonly string[] = ['least collateral of a vault (dust)']

const margin = (total: number, notModelled: readonly string[]): BookMargin => ({
  initial: total,
  maintenance: total,
  notModelled,
})

function requireOffered(book: OptionBook): void {
  requireUsableBook(book)
  requireOptionsOnly(book, 'Opyn Gamma')
}

/**
 * What naked vaults would ask for a book, USD: the sum over its short options; longs offset nothing
 * there. One figure is both initial and maintenance.
 *
 * @throws MarginInputError when a number cannot be used, the table has no step for an expiry, or the
 * book holds linear positions, which the venue does not offer.
 */
export function nakedBookMargin(book: OptionBook, parameters: ProductParameters): BookMargin {
  requireOffered(book)
  const { spot } = book
  const total = soldOptions(book).reduce((sum, { right, strike, years, size }) => {
    const { spotShock } = parameters[right]
    const bound = upperBound(years, parameters[right])
    const collateral = nakedMargin({ right, strike, spot, size, bound, spotShock })
    return sum + (right === 'put' ? collateral : collateral * spot)
  }, 0)
  return margin(total, NAKED_NOT_MODELLED)
}

/**
 * What fully collateralised vaults would ask for a book, USD: greatest losses, in the strike asset
 * for puts, in the underlying at spot for calls. A vault holds one short and one long series: within
 * an expiry and right, shorts are paired with longs strike by strike, both ascending or one against
 * the other, whichever is cheaper. That is the cheapest set of vaults for puts, and a possible one
 * for calls. One figure is both initial and maintenance.
 *
 * @throws MarginInputError when a number of the book cannot be used, or it holds linear positions,
 * which the venue does not offer.
 */
export function spreadBookMargin(book: OptionBook): BookMargin {
  requireOffered(book)
  const groups = new Map<string, BookOption[]>()
  for (const option of book.options) {
    const key = `${option.right} ${option.years}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [option])
    else group.push(option)
  }
  let total = 0
  for (const group of groups.values()) total += groupMargin(group, book.spot)
  return margin(total, [])
}

/** Options of one expiry and right. */
function groupMargin(group: readonly BookOption[], spot: number): number {
  const isPut = group[0]?.right === 'put'
  // Where longs are short, the highest strikes sold are covered: they save most.
  const descending = group.toSorted((a, b) => b.strike - a.strike)
  const shorts = descending
    .filter(({ size }) => size < 0)
    .map(({ strike, size }): Series => ({ strike, size: -size }))
  const held = descending.filter(({ size }) => size > 0)
  const longs = firstUnits(
    // Those that protect most; what is held beyond the size sold is of no use.
    isPut ? held : held.toReversed(),
    shorts.reduce((sum, { size }) => sum + size, 0),
  )
  const worth = isPut ? 1 : spot
  const collateral = isPut ? putSpreadMargin : callSpreadMargin
  const pairings = [longs, longs.toReversed()].map((order) =>
    pairUp(shorts, order).reduce((sum, vault) => sum + collateral(vault) * worth, 0),
  )
  return Math.min(...pairings)
}

type Series = { readonly strike: number; readonly size: number }

/** The first `units` of a list of series. */
function firstUnits(series: readonly Series[], units: number): readonly Series[] {
  let left = units
  return series.flatMap(({ strike, size }) => {
    const taken = Math.min(size, left)
    left -= taken
    return taken > 0 ? [{ strike, size: taken }] : []
  })
}

/** Vaults of one short and at most one long series, in the order given; units of both add up. */
function pairUp(shorts: readonly Series[], longs: readonly Series[]): readonly VaultSpread[] {
  const vaults: VaultSpread[] = []
  let index = 0
  let left = longs[0]?.size ?? 0
  for (const { strike: shortStrike, size } of shorts) {
    let sold = size
    while (sold > 0) {
      const long = longs[index]
      const shortSize = long === undefined ? sold : Math.min(sold, left)
      const longSize = long === undefined ? 0 : shortSize
      vaults.push({ shortStrike, shortSize, longStrike: long?.strike ?? 0, longSize })
      sold -= shortSize
      left -= shortSize
      if (long !== undefined && left <= 0) {
        index += 1
        left = longs[index]?.size ?? 0
      }
    }
  }
  return vaults
}
