import type { Asset, MarketState, Portfolio, PortfolioRisk, RiskReport } from '@plimsoll/model'
import { nodeId } from '@plimsoll/model'
import type { AssessRiskOptions } from '@plimsoll/risk/score'
import { assessRisk, DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MODULES } from './toyModules.js'
import {
  ASSETS,
  account,
  asset,
  cash,
  collateral,
  debt,
  ETH,
  NOW_MS,
  option,
  perp,
  portfolioOf,
} from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'
const runs = (count: number) => ({ numRuns: isDeep ? 1000 : count })
// Quick: with so few paths none scores above 68.
const FEW = { paths: 2_000, scenarios: 500 } as const
const THRESHOLDS = {
  averaged: false,
  thresholds: {
    'collateral-weth': 8000,
    'collateral-wsteth': 9300,
    'collateral-wbtc': 7500,
    'collateral-usdc': 9000,
  },
}
const TIERS = { tiers: { 'perp-ethIndex': [[0, 500]], 'perp-btcIndex': [[0, 500]] } }

const loan = (id: string, weth: string, usdc: string) =>
  account(id, 'toy-lending', [collateral('weth', weth), debt('usdc', usdc)], THRESHOLDS)

function reportOf(
  portfolio: Portfolio,
  options: Partial<AssessRiskOptions> = {},
): RiskReport & { readonly risk: PortfolioRisk } {
  const report = assessRisk(portfolio, {
    modules: MODULES,
    nowMs: NOW_MS,
    market: MARKET,
    ...FEW,
    ...options,
  })
  if (report.risk === null) expect.fail('No risk was reported under a market state.')
  return { ...report, risk: report.risk }
}

const healthOf = (portfolio: Portfolio, options: Partial<AssessRiskOptions> = {}) =>
  reportOf(portfolio, options).risk.health

/** Every asset with one node behind it, at a severity. */
const backedBy = (severities: { readonly [name: string]: number }): readonly Asset[] =>
  ASSETS.map((entry) => {
    const found = Object.entries(severities).find(([name]) => entry.id.endsWith(`:${name}`))
    const node = nodeId(`issuer:${found?.[0] ?? 'none'}`)
    return {
      ...entry,
      dependsOn: [{ node, lossGivenFailure: found?.[1] ?? 1e-9 }],
    }
  })

describe('the margin health of a report', () => {
  it('is not there without a market state', () => {
    const portfolio = portfolioOf([loan('toy/1/a', '10', '12000')])
    expect(assessRisk(portfolio, { modules: MODULES, nowMs: NOW_MS }).risk).toBeNull()
  })

  it('is 100 with its reason where nothing can be liquidated', () => {
    const { risk } = reportOf(
      portfolioOf([account('toy/1/w', 'toy-wallet', [collateral('weth', '9')])], {
        assets: backedBy({}),
      }),
    )
    expect(risk.health).toMatchObject({
      score: 100,
      limitedBy: null,
      probability: { estimate: 0, upper: 0 },
      reason: 'No material account can be liquidated: none requires margin.',
    })
    expect(risk.binding).toBeNull()
    expect(risk.tail?.expectedShortfall.loss).toBeGreaterThan(0)
  })

  it('is 0 where an account can be liquidated now, whatever the calibration', () => {
    const portfolio = portfolioOf([loan('toy/1/a', '10', '16001'), loan('toy/1/b', '10', '100')])
    for (const market of [MARKET, { ...MARKET, expiresAtMs: NOW_MS }]) {
      const { score, upperBound } = healthOf(portfolio, { market })
      expect(upperBound).toBe(0)
      if (market === MARKET) expect(score).toBe(0)
    }
  })

  it('follows the probability of the likeliest account and says who it is', () => {
    const { risk } = reportOf(
      portfolioOf([loan('toy/1/a', '10', '14500'), loan('toy/1/b', '10', '8000')], {
        assets: backedBy({}),
      }),
      { paths: 20_000 },
    )
    expect(risk.binding).toBe('toy/1/a')
    expect(risk.nearest).toMatchObject({ account: 'toy/1/a', words: 'ETH −9.4 %' })
    const [first, second] = risk.health.byAccount
    expect(first?.probability?.estimate).toBeGreaterThan(second?.probability?.estimate ?? NaN)
    const { estimate = NaN, lower = NaN, upper = NaN } = first?.probability ?? {}
    expect(lower).toBeLessThan(first?.closedForm ?? NaN)
    expect(upper).toBeGreaterThan(0.9 * (first?.closedForm ?? NaN))
    expect(risk.health.score).toBeCloseTo(
      -25 * Math.log10(risk.health.probability?.upper ?? NaN),
      9,
    )
    expect(risk.health.probability?.estimate).toBeGreaterThanOrEqual(estimate)
  })

  it('is null, with what it is at most, where anything is unread', () => {
    const whole = portfolioOf([loan('toy/1/a', '10', '12000')])
    const known = healthOf(whole)
    const health = healthOf({
      ...whole,
      failures: [
        {
          adapter: 'toy',
          chain: null,
          owner: null,
          error: 'TimeoutError',
          message: 'It took too long.',
        },
      ],
    })
    expect(health.score).toBeNull()
    expect(health.upperBound).toBe(known.upperBound)
    expect(health.unknown.join()).toContain('It took too long')
  })

  it('is null under an expired market state, and at most 75 under a shipped one', () => {
    const portfolio = portfolioOf([loan('toy/1/a', '10', '1000')], { assets: backedBy({}) })
    const paths = 40_000
    expect(healthOf(portfolio, { market: { ...MARKET, expiresAtMs: NOW_MS } })).toMatchObject({
      score: null,
      marketScore: null,
    })
    const shipped: MarketState = {
      ...MARKET,
      volatilities: MARKET.volatilities.map((row) => ({ ...row, calibration: 'default' })),
    }
    expect(healthOf(portfolio, { market: shipped, paths })).toMatchObject({
      score: 75,
      limitedBy: 'calibration',
    })
    expect(healthOf(portfolio, { market: DEFAULT_MARKET_STATE, paths }).score).toBe(75)
  })

  it('moves what nobody calibrated by the class default, against the account', () => {
    const only: MarketState = { ...MARKET, volatilities: [] }
    const portfolio = portfolioOf([loan('toy/1/a', '10', '8000')], { assets: backedBy({}) })
    const { score, limitedBy } = healthOf(portfolio, { market: only })
    expect(score).toBeLessThan(healthOf(portfolio).score ?? NaN)
    expect(limitedBy).not.toBeNull()
  })
})

describe('the structural cap of a report', () => {
  // 0.93 × 2,400.5 × 10 against wETH at 2,000: a health of 1.02.
  const loop = (assets: readonly Asset[]) =>
    portfolioOf(
      [
        account(
          'toy/1/loop',
          'toy-lending',
          [collateral('wsteth', '10'), debt('weth', '10.943456')],
          THRESHOLDS,
        ),
      ],
      { assets },
    )

  it('holds a pegged loop at a health of 1.02 at 50 or below', () => {
    const { risk, health } = reportOf(loop(backedBy({ wsteth: 0.063 })))
    expect(health.value).toBeCloseTo(1.02, 5)
    expect(risk.health.score).toBeLessThanOrEqual(50)
    expect(risk.health).toMatchObject({ limitedBy: 'structure', nodes: ['issuer:wsteth'] })
    expect(risk.nearest).toBeNull()
  })

  it('holds it by the tabled peg too, where no node is known', () => {
    const { health } = reportOf(loop(ASSETS)).risk
    expect(health.score).toBeLessThanOrEqual(50)
    expect(health.nodes).toEqual(['issuer:peg:wstETH/ETH'])
  })

  it('is 75 where only twice the severity liquidates, and none beyond it', () => {
    expect(healthOf(loop(backedBy({ wsteth: 0.015 })), { paths: 40_000 }).score).toBe(75)
    expect(healthOf(loop(backedBy({ wsteth: 0.005 })), { paths: 40_000 }).score).toBe(100)
  })

  it('counts the failure of a venue as a loss, not as a liquidation', () => {
    const venue = { node: nodeId('venue:toy'), lossGivenFailure: 1 }
    const portfolio = portfolioOf([{ ...loan('toy/1/a', '10', '1000'), dependsOn: [venue] }], {
      assets: backedBy({}),
    })
    const { risk } = reportOf(portfolio, { paths: 40_000 })
    expect(risk.worstNode).toBe('venue:toy')
    expect(risk.nodes[0]).toMatchObject({ loss: 19_000, liquidatedAtTabled: [] })
    expect(risk.health.score).toBe(100)
  })
})

describe('what stands beside the score', () => {
  const hedged = portfolioOf([
    account('toy/1/long', 'toy-perps', [perp('ethIndex', '10'), cash('-16000')], TIERS),
    account('toy/1/short', 'toy-perps', [perp('ethIndex', '-10'), cash('24000')], TIERS),
  ])

  it('a hedge on two venues: low netted, native healths as alone, a line both ways', () => {
    const { risk, accounts } = reportOf(hedged)
    expect(risk.unified.netted).toBeLessThan(0.25 * risk.unified.siloed)
    expect(risk.nearestByAccount.map(({ words }) => words)).toEqual(['ETH −16 %', 'ETH +14 %'])
    for (const { account: id, health } of accounts) {
      const alone = portfolioOf(hedged.accounts.filter((entry) => entry.id === id))
      expect(reportOf(alone).accounts[0]?.health).toEqual(health)
    }
    expect(risk.health.score).toBeLessThan(75)
    expect(risk.tail?.expectedShortfall.loss).toBeLessThan(1)
  })

  it('parts of the shortfall and of the margin add up to them', () => {
    const portfolio = portfolioOf([
      ...hedged.accounts,
      loan('toy/1/a', '10', '9000'),
      account('toy/1/o', 'toy-perps', [option(), cash('9000')], TIERS),
    ])
    const { risk } = reportOf(portfolio)
    const { tail, unified } = risk
    const sum = (parts: readonly { readonly component: number }[]) =>
      parts.reduce((total, { component }) => total + component, 0)
    const loss = tail?.expectedShortfall.loss ?? NaN
    expect(Math.abs(sum(tail?.byAccount ?? []) - loss)).toBeLessThan(1e-10 * loss)
    const margin = unified.spot + unified.peg + unified.addOn
    expect(Math.abs(sum(unified.byAccount) - margin)).toBeLessThan(1e-10 * margin)
    expect(tail?.histogram.counts.reduce((total, count) => total + count, 0)).toBe(500)
    const today = risk.grid.spot.indexOf(0)
    expect(risk.grid.change[risk.grid.volatility.indexOf(0)]?.[today]).toBe(0)
  })

  it('collateral: what we would lend beside what the venue lends', () => {
    const { collateral: rows } = reportOf(portfolioOf([loan('toy/1/a', '10', '9000')])).risk
    expect(rows).toMatchObject([
      { leg: 'toy/1/a#collateral-weth', value: 20_000, venueLends: 0.8, liquidatorTolerance: null },
    ])
    expect(rows[0]?.lend).toBeCloseTo(1 - (rows[0]?.haircut ?? NaN), 12)
  })

  it('gives the same bytes for the same input, in any order', () => {
    const accounts = [...hedged.accounts, loan('toy/1/a', '10', '9000')]
    const text = JSON.stringify(reportOf(portfolioOf(accounts)))
    const reordered = portfolioOf([...accounts].reverse(), { assets: [...ASSETS].reverse() })
    expect(JSON.stringify(reportOf(reordered))).toBe(text)
    expect(JSON.stringify(reportOf(portfolioOf(accounts), { seed: 2 }))).not.toBe(text)
  })
})

describe('the score as a property', () => {
  const size = fc.integer({ min: 1, max: 40 })
  const indebted = fc.integer({ min: 200, max: 1590 })
  const scored = (portfolio: Portfolio, options: Partial<AssessRiskOptions> = {}) =>
    healthOf(portfolio, { paths: 500, scenarios: 100, ...options }).upperBound
  const made = (weth: number, perWeth: number, extra = 0) =>
    portfolioOf([
      loan('toy/1/a', String(weth + extra), String(weth * perWeth)),
      account(
        'toy/1/p',
        'toy-perps',
        [perp('ethIndex', String(-weth)), cash(String(2600 * weth))],
        TIERS,
      ),
    ])

  it('collateral added never lowers it', () => {
    fc.assert(
      fc.property(size, indebted, size, (weth, perWeth, extra) => {
        expect(scored(made(weth, perWeth, extra))).toBeGreaterThanOrEqual(
          scored(made(weth, perWeth)),
        )
      }),
      runs(25),
    )
  })

  it('debt, volatility or a longer horizon never raise it', () => {
    const factor = fc.double({ min: 1, max: 3, noNaN: true })
    fc.assert(
      fc.property(size, indebted, factor, (weth, perWeth, k) => {
        const base = scored(made(weth, perWeth))
        const wilder: MarketState = {
          ...MARKET,
          volatilities: MARKET.volatilities.map((row) => ({
            ...row,
            volatility: k * row.volatility,
            stressed: k * row.stressed,
          })),
        }
        expect(scored(made(weth, Math.min(1595, perWeth * k)))).toBeLessThanOrEqual(base)
        expect(scored(made(weth, perWeth), { market: wilder })).toBeLessThanOrEqual(base)
        expect(scored(made(weth, perWeth), { horizonDays: k })).toBeLessThanOrEqual(base)
      }),
      runs(15),
    )
  })

  it('the size of everything does not matter', () => {
    fc.assert(
      fc.property(size, indebted, fc.integer({ min: 2, max: 50 }), (weth, perWeth, k) => {
        expect(scored(made(weth * k, perWeth))).toBeCloseTo(scored(made(weth, perWeth)), 9)
      }),
      runs(15),
    )
  })

  it('a hedge elsewhere never raises what one account is judged by', () => {
    fc.assert(
      fc.property(size, indebted, (weth, perWeth) => {
        const alone = portfolioOf([loan('toy/1/a', String(weth), String(weth * perWeth))])
        const probabilityOf = (portfolio: Portfolio) =>
          healthOf(portfolio, { paths: 500, scenarios: 100 }).byAccount.find(
            ({ account: id }) => id === 'toy/1/a',
          )?.probability
        expect(probabilityOf(made(weth, perWeth))).toEqual(probabilityOf(alone))
        expect(scored(made(weth, perWeth))).toBeLessThanOrEqual(scored(alone))
      }),
      runs(15),
    )
  })

  it('what is dropped never improves it', () => {
    fc.assert(
      fc.property(size, indebted, fc.nat(20), (weth, perWeth, drop) => {
        const whole = made(weth, perWeth)
        const marks = whole.marks.filter((_, index) => index !== drop % whole.marks.length)
        const full = healthOf(whole, { paths: 500, scenarios: 100 })
        const less = healthOf({ ...whole, marks }, { paths: 500, scenarios: 100 })
        expect(less.score ?? 0).toBeLessThanOrEqual(full.score ?? 100)
      }),
      runs(15),
    )
  })
})

it('names a move of two factors in words', () => {
  const two = portfolioOf([
    account(
      'toy/1/a',
      'toy-lending',
      [collateral('weth', '10'), collateral('wbtc', '0.4'), debt('usdc', '26000')],
      THRESHOLDS,
    ),
  ])
  const { nearest } = reportOf(two).risk
  expect(nearest?.words).toMatch(/^ETH −\d+(\.\d)? % with BTC −\d+(\.\d)? %$/)
  expect(nearest?.moves.map(({ factor }) => factor)).toContain(ETH)
  expect(asset('weth')).toBeDefined()
})
