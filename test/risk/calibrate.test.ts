import type { FactorHistory, FactorId, MarketObservations } from '@plimsoll/model'
import {
  factorId,
  MARKET_OBSERVATIONS_FORMAT,
  parseMarketState,
  serializeMarketState,
} from '@plimsoll/model'
import { CalibrationError, calibrateMarket, factorModel } from '@plimsoll/risk/calibrate'
import { counterRandom } from '@plimsoll/risk/random'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { unifiedMargin } from '@plimsoll/risk/unified'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HAS_REAL_CLOSES, realCloses } from './realCloses.js'
import { account, BTC, collateral, ETH, portfolioOf } from './toyWorld.js'

const DAY = 86_400_000
const NOW = DEFAULT_MARKET_STATE.asOfMs + 5 * DAY

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
          const [first, second] = twoWalks(400, scale, seed)
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
      'future',
      'no-history',
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

  it('gives a peg without a row of its own one when it broke by more than the default', () => {
    const peg = factorId('peg:XUSD/USD')
    const broke = [1, 0.01, 1]
    const { market } = calibrateMarket(observed(historyOf(peg, broke)), { nowMs: NOW })
    expect(market.pegs.find(({ factor }) => factor === peg)?.down).toBeCloseTo(0.99, 12)
    const held = calibrateMarket(observed(historyOf(peg, [1, 0.99, 1])), { nowMs: NOW })
    expect(held.market.pegs).toEqual(
      DEFAULT_MARKET_STATE.pegs.toSorted((a, b) => (a.factor < b.factor ? -1 : 1)),
    )
  })

  it('lets a history of less than a year only raise what the base says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 91, max: 364 }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.nat(1000),
        (days, scale, seed) => {
          const [, walk] = twoWalks(days, scale, seed)
          const { market, notes } = calibrateMarket(observed(historyOf(ETH, walk)), { nowMs: NOW })
          const before = DEFAULT_MARKET_STATE.volatilities.find(({ factor }) => factor === ETH)
          const row = of(ETH, market)
          expect(row?.calibration).toBe('default')
          for (const field of ['volatility', 'stressed', 'floor'] as const) {
            expect(row?.[field]).toBeGreaterThanOrEqual(before?.[field] ?? NaN)
          }
          expect(notes.map(({ code }) => code)).toContain('short-span')
        },
      ),
      { numRuns: 50 },
    )
  })

  it('an unlisted factor with a short history stays at the class default or above', () => {
    const odd = factorId('spot:NEW')
    const { market } = calibrateMarket(observed(historyOf(odd, eth.slice(-120))), { nowMs: NOW })
    expect(of(odd, market)).toMatchObject({ volatility: 2, calibration: 'default' })
  })

  it.each([
    [
      'a feed that stands still',
      { prices: eth.slice(0, -5).concat(Array(5).fill(3000)) },
      'frozen',
    ],
    ['one that never moved', { prices: Array(1000).fill(3000) }, 'frozen'],
    ['minutes', { intervalMs: 60_000, toMs: NOW - 1 }, 'too-short'],
    ['weeks', { intervalMs: 7 * DAY }, 'interval'],
    ['a close from tomorrow', { toMs: NOW + DAY }, 'future'],
    ['a last close exactly as old as is allowed', { toMs: NOW - 4 * DAY }, 'stale'],
  ] as const)('leaves out %s, and says so', (_name, changes, code) => {
    const { market, notes } = calibrateMarket(observed(historyOf(ETH, eth, changes)), {
      nowMs: NOW,
    })
    expect(notes.map((row) => row.code)).toContain(code)
    expect(market.volatilities).toEqual(DEFAULT_MARKET_STATE.volatilities)
  })

  it('reads hourly closes as their days: one at midnight, the volatility of a day', () => {
    const hours = 24 * 500
    const normals = new Float64Array(1)
    const prices = [3000]
    for (let hour = 0; hour < hours; hour++) {
      counterRandom(3).normals(hour, 0, normals)
      prices.push((prices.at(-1) ?? NaN) * Math.exp((0.04 / Math.sqrt(24)) * (normals[0] ?? 0)))
    }
    const midnight = Math.floor(NOW / DAY) * DAY
    const toMs = midnight - DAY + 5 * 3_600_000
    const history = historyOf(ETH, prices, { intervalMs: 3_600_000, toMs })
    const { market } = calibrateMarket(observed(history), { nowMs: NOW })
    expect(of(ETH, market)?.floor).toBeCloseTo(0.04 * Math.sqrt(365), 1)
    const [kept] = market.histories
    expect([kept?.intervalMs, (kept?.toMs ?? 1) % DAY, kept?.prices.at(-1)]).toEqual([
      DAY,
      0,
      prices.at(-6),
    ])
  })

  it('takes a fresh history before a longer one that is stale', () => {
    const fresh = historyOf(ETH, eth.slice(-500))
    const stale = historyOf(ETH, eth, { toMs: NOW - 10 * DAY })
    const { market, notes } = calibrateMarket(observed(stale, fresh), { nowMs: NOW })
    expect(of(ETH, market)?.provenance.source).toContain('all 499 daily returns')
    expect(notes.map(({ code }) => code)).toContain('stale')
  })

  it('takes correlations of those that close at one hour, and says whose stay', () => {
    const sol = historyOf(factorId('spot:SOL'), btc, { toMs: NOW - DAY / 2 })
    const { market, notes } = calibrateMarket(
      observed(historyOf(BTC, btc), historyOf(ETH, eth), sol),
      { nowMs: NOW },
    )
    const pair = market.correlations.find(({ factors }) => factors.join(' ') === `${BTC} ${ETH}`)
    expect(pair?.provenance.source).toContain('Ledoit-Wolf')
    expect(notes).toContainEqual(
      expect.objectContaining({ code: 'not-aligned', factors: ['spot:SOL'] }),
    )
  })

  it('keeps one row of several sources, and none that is stale or of tomorrow', () => {
    const provenance = (source: string, asOfMs: number) => ({ source, asOfMs, observed: null })
    const depth = (source: string, asOfMs: number, empty = false) => ({
      factor: ETH,
      dailyVolume: 1e9,
      points: empty ? [] : [{ notional: 0, price: 1 }],
      provenance: provenance(source, asOfMs),
    })
    const funding = (venue: string, asOfMs: number, rate: number) => ({
      factor: factorId('funding:ETH'),
      venue,
      rate,
      provenance: provenance(venue, asOfMs),
    })
    const surface = (asOfMs: number) => ({
      factor: factorId('iv:ETH'),
      expiries: [],
      provenance: provenance('s', asOfMs),
    })
    const { market, notes } = calibrateMarket(
      {
        ...observed(),
        depths: [depth('old', NOW - 60_000), depth('new', NOW + 900), depth('empty', NOW, true)],
        fundings: [funding('a', NOW, 0.1), funding('b', NOW, 0.2), funding('a', NOW - 9, 0.3)],
        surfaces: [surface(NOW - 4 * DAY), surface(NOW + DAY)],
      },
      { nowMs: NOW },
    )
    expect(market.depths.map(({ provenance: { source } }) => source)).toEqual(['new'])
    expect(market.fundings.map(({ rate }) => rate)).toEqual([0.1, 0.2])
    expect(market.surfaces).toEqual([])
    expect(notes.map(({ code }) => code).sort()).toEqual([
      'future',
      'no-history',
      'several-sources',
      'several-sources',
      'stale',
    ])
    expect(market.asOfMs).toBe(NOW + 900)
  })

  it('says so where measured and tabled correlations make no matrix', () => {
    const pairs = DEFAULT_MARKET_STATE.correlations.map((row) => ({
      ...row,
      value: row.factors.includes(ETH) ? 0.9 : -0.9,
    }))
    const base = { ...DEFAULT_MARKET_STATE, correlations: pairs }
    const { notes } = calibrateMarket(observed(), { nowMs: NOW, base })
    expect(notes.find(({ code }) => code === 'moved')?.value).toBeGreaterThan(0.1)
  })

  it('counts a year of returns as observed, and a day less not', () => {
    const calibrated = (returns: number) =>
      calibrateMarket(observed(historyOf(ETH, eth.slice(-returns - 1))), { nowMs: NOW })
    expect(of(ETH, calibrated(365).market)?.calibration).toBe('observed')
    const { market, notes } = calibrated(364)
    expect(of(ETH, market)?.calibration).toBe('default')
    const before = DEFAULT_MARKET_STATE.volatilities.find(({ factor }) => factor === ETH)
    // What it does not fall below is its own row, where the base has one.
    expect(of(ETH, market)?.provenance.source).toContain(
      `not below ${before?.provenance.source ?? 'none'}`,
    )
    expect(of(ETH, market)?.stressed).toBeGreaterThanOrEqual(before?.stressed ?? NaN)
    expect(notes).toContainEqual(expect.objectContaining({ code: 'short-span', factors: [ETH] }))
    expect(market.correlations).toEqual(DEFAULT_MARKET_STATE.correlations)
  })

  it('takes no correlation from a history of less than a year', () => {
    const { market } = calibrateMarket(
      observed(historyOf(ETH, eth), historyOf(BTC, btc.slice(-200))),
      { nowMs: NOW },
    )
    expect(market.correlations).toEqual(DEFAULT_MARKET_STATE.correlations)
  })

  it('says from how much it is calibrated, and what stays as it was', () => {
    const [row] = DEFAULT_MARKET_STATE.volatilities.filter(({ factor }) => factor === ETH)
    if (row === undefined) throw new RangeError('no row')
    const base = { ...DEFAULT_MARKET_STATE, volatilities: [row] }
    const none = calibrateMarket(observed(), { nowMs: NOW, base })
    expect(none.market.source).toBe(base.source)
    expect(none.notes).toMatchObject([{ code: 'no-history', factors: [ETH] }])
    const one = calibrateMarket(observed(historyOf(ETH, eth)), { nowMs: NOW, base })
    expect(one.market.source).toBe(`Calibrated from 1 histories over “${base.source}”`)
    expect(one.notes).toEqual([])
  })

  it('needs as many returns as the stressed window has', () => {
    const { notes } = calibrateMarket(observed(historyOf(ETH, eth.slice(-401))), {
      nowMs: NOW,
      stressWindow: 401,
    })
    expect(notes.map(({ code }) => code)).toContain('too-short')
  })

  it('gives each pair of three its own correlation, and says by how much they were shrunk', () => {
    const odd = factorId('spot:ODD')
    // Moves against the others, and by itself.
    const third = btc.map((price, day) => 1e9 / price ** 0.5 / (day % 2 === 0 ? 1 : 1.02))
    const { market, notes } = calibrateMarket(
      observed(historyOf(BTC, btc), historyOf(ETH, eth), historyOf(odd, third)),
      { nowMs: NOW },
    )
    const correlationOf = (a: FactorId, b: FactorId) =>
      market.correlations.find(({ factors }) => factors.join(' ') === `${a} ${b}`)?.value
    expect(correlationOf(BTC, ETH)).toBeGreaterThan(0.7)
    expect(correlationOf(BTC, odd)).toBeLessThan(-0.4)
    expect(correlationOf(ETH, odd)).toBeGreaterThan(correlationOf(BTC, odd) ?? NaN)
    expect(correlationOf(ETH, odd)).toBeLessThan(-0.3)
    const shrinkage = notes.find(({ code }) => code === 'shrinkage')
    expect(shrinkage?.factors).toEqual([BTC, ETH, odd])
    expect(shrinkage?.message).toContain(`by ${(100 * (shrinkage?.value ?? NaN)).toFixed(1)} %`)
  })

  it('sets aside those at another hour, be they named first or last', () => {
    for (const odd of ['spot:AAA', 'spot:ZZZ'].map((name) => factorId(name))) {
      const aside = historyOf(odd, btc, { toMs: NOW - DAY / 2 })
      const { market, notes } = calibrateMarket(
        observed(aside, historyOf(BTC, btc), historyOf(ETH, eth)),
        { nowMs: NOW },
      )
      const found = notes.find(({ code }) => code === 'not-aligned')
      expect(found?.factors).toEqual([odd])
      expect(found?.message).toContain(`${odd} close at another hour than ${BTC}, ${ETH}:`)
      expect(market.correlations[0]?.provenance.source).toContain('Ledoit-Wolf')
      expect(market.correlations.some(({ factors }) => factors.includes(odd))).toBe(false)
    }
  })

  it('takes the newer of two depths that say anything, however many points they have', () => {
    const depth = (source: string, asOfMs: number, points: number) => ({
      factor: ETH,
      dailyVolume: 1e9,
      points: Array.from({ length: points }, (_, at) => ({ notional: at, price: 1 - at / 10 })),
      provenance: { source, asOfMs, observed: null },
    })
    const { market } = calibrateMarket(
      { ...observed(), depths: [depth('more', NOW - 9, 3), depth('newer', NOW, 1)] },
      { nowMs: NOW },
    )
    expect(market.depths.map(({ provenance: { source } }) => source)).toEqual(['newer'])
  })

  it('refuses a base that has expired, and names its day', () => {
    const nowMs = DEFAULT_MARKET_STATE.expiresAtMs
    const day = new Date(nowMs).toISOString().slice(0, 10)
    const refused = () => calibrateMarket(observed(), { nowMs })
    expect(refused).toThrow(CalibrationError)
    expect(refused).toThrow(`expired on ${day}.`)
  })

  it('refuses options and bases that make no state', () => {
    for (const options of [{ maxAgeMs: 0 }, { stressWindow: 1 }, { stressWindow: 2.5 }]) {
      expect(() => calibrateMarket(observed(), { nowMs: NOW, ...options })).toThrow(
        CalibrationError,
      )
    }
    const past = DEFAULT_MARKET_STATE.asOfMs - 30 * DAY
    const then = historyOf(ETH, eth, { toMs: past })
    expect(() => calibrateMarket(observed(then), { nowMs: past })).toThrow(CalibrationError)
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

  it.skipIf(!HAS_REAL_CLOSES)(
    'of real closes (skipped where they are not beside the repository)',
    () => {
      const [closes, others] = realCloses('eth', 'btc', 2000)
      const { market } = calibrateMarket(observed(historyOf(ETH, closes), historyOf(BTC, others)), {
        nowMs: NOW,
      })
      expect(of(ETH, market)?.stressed).toBeGreaterThan(1)
      expect(of(ETH, market)?.floor).toBeGreaterThan(0.5)
      expect(market.correlations[0]?.value).toBeGreaterThan(0.8)
      expect(market.correlations[0]?.value).toBeLessThan(0.95)
    },
  )
})
