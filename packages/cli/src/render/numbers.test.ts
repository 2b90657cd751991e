import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  healthNumber,
  healthText,
  instant,
  money,
  percent,
  price,
  share,
  short,
} from './numbers.js'

describe('money', () => {
  it.each([
    [0, '0.00'],
    [-0.001, '0.00'],
    [12.345, '12.35'],
    [-999.99, '−999.99'],
    [1234.5, '1,235'],
    [-1234567.8, '−1,234,568'],
    [null, 'unknown'],
  ])('of %s is %s', (value, text) => {
    expect(money(value)).toBe(text)
  })
})

describe('price', () => {
  it.each([
    [2410.4, '2,410'],
    [97000, '97,000'],
    [612.5, '612.50'],
    [1.2345678, '1.2346'],
    [0.0000123456, '0.000012346'],
    [0, '0'],
  ])('of %s is %s', (value, text) => {
    expect(price(value)).toBe(text)
  })
})

describe('percent', () => {
  it.each([
    [-0.197, '−19.7\u00a0%'],
    [0.05, '+5.0\u00a0%'],
    [0, '+0.0\u00a0%'],
    [-0.0005, '−0.050\u00a0%'],
    [12.5, '+1,250.0\u00a0%'],
  ])('of %s is %s', (value, text) => {
    expect(percent(value)).toBe(text)
  })

  it('has no sign as a share', () => {
    expect(share(0.378)).toBe('37.8\u00a0%')
  })
})

describe('healthNumber', () => {
  it.each([
    [1.2399, '1.23'],
    [1, '1.00'],
    [0.9999, '0.99'],
    [1.00003, '1.000030'],
    [1 - 2 ** -53, '0.99'],
    [1.004, '1.0040'],
    [0.95, '0.95'],
    [25_000, '>\u00a01,000'],
  ])('of %s is %s', (value, text) => {
    expect(healthNumber(value)).toBe(text)
  })

  it('never looks better than it is, nor on the other side of the threshold', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 900, noNaN: true }), (value) => {
        const shown = Number(healthNumber(value))
        expect(shown).toBeLessThanOrEqual(value)
        expect(shown < 1).toBe(value < 1)
      }),
    )
  })
})

describe('healthText', () => {
  it('tells nothing required from not known', () => {
    expect(healthText({ value: null, reason: 'no-requirement', message: '' })).toBe('none')
    expect(healthText({ value: null, reason: 'unknown', message: '' })).toBe('unknown')
    expect(healthText({ value: 1.5 })).toBe('1.50')
  })
})

describe('instant and short', () => {
  it('are UTC to the second, and keep both ends of an address', () => {
    expect(instant(1_795_530_910_123)).toBe('2026-11-24 14:35:10 UTC')
    expect(short(`eip155:_:0x${'ab'.repeat(20)}`)).toBe('0xabab…abab')
    expect(short(`eip155:10:0x${'ab'.repeat(20)}/x`)).toBe('eip155:10:0xabab…abab/x')
    expect(short(`0x${'ab'.repeat(32)}`)).toBe(`0x${'ab'.repeat(32)}`)
  })
})
