import { createClient, createReplayClient, readMarket, recordReads } from '@plimsoll/client'
import type { MarketObservations, MarketState, Native } from '@plimsoll/model'
import { factorId, serializeMarketObservations } from '@plimsoll/model'
import { calibrateMarket } from '@plimsoll/risk/calibrate'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hyperliquidMarket } from './index.js'

const DAY = 86_400_000
const HOUR = 3_600_000
const NOON = Date.UTC(2026, 10, 30, 12)
const TODAY = Date.UTC(2026, 10, 30)
const factors = ['spot:ETH', 'funding:ETH', 'spot:GONE', 'spot:UNLISTED', 'iv:ETH', 'peg:USDC/USD']

type Body = {
  readonly type: string
  readonly coin?: string
  readonly nSigFigs?: number
  readonly req?: { readonly [field: string]: Native }
}
type Answer = (body: Body) => unknown

const listing = [
  {
    universe: [
      { name: 'ETH', szDecimals: 4 },
      { name: 'GONE', isDelisted: true },
    ],
  },
  [
    { funding: '0.0000125', dayNtlVlm: '591989409.93', midPx: '4000.5', premium: null },
    { funding: '0.0', dayNtlVlm: '0.0', midPx: null, premium: null },
  ],
]

/** Candles of ether to the one that is open at noon; a calm, rising market. */
function candles(count = 200, interval = DAY, name = '1d') {
  const open = Math.floor(NOON / interval) * interval
  return Array.from({ length: count + 1 }, (_, index) => {
    const t = open - (count - index) * interval
    const close = (3000 + index * 5 + (index % 2) * 10).toFixed(1)
    return {
      t,
      T: t + interval - 1,
      s: 'ETH',
      i: name,
      o: '1',
      c: close,
      h: '1',
      l: '1',
      v: '1',
      n: 9,
    }
  })
}

const level = (px: number, sz: number) => ({ px: String(px), sz: String(sz), n: 1 })
const fine = {
  coin: 'ETH',
  time: NOON - 1000,
  levels: [[level(4000, 1), level(3999, 2)], [level(4001, 5)]],
}
const coarse = {
  coin: 'ETH',
  time: NOON - 2000,
  levels: [[level(4000, 3), level(3990, 50), level(3980, 100)], [level(4010, 5)]],
}

const venue: Answer = ({ type, nSigFigs }) => {
  if (type === 'metaAndAssetCtxs') return listing
  if (type === 'candleSnapshot') return candles()
  return nSigFigs === undefined ? fine : coarse
}

/** The venue with another answer to one kind of question. */
const except =
  (type: string, answer: unknown): Answer =>
  (body) =>
    body.type === type ? answer : venue(body)

function clientOf(answer: Answer, bodies: Body[] = []) {
  return createClient({
    chains: [],
    adapters: [hyperliquidMarket()],
    http: {
      retries: 0,
      fetch: async (input, init) => {
        const body = (await new Request(input, init).json()) as Body
        bodies.push(body)
        const said = answer(body)
        return said instanceof Response ? said : Response.json(said)
      },
    },
    clock: { now: () => NOON, sleep: () => new Promise(() => {}) },
  })
}

const read = (answer: Answer, more: object = {}, bodies?: Body[]): Promise<MarketObservations> =>
  readMarket(clientOf(answer, bodies), { factors, ...more })

describe('hyperliquidMarket', () => {
  it('says closes, depth and funding of what is listed, and leaves out the rest', async () => {
    const bodies: Body[] = []
    const { histories, depths, fundings, failures } = await read(venue, {}, bodies)
    expect(failures).toEqual([])
    expect(histories).toMatchObject([
      {
        factor: 'spot:ETH',
        intervalMs: DAY,
        toMs: TODAY,
        provenance: { asOfMs: TODAY, observed: { fromMs: TODAY - 199 * DAY, toMs: TODAY } },
      },
    ])
    // The candle that is still open is not a close.
    expect(histories[0]?.prices).toHaveLength(200)
    expect(histories[0]?.prices.at(-1)).toBe(4005)
    const mid = 4000.5
    expect(depths).toMatchObject([
      {
        factor: 'spot:ETH',
        dailyVolume: 591_989_409.93,
        points: [
          { notional: 0, price: 4000 / mid },
          { notional: mid, price: 3999 / mid },
          { notional: 3 * mid, price: 3999 / mid },
          { notional: 53 * mid, price: 3980 / mid },
        ],
        provenance: { asOfMs: NOON - 2000, observed: null },
      },
    ])
    expect(fundings).toMatchObject([{ factor: 'funding:ETH', venue: 'hyperliquid', rate: 0.1095 }])
    expect(bodies.map(({ type }) => type)).toEqual([
      'metaAndAssetCtxs',
      'candleSnapshot',
      'l2Book',
      'l2Book',
    ])
    expect(bodies[1]?.req).toEqual({
      coin: 'ETH',
      interval: '1d',
      startTime: TODAY - 1460 * DAY,
      endTime: NOON,
    })
  })

  it('asks for no more than the venue keeps, at the interval that is wanted', async () => {
    const bodies: Body[] = []
    const hourly = except('candleSnapshot', candles(100, HOUR, '1h'))
    const { histories, failures } = await read(hourly, { intervalMs: HOUR, fromMs: 0 }, bodies)
    expect(failures).toEqual([])
    expect(histories[0]).toMatchObject({ intervalMs: HOUR, toMs: NOON })
    expect(bodies[1]?.req).toMatchObject({ interval: '1h', startTime: NOON - 4999 * HOUR })
  })

  it('says that it has no such interval', async () => {
    const { histories, depths, failures } = await read(venue, { intervalMs: 7 * DAY })
    expect([histories.length, depths.length]).toEqual([0, 1])
    expect(failures).toMatchObject([{ what: 'closes', error: 'MarketQueryError' }])
  })

  it('replays to the byte', async () => {
    const recorder = recordReads(clientOf(venue))
    const live = await readMarket(recorder.client, { factors })
    const client = createReplayClient(recorder.recording(), { adapters: [hyperliquidMarket()] })
    const again = await readMarket(client, { factors })
    expect(serializeMarketObservations(again)).toBe(serializeMarketObservations(live))
  })

  const changed = (change: object, at = 50) =>
    candles().map((candle, index) => (index === at ? { ...candle, ...change } : candle))
  it.each<readonly [string, unknown]>([
    ['no candles', []],
    ['one close', candles(1)],
    ['a list without its end', candles().slice(0, -3)],
    ['a list without the last close', candles().filter(({ t }) => t !== TODAY - DAY)],
    ['a hole', candles().filter((_, index) => index !== 50)],
    ['a candle twice', [...candles().slice(0, 51), ...candles().slice(50)]],
    ['another order', candles().reverse()],
    ['a candle of another coin', changed({ s: 'BTC' })],
    ['a candle of another interval', changed({ i: '1h' })],
    ['a candle that is longer', changed({ T: NOON })],
    ['a close of 0', changed({ c: '0.0' })],
    ['a close below 0', changed({ c: '-1' })],
    ['a close that is a number', changed({ c: 3000 })],
    ['a close that is no number', changed({ c: 'NaN' })],
    ['candles of the future', candles().map((one) => ({ ...one, t: one.t + DAY, T: one.T + DAY }))],
    ['null', null],
    ['an error', new Response('null', { status: 500 })],
    ['half an answer', new Response(JSON.stringify(candles()).slice(0, 5000))],
  ])('has no closes, and says so, of %s', async (_what, answer) => {
    const { histories, depths, failures } = await read(except('candleSnapshot', answer))
    expect([histories.length, depths.length]).toEqual([0, 1])
    expect(failures).toMatchObject([{ adapter: 'hyperliquid-market', what: 'closes of spot:ETH' }])
  })

  it.each<readonly [string, unknown]>([
    ['no market', null],
    ['an empty side', { ...fine, levels: [[], fine.levels[1]] }],
    ['a crossed book', { ...fine, levels: [[level(4002, 1)], fine.levels[1]] }],
    ['bids out of order', { ...fine, levels: [[level(3999, 1), level(4000, 1)], fine.levels[1]] }],
    ['a size of 0', { ...fine, levels: [[level(4000, 0)], fine.levels[1]] }],
    ['another coin', { ...fine, coin: 'BTC' }],
    ['an hour ago', { ...fine, time: NOON - HOUR }],
  ])('has no depth, and says so, of %s', async (_what, answer) => {
    const { histories, depths, failures } = await read(except('l2Book', answer))
    expect([histories.length, depths.length]).toEqual([1, 0])
    expect(failures).toMatchObject([{ what: 'depth of spot:ETH' }])
  })

  it.each<readonly [string, unknown]>([
    ['null', null],
    ['fewer contexts than coins', [listing[0], []]],
    ['HTML', new Response('<html>')],
  ])('has nothing, and says so, of a listing that is %s', async (_what, answer) => {
    const { histories, depths, fundings, failures } = await read(except('metaAndAssetCtxs', answer))
    expect([histories, depths, fundings]).toEqual([[], [], []])
    expect(failures).toMatchObject([{ what: null }])
  })

  it('refuses a funding beyond the cap, and a book of the far future', async () => {
    const wild = [
      listing[0],
      [
        { funding: '0.05', dayNtlVlm: '1' },
        { funding: '0', dayNtlVlm: '0' },
      ],
    ]
    const { fundings, failures } = await read(except('metaAndAssetCtxs', wild))
    expect(fundings).toEqual([])
    expect(failures).toMatchObject([{ what: 'funding:ETH', error: 'SchemaError' }])
    const late = await read(except('l2Book', { ...fine, time: NOON + DAY }))
    expect([late.depths, late.failures.length]).toEqual([[], 1])
  })

  it('never makes a number better than the base by an answer that is broken', async () => {
    const base = DEFAULT_MARKET_STATE
    const whole = candles(400)
    const text = JSON.stringify(whole)
    const broken = fc.oneof(
      fc.nat(text.length - 1).map((length) => new Response(text.slice(0, length))),
      fc.json().map((json) => new Response(json)),
      fc.constantFrom('<html>', '', 'null', '[]').map((body) => new Response(body)),
      fc.integer({ min: 1, max: 400 }).map((count) => whole.slice(0, -count - 1)),
      fc.integer({ min: 1, max: 399 }).map((hole) => whole.filter((_, index) => index !== hole)),
      fc
        .integer({ min: 1, max: 900 })
        .map((days) =>
          whole.map((one) => ({ ...one, t: one.t + days * DAY, T: one.T + days * DAY })),
        ),
    )
    const ether = ({ volatilities }: MarketState) =>
      volatilities.find(({ factor }) => factor === factorId('spot:ETH'))
    const calm = calibrateMarket(await read(except('candleSnapshot', whole)), {
      nowMs: NOON,
    }).market
    expect(ether(calm)?.volatility).toBeLessThan(ether(base)?.volatility ?? 0)
    await fc.assert(
      fc.asyncProperty(broken, async (answer) => {
        const observations = await read((body) =>
          body.type === 'metaAndAssetCtxs'
            ? listing
            : answer instanceof Response
              ? answer.clone()
              : answer,
        )
        const { market } = calibrateMarket(observations, { nowMs: NOON })
        expect(ether(market)).toEqual(ether(base))
        expect(market.depths).toEqual([])
        expect(observations.failures.length).toBe(2)
      }),
      { numRuns: 60 },
    )
  })
})
