import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addAmounts,
  divDown,
  formatAmount,
  InvalidAmountError,
  MAX_DECIMALS,
  mulDivDown,
  mulDivHalfUp,
  mulDivTrunc,
  mulDivUp,
  multiplyAmounts,
  negateAmount,
  parseAmount,
  rescaleDown,
  toNumber,
} from './index.js'

const big = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })
const positive = fc.bigInt({ min: 1n, max: 10n ** 30n })
const amount = fc.record({ raw: big, decimals: fc.integer({ min: 0, max: MAX_DECIMALS }) })

describe('mulDiv', () => {
  it('brackets the quotient: down and up differ by one exactly when it is not whole', () => {
    fc.assert(
      fc.property(big, big, positive, (a, b, divisor) => {
        const down = mulDivDown(a, b, divisor)
        const up = mulDivUp(a, b, divisor)
        expect(down * divisor <= a * b && a * b < (down + 1n) * divisor).toBe(true)
        expect(up - down).toBe(down * divisor === a * b ? 0n : 1n)
      }),
    )
  })

  it('rounds half up to the nearest', () => {
    expect(mulDivHalfUp(5n, 1n, 10n)).toBe(1n)
    expect(mulDivHalfUp(4n, 1n, 10n)).toBe(0n)
    expect(mulDivHalfUp(1n, 1n, 3n)).toBe(0n)
    expect(mulDivHalfUp(2n, 1n, 3n)).toBe(1n)
  })

  it('truncates toward zero on both sides', () => {
    expect(mulDivTrunc(-7n, 1n, 2n)).toBe(-3n)
    expect(mulDivTrunc(7n, 1n, 2n)).toBe(3n)
    expect(mulDivDown(-7n, 1n, 2n)).toBe(-4n)
    expect(mulDivUp(-7n, 1n, 2n)).toBe(-3n)
  })

  it('refuses a divisor that is not positive, with advice', () => {
    expect(() => mulDivDown(1n, 1n, 0n)).toThrow(InvalidAmountError)
    expect(() => mulDivTrunc(1n, 1n, 0n)).toThrow(/must be positive/)
    expect(() => divDown(1n, -1n)).toThrow(/divide 1 by -1/)
  })
})

describe('parseAmount and formatAmount', () => {
  it('keep every digit', () => {
    expect(parseAmount('29.71317018899')).toEqual({ raw: 2971317018899n, decimals: 11 })
    expect(parseAmount('-0.000000')).toEqual({ raw: 0n, decimals: 6 })
    expect(formatAmount({ raw: -5n, decimals: 3 })).toBe('-0.005')
    expect(formatAmount({ raw: 1200n, decimals: 2 })).toBe('12')
  })

  it('round-trip in value', () => {
    fc.assert(
      fc.property(amount, (value) => {
        const back = parseAmount(formatAmount(value))
        const decimals = Math.max(value.decimals, back.decimals)
        expect(rescaleDown(back, decimals)).toEqual(rescaleDown(value, decimals))
      }),
    )
  })

  it.each(['', ' ', '1e5', '.5', '--1', '0x10', 'NaN', 'Infinity', '1,000', '1.2.3'])(
    'refuses %j',
    (text) => {
      expect(() => parseAmount(text)).toThrow(InvalidAmountError)
    },
  )

  it('refuses more decimals than any venue prints', () => {
    expect(() => parseAmount(`0.${'1'.repeat(MAX_DECIMALS + 1)}`)).toThrow(/decimals/)
  })
})

describe('arithmetic of amounts', () => {
  it('is exact', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const sum = addAmounts(a, b)
        const difference = addAmounts(sum, negateAmount(b))
        expect(rescaleDown(difference, 100).raw).toBe(rescaleDown(a, 100).raw)
        expect(multiplyAmounts(a, b)).toEqual(multiplyAmounts(b, a))
      }),
    )
  })

  it('rescales down toward negative infinity', () => {
    expect(rescaleDown({ raw: -15n, decimals: 1 }, 0)).toEqual({ raw: -2n, decimals: 0 })
  })

  it('gives the nearest double', () => {
    expect(toNumber({ raw: 1n, decimals: 1 })).toBe(0.1)
    expect(toNumber(parseAmount('123456789.123456789123456789'))).toBe(123456789.12345679)
  })
})
