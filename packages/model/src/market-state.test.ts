import { describe, expect, it } from 'vitest'
import type { MarketState } from './index.js'
import {
  checkMarketState,
  factorId,
  InvalidMarketStateError,
  MARKET_STATE_FORMAT,
  marketStateExpired,
  parseMarketState,
  serializeMarketState,
} from './index.js'

const DAY = 86_400_000
const provenance = { source: 'test', asOfMs: 9 * DAY, observed: { fromMs: DAY, toMs: 9 * DAY } }
const ETH = factorId('spot:ETH')
const BTC = factorId('spot:BTC')
const spot = { volatility: 2, stressed: 3, floor: 0.5, provenance }
const peg = { down: 0.2, up: 0.1, provenance }
const surface = { up: 0.5, down: 0.3, shortPower: 0.3, longPower: 0.13, floorDays: 1, provenance }

const state: MarketState = {
  format: MARKET_STATE_FORMAT,
  source: 'test',
  asOfMs: 10 * DAY,
  expiresAtMs: 20 * DAY,
  volatilities: [{ factor: ETH, calibration: 'observed', ...spot, volatility: 0.6 }],
  pegs: [{ factor: factorId('peg:USDC/USD'), ...peg }],
  impliedVolatilities: [{ factor: factorId('iv:ETH'), ...surface }],
  correlations: [{ factors: [BTC, ETH], value: 0.8, provenance }],
  depths: [
    {
      factor: ETH,
      dailyVolume: 1e9,
      points: [
        { notional: 0, price: 1 },
        { notional: 1e6, price: 0.99 },
      ],
      provenance,
    },
  ],
  histories: [{ factor: ETH, intervalMs: DAY, toMs: 9 * DAY, prices: [4000, 4100], provenance }],
  surfaces: [
    {
      factor: factorId('iv:ETH'),
      expiries: [
        { expiry: 2e6, forward: 4100, points: [{ strike: 4000, impliedVolatility: 0.6 }] },
      ],
      provenance,
    },
  ],
  fundings: [{ factor: factorId('funding:ETH'), venue: 'harbour', rate: 0.1, provenance }],
  defaults: { spot, peg, impliedVolatility: surface },
}

describe('parseMarketState', () => {
  it('reads what serializeMarketState wrote', () => {
    const text = serializeMarketState(state)
    expect(parseMarketState(text)).toEqual(state)
    expect(serializeMarketState(parseMarketState(text))).toBe(text)
  })

  it('says which field does not fit', () => {
    const text = serializeMarketState(state).replace('"down":0.2', '"down":1.2')
    expect(() => parseMarketState(text)).toThrow(InvalidMarketStateError)
    expect(() => parseMarketState(text)).toThrow(/down: expected at most 1/)
    expect(() => parseMarketState('{')).toThrow(/not JSON/)
  })
})

describe('checkMarketState', () => {
  const [volatility] = state.volatilities
  const [depth] = state.depths
  const [correlation] = state.correlations
  const broken: readonly (readonly [string, Partial<{ [name in keyof MarketState]: unknown }>])[] =
    [
      ['a factor twice', { volatilities: [volatility, volatility] }],
      ['a factor of another kind', { volatilities: [{ ...volatility, factor: 'peg:USDC/USD' }] }],
      [
        'a volatility that is not finite',
        { volatilities: [{ ...volatility, volatility: Infinity }] },
      ],
      ['a negative volatility', { volatilities: [{ ...volatility, floor: -0.1 }] }],
      ['a pair out of order', { correlations: [{ ...correlation, factors: [ETH, BTC] }] }],
      ['a pair of one', { correlations: [{ ...correlation, factors: [ETH, ETH] }] }],
      ['a pair twice', { correlations: [correlation, correlation] }],
      ['a correlation above 1', { correlations: [{ ...correlation, value: 1.01 }] }],
      [
        'an unlisted volatility below 200 %',
        { defaults: { ...state.defaults, spot: { ...spot, volatility: 1.99 } } },
      ],
      ['expiry before its date', { expiresAtMs: 10 * DAY }],
      ['a number newer than the state', { asOfMs: 8 * DAY }],
      [
        'depth that does not begin at 0',
        { depths: [{ ...depth, points: [{ notional: 1, price: 1 }] }] },
      ],
      [
        'a price that rises with size',
        {
          depths: [
            {
              ...depth,
              points: [
                { notional: 0, price: 1 },
                { notional: 1, price: 1.1 },
              ],
            },
          ],
        },
      ],
      [
        'a number without a source',
        { pegs: [{ factor: 'peg:USDC/USD', ...peg, provenance: { ...provenance, source: '' } }] },
      ],
      [
        'observations that end after its date',
        {
          pegs: [
            { factor: 'peg:USDC/USD', ...peg, provenance: { ...provenance, asOfMs: 8 * DAY } },
          ],
        },
      ],
      ['another format', { format: 'plimsoll-market-state/2' }],
      ['an unknown field', { volatilites: [] } as never],
    ]
  it.each(broken)('refuses %s', (_, change) => {
    expect(() => checkMarketState({ ...state, ...change })).toThrow(InvalidMarketStateError)
  })

  it('takes what is whole as it is', () => {
    expect(checkMarketState(state)).toEqual(state)
  })
})

describe('marketStateExpired', () => {
  it('holds from the instant of expiry on, and for a time that is no number', () => {
    expect(marketStateExpired(state, 20 * DAY - 1)).toBe(false)
    expect(marketStateExpired(state, 20 * DAY)).toBe(true)
    expect(marketStateExpired(state, NaN)).toBe(true)
  })
})
