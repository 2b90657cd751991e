import { black76Price } from '@plimsoll/risk/pricing'
import { describe, expect, it } from 'vitest'
import type { BookOption, OptionBook } from './book.js'
import {
  bookProfit,
  MarginInputError,
  requireOptionsOnly,
  requireUsable,
  requireUsableBook,
  soldOptions,
  worstMove,
} from './book.js'

const option: BookOption = {
  right: 'put',
  strike: 1_900,
  years: 0.1,
  forward: 2_050,
  size: -2,
  impliedVolatility: 0.6,
  mark: 40,
}
const book: OptionBook = { spot: 2_000, options: [option], linear: [{ size: 3, price: 2_010 }] }

describe('requireUsable', () => {
  it('names the first number that is not finite and not negative', () => {
    expect(() => requireUsable({ strike: 0, mark: 1 })).not.toThrow()
    for (const bad of [-1, Number.NaN, Infinity]) {
      expect(() => requireUsable({ strike: 1, mark: bad })).toThrow(MarginInputError)
      expect(() => requireUsable({ strike: 1, mark: bad })).toThrow(`mark ${bad}`)
    }
  })
})

describe('requireUsableBook', () => {
  it.each(['strike', 'years', 'forward', 'impliedVolatility', 'mark'] as const)(
    'refuses an option whose %s is negative',
    (field) => {
      const options = [{ ...option, [field]: -1 }]
      expect(() => requireUsableBook({ ...book, options })).toThrow(`${field} -1`)
    },
  )

  it('refuses linear positions of unknown size or price', () => {
    const refused = (size: number, price: number) => () =>
      requireUsableBook({ ...book, linear: [{ size, price }] })
    expect(refused(Number.NaN, 1)).toThrow('|size| NaN')
    expect(refused(-1, Number.NaN)).toThrow('price NaN')
    expect(refused(-1, 1)).not.toThrow()
  })

  it('refuses spot 0', () => {
    expect(() => requireUsableBook({ ...book, spot: 0 })).toThrow(MarginInputError)
  })
})

describe('requireOptionsOnly', () => {
  it('refuses linear positions that are not empty', () => {
    expect(() => requireOptionsOnly(book, 'It')).toThrow(MarginInputError)
    expect(() =>
      requireOptionsOnly({ ...book, linear: [{ size: 0, price: 1 }] }, 'It'),
    ).not.toThrow()
  })
})

describe('soldOptions', () => {
  it('are those of negative size, with the size as a positive number', () => {
    const options = [option, { ...option, size: 1 }, { ...option, size: 0 }]
    expect(soldOptions({ ...book, options })).toEqual([{ ...option, size: 2 }])
  })
})

describe('bookProfit', () => {
  const price = (forward: number, volatility: number): number =>
    black76Price({ right: 'put', forward, strike: 1_900, volatility, years: 0.1, discount: 1 })

  it('is linear positions on their price and options repriced on their moved forward', () => {
    expect(bookProfit(book, -0.1, 0.5)).toBeCloseTo(
      3 * 2_010 * -0.1 - 2 * (price(1_845, 0.9) - price(2_050, 0.6)),
      9,
    )
  })

  it('is 0 when nothing moves, whatever the marks', () => {
    expect(bookProfit(book, 0, 0)).toBe(0)
  })

  it('refuses moves below zero prices and volatilities', () => {
    expect(() => bookProfit(book, -1.1, 0)).toThrow(MarginInputError)
    expect(() => bookProfit(book, 0, -1.1)).toThrow(MarginInputError)
  })
})

describe('worstMove', () => {
  it('is the move of the grid with the least profit', () => {
    expect(worstMove(book, [0.1, -0.1, 0], [0, 0.5])).toEqual({
      spotMove: -0.1,
      volatilityMove: 0.5,
      profit: bookProfit(book, -0.1, 0.5),
    })
  })

  it('is the first of equals', () => {
    const flat = { ...book, options: [], linear: [] }
    expect(worstMove(flat, [0.1, -0.1], [0])).toMatchObject({ spotMove: 0.1 })
  })

  it.each([
    [[], [0]],
    [[0], []],
  ])('refuses an empty grid', (spotMoves, volatilityMoves) => {
    expect(() => worstMove(book, spotMoves, volatilityMoves)).toThrow(MarginInputError)
  })
})
