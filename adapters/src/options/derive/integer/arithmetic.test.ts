import { InvalidAmountError } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONE } from '../standard-margin.js'
import { divide, squareRoot, unsigned } from './arithmetic.js'
import { FixedPointError } from './errors.js'

describe('divide', () => {
  it.each([
    [1n, 3n * ONE, 0n],
    [-1n, 3n * ONE, 0n],
    [-ONE, 3n * ONE, -333333333333333333n],
    [2n * ONE, 3n * ONE, 666666666666666666n],
  ])('of %s by %s is %s: cut toward zero', (a, b, quotient) => {
    expect(divide(a, b)).toBe(quotient)
  })

  it('by nothing is refused', () => {
    expect(() => divide(ONE, 0n)).toThrow(InvalidAmountError)
  })
})

describe('squareRoot', () => {
  it('is the largest number whose square does not exceed', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 190n), (value) => {
        const root = squareRoot(value)
        expect(root ** 2n).toBeLessThanOrEqual(value * ONE)
        expect((root + 1n) ** 2n).toBeGreaterThan(value * ONE)
      }),
    )
  })

  it.each([
    [0n, 0n],
    [1n, 10n ** 9n],
    [ONE, ONE],
    [4n * ONE, 2n * ONE],
    [4n * ONE - 1n, 2n * ONE - 1n],
    [2n * ONE, 1414213562373095048n],
  ])('of %s is %s', (value, root) => {
    expect(squareRoot(value)).toBe(root)
  })

  it('of less than nothing is refused', () => {
    expect(() => squareRoot(-1n)).toThrow(FixedPointError)
  })
})

describe('unsigned', () => {
  it('keeps what fits', () => {
    expect(unsigned(0n, 64n, 'number')).toBe(0n)
    expect(unsigned(2n ** 64n - 1n, 64n, 'number')).toBe(2n ** 64n - 1n)
  })

  it.each([-1n, 2n ** 64n])('refuses %s in 64 bits, and says what it is', (value) => {
    expect(() => unsigned(value, 64n, 'strike')).toThrow(new RegExp(`strike is ${value}.*64 bits`))
  })
})
