import { deriveMarket } from '@plimsoll/adapters/markets/derive'
import type { Request } from '@plimsoll/client'
import { ConnectionError } from '@plimsoll/client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { play } from './play.js'
import { stateWith } from './state.js'

const NOW = Date.UTC(2026, 10, 20)
const NEAR = Date.UTC(2026, 10, 27, 8) / 1000
const FAR = Date.UTC(2026, 11, 25, 8) / 1000

type Curve = { readonly [parameter: string]: string }

const CURVE: Curve = {
  SVI_a: '0.002',
  SVI_b: '0.03',
  SVI_fwd: '3000',
  SVI_m: '-0.01',
  SVI_refTau: '0.1',
  SVI_rho: '-0.3',
  SVI_sigma: '0.12',
}

const print = (curve: Curve = {}, timestamp = NOW - 60_000) => ({
  confidence: '1',
  timestamp,
  vol_data: { ...CURVE, ...curve },
})

/** Feeds of a made-up venue: nothing here was recorded. */
const feeds = (currency: string, prints: { readonly [expiry: string]: unknown }) => ({
  result: {
    spot_data: {},
    perp_data: {},
    fwd_data: {},
    rate_data: {},
    vol_data: { [currency]: prints },
  },
})

const read = (factors: readonly string[], answers: { readonly [currency: string]: unknown }) =>
  play(deriveMarket(), { factors, nowMs: NOW }, (request: Request) => {
    const body = request.kind === 'http' ? request.body : null
    const currency =
      typeof body === 'object' && body !== null && 'currency' in body ? body.currency : null
    const answer = typeof currency === 'string' ? answers[currency] : undefined
    if (answer === undefined) throw new ConnectionError('The venue is away.')
    return answer
  })

describe('volatilities of Derive', () => {
  it('are the signed curve at strikes around its forward', async () => {
    const answers = { ETH: feeds('ETH', { [FAR]: print(), [NEAR]: print() }) }
    const { result, rounds } = await read(['iv:ETH', 'spot:ETH', 'iv:DOGE'], answers)
    expect(rounds.map((requests) => requests.length)).toEqual([1])
    expect(result.gaps).toEqual([])
    const [surface] = result.surfaces
    expect(surface?.factor).toBe('iv:ETH')
    expect(surface?.provenance.asOfMs).toBe(NOW - 60_000)
    expect(surface?.expiries.map(({ expiry }) => expiry)).toEqual([NEAR, FAR])
    const [{ forward, points } = { forward: 0, points: [] }] = surface?.expiries ?? []
    expect(forward).toBe(3000)
    expect(points).toHaveLength(33)
    expect(points[16]?.strike).toBe(3000)
    for (const { strike, impliedVolatility } of points) {
      const k = Math.log(strike / 3000)
      const x = k + 0.01
      const w = 0.002 + 0.03 * (-0.3 * x + Math.sqrt(x * x + 0.12 ** 2))
      expect(impliedVolatility).toBeCloseTo(Math.sqrt(w / 0.1), 10)
    }
    const reach = 4 * Math.sqrt(0.002 + 0.03 * 0.12)
    expect(points.at(-1)?.strike).toBeCloseTo(3000 * Math.exp(reach), 6)
    expect(stateWith(result, NOW).surfaces).toHaveLength(1)
  })

  it('take a flat curve as it is', async () => {
    const flat = print({ SVI_a: '0.18', SVI_b: '0', SVI_rho: '0', SVI_sigma: '0', SVI_m: '0' })
    const { result } = await read(['iv:ETH'], { ETH: feeds('ETH', { [FAR]: flat }) })
    const volatilities = result.surfaces[0]?.expiries[0]?.points.map((p) => p.impliedVolatility)
    expect(new Set(volatilities)).toEqual(new Set([Math.sqrt(0.18 / 0.1)]))
  })

  it('leave out what has expired', async () => {
    const past = NOW / 1000 - 60
    const prints = { [past]: print({ SVI_a: '-9' }), [FAR]: print() }
    const { result } = await read(['iv:ETH'], { ETH: feeds('ETH', prints) })
    expect(result.surfaces[0]?.expiries.map(({ expiry }) => expiry)).toEqual([FAR])
    expect(result.gaps).toEqual([])
  })

  it.each([
    ['negative variance', print({ SVI_a: '-0.01' }), 'MarketDataInvalidError'],
    ['no variance at all', print({ SVI_a: '0', SVI_b: '0' }), 'MarketDataInvalidError'],
    ['a rotation beyond 1', print({ SVI_rho: '1.01' }), 'MarketDataInvalidError'],
    ['no width', print({ SVI_sigma: '0' }), 'MarketDataInvalidError'],
    ['no forward', print({ SVI_fwd: '0' }), 'MarketDataInvalidError'],
    ['no time', print({ SVI_refTau: '0' }), 'MarketDataInvalidError'],
    ['a print of two hours ago', print({}, NOW - 7_200_000), 'FeedError'],
  ])('leave out an expiry with %s, and say so', async (_what, bad, error) => {
    const prints = { [NEAR]: bad, [FAR]: print() }
    const { result } = await read(['iv:ETH'], { ETH: feeds('ETH', prints) })
    expect(result.surfaces[0]?.expiries.map(({ expiry }) => expiry)).toEqual([FAR])
    expect(result.gaps).toMatchObject([{ what: `iv:ETH to ${NEAR}`, error }])
  })

  it('leave out an expiry that is no time', async () => {
    const { result } = await read(['iv:ETH'], { ETH: feeds('ETH', { P: print(), [FAR]: print() }) })
    expect(result.gaps).toMatchObject([{ error: 'MarketDataInvalidError' }])
    expect(result.surfaces[0]?.expiries).toHaveLength(1)
  })

  it.each([
    ['nothing is printed', feeds('ETH', {}), 'MarketDataMissingError'],
    ['another currency is answered', feeds('BTC', { [FAR]: print() }), 'MarketDataMissingError'],
    ['the venue refuses', { error: { code: -1, message: 'no' } }, 'VenueRefusedError'],
    ['a parameter is no number', feeds('ETH', { [FAR]: print({ SVI_b: 'x' }) }), 'SchemaError'],
    ['the venue is away', undefined, 'ConnectionError'],
  ])('are a gap when %s', async (_what, answer, error) => {
    const btc = feeds('BTC', { [FAR]: print({ SVI_fwd: '90000' }) })
    const { result } = await read(['iv:ETH', 'iv:BTC'], { ETH: answer, BTC: btc })
    expect(result.surfaces.map(({ factor }) => factor)).toEqual(['iv:BTC'])
    expect(result.gaps).toMatchObject([{ what: 'iv:ETH', error }])
  })

  it('are a valid row whatever the parameters, or a gap', async () => {
    const decimal = (min: number, max: number) =>
      fc.double({ min, max, noNaN: true }).map((value) => value.toFixed(12))
    const curve = fc.record({
      SVI_a: decimal(-0.1, 2),
      SVI_b: decimal(0, 5),
      SVI_fwd: decimal(0, 1e6),
      SVI_m: decimal(-3, 3),
      SVI_refTau: decimal(0, 3),
      SVI_rho: decimal(-1.1, 1.1),
      SVI_sigma: decimal(0, 4),
    })
    await fc.assert(
      fc.asyncProperty(curve, async (parameters) => {
        const answer = feeds('ETH', { [FAR]: print(parameters) })
        const { result } = await read(['iv:ETH'], { ETH: answer })
        expect(result.surfaces.length === 1).toBe(result.gaps.length === 0)
        expect(stateWith(result, NOW).surfaces).toEqual(result.surfaces)
      }),
      { numRuns: 200 },
    )
  })
})
