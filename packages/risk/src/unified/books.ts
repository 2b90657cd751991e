import type { FactorId } from '@plimsoll/model'
import type { Positions } from '../compare/positions.js'
import { compareText } from '../order.js'
import type { Book, LinearHolding, OptionHolding, PegBook, PegHolding } from './book.js'
import type { Holding } from './holdings.js'

/** What is stressed: books by spot factor, and what is held to each peg; both by factor. */
export type Books = { readonly spots: readonly Book[]; readonly pegs: readonly PegBook[] }

/** Puts holdings into the books of the factors that they move with. */
export function booksOfHoldings(holdings: readonly Holding[]): Books {
  const spots = new Map<FactorId, { linear: LinearHolding[]; options: OptionHolding[] }>()
  const pegs = new Map<FactorId, PegHolding[]>()
  const bookOf = (factor: FactorId) => {
    const book = spots.get(factor) ?? { linear: [], options: [] }
    spots.set(factor, book)
    return book
  }
  for (const { linear, options, pegs: pegged } of holdings) {
    for (const { factor, ...holding } of linear) bookOf(factor).linear.push(holding)
    for (const { factor, ...holding } of options) bookOf(factor).options.push(holding)
    for (const { factor, ...holding } of pegged) {
      const book = pegs.get(factor) ?? []
      pegs.set(factor, book)
      book.push(holding)
    }
  }
  return {
    spots: [...spots]
      .sort(([a], [b]) => compareText(a, b))
      .map(([factor, book]) => ({ factor, ...book })),
    pegs: [...pegs]
      .sort(([a], [b]) => compareText(a, b))
      .map(([factor, held]) => ({ factor, holdings: held })),
  }
}

/** The books of positions that stand in one account; they carry no pegs. */
export function booksOfPositions({ underlyings }: Positions): Books {
  return {
    spots: underlyings.map(({ underlying, spot, linear, expiries }) => ({
      factor: underlying,
      linear: linear.map(({ leg, size, price }) => ({
        leg,
        quantity: size,
        value: size * price,
        elasticity: 1,
      })),
      options: expiries.flatMap(({ expiry, years, forward, options }) =>
        options.map(({ leg, right, size, strike, impliedVolatility, price }) => ({
          leg,
          quantity: size,
          isCall: right === 'call',
          strike,
          expiry,
          years,
          forward,
          spot,
          impliedVolatility,
          price,
        })),
      ),
    })),
    pegs: [],
  }
}
