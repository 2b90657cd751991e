import { InvalidRuleError } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountsAt, amountsMoved, convert, rangeOf } from './amounts.js'
import { Q96, sqrtPriceAt } from './ticks.js'
import type { PositionLeg, Token } from './token-id.js'

const SPACING = 7

const CALL: PositionLeg = {
  asset: 0,
  optionRatio: 1n,
  isLong: false,
  tokenType: 0,
  riskPartner: 0,
  strike: 0,
  width: 5,
}

const legs: fc.Arbitrary<PositionLeg> = fc.record({
  asset: fc.constantFrom<Token>(0, 1),
  optionRatio: fc.bigInt(1n, 127n),
  isLong: fc.boolean(),
  tokenType: fc.constantFrom<Token>(0, 1),
  riskPartner: fc.constant(0),
  strike: fc.integer({ min: -200_000, max: 200_000 }),
  width: fc.integer({ min: 1, max: 300 }),
})
const sizes = fc.oneof(fc.bigInt(1n, 50n), fc.bigInt(1n, 1n << 60n))

describe('rangeOf', () => {
  it('rounds half a width down below the strike and up above it', () => {
    expect(rangeOf({ ...CALL, strike: -10, width: 3 }, 7)).toEqual([-20, 1])
    expect(rangeOf({ ...CALL, strike: -10, width: 4 }, 7)).toEqual([-24, 4])
  })
})

describe('amountsMoved', () => {
  it('is what the liquidity of the range holds, down for shorts and up for longs and loans', () => {
    fc.assert(
      fc.property(legs, sizes, (leg, size) => {
        const [lower, upper] = rangeOf(leg, SPACING)
        const [low, high] = [sqrtPriceAt(lower), sqrtPriceAt(upper)]
        const amount = size * leg.optionRatio
        const liquidity =
          leg.asset === 0
            ? (amount * ((high * low) >> 96n)) / (high - low)
            : (amount * Q96) / (high - low)
        const short = amountsMoved({ ...leg, isLong: false }, size, SPACING)
        const long = amountsMoved({ ...leg, isLong: true }, size, SPACING)
        expect(short).toEqual([
          ((liquidity << 96n) * (high - low)) / high / low,
          (liquidity * (high - low)) >> 96n,
        ])
        for (const side of [0, 1] as const) {
          expect(long[side] - short[side]).toBeGreaterThanOrEqual(0n)
          expect(long[side] - short[side]).toBeLessThanOrEqual(2n)
        }
        expect(long[1] * Q96).toBeGreaterThanOrEqual(liquidity * (high - low))
        expect(long[0] * low * high).toBeGreaterThanOrEqual((liquidity << 96n) * (high - low))
      }),
    )
  })

  it('floors the product of far prices before anything else', () => {
    const far = { ...CALL, strike: -560_000, width: 200 }
    const [low, high] = rangeOf(far, SPACING).map(sqrtPriceAt)
    if (low === undefined || high === undefined) throw new RangeError('no range')
    const liquidity = (10n ** 30n * ((high * low) >> 96n)) / (high - low)
    const [moved] = amountsMoved(far, 10n ** 30n, SPACING)
    expect(moved).toBe(((liquidity << 96n) * (high - low)) / high / low)
  })

  it('counts a leg without a width as two spacings wide, and rounds it up', () => {
    const loan = { ...CALL, width: 0 }
    const wide = { ...CALL, width: 2, isLong: true }
    expect(amountsMoved(loan, 12_345n, SPACING)).toEqual(amountsMoved(wide, 12_345n, SPACING))
  })

  it('refuses more liquidity than the venue can hold', () => {
    expect(() => amountsMoved(CALL, 1n << 125n, SPACING)).toThrow(InvalidRuleError)
  })
})

describe('amountsAt', () => {
  it('is all token0 below the range, all token1 above it, and both within', () => {
    const size = 10n ** 18n
    const [lower, upper] = rangeOf(CALL, SPACING)
    const moved = amountsMoved(CALL, size, SPACING)
    expect(amountsAt(CALL, size, SPACING, lower - 1)).toEqual([moved[0], 0n])
    expect(amountsAt(CALL, size, SPACING, lower)).toEqual([moved[0], 0n])
    expect(amountsAt(CALL, size, SPACING, upper)).toEqual([0n, moved[1]])
    expect(amountsAt(CALL, size, SPACING, upper + 1)).toEqual([0n, moved[1]])
    const [token0, token1] = amountsAt(CALL, size, SPACING, 0)
    // The price is at the middle of the range: half of each, within its width.
    expect(Number(token0) / Number(moved[0])).toBeCloseTo(17.5 / 35 + 0.5 / 35, 2)
    expect(Number(token1) / Number(moved[1])).toBeCloseTo(17 / 35, 2)
  })

  it('is never less when it is owed than when it is held', () => {
    const ticks = fc.integer({ min: -201_000, max: 201_000 })
    fc.assert(
      fc.property(legs, sizes, ticks, (leg, size, tick) => {
        const held = amountsAt({ ...leg, isLong: false }, size, SPACING, tick)
        const owed = amountsAt({ ...leg, isLong: true }, size, SPACING, tick)
        for (const side of [0, 1] as const) {
          expect(owed[side] - held[side]).toBeGreaterThanOrEqual(0n)
          expect(owed[side] - held[side]).toBeLessThanOrEqual(2n)
        }
      }),
    )
  })
})

describe('convert', () => {
  it('is the amount itself at tick 0', () => {
    for (const up of [false, true]) {
      expect(convert(12_345n, 0, Q96, up)).toBe(12_345n)
      expect(convert(12_345n, 1, Q96, up)).toBe(12_345n)
    }
  })

  it('multiplies token0 by the price and divides token1 by it, down or up', () => {
    // 1.0001^10,000 is 2.718…
    const price = sqrtPriceAt(10_000)
    expect([convert(10n, 0, price, false), convert(10n, 0, price, true)]).toEqual([27n, 28n])
    expect([convert(10n, 1, price, false), convert(10n, 1, price, true)]).toEqual([3n, 4n])
  })

  it('keeps 128 bits of a price whose square is longer than a word', () => {
    const price = sqrtPriceAt(500_000)
    const short = (price * price) >> 64n
    expect(convert(999n, 0, price, false)).toBe((999n * short) >> 128n)
    expect(convert(10n ** 40n, 1, price, false)).toBe(((10n ** 40n) << 128n) / short)
    expect(convert(10n ** 40n, 1, price, true)).toBe(((10n ** 40n) << 128n) / short + 1n)
    expect(short << 64n).not.toBe(price * price)
  })
})
