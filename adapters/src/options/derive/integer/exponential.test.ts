import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONE } from '../standard-margin.js'
import { FixedPointError } from './errors.js'
import { exponential, logarithm, power } from './exponential.js'

const number = (value: bigint): number => Number(`${value}e-18`)

describe('exponential', () => {
  // What the venue's contracts answered; they are a unit short of e⁰.
  it.each([
    [0n, ONE - 1n],
    [1n, ONE],
    [-1n, ONE - 2n],
    [ONE, 2718281828459045235n],
    [-ONE, 367879441171442321n],
    [-41n * ONE, 1n],
    [-42139678854452767550n, 0n],
    [-42139678854452767551n, 0n],
    [-(10n ** 40n), 0n],
  ])('of %s is %s', (x, value) => {
    expect(exponential(x)).toBe(value)
  })

  it('overflows where the contracts do', () => {
    expect(exponential(135305999368893231588n)).toBe(
      57896044618658097649809650847705537384645150747719143657509713249170749644355n,
    )
    expect(() => exponential(135305999368893231589n)).toThrow(FixedPointError)
  })

  it('never falls', () => {
    fc.assert(
      fc.property(fc.bigInt(-43n * ONE, 130n * ONE), fc.bigInt(1n, ONE), (x, step) => {
        expect(exponential(x + step)).toBeGreaterThanOrEqual(exponential(x))
      }),
    )
  })

  it('is e^x', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 100, noNaN: true }), (x) => {
        const raw = BigInt(Math.trunc(x * 1e18))
        const value = Math.exp(number(raw))
        expect(Math.abs(number(exponential(raw)) / value - 1)).toBeLessThan(2e-14)
      }),
    )
  })
})

describe('logarithm', () => {
  it.each([
    [1n, -41446531673892822313n],
    [ONE - 1n, -1n],
    [ONE, 0n],
    [ONE + 1n, 1n],
    [2n * ONE, 693147180559945309n],
    [ONE / 2n, -693147180559945310n],
    [2n ** 255n - 1n, 135305999368893231589n],
  ])('of %s is %s, rounded down', (x, value) => {
    expect(logarithm(x)).toBe(value)
  })

  it.each([0n, -1n])('of %s is refused', (x) => {
    expect(() => logarithm(x)).toThrow(FixedPointError)
  })

  it('is undone by the exponential', () => {
    fc.assert(
      fc.property(fc.bigInt(10n ** 12n, 10n ** 36n), (x) => {
        const back = exponential(logarithm(x))
        const off = back > x ? back - x : x - back
        expect(off).toBeLessThanOrEqual(x / 10n ** 17n + 2n)
      }),
    )
  })
})

describe('power', () => {
  it('cuts the exponent of e toward zero', () => {
    // ln ½ is -0.69…310: a tenth of it ends in 5310 and is cut to 531, which e takes a unit higher.
    expect(power(ONE / 2n, ONE / 10n)).toBe(exponential(-69314718055994531n))
    expect(power(ONE / 2n, 1n)).toBe(ONE - 1n)
    expect(power(2n * ONE, 3n * ONE)).toBe(exponential(2079441541679835927n))
    expect(power(30n * ONE, 0n)).toBe(ONE - 1n)
  })
})
