import { deribitMarket } from '@plimsoll/adapters/markets/deribit'
import { deriveMarket } from '@plimsoll/adapters/markets/derive'
import {
  createClient,
  createReplayClient,
  finishReplay,
  parseRecording,
  readMarket,
  recordReads,
  serializeRecording,
} from '@plimsoll/client'
import { HttpResponse, http, type JsonBodyType } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const NOW = Date.UTC(2026, 10, 20)
const EXPIRY = Date.UTC(2026, 11, 25, 8) / 1000

// Made-up venues: nothing here was recorded.
const BOOKS: JsonBodyType = {
  usOut: NOW * 1000,
  result: [
    { instrument_name: 'BTC-25DEC26-90000-P', mark_iv: 60, underlying_price: 100_000 },
    { instrument_name: 'BTC-25DEC26-110000-C', mark_iv: 55, underlying_price: 100_000 },
  ],
}
const FEEDS: JsonBodyType = {
  result: {
    spot_data: {},
    perp_data: {},
    fwd_data: {},
    rate_data: {},
    vol_data: {
      ETH: {
        [EXPIRY]: {
          confidence: '1',
          timestamp: NOW - 1000,
          vol_data: {
            SVI_a: '0.01',
            SVI_b: '0.04',
            SVI_fwd: '3000',
            SVI_m: '0',
            SVI_refTau: '0.1',
            SVI_rho: '-0.2',
            SVI_sigma: '0.1',
          },
        },
      },
    },
  },
}

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

function serve({ books = BOOKS, feeds = FEEDS }: { books?: JsonBodyType; feeds?: JsonBodyType }) {
  server.use(
    http.get('https://www.deribit.com/api/v2/public/get_book_summary_by_currency', () =>
      HttpResponse.json(books),
    ),
    http.post('https://api.derive.xyz/v3/public/get_latest_signed_feeds', () =>
      HttpResponse.json(feeds),
    ),
  )
}

const adapters = [deribitMarket(), deriveMarket()]
const factors = ['spot:BTC', 'iv:BTC', 'iv:ETH']
const client = () =>
  createClient({
    chains: [],
    adapters,
    http: { retries: 0 },
    clock: { now: () => NOW, sleep: () => new Promise(() => {}) },
  })

describe('reading volatilities', () => {
  it('gives the surfaces of all venues, and what each lacks', async () => {
    serve({})
    const { surfaces, failures, asOfMs } = await readMarket(client(), { factors })
    expect(surfaces.map(({ factor, provenance }) => `${factor} ${provenance.asOfMs}`)).toEqual([
      `iv:BTC ${NOW}`,
      `iv:ETH ${NOW - 1000}`,
    ])
    expect(asOfMs).toBe(NOW)
    // Neither venue answers for the other's underlying here.
    expect(failures.map(({ adapter, what }) => `${adapter} ${what}`)).toEqual([
      'deribit-market iv:ETH',
      'derive-market iv:BTC',
    ])
  })

  it('is a failure of the venue that answers something else', async () => {
    serve({ books: { result: [{ instrument_name: 'BTC-25DEC26-90000-P', mark_iv: '60' }] } })
    const { surfaces, failures } = await readMarket(client(), { factors: ['iv:BTC', 'iv:ETH'] })
    expect(surfaces.map(({ factor }) => factor)).toEqual(['iv:ETH'])
    expect(failures.map(({ error }) => error)).toContain('SchemaError')
  })

  it('is replayed to the same bytes', async () => {
    serve({})
    const recorder = recordReads(client())
    const read = await readMarket(recorder.client, { factors })
    const recording = parseRecording(serializeRecording(recorder.recording()))
    const replay = createReplayClient(recording, { adapters })
    expect(await readMarket(replay, { factors })).toEqual(read)
    finishReplay(replay)
  })
})
