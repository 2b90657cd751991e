import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import type { QuotedSmile, VolatilitySlice } from './index.js'
import { quotedVolatility, sliceVolatility, sviVolatility } from './index.js'

const quotes: QuotedSmile = {
  forward: 100,
  strikes: [80, 100, 125],
  volatilities: [0.8, 0.5, 0.6],
}

describe('quotedVolatility', () => {
  it('is the quote at a quoted strike', () => {
    expect(quotes.strikes.map((strike) => quotedVolatility(quotes, strike))).toEqual([
      0.8, 0.5, 0.6,
    ])
  })

  it('is linear in variance and log-strike between two quotes', () => {
    const middle = Math.sqrt(100 * 125)
    expect(quotedVolatility(quotes, middle)).toBeCloseTo(Math.sqrt((0.25 + 0.36) / 2), 14)
    fc.assert(
      fc.property(fc.double({ min: 80, max: 100, noNaN: true }), (strike) => {
        const volatility = quotedVolatility(quotes, strike)
        expect(volatility).toBeLessThanOrEqual(0.8)
        expect(volatility).toBeGreaterThanOrEqual(0.5)
      }),
    )
  })

  it('is that of the nearest quote outside them', () => {
    expect(quotedVolatility(quotes, 1)).toBe(0.8)
    expect(quotedVolatility(quotes, 1e6)).toBe(0.6)
    expect(quotedVolatility({ forward: 1, strikes: [1], volatilities: [0.4] }, 3)).toBe(0.4)
  })

  it.each<[string, QuotedSmile, number]>([
    ['no quote', { forward: 1, strikes: [], volatilities: [] }, 1],
    ['a volatility missing', { ...quotes, volatilities: [0.8, 0.5] }, 110],
    ['a volatility missing where it is not used', { ...quotes, volatilities: [0.8, 0.5] }, 90],
    ['strikes out of order', { ...quotes, strikes: [80, 125, 100] }, 110],
    ['a negative volatility', { ...quotes, volatilities: [0.8, -0.5, 0.6] }, 90],
    ['no number for a volatility', { ...quotes, volatilities: [0.8, NaN, 0.6] }, 90],
    ['a strike that is not positive', quotes, 0],
    ['no number for a strike', quotes, NaN],
  ])('refuses %s', (_what, smile, strike) => {
    expect(() => quotedVolatility(smile, strike)).toThrow(PricingError)
  })
})

describe('sliceVolatility', () => {
  const quoted: VolatilitySlice = { kind: 'quotes', quotes }
  const fitted: VolatilitySlice = {
    kind: 'svi',
    svi: { a: 0.04, b: 0.4, rho: -0.4, m: 0.05, sigma: 0.1, forward: 100, referenceYears: 0.25 },
  }

  it('keeps the volatility of a strike when the forward moves (sticky strike)', () => {
    for (const slice of [quoted, fitted]) {
      const before = sliceVolatility(slice, 110, 100, 'strike')
      expect(sliceVolatility(slice, 110, 60, 'strike')).toBe(before)
    }
    expect(sliceVolatility(fitted, 110, 60, 'strike')).toBe(sviVolatility(fitted.svi, 110))
  })

  it('keeps the volatility of a moneyness when the forward moves (sticky moneyness)', () => {
    for (const slice of [quoted, fitted]) {
      const before = sliceVolatility(slice, 110, 100, 'moneyness')
      expect(before).toBeCloseTo(sliceVolatility(slice, 110, 100, 'strike'), 12)
      expect(sliceVolatility(slice, 55, 50, 'moneyness')).toBeCloseTo(before, 12)
      expect(sliceVolatility(slice, 110, 60, 'moneyness')).not.toBeCloseTo(before, 3)
    }
  })

  it('has none on a forward of 0', () => {
    expect(() => sliceVolatility(quoted, 110, 0, 'moneyness')).toThrow(PricingError)
    expect(() => sliceVolatility(fitted, 110, NaN, 'moneyness')).toThrow(PricingError)
  })
})
