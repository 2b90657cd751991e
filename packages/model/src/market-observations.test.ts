import { describe, expect, it } from 'vitest'
import type { MarketObservations } from './index.js'
import {
  checkMarketObservations,
  factorId,
  InvalidMarketObservationsError,
  MARKET_OBSERVATIONS_FORMAT,
  parseMarketObservations,
  serializeMarketObservations,
} from './index.js'

const DAY = 86_400_000
const provenance = { source: 'test', asOfMs: 9 * DAY, observed: { fromMs: DAY, toMs: 9 * DAY } }
const ETH = factorId('spot:ETH')
const history = { factor: ETH, intervalMs: DAY, toMs: 9 * DAY, prices: [4000, 4100], provenance }
const depth = {
  factor: ETH,
  dailyVolume: 1e9,
  points: [
    { notional: 0, price: 1 },
    { notional: 1e6, price: 0.99 },
  ],
  provenance,
}
const surface = {
  factor: factorId('iv:ETH'),
  expiries: [{ expiry: 2e6, forward: 4100, points: [{ strike: 4000, impliedVolatility: 0.6 }] }],
  provenance,
}
const funding = { factor: factorId('funding:ETH'), venue: 'harbour', rate: -0.1, provenance }
const failure = {
  adapter: 'harbour',
  chain: null,
  what: 'spot:BTC',
  error: 'HttpStatusError',
  message: 'The venue answered with 503. Try again later.',
}

const observations: MarketObservations = {
  format: MARKET_OBSERVATIONS_FORMAT,
  asOfMs: 10 * DAY,
  histories: [history],
  depths: [depth],
  surfaces: [surface],
  fundings: [funding],
  failures: [failure, { ...failure, chain: 1, what: null }],
}

describe('parseMarketObservations', () => {
  it('reads what serializeMarketObservations wrote', () => {
    const text = serializeMarketObservations(observations)
    expect(parseMarketObservations(text)).toEqual(observations)
    expect(serializeMarketObservations(parseMarketObservations(text))).toBe(text)
  })

  it('says which field does not fit', () => {
    const text = serializeMarketObservations(observations).replace('[4000,4100]', '[4000,0]')
    expect(() => parseMarketObservations(text)).toThrow(InvalidMarketObservationsError)
    expect(() => parseMarketObservations(text)).toThrow(/histories\.0\.prices\.1/)
    expect(() => parseMarketObservations('{')).toThrow(/not JSON/)
  })
})

describe('checkMarketObservations', () => {
  it('lets two sources speak of one factor', () => {
    const both = { ...observations, histories: [history, history], depths: [depth, depth] }
    expect(checkMarketObservations(both)).toEqual(both)
  })

  const broken: readonly (readonly [string, object])[] = [
    ['a row newer than the observations', { asOfMs: 8 * DAY }],
    ['a history of one close', { histories: [{ ...history, prices: [4000] }] }],
    ['a close that is no price', { histories: [{ ...history, prices: [4000, Infinity] }] }],
    ['a history of a volatility', { histories: [{ ...history, factor: 'iv:ETH' }] }],
    ['a depth of a peg', { depths: [{ ...depth, factor: 'peg:USDC/USD' }] }],
    ['a rate that is no number', { fundings: [{ ...funding, rate: NaN }] }],
    ['a failure without a message', { failures: [{ ...failure, message: '' }] }],
    ['another format', { format: 'plimsoll-market-observations/2' }],
    ['an unknown field', { history: [] }],
  ]
  it.each(broken)('refuses %s', (_, change) => {
    expect(() => checkMarketObservations({ ...observations, ...change })).toThrow(
      InvalidMarketObservationsError,
    )
  })
})
