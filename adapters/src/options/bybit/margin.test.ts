import { black76Price } from '@plimsoll/risk/pricing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BookOption, OptionBook } from '../book.js'
import { MarginInputError } from '../book.js'
import { BYBIT_CROSS_2022, crossBookMargin, crossMargin, type SoldOption } from './margin.js'
import { type PortfolioParameters, portfolioMargin } from './portfolio.js'

const put: SoldOption = {
  right: 'put',
  strike: 18_500,
  index: 20_250,
  size: 1,
  mark: 290,
  entry: 280,
}

describe('crossMargin', () => {
  it('reproduces the worked examples of the help centre', () => {
    expect(crossMargin(put, BYBIT_CROSS_2022)).toEqual({ maintenance: 938, initial: 2_315 })
    const call: SoldOption = {
      right: 'call',
      strike: 31_000,
      index: 30_000,
      size: 1,
      mark: 300,
      entry: 300,
    }
    expect(crossMargin(call, BYBIT_CROSS_2022).maintenance).toBe(1_260)
  })

  it('asks at the money the full, out of the money the least share of the index', () => {
    const ask = (right: 'call' | 'put', strike: number): number =>
      crossMargin({ ...put, right, index: 20_000, strike, mark: 0, entry: 0 }, BYBIT_CROSS_2022)
        .initial
    expect(ask('put', 20_000)).toBe(3_000)
    expect(ask('put', 25_000)).toBe(3_000)
    expect(ask('put', 19_500)).toBe(2_500)
    expect(ask('put', 15_000)).toBe(2_000)
    expect(ask('call', 20_500)).toBe(2_500)
    expect(ask('call', 15_000)).toBe(3_000)
  })

  it('takes the higher of entry price and mark to open, the mark to keep', () => {
    const ask = (entry: number) => crossMargin({ ...put, entry }, BYBIT_CROSS_2022)
    expect(ask(500)).toEqual({ maintenance: 938, initial: 2_025 + 500 })
    expect(ask(0).initial).toBe(2_315)
  })

  it('is measured by the mark where that is above the index', () => {
    const deep = { ...put, index: 100, strike: 20_000, mark: 19_900, entry: 0 }
    expect(crossMargin(deep, BYBIT_CROSS_2022).maintenance).toBeCloseTo(20_497.2, 9)
  })

  it('never asks less to open than to keep, nor less than mark and fee', () => {
    const price = fc.double({ min: 0, max: 1e5, noNaN: true })
    fc.assert(
      fc.property(
        fc.constantFrom('call', 'put'),
        fc.tuple(price, price, price, price),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (right, [strike, index, mark, entry], size) => {
          const { initial, maintenance } = crossMargin(
            { right, strike, index, mark, entry, size },
            BYBIT_CROSS_2022,
          )
          expect(initial).toBeGreaterThanOrEqual(maintenance)
          expect(maintenance).toBeGreaterThanOrEqual(size * (mark + 0.002 * index) * (1 - 1e-12))
        },
      ),
    )
  })

  it.each(['strike', 'index', 'size', 'mark', 'entry'] as const)(
    'refuses a negative %s',
    (field) => {
      expect(() => crossMargin({ ...put, [field]: -1 }, BYBIT_CROSS_2022)).toThrow(`${field} -1`)
    },
  )

  it.each(['maintenanceFactor', 'liquidationFee', 'initialMaximum', 'initialMinimum'] as const)(
    'refuses a %s that is no number',
    (field) => {
      const wrong = { ...BYBIT_CROSS_2022, [field]: Number.NaN }
      expect(() => crossMargin(put, wrong)).toThrow(`${field} NaN`)
    },
  )
})

const option: BookOption = {
  right: 'put',
  strike: 18_500,
  years: 0.05,
  forward: 20_250,
  size: -1,
  impliedVolatility: 0.6,
  mark: 290,
}
const book: OptionBook = {
  spot: 20_250,
  options: [option, { ...option, size: -2 }, { ...option, size: 1, strike: 20_000, mark: 750 }],
  linear: [],
}

describe('crossBookMargin', () => {
  it('adds up what is sold, at its mark', () => {
    const { initial, maintenance, notModelled } = crossBookMargin(book, BYBIT_CROSS_2022)
    expect(maintenance).toBe(3 * 938)
    expect(initial).toBe(3 * 2_315)
    expect(notModelled).toEqual([])
  })

  it('refuses linear positions, whose margin is not modelled', () => {
    const held = { ...book, linear: [{ size: 1, price: 1 }] }
    expect(() => crossBookMargin(held, BYBIT_CROSS_2022)).toThrow(MarginInputError)
  })
})

describe('portfolioMargin', () => {
  const parameters: PortfolioParameters = {
    spotMoves: [-0.1, 0, 0.1],
    volatilityMoves: [-0.3, 0, 0.3],
    shortOptionFactor: 0.01,
    linearFactor: 0.005,
    initialFactor: 1.2,
  }
  const price = (forward: number, volatility: number): number =>
    black76Price({ right: 'put', forward, strike: 18_500, volatility, years: 0.05, discount: 1 })

  it('is the greatest loss and the contingencies of options sold and of futures', () => {
    const held = { spot: 20_250, options: [option], linear: [{ size: -0.1, price: 20_000 }] }
    const margin = portfolioMargin(held, parameters)
    const loss = price(18_225, 0.78) - price(20_250, 0.6) - 0.1 * 20_000 * 0.1
    expect(margin.maximumLoss).toBeCloseTo(loss, 8)
    expect(margin.worst).toMatchObject({ spotMove: -0.1, volatilityMove: 0.3 })
    expect(margin.shortOptions).toBeCloseTo(202.5, 9)
    expect(margin.linear).toBeCloseTo(10.125, 9)
    expect(margin.maintenance).toBeCloseTo(loss + 202.5 + 10.125, 8)
    expect(margin.initial).toBeCloseTo(1.2 * margin.maintenance, 8)
  })

  it('credits a hedge in the loss, and no profit beyond it', () => {
    const long = portfolioMargin({ ...book, options: [{ ...option, size: 1 }] }, parameters)
    expect(long.shortOptions).toBe(0)
    expect(long.maintenance).toBe(long.maximumLoss)
    const gain = { ...parameters, spotMoves: [-0.1], volatilityMoves: [0] }
    expect(portfolioMargin({ ...book, options: [{ ...option, size: 1 }] }, gain).maximumLoss).toBe(
      0,
    )
    const apart = portfolioMargin({ ...book, options: [option] }, parameters)
    const both = portfolioMargin(
      { ...book, options: [option, { ...option, strike: 18_000, size: 1 }] },
      parameters,
    )
    expect(both.maximumLoss).toBeLessThan(apart.maximumLoss)
  })

  it('names what it leaves out', () => {
    expect(portfolioMargin(book, parameters).notModelled).toContain('vega spread contingency')
  })

  it.each([
    ['no moves', { spotMoves: [] }],
    ['no moves of volatility', { volatilityMoves: [] }],
    ['a negative contingency', { shortOptionFactor: -1 }],
    ['a contingency that is no number', { linearFactor: Number.NaN }],
    ['a negative factor', { initialFactor: -1 }],
  ])('refuses %s', (_what, wrong) => {
    expect(() => portfolioMargin(book, { ...parameters, ...wrong })).toThrow(MarginInputError)
  })
})
