import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  absolute,
  formatRational,
  isAtMost,
  multiply,
  rationalFromNumber,
  rationalFromText,
  subtract,
} from './rational.js'

const rational = (value: number | string) => {
  const parsed = typeof value === 'number' ? rationalFromNumber(value) : rationalFromText(value)
  if (parsed === null) throw new TypeError(`${value} is no number`)
  return parsed
}
const isZero = ({ numerator }: { numerator: bigint }) => numerator === 0n

describe('rationalFromText', () => {
  it.each([
    ['12', 12n, 1n],
    ['-0.50', -50n, 100n],
    ['.5', 5n, 10n],
    ['1.5e3', 15n * 10n ** 2n, 1n],
    ['-2e-3', -2n, 1000n],
    ['165/112', 165n, 112n],
    ['-141/2000', -141n, 2000n],
    ['1e5000', 10n ** 5000n, 1n],
    ['7e0', 7n, 1n],
  ])('reads %s', (text, numerator, denominator) => {
    expect(rationalFromText(text)).toEqual({ numerator, denominator })
  })

  it.each([
    '',
    '-',
    '.',
    '1,5',
    '0x10',
    '1/0',
    '1/-2',
    'x1/2',
    '1/2x',
    'NaN',
    'Infinity',
    ' 1',
    '1e999999',
    'found',
  ])('reads no number in "%s"', (text) => {
    expect(rationalFromText(text)).toBeNull()
  })
})

describe('rationalFromNumber', () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true })

  it('keeps the order and the equality of doubles', () => {
    fc.assert(
      fc.property(doubles, doubles, (left, right) => {
        expect(isAtMost(rational(left), rational(right))).toBe(left <= right)
      }),
    )
  })

  it('halves exactly where doubles halve exactly', () => {
    const normal = doubles.filter((value) => Math.abs(value) > 1e-300)
    fc.assert(
      fc.property(normal, (value) => {
        const half = rational(value / 2)
        const twice = multiply(half, { numerator: 2n, denominator: 1n })
        expect(isZero(subtract(twice, rational(value)))).toBe(true)
      }),
    )
  })

  it('reads 0.1 as the double it is, not as one tenth', () => {
    expect(rationalFromNumber(0.1)).toEqual({
      numerator: 7205759403792794n,
      denominator: 1n << 56n,
    })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'has none for %s',
    (value) => {
      expect(rationalFromNumber(value)).toBeNull()
    },
  )

  it('reads the smallest denormal and the largest double', () => {
    expect(rationalFromNumber(Number.MIN_VALUE)).toEqual({
      numerator: 1n,
      denominator: 1n << 1074n,
    })
    expect(rationalFromNumber(Number.MAX_VALUE)?.numerator).toBe(BigInt(Number.MAX_VALUE))
  })
})

describe('arithmetic', () => {
  it('subtracts, multiplies and orders like fractions', () => {
    const fraction = fc.tuple(fc.bigInt(), fc.bigInt({ min: 1n }))
    fc.assert(
      fc.property(fraction, fraction, ([a, b], [c, d]) => {
        const left = { numerator: a, denominator: b }
        const right = { numerator: c, denominator: d }
        const difference = subtract(left, right)
        expect(difference.numerator * b * d).toBe((a * d - c * b) * difference.denominator)
        expect(multiply(left, right)).toEqual({ numerator: a * c, denominator: b * d })
        expect(isAtMost(left, right)).toBe(difference.numerator <= 0n)
        expect(absolute(left).numerator >= 0n).toBe(true)
        expect(isZero(subtract(left, left))).toBe(true)
      }),
    )
  })
})

describe('formatRational', () => {
  it.each([
    ['0', '0'],
    ['-12', '-12'],
    ['24/2', '12'],
    ['123456789012345678901234', '123456789012345678901234'],
    ['-100', '-100'],
    ['0.01', '1.00e-2'],
    ['0.1', '1.00e-1'],
    ['0.001234', '1.23e-3'],
    ['-1234.5', '-1.23e3'],
    ['99.99', '9.99e1'],
    ['1/3', '3.33e-1'],
    ['100/7', '1.42e1'],
    ['1234567890123456789012345678901234567890', '1.23e39'],
  ])('prints %s as %s', (text, printed) => {
    expect(formatRational(rational(text))).toBe(printed)
  })
})
