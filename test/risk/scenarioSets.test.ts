import { readFileSync } from 'node:fs'
import type { FactorHistory, FactorId, Portfolio } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import { whatIf } from '@plimsoll/risk'
import { factorModel } from '@plimsoll/risk/calibrate'
import {
  equityGrid,
  eventScenarios,
  filteredScenarios,
  gridScenarios,
  historicalScenarios,
  monteCarloScenarios,
  RECORDED_EVENTS,
  repriceSet,
  ScenarioSetError,
  tailReport,
  userScenarios,
  worstScenario,
} from '@plimsoll/risk/scenarios'
import { historicalTail } from '@plimsoll/risk/tail'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MODULES } from './toyModules.js'
import {
  account,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  NOW_MS,
  option,
  PEG_STAKED,
  PEG_USDC,
  perp,
  portfolioOf,
} from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

const DAY = 86_400_000
const options = { market: MARKET, nowMs: NOW_MS }
const IV_ETH = factorId('iv:ETH')

const everything = portfolioOf([
  account('toy/1/a', 'toy-wallet', [
    collateral('wsteth', '3'),
    collateral('pool', '40'),
    debt('usdc', '2500'),
  ]),
  account('toy/1/b', 'toy-perps', [
    perp('ethIndex', '-4'),
    perp('btcIndex', '0.2'),
    cash('9000'),
    // At 30 days to expiry a shock of volatility is as quoted.
    option({ expiry: NOW_MS / 1000 + 30 * 86_400 }),
  ]),
])

const historyOf = (
  factor: FactorId,
  prices: readonly number[],
  toMs = 100 * DAY,
): FactorHistory => ({
  factor,
  intervalMs: DAY,
  toMs,
  prices,
  provenance: { source: 'test', asOfMs: toMs, observed: null },
})

describe('repriceSet', () => {
  it('is the equity of a what-if, scenario by scenario', () => {
    const move = fc.double({ min: -0.6, max: 0.8, noNaN: true })
    fc.assert(
      fc.property(move, move, move, move, move, (eth, btc, usdc, staked, iv) => {
        const factors = {
          [ETH]: eth,
          [BTC]: btc,
          [PEG_USDC]: usdc,
          [PEG_STAKED]: staked,
          [IV_ETH]: iv,
        }
        const set = userScenarios([
          { name: 'calm', moves: {} },
          { name: 'storm', moves: factors },
        ])
        const { losses, byAccount } = repriceSet(everything, set, options)
        const then = whatIf(everything, { factors }, { modules: MODULES, nowMs: NOW_MS })
        const lost = (then.equityBefore ?? NaN) - (then.equity ?? NaN)
        const size = Math.abs(then.equityBefore ?? NaN) + Math.abs(then.equity ?? NaN) + 30_000
        expect(Math.abs((losses[1] ?? NaN) - lost)).toBeLessThan(1e-12 * size)
        expect(Math.abs(losses[0] ?? NaN)).toBeLessThan(1e-12 * size)
        const parts = (byAccount[2] ?? NaN) + (byAccount[3] ?? NaN)
        expect(Math.abs(parts - (losses[1] ?? NaN))).toBeLessThan(1e-12 * size)
      }),
      { numRuns: 200 },
    )
  })

  it('moves volatility by the tenor of the option', () => {
    const of = (days: number) => {
      const legs = [option({ expiry: NOW_MS / 1000 + days * 86_400 })]
      const portfolio = portfolioOf([account('toy/1/o', 'toy-perps', legs)])
      const set = userScenarios([{ name: 'up', moves: { [IV_ETH]: 0.5 } }])
      const shocked = (shock: number) =>
        whatIf(portfolio, { factors: { [IV_ETH]: shock } }, { modules: MODULES, nowMs: NOW_MS })
      const powers = days <= 30 ? 0.3 : 0.13
      const { equity, equityBefore } = shocked(0.5 * (30 / days) ** powers)
      const loss = repriceSet(portfolio, set, options).losses[0] ?? NaN
      return [loss, (equityBefore ?? NaN) - (equity ?? NaN)] as const
    }
    for (const days of [3, 30, 120]) {
      const [loss, expected] = of(days)
      expect(loss).toBeGreaterThan(0)
      expect(loss).toBeCloseTo(expected, 8)
    }
  })

  it('says what has no price, and knows no loss where it may be owed', () => {
    const unpriced = (portfolio: Portfolio): Portfolio => ({
      ...portfolio,
      marks: portfolio.marks.filter(({ id }) => !id.endsWith('/usdc')),
    })
    const set = gridScenarios([ETH])
    const owed = repriceSet(unpriced(everything), set, options)
    expect(owed.known).toBe(false)
    expect(owed.unpriced).toContain('toy/1/a#debt-usdc')
    expect(worstScenario(unpriced(everything), set, options)).toBeNull()
    expect(
      tailReport(unpriced(everything), monteCarlo(), { ...options, closingCost: 0 }),
    ).toBeNull()
  })
})

describe('equityGrid', () => {
  it('is the full reprice of everything moved together, a gain above 0', () => {
    const { change, spot, volatility } = equityGrid(everything, options)
    const { losses } = repriceSet(everything, gridScenarios([BTC, ETH]), options)
    expect(change.flat()).toEqual([...losses].map((loss) => 0 - loss))
    expect(change).toHaveLength(volatility.length)
    expect(change[volatility.indexOf(0)]?.[spot.indexOf(0)]).toBe(0)
  })

  it('moves one underlying alone where it is named', () => {
    const linear = portfolioOf([
      account('toy/1/a', 'toy-wallet', [collateral('weth', '2'), collateral('wbtc', '0.5')]),
    ])
    const [spot, volatility] = [[-0.2, 0.1], [0.5]]
    const ofFactor = (factor: FactorId) =>
      equityGrid(linear, { ...options, factors: [factor] }, spot, volatility).change[0]
    expect(ofFactor(ETH)).toEqual([expect.closeTo(-800, 8), expect.closeTo(400, 8)])
    expect(ofFactor(BTC)).toEqual([expect.closeTo(-6000, 8), expect.closeTo(3000, 8)])
  })

  it('is unknown where a leg that may be owed has no price', () => {
    const sold = portfolioOf([
      account('toy/1/a', 'toy-wallet', [option({ impliedVolatility: null })]),
    ])
    expect(
      equityGrid(sold, options)
        .change.flat()
        .every((cell) => cell === null),
    ).toBe(true)
  })
})

const monteCarlo = (changes: Partial<Parameters<typeof monteCarloScenarios>[1]> = {}) =>
  monteCarloScenarios(factorModel(MARKET, [BTC, ETH]), {
    count: 2_000,
    seed: 1,
    horizonDays: 1,
    degreesOfFreedom: 4,
    ...changes,
  })

describe('monteCarloScenarios', () => {
  it.each([
    [Infinity, 2.3378],
    [8, 2.5489],
    [4, 2.8239],
  ])('has the expected shortfall of its law, ν = %s', (degreesOfFreedom, multiplier) => {
    const count = 60_000
    const { moves } = monteCarlo({ count, degreesOfFreedom, horizonDays: 4 })
    const losses = Float64Array.from(
      { length: count },
      (_, row) => -Math.log1p(moves[2 * row + 1] ?? NaN),
    )
    const deviation = Math.sqrt(4) * (factorModel(MARKET, [ETH]).daily[0] ?? NaN)
    const shortfall = historicalTail(losses, 0.975).expectedShortfall / deviation
    // A tail of 1,500: its standard error is below 4 % for every law here.
    expect(Math.abs(shortfall / multiplier - 1)).toBeLessThan(0.1)
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / count
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(count))
  })

  it('draws scenario by scenario: a longer set begins with the shorter', () => {
    const short = monteCarlo({ count: 50 })
    expect(monteCarlo({ count: 80 }).moves.slice(0, 100)).toEqual(short.moves)
    expect(monteCarlo({ count: 50, seed: 2 }).moves).not.toEqual(short.moves)
  })

  describe('with implied volatilities', () => {
    const joint = (correlation?: number, changes = {}) =>
      monteCarlo({
        count: 20_000,
        degreesOfFreedom: Infinity,
        impliedVolatility: { market: MARKET, ...(correlation !== undefined && { correlation }) },
        ...changes,
      })
    const column = ({ moves }: ReturnType<typeof joint>, place: number) =>
      Array.from({ length: moves.length / 4 }, (_, row) =>
        Math.log1p(moves[4 * row + place] ?? NaN),
      )
    const correlationOf = (a: readonly number[], b: readonly number[]) => {
      const sum = (of: (place: number) => number) => a.reduce((total, _, at) => total + of(at), 0)
      const [meanA, meanB] = [
        sum((at) => a[at] ?? 0) / a.length,
        sum((at) => b[at] ?? 0) / a.length,
      ]
      const product = (x: readonly number[], y: readonly number[], p: number, q: number) =>
        sum((at) => ((x[at] ?? 0) - p) * ((y[at] ?? 0) - q))
      return (
        product(a, b, meanA, meanB) /
        Math.sqrt(product(a, a, meanA, meanA) * product(b, b, meanB, meanB))
      )
    }

    it('moves them against their spots, and with each other, without touching the spots', () => {
      const set = joint()
      expect(set.factors).toEqual(['iv:BTC', 'iv:ETH', BTC, ETH])
      expect(set.label).toContain('implied volatility correlated -0.5')
      const [btcVolatility = [], ethVolatility = [], btc = [], eth = []] = [0, 1, 2, 3].map(
        (place) => column(set, place),
      )
      // Moves up and down have scales of their own, which costs a little of a correlation.
      expect(correlationOf(ethVolatility, eth)).toBeGreaterThan(-0.53)
      expect(correlationOf(ethVolatility, eth)).toBeLessThan(-0.45)
      expect(correlationOf(ethVolatility, btc)).toBeCloseTo(-0.5 * 0.8, 1)
      expect(correlationOf(ethVolatility, btcVolatility)).toBeCloseTo(0.8, 1)
      const still = monteCarlo({ count: 20_000, degreesOfFreedom: Infinity })
      const spots = set.moves.filter((_, index) => index % 4 > 1)
      expect(spots).toEqual(still.moves)
    })

    it('has the tabled shock as the expected shortfall of a day, under the law of the shocks', () => {
      const rises = Float64Array.from(column(joint(0, { count: 60_000, degreesOfFreedom: 4 }), 1))
      const shortfall = historicalTail(rises, 0.975).expectedShortfall
      expect(Math.abs(shortfall / Math.log(1.5) - 1)).toBeLessThan(0.1)
      const falls = historicalTail(
        rises.map((move) => 0 - move),
        0.975,
      ).expectedShortfall
      expect(Math.abs(falls / -Math.log(0.75) - 1)).toBeLessThan(0.1)
    })

    it('costs a book that sold volatility, more where it falls together with prices', () => {
      const sold = portfolioOf([account('toy/1/a', 'toy-wallet', [option({ right: 'put' })])])
      const shortfall = (set: ReturnType<typeof joint>) =>
        historicalTail(repriceSet(sold, set, options).losses, 0.975).expectedShortfall
      const still = shortfall(monteCarlo({ count: 20_000, degreesOfFreedom: Infinity }))
      expect(shortfall(joint(-0.9))).toBeGreaterThan(shortfall(joint(0)))
      expect(shortfall(joint(0))).toBeGreaterThan(still)
      // A put sold gains by a fall of volatility that comes with a fall of the price.
      expect(shortfall(joint(0.9))).toBeLessThan(shortfall(joint(0)))
    })

    it('refuses a correlation that is none', () => {
      for (const correlation of [-1.1, 1.1, NaN]) {
        expect(() => joint(correlation)).toThrow(/Give a number from −1 to 1/)
      }
    })
  })

  it('refuses what it cannot draw', () => {
    for (const changes of [{ count: 0 }, { degreesOfFreedom: 3 }, { horizonDays: 0 }]) {
      expect(() => monteCarlo(changes)).toThrow(ScenarioSetError)
    }
  })
})

describe('historicalScenarios', () => {
  it('are the moves between common closes, with their dates', () => {
    const set = historicalScenarios([
      historyOf(ETH, [1000, 1100, 880]),
      historyOf(BTC, [9, 9, 9, 18], 101 * DAY),
    ])
    expect(set.factors).toEqual([BTC, ETH])
    expect([...set.moves].map((move) => Number(move.toFixed(12)))).toEqual([0, 0.1, 0, -0.2])
    expect(set.names?.map((name) => name.slice(0, 10))).toEqual(['1970-04-10', '1970-04-11'])
    expect(set.weights).toEqual(Float64Array.of(0.5, 0.5))
  })

  it('filtered, stand at the volatility of today', () => {
    const calm = [100, 101, 100, 101, 100, 101, 100, 101, 100]
    const wild = [...calm, 120, 96, 118]
    const plain = historicalScenarios([historyOf(ETH, wild)])
    const filtered = filteredScenarios([historyOf(ETH, wild)])
    expect(filtered.kind).toBe('filtered')
    expect(Math.abs(filtered.moves[0] ?? NaN)).toBeGreaterThan(Math.abs(plain.moves[0] ?? NaN))
  })

  it('refuses histories that do not belong together', () => {
    const half = historyOf(BTC, [1, 2, 3], 100 * DAY + 1)
    expect(() => historicalScenarios([historyOf(ETH, [1, 2, 3]), half])).toThrow(ScenarioSetError)
    const twice = [historyOf(ETH, [1, 2]), historyOf(ETH, [1, 3])]
    expect(() => historicalScenarios(twice)).toThrow(/two histories of spot:ETH/)
    expect(() => historicalScenarios([])).toThrow(ScenarioSetError)
  })
})

describe('scenarios as written', () => {
  it('refuse unknown kinds, impossible moves and names that occur twice', () => {
    const of = (moves: { readonly [factor: string]: number }) =>
      userScenarios([{ name: 'a', moves }])
    expect(() => of({ ETH: -0.1 })).toThrow(/no factor that a scenario moves/)
    expect(() => of({ 'spot:ETH': -1.1 })).toThrow(/at least −1/)
    expect(() => of({ 'spot:ETH': NaN })).toThrow(ScenarioSetError)
    const same = { name: 'a', moves: {} }
    expect(() => userScenarios([same, same])).toThrow(/its own name/)
  })

  it('are no distribution: the worst of them counts', () => {
    const set = userScenarios([
      { name: 'fall', moves: { [ETH]: -0.3 } },
      { name: 'rise', moves: { [ETH]: 0.6 } },
    ])
    const worst = worstScenario(everything, set, options)
    expect(worst?.name).toBe('rise')
    const sum = worst?.byAccount.reduce((total, { loss }) => total + loss, 0)
    expect(sum).toBeCloseTo(worst?.loss ?? NaN, 8)
    expect(() => tailReport(everything, set, { ...options, closingCost: null })).toThrow(
      ScenarioSetError,
    )
  })
})

describe('the recorded events', () => {
  type Event = {
    readonly id: string
    readonly shock: { readonly [what: string]: number | readonly number[] }
  }
  const { cases } = JSON.parse(
    readFileSync(new URL('./replay-events.json', import.meta.url), 'utf8'),
  ) as { readonly cases: readonly Event[] }
  const shockOf = (event: string, what: string) => cases.find(({ id }) => id === event)?.shock[what]

  it.each([
    [0, ETH, '2020-03-12-black-thursday', 'ETH'],
    [1, BTC, '2025-10-10-cascade', 'BTC'],
    [1, ETH, '2025-10-10-cascade', 'ETH'],
    [1, 'spot:SOL', '2025-10-10-cascade', 'SOL_hyperliquid'],
    [1, 'peg:USDe/USD', '2025-10-10-cascade', 'USDe_Binance'],
    [2, 'peg:xUSD/USD', '2025-11-03-stream-xusd', 'xUSD'],
    [2, 'peg:deUSD/USD', '2025-11-03-stream-xusd', 'deUSD'],
    [3, BTC, '2026-01-31-02-05-selloff', 'BTC'],
    [3, 'spot:BAL', '2026-01-31-02-05-selloff', 'BAL'],
    [4, PEG_STAKED, '2026-03-10-aave-capo', 'wstETH_oracle_only'],
    [5, 'peg:USR/USD', '2026-03-22-resolv-usr', 'USR'],
    [6, 'peg:rsETH/ETH', '2026-04-18-kelp-rseth', 'rsETH_all_holders'],
    [7, 'peg:rsETH/ETH', '2026-04-18-kelp-rseth', 'rsETH_L2_only'],
  ])('event %i moves %s as %s recorded', (index, factor, event, what) => {
    expect(RECORDED_EVENTS[index]?.moves[factor]).toBe(shockOf(event, what))
  })

  it('are repriced as a set', () => {
    const long = portfolioOf([account('toy/1/a', 'toy-wallet', [collateral('weth', '10')])])
    const worst = worstScenario(long, eventScenarios(), options)
    expect(worst?.name).toBe('2020-03-12 Black Thursday')
    expect(worst?.loss).toBeCloseTo(0.43 * 20_000, 9)
  })
})
