import { InvalidAmountError, toNumber } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountOf, exactDecimal, roundToNano } from './decimals.js'

describe('exactDecimal', () => {
  it.each([
    [2.288e-5, 2288n, 8],
    [-0.31, -31n, 2],
    [1e-9, 1n, 9],
    [302.62729214, 30262729214n, 8],
    [1.5e20, 150000000000000000000n, 0],
    [0, 0n, 0],
  ])('is the decimal that %d was printed as', (value, raw, decimals) => {
    expect(exactDecimal(value)).toEqual({ raw, decimals })
  })

  it('reads back as the same double', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (value) => {
        fc.pre(value === 0 || Math.abs(value) > 1e-60)
        expect(toNumber(exactDecimal(value))).toBe(value + 0)
      }),
    )
  })

  it.each([Number.NaN, Infinity, 1e21])('refuses %d', (value) => {
    expect(() => exactDecimal(value)).toThrow(InvalidAmountError)
  })
})

describe('amountOf', () => {
  it('keeps 18 decimals, cut toward zero', () => {
    expect(amountOf(1 / 3)).toEqual({ raw: 3333333333333333n, decimals: 16 })
    expect(amountOf(0.012345678901234567)).toEqual({ raw: 12345678901234567n, decimals: 18 })
    expect(amountOf(1.9e-18)).toEqual({ raw: 1n, decimals: 18 })
    expect(amountOf(-1.9e-18)).toEqual({ raw: -1n, decimals: 18 })
    expect(amountOf(0.25)).toEqual({ raw: 25n, decimals: 2 })
  })
})

describe('roundToNano', () => {
  it('rounds to 9 decimals, as the venue does with the worst case', () => {
    expect(roundToNano(0.05968587238095239)).toBe(0.059685872)
    expect(roundToNano(0.15246412672881357)).toBe(0.152464127)
    expect(roundToNano(-0.15246412672881357)).toBe(-0.152464127)
  })
})
