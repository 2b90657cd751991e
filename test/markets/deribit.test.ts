import { deribitMarket } from '@plimsoll/adapters/markets/deribit'
import type { Request } from '@plimsoll/client'
import { ConnectionError } from '@plimsoll/client'
import { describe, expect, it } from 'vitest'
import { play } from './play.js'
import { stateWith } from './state.js'

const NOW = Date.UTC(2026, 10, 20)
const EXPIRY = Date.UTC(2026, 11, 25, 8) / 1000

type Summary = { readonly [field: string]: unknown }

const option = (name: string, mark_iv: unknown, underlying_price: unknown = 100_500): Summary => ({
  instrument_name: name,
  mark_iv,
  underlying_price,
  underlying_index: 'SYN.BTC-25DEC26',
  creation_timestamp: NOW,
})

/** What the made-up venue lists: nothing here was recorded. */
const BTC: readonly Summary[] = [
  option('BTC-25DEC26-90000-P', 62),
  option('BTC-25DEC26-90000-C', 61),
  option('BTC-25DEC26-100000-P', 55),
  option('BTC-25DEC26-100000-C', 56),
  option('BTC-25DEC26-110000-C', 58.5),
  option('BTC-25DEC26-110000-P', 40),
  option('BTC-25DEC26-200000-C', 0),
  option('BTC-25DEC26-210000-C', null),
  option('BTC-27NOV26-100000-C', 50, 100_100),
  option('BTC-13NOV26-100000-C', 50),
]

const USDC: readonly Summary[] = [
  option('BTC_USDC-25DEC26-100000-C', 99),
  option('SOL_USDC-25DEC26-200-C', 80, 190),
  option('SOL_USDC-25DEC26-180-P', 82, 190.5),
  option('XRP_USDC-25DEC26-0d625-P', 90, 1),
]

const served =
  (books: { readonly [currency: string]: unknown }) =>
  (request: Request): unknown => {
    if (request.kind !== 'http') throw new ConnectionError('No such request.')
    const currency = new URL(request.path, 'https://venue').searchParams.get('currency') ?? ''
    return { result: books[currency] ?? [], usOut: (NOW + 250) * 1000 }
  }

const read = (factors: readonly string[], books: { readonly [currency: string]: unknown }) =>
  play(deribitMarket(), { factors, nowMs: NOW }, served(books))

describe('volatilities of Deribit', () => {
  it('are those of the options out of the money, both where the forward is nearest', async () => {
    const { result, rounds } = await read(['iv:BTC', 'spot:BTC'], { BTC, USDC })
    expect(rounds.map((requests) => requests.length)).toEqual([1])
    expect(result.gaps).toEqual([])
    expect(result.surfaces).toEqual([
      {
        factor: 'iv:BTC',
        expiries: [
          {
            expiry: Date.UTC(2026, 10, 27, 8) / 1000,
            forward: 100_100,
            points: [{ strike: 100_000, impliedVolatility: 0.5 }],
          },
          {
            expiry: EXPIRY,
            forward: 100_500,
            points: [
              { strike: 90_000, impliedVolatility: 0.62 },
              { strike: 100_000, impliedVolatility: 0.555 },
              { strike: 110_000, impliedVolatility: 0.585 },
            ],
          },
        ],
        provenance: {
          source: 'Deribit mark volatilities of options out of the money that settle in BTC',
          asOfMs: NOW,
          observed: null,
        },
      },
    ])
    expect(stateWith(result, NOW).surfaces).toHaveLength(1)
  })

  it('come from one settlement currency an underlying', async () => {
    const { result, rounds } = await read(['iv:BTC', 'iv:SOL', 'iv:XRP', 'iv:ADA'], { BTC, USDC })
    expect(rounds[0]?.map((request) => request.kind === 'http' && request.path)).toEqual([
      '/api/v2/public/get_book_summary_by_currency?currency=BTC&kind=option',
      '/api/v2/public/get_book_summary_by_currency?currency=USDC&kind=option',
    ])
    const byFactor = Object.fromEntries(result.surfaces.map((row) => [row.factor, row.expiries]))
    expect(byFactor['iv:BTC']?.[1]?.points[1]?.impliedVolatility).toBe(0.555)
    expect(byFactor['iv:SOL']).toEqual([
      {
        expiry: EXPIRY,
        forward: 190,
        points: [
          { strike: 180, impliedVolatility: 0.82 },
          { strike: 200, impliedVolatility: 0.8 },
        ],
      },
    ])
    expect(byFactor['iv:XRP']?.[0]?.points).toEqual([{ strike: 0.625, impliedVolatility: 0.9 }])
    // Nothing of ADA is listed: another source may have it.
    expect(result.gaps).toEqual([])
    expect(stateWith(result, NOW).surfaces).toHaveLength(3)
  })

  it('asks nothing when no surface is asked for', async () => {
    const { rounds } = await read(['spot:BTC', 'iv:BTC:30d'], {})
    expect(rounds).toEqual([])
  })

  it.each([
    ['no option', []],
    ['no mark', [option('BTC-25DEC26-100000-C', 0), option('BTC-25DEC26-90000-P', undefined)]],
    ['no forward', [option('BTC-25DEC26-100000-C', 50, 0)]],
    ['expired options', [option('BTC-13NOV26-100000-C', 50)]],
  ])('are a gap where the market of BTC has %s', async (_what, books) => {
    const { result } = await read(['iv:BTC'], { BTC: books, USDC })
    expect(result.surfaces).toEqual([])
    expect(result.gaps).toMatchObject([{ what: 'iv:BTC', error: 'MarketDataMissingError' }])
  })

  it.each([
    ['forwards that lie apart', option('BTC-25DEC26-120000-C', 60, 104_000)],
    ['an option listed twice', option('BTC-25DEC26-110000-C', 59)],
  ])('leave out an expiry with %s, and say so', async (_what, row) => {
    const { result } = await read(['iv:BTC'], { BTC: [...BTC, row] })
    expect(result.surfaces[0]?.expiries).toHaveLength(1)
    expect(result.gaps).toMatchObject([
      { what: 'iv:BTC to 2026-12-25', error: 'MarketDataInvalidError' },
    ])
  })

  it('leave out a name of an unknown form, and say so', async () => {
    const { result } = await read(['iv:BTC'], { BTC: [...BTC, option('BTC-XYZ', 50)] })
    expect(result.surfaces[0]?.expiries).toHaveLength(2)
    expect(result.gaps).toMatchObject([{ error: 'UnsupportedVenueStateError' }])
  })

  it.each([
    ['a volatility in words', [option('BTC-25DEC26-100000-C', '55')]],
    ['no list', { count: 3 }],
    ['a name that is none', [option('<html>', 55)]],
  ])('are a gap when the answer has %s', async (_what, books) => {
    const { result } = await read(['iv:BTC', 'iv:SOL'], { BTC: books, USDC })
    expect(result.surfaces.map(({ factor }) => factor)).toEqual(['iv:SOL'])
    expect(result.gaps).toMatchObject([{ error: 'SchemaError' }])
  })
})
