import { existsSync, readFileSync } from 'node:fs'
import type { FactorHistory, FactorId, MarketObservations } from '@plimsoll/model'
import {
  factorId,
  MARKET_OBSERVATIONS_FORMAT,
  parseMarketState,
  serializeMarketState,
} from '@plimsoll/model'
import {
  CalibrationError,
  calibrateMarket,
  counterRandom,
  DEFAULT_MARKET_STATE,
  factorModel,
  unifiedMargin,
} from '@plimsoll/risk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { account, BTC, collateral, ETH, portfolioOf } from './toyWorld.js'

const DAY = 86_400_000
const NOW = DEFAULT_MARKET_STATE.asOfMs + 5 * DAY
const MARKET_FOLDER = new URL('../../../shared/market/', import.meta.url)

const historyOf = (
  factor: FactorId,
  prices: readonly number[],
  changes: Partial<FactorHistory> = {},
): FactorHistory => {
  const toMs = changes.toMs ?? NOW - DAY
  return {
    factor,
    intervalMs: DAY,
    toMs,
    prices,
    provenance: {
      source: `test of ${factor}`,
      asOfMs: toMs,
      observed: { fromMs: toMs - (prices.length - 1) * DAY, toMs },
    },
    ...changes,
  }
}

const observed = (...histories: readonly FactorHistory[]): MarketObservations => ({
  format: MARKET_OBSERVATIONS_FORMAT,
  asOfMs: NOW,
  histories,
  depths: [],
  surfaces: [],
  fundings: [],
  failures: [],
})

/** Closes of two factors with daily volatilities of 3 and 4 % and a correlation of 0.8. */
function twoWalks(
  days: number,
  scale = 1,
  seed = 1,
): readonly [readonly number[], readonly number[]] {
  const random = counterRandom(seed)
  const normals = new Float64Array(2)
  const btc = [60_000]
  const eth = [3_000]
  for (let day = 0; day < days; day++) {
    random.normals(day, 0, normals)
    const [a = 0, b = 0] = normals
    btc.push((btc.at(-1) ?? NaN) * Math.exp(scale * 0.03 * a))
    eth.push((eth.at(-1) ?? NaN) * Math.exp(scale * 0.04 * (0.8 * a + 0.6 * b)))
  }
  return [btc, eth]
}

const of = (factor: FactorId, { volatilities }: ReturnType<typeof calibrateMarket>['market']) =>
  volatilities.find((row) => row.factor === factor)

describe('calibrateMarket', () => {
  const [btc, eth] = twoWalks(1_000)

  it('finds volatilities and correlation of a known process, and says what it did', () => {
    const { market, notes } = calibrateMarket(observed(historyOf(ETH, eth), historyOf(BTC, btc)), {
      nowMs: NOW,
    })
    const row = of(ETH, market)
    expect(row).toMatchObject({ calibration: 'observed' })
    expect(row?.floor).toBeCloseTo(0.04 * Math.sqrt(365), 1)
    expect(row?.stressed).toBeGreaterThan(row?.floor ?? NaN)
    const [pair] = market.correlations
    expect(pair?.factors).toEqual([BTC, ETH])
    expect(pair?.value).toBeGreaterThan(0.75)
    expect(pair?.value).toBeLessThan(0.85)
    expect(notes.map(({ code }) => code)).toEqual(['shrinkage', 'no-history'])
    expect(of(factorId('spot:SOL'), market)).toMatchObject({ calibration: 'default' })
    const text = serializeMarketState(market)
    expect(serializeMarketState(parseMarketState(text))).toBe(text)
  })

  it('is the same whatever the order of the histories', () => {
    const histories = [historyOf(ETH, eth), historyOf(BTC, btc.slice(200))]
    const one = calibrateMarket(observed(...histories), { nowMs: NOW })
    expect(calibrateMarket(observed(...histories.reverse()), { nowMs: NOW })).toEqual(one)
  })

  it('scales with the returns, and gives a model of the covariance', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 3, noNaN: true }), fc.nat(1000), (k, seed) => {
        const calibratedAt = (scale: number) => {
          const [first, second] = twoWalks(200, scale, seed)
          return calibrateMarket(observed(historyOf(BTC, first), historyOf(ETH, second)), {
            nowMs: NOW,
          }).market
        }
        const base = calibratedAt(1)
        const scaled = calibratedAt(k)
        for (const field of ['volatility', 'stressed', 'floor'] as const) {
          const expected = k * (of(ETH, base)?.[field] ?? NaN)
          expect(Math.abs((of(ETH, scaled)?.[field] ?? NaN) / expected - 1)).toBeLessThan(1e-9)
        }
        const { root, moved, usesDefault } = factorModel(scaled, [BTC, ETH])
        expect([root.length, moved, usesDefault]).toEqual([4, 0, false])
      }),
      { numRuns: 30 },
    )
  })

  it('leaves what is short, stale or unknown to the base, and says so', () => {
    const { market, notes } = calibrateMarket(
      observed(
        historyOf(BTC, btc.slice(-50)),
        historyOf(ETH, eth, { toMs: NOW - 10 * DAY }),
        historyOf(factorId('spot:SOL'), eth, { toMs: NOW + DAY }),
      ),
      { nowMs: NOW },
    )
    expect(notes.map(({ code }) => code).sort()).toEqual([
      'no-history',
      'stale',
      'stale',
      'too-short',
    ])
    expect(market.volatilities).toEqual(DEFAULT_MARKET_STATE.volatilities)
    expect(market.expiresAtMs).toBe(DEFAULT_MARKET_STATE.expiresAtMs)
  })

  it('expires with its oldest history, and never after its base', () => {
    const histories = [historyOf(ETH, eth, { toMs: NOW - 2 * DAY }), historyOf(BTC, btc)]
    const { market } = calibrateMarket(observed(...histories), { nowMs: NOW })
    expect(market.expiresAtMs).toBe(NOW + DAY)
    const late = { nowMs: DEFAULT_MARKET_STATE.expiresAtMs }
    expect(() => calibrateMarket(observed(...histories), late)).toThrow(CalibrationError)
  })

  it('keeps correlations of the base where closes do not share their instants', () => {
    const shifted = historyOf(ETH, eth, { toMs: NOW - DAY / 2 })
    const { market, notes } = calibrateMarket(observed(historyOf(BTC, btc), shifted), {
      nowMs: NOW,
    })
    expect(notes.map(({ code }) => code)).toContain('not-aligned')
    expect(market.correlations).toEqual(DEFAULT_MARKET_STATE.correlations)
  })

  it('takes no volatility from a peg, and widens its break by the worst that was seen', () => {
    const peg = factorId('peg:USDC/USD')
    const broke = [...Array.from({ length: 200 }, () => 1), 0.8, 1.1, 1]
    const { market, notes } = calibrateMarket(observed(historyOf(peg, broke)), { nowMs: NOW })
    expect(market.pegs.find(({ factor }) => factor === peg)).toMatchObject({ down: 0.2 - 5e-17 })
    expect(notes.map(({ code }) => code)).toContain('peg-broke')
    expect(market.volatilities.some(({ factor }) => factor === peg)).toBe(false)
  })

  it('refuses a history that holds what is no price', () => {
    for (const odd of [0, -1, NaN, Infinity]) {
      const spoilt = [...eth.slice(0, -1), odd]
      expect(() => calibrateMarket(observed(historyOf(ETH, spoilt)), { nowMs: NOW })).toThrow(
        CalibrationError,
      )
    }
  })

  it('an asset that nobody calibrated is margined at the class default', () => {
    const { market } = calibrateMarket(observed(historyOf(ETH, eth)), { nowMs: NOW })
    const portfolio = portfolioOf([account('toy/1/w', 'toy-wallet', [collateral('weth', '1')])])
    const odd = factorId('spot:unlisted')
    const assets = portfolio.assets.map((asset) => ({
      ...asset,
      exposures: [{ factor: odd, elasticity: 1 }],
    }))
    const { parts } = unifiedMargin({ ...portfolio, assets }, market, { nowMs: NOW })
    expect(parts.underlyings[0]?.used).toMatchObject({ isDefault: true, raw: 2 })
  })

  it.skipIf(!existsSync(MARKET_FOLDER))(
    'of real closes (skipped where they are not beside the repository)',
    () => {
      const closes = (name: string) =>
        readFileSync(new URL(`${name}-daily.csv`, MARKET_FOLDER), 'utf8')
          .trim()
          .split('\n')
          .slice(1)
          .map((line) => Number(line.split(',')[1]))
      const eth_ = closes('eth').slice(0, -1)
      const btc_ = closes('btc')
      const { market } = calibrateMarket(
        observed(historyOf(BTC, btc_.slice(-2000)), historyOf(ETH, eth_.slice(-2000))),
        { nowMs: NOW },
      )
      expect(of(ETH, market)?.stressed).toBeGreaterThan(1)
      expect(of(ETH, market)?.floor).toBeGreaterThan(0.5)
      expect(market.correlations[0]?.value).toBeGreaterThan(0.7)
      expect(market.correlations[0]?.value).toBeLessThan(0.95)
    },
  )
})
