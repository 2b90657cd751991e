import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { optionRequirements } from './parameters.js'
import type { MarginedOption } from './standard-margin.js'
import { optionMargins } from './standard-margin.js'

const requirements = { initialOut: 0.15, initialFloor: 0.1, maintenance: 0.075 }
const short = (change: Partial<MarginedOption>): MarginedOption => ({
  right: 'call',
  size: -1,
  mark: 0.02,
  strike: 63_000,
  forward: 60_000,
  underlying: 1,
  ...change,
})

describe('optionMargins', () => {
  it('asks nothing for longs', () => {
    expect(optionMargins(short({ size: 3 }), requirements)).toEqual({ initial: 0, maintenance: 0 })
  })

  it('asks 15 % less what is out of the money, at least 10 %, and the mark of a short call', () => {
    const near = optionMargins(short({}), requirements)
    expect(near.initial).toBeCloseTo(0.15 - 3000 / 60_000 + 0.02, 15)
    expect(near.maintenance).toBeCloseTo(0.075 + 0.02, 15)
    expect(optionMargins(short({ strike: 62_000 }), requirements).initial).toBeCloseTo(
      0.15 - 2000 / 60_000 + 0.02,
      15,
    )
    expect(optionMargins(short({ strike: 90_000 }), requirements).initial).toBeCloseTo(0.12, 15)
    expect(optionMargins(short({ strike: 50_000, mark: 0.2 }), requirements).initial).toBeCloseTo(
      0.35,
      15,
    )
  })

  it('asks of a put at least its maintenance, which grows with a mark above one coin', () => {
    const put = short({ right: 'put', strike: 57_000 })
    expect(optionMargins(put, requirements)).toEqual({
      initial: expect.closeTo(0.12, 15),
      maintenance: expect.closeTo(0.095, 15),
    })
    const deep = optionMargins(short({ right: 'put', strike: 300_000, mark: 4 }), requirements)
    expect(deep.maintenance).toBeCloseTo(0.3 + 4, 12)
    expect(deep.initial).toBe(deep.maintenance)
  })

  it('counts in the settlement currency of linear options', () => {
    const margins = optionMargins(short({ underlying: 60_000, mark: 1200, size: -2 }), requirements)
    expect(margins.initial).toBeCloseTo(2 * (0.1 * 60_000 + 1200), 9)
    expect(margins.maintenance).toBeCloseTo(2 * (0.075 * 60_000 + 1200), 9)
  })

  it('never asks less to open than to keep, and grows in proportion to the size', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    fc.assert(
      fc.property(
        fc.constantFrom('call' as const, 'put' as const),
        number(0, 5),
        number(1, 1e6),
        number(1, 1e6),
        number(0.001, 1000),
        (right, mark, strike, forward, lots) => {
          const option = short({ right, mark, strike, forward })
          const one = optionMargins(option, requirements)
          expect(one.initial).toBeGreaterThanOrEqual(one.maintenance)
          const many = optionMargins({ ...option, size: -lots }, requirements)
          expect(many.maintenance).toBeCloseTo(lots * one.maintenance, 6)
        },
      ),
    )
  })
})

describe('optionRequirements', () => {
  it('knows BTC and ETH, and no other name', () => {
    expect(optionRequirements('BTC')).toEqual(requirements)
    expect(optionRequirements('ETH')).toEqual(requirements)
    expect(optionRequirements('SOL')).toBeNull()
    expect(optionRequirements('toString')).toBeNull()
  })
})
