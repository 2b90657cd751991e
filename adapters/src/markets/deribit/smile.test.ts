import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInstrument } from '../../options/deribit/instruments.js'
import { MarketDataInvalidError } from '../errors.js'
import type { MarkedOption } from './smile.js'
import { markedOption, smileOf } from './smile.js'

const EXPIRY = 1_798_185_600

const option = (
  right: 'call' | 'put',
  strike: number,
  volatility: number,
  forward = 100,
): MarkedOption => ({ expiry: EXPIRY, right, strike, volatility, forward })

describe('markedOption', () => {
  const summary = { instrument_name: 'SOL_USDC-25DEC26-200-C', mark_iv: 75, underlying_price: 190 }
  const marked = (changes: { readonly [field: string]: number | null }, name?: string) => {
    const { instrument_name } = summary
    return markedOption(parseInstrument(name ?? instrument_name), { ...summary, ...changes })
  }

  it('takes volatility as a fraction', () => {
    const expiry = Date.UTC(2026, 11, 25, 8) / 1000
    const expected = { expiry, strike: 200, right: 'call', volatility: 0.75, forward: 190 }
    expect(marked({})).toEqual(expected)
  })

  it.each([
    ['no volatility', { mark_iv: 0 }],
    ['a negative volatility', { mark_iv: -1 }],
    ['an absent volatility', { mark_iv: null }],
    ['no forward', { underlying_price: null }],
    ['a forward of nothing', { underlying_price: 0 }],
  ])('is none with %s', (_what, changes) => {
    expect(marked(changes)).toBeNull()
  })

  it('is none of a future, or at strike 0', () => {
    expect(marked({}, 'BTC-25DEC26')).toBeNull()
    expect(marked({}, 'BTC-25DEC26-0-C')).toBeNull()
  })
})

describe('smileOf', () => {
  it('takes puts below the forward, calls from it on, and both where it is nearest', () => {
    const options = [
      option('call', 120, 0.7),
      option('put', 120, 0.1),
      option('put', 80, 0.8),
      option('call', 80, 0.2),
      option('call', 98, 0.5),
      option('put', 98, 0.6),
      option('call', 104, 0.55),
      option('put', 104, 0.3),
    ]
    expect(smileOf(EXPIRY, options)).toEqual({
      expiry: EXPIRY,
      forward: 100,
      points: [
        { strike: 80, impliedVolatility: 0.8 },
        { strike: 98, impliedVolatility: 0.55 },
        { strike: 104, impliedVolatility: 0.55 },
        { strike: 120, impliedVolatility: 0.7 },
      ],
    })
  })

  it('takes one alone at the money, whichever it is', () => {
    const points = [{ strike: 101, impliedVolatility: 0.4 }]
    expect(smileOf(EXPIRY, [option('put', 101, 0.4)])?.points).toEqual(points)
  })

  it('takes the lower median of the forwards', () => {
    const forwards = [100.4, 100.1, 100, 100.2]
    const options = forwards.map((forward, index) => option('put', 50 + index, 0.5, forward))
    expect(smileOf(EXPIRY, options)?.forward).toBe(100.1)
  })

  it('is none without options', () => {
    expect(smileOf(EXPIRY, [])).toBeNull()
  })

  it('refuses forwards that lie apart and options listed twice', () => {
    const near = [option('put', 80, 0.5), option('put', 90, 0.5, 100.9)]
    expect(smileOf(EXPIRY, near)?.points).toHaveLength(2)
    const apart = [option('put', 80, 0.5), option('put', 90, 0.5, 101.1)]
    expect(() => smileOf(EXPIRY, apart)).toThrow(MarketDataInvalidError)
    const twice = [option('put', 80, 0.5), option('put', 80, 0.5)]
    expect(() => smileOf(EXPIRY, twice)).toThrow(MarketDataInvalidError)
  })

  it('does not depend on the order of the options, and its strikes rise', () => {
    const options = fc.uniqueArray(
      fc.record({
        expiry: fc.constant(EXPIRY),
        right: fc.constantFrom('call' as const, 'put' as const),
        strike: fc.integer({ min: 1, max: 200 }),
        volatility: fc.double({ min: 0.01, max: 5, noNaN: true }),
        forward: fc.double({ min: 99.8, max: 100.2, noNaN: true }),
      }),
      { selector: ({ right, strike }) => `${right} ${strike}`, minLength: 1 },
    )
    fc.assert(
      fc.property(options, (listed) => {
        const smile = smileOf(EXPIRY, listed)
        expect(smileOf(EXPIRY, [...listed].reverse())).toEqual(smile)
        const strikes = smile?.points.map(({ strike }) => strike) ?? []
        expect(strikes).toEqual([...strikes].sort((a, b) => a - b))
        expect(new Set(strikes).size).toBe(strikes.length)
      }),
    )
  })
})
