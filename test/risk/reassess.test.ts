import { contentHash } from '@plimsoll/client'
import type {
  MarginAccount,
  Portfolio,
  PortfolioRisk,
  RiskReport,
  VenueModule,
} from '@plimsoll/model'
import { parseAmount, toCanonicalJson, toNumber } from '@plimsoll/model'
import { ScenarioError } from '@plimsoll/risk'
import type { Assessed, ReassessOptions } from '@plimsoll/risk/score'
import { assessAgain, assessRisk, reassess } from '@plimsoll/risk/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { portfolios, runsOfSlow } from './arbitraries.js'
import { lending, MODULES } from './toyModules.js'
import {
  ASSETS,
  account,
  cash,
  collateral,
  debt,
  markOf,
  NOW_MS,
  option,
  perp,
  portfolioOf,
} from './toyWorld.js'
import { MARKET } from './unifiedWorld.js'

// Quick: with so few paths none scores above 43.
const OPTIONS: ReassessOptions = {
  modules: MODULES,
  nowMs: NOW_MS,
  market: MARKET,
  paths: 200,
  scenarios: 100,
}
const THRESHOLDS = {
  averaged: false,
  thresholds: { 'collateral-weth': 8000, 'collateral-wsteth': 9300 },
}
const runs = { numRuns: runsOfSlow(4) }

type Risky = RiskReport & { readonly risk: PortfolioRisk }

function risky(report: RiskReport): Risky {
  if (report.risk === null) expect.fail('No risk was reported under a market state.')
  return { ...report, risk: report.risk }
}

function fullOf(portfolio: Portfolio): Assessed & { readonly report: Risky } {
  return { portfolio, report: risky(assessRisk(portfolio, OPTIONS)) }
}

const again = (portfolio: Portfolio, full: Assessed, more: Partial<ReassessOptions> = {}) =>
  risky(reassess(portfolio, full, { ...OPTIONS, ...more }))

const loan = (weth = '10', usdc = '12000', changes: Partial<MarginAccount> = {}) =>
  account(
    'toy/1/loan',
    'toy-lending',
    [collateral('weth', weth), debt('usdc', usdc)],
    THRESHOLDS,
    changes,
  )
const short = (size = '-8') =>
  account('toy/1/short', 'toy-perps', [perp('ethIndex', size), cash('20000')], {
    tiers: { 'perp-ethIndex': [[0, 500]] },
  })

/** Every price times its multiplier, the same for marks of one asset. */
function moved(portfolio: Portfolio, multipliers: { readonly [mark: string]: number }): Portfolio {
  const marks = portfolio.marks.map((mark) => {
    const price = parseAmount((toNumber(mark.mid) * (multipliers[mark.id] ?? 1)).toFixed(8))
    return { ...mark, min: price, mid: price, max: price }
  })
  return { ...portfolio, marks }
}

const SLOW = [
  'scored',
  'health',
  'binding',
  'nearest',
  'nearestByAccount',
  'nodes',
  'worstNode',
  'tail',
  'nettedBuffer',
]

/** A report without the parts that take too long for every tick. */
function quick({ risk, ...report }: Risky): unknown {
  const parts = Object.entries(risk).filter(([name]) => !SLOW.includes(name))
  return { ...report, risk: Object.fromEntries(parts) }
}

const factorsWithin = (min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: 7, maxLength: 7 })
const marksOf = fc.tuple(
  portfolios,
  fc.oneof(factorsWithin(1 - 1e-4, 1 + 1e-4), factorsWithin(0.99, 1.01), factorsWithin(0.6, 1.5)),
)
const movedBy = (portfolio: Portfolio, factors: readonly number[]) =>
  moved(
    portfolio,
    Object.fromEntries(portfolio.marks.map(({ id }, index) => [id, factors[index] ?? 1])),
  )

describe('reassess', () => {
  it('gives the same bytes, and so the same hash, for the same portfolio at the same instant', () => {
    fc.assert(
      fc.property(portfolios, (portfolio) => {
        const full = fullOf(portfolio)
        const report = again(portfolio, full)
        expect(toCanonicalJson(report)).toBe(toCanonicalJson(full.report))
        expect(contentHash(report)).toBe(contentHash(full.report))
      }),
      runs,
    )
  })

  it('does not depend on the order of accounts, legs, marks and assets', () => {
    const portfolio = portfolioOf([loan(), short()])
    const { accounts, marks, assets } = portfolio
    const turned: Portfolio = {
      ...portfolio,
      accounts: accounts.map((one) => ({ ...one, legs: [...one.legs].reverse() })).reverse(),
      marks: [...marks].reverse(),
      assets: [...assets].reverse(),
    }
    const full = fullOf(portfolio)
    expect(toCanonicalJson(again(turned, full))).toBe(toCanonicalJson(full.report))
  })

  it('has everything quick as a full assessment of now has it', () => {
    fc.assert(
      fc.property(marksOf, fc.integer({ min: 0, max: 3_600_000 }), ([portfolio, factors], ms) => {
        const full = fullOf(portfolio)
        const now = movedBy(portfolio, factors)
        const nowMs = NOW_MS + ms
        const fresh = risky(assessRisk(now, { ...OPTIONS, nowMs }))
        expect(toCanonicalJson(quick(again(now, full, { nowMs })))).toBe(
          toCanonicalJson(quick(fresh)),
        )
      }),
      runs,
    )
  })

  it('keeps the score only while no health has fallen; its upper bound holds for a full one', () => {
    let kept = 0
    let withdrawn = 0
    fc.assert(
      fc.property(marksOf, ([portfolio, factors]) => {
        const full = fullOf(portfolio)
        const now = movedBy(portfolio, factors)
        const { risk, accounts } = again(now, full)
        const before = full.report.risk.health
        if (risk.scored.withdrawn.length > 0) {
          withdrawn += 1
          expect(risk.health.score).toBeNull()
          expect(risk.health.unknown.slice(0, risk.scored.withdrawn.length)).toEqual(
            risk.scored.withdrawn,
          )
          const isLiquidatable = accounts.some((one) => one.material && one.liquidatable === true)
          if (isLiquidatable) expect(risk.health.upperBound).toBe(0)
          const fresh = risky(assessRisk(now, OPTIONS))
          expect(risk.health.upperBound).toBeGreaterThanOrEqual(fresh.risk.health.upperBound)
          return
        }
        kept += 1
        expect(risk.health).toEqual(before)
        for (const account of accounts) {
          const was = full.report.accounts.find((one) => one.account === account.account)
          if (account.liquidatable === true) expect(was?.liquidatable).toBe(true)
          const [then, is] = [was?.health.value, account.health.value]
          if (then == null || is == null || !account.material) continue
          expect(then - is).toBeLessThanOrEqual(0.05 * Math.abs(then - 1))
        }
      }),
      runs,
    )
    expect(withdrawn).toBeGreaterThan(0)
    expect(kept).toBeGreaterThan(0)
  })

  describe('keeps the score', () => {
    const portfolio = portfolioOf([loan(), short()])
    const full = fullOf(portfolio)

    it('with its date, through interest, small moves and time', () => {
      const nowMs = NOW_MS + 60_000
      const next = moved(portfolioOf([loan('10.00001', '12000.001'), short()]), {
        'toy/1/weth': 1.001,
      })
      const report = again(next, full, { nowMs })
      expect(report.risk.scored).toEqual({ atMs: NOW_MS, withdrawn: [] })
      expect(report.risk.health).toEqual(full.report.risk.health)
      expect(report.risk.nearest).toEqual(full.report.risk.nearest)
      expect(report.nowMs).toBe(nowMs)
      expect(report.accounts).not.toEqual(full.report.accounts)
      expect(report.risk.nettedBuffer).not.toBe(full.report.risk.nettedBuffer)
    })

    it('of an account that was liquidatable already', () => {
      const lost = fullOf(portfolioOf([loan('10', '16001')]))
      const { risk } = again(lost.portfolio, lost, { nowMs: NOW_MS + 1000 })
      expect(risk.health.score).toBe(0)
    })
  })

  describe('withdraws the score', () => {
    const options = portfolioOf([
      loan(),
      account('toy/1/options', 'toy-perps', [option(), cash('90000')], { tiers: {} }),
    ])
    const portfolio = portfolioOf([loan(), short()])
    const changed = (changes: Partial<MarginAccount>) =>
      portfolioOf([loan('10', '12000', changes), short()])
    const weth = (price: string) =>
      portfolioOf([loan(), short()], {
        marks: portfolio.marks.map((mark) =>
          mark.id === 'toy/1/weth' ? markOf('weth', price) : mark,
        ),
      })
    const rule = loan().rule
    const failure = {
      adapter: 'toy',
      chain: null,
      owner: null,
      error: 'TimeoutError',
      message: 'It took too long.',
    }
    const cases: readonly (readonly [string, RegExp, Portfolio, Partial<ReassessOptions>])[] = [
      ['an account can be liquidated', /loan: it can be liquidated/, weth('1400'), {}],
      ['a health fell', /loan: its health fell from 1.333 to 1.307/, weth('1960'), {}],
      ['a price rose', /Mark "toy\/1\/weth" moved from 2000 to 2050/, weth('2050'), {}],
      ['an account appeared', /short: the account was not there/, portfolio, {}],
      ['an account is gone', /short: the account is gone/, portfolioOf([loan()]), {}],
      [
        'a debt grew',
        /leg "debt-usdc" is another/,
        portfolioOf([loan('10', '12050'), short()]),
        {},
      ],
      [
        'a debt shrank',
        /leg "debt-usdc" is another/,
        portfolioOf([loan('10', '9000'), short()]),
        {},
      ],
      [
        'a position turned',
        /leg "perp-ethIndex" is another/,
        portfolioOf([loan(), short('8')]),
        {},
      ],
      [
        'a leg appeared',
        /its legs are others/,
        changed({ legs: [...loan().legs, collateral('usdc', '1')] }),
        {},
      ],
      [
        'a collateral stopped counting',
        /its legs are others/,
        changed({ legs: [collateral('weth', '10', false), debt('usdc', '12000')] }),
        {},
      ],
      [
        'an asset depends on other things',
        /its legs are others/,
        portfolioOf([loan(), short()], {
          assets: ASSETS.map((asset) => ({ ...asset, exposures: asset.exposures.slice(1) })),
        }),
        {},
      ],
      [
        'a mode changed',
        /its margin rule is another/,
        changed({ rule: { ...rule, modes: { emode: '1' } } }),
        {},
      ],
      ['something is unread', /It took too long/, { ...portfolio, failures: [failure] }, {}],
      [
        'a mark is gone',
        /"toy\/1\/wbtc" is gone/,
        { ...portfolio, marks: portfolio.marks.filter(({ id }) => id !== 'toy/1/wbtc') },
        {},
      ],
      ['it is old', /600001 ms old, more than 600000/, portfolio, { nowMs: NOW_MS + 600_001 }],
      ['time ran backwards', /a later instant/, portfolio, { nowMs: NOW_MS - 1 }],
      [
        'the market state is another',
        /another market state/,
        portfolio,
        { market: { ...MARKET, asOfMs: MARKET.asOfMs + 1 } },
      ],
      ['the owner reacts more slowly', /another seed, horizon/, portfolio, { horizonDays: 3 }],
      ['moves have other tails', /another seed, horizon/, portfolio, { degreesOfFreedom: 6 }],
      ['a tolerance is narrower', /its health fell/, weth('1999'), { tolerance: { health: 0 } }],
    ]
    it.each(cases)('when %s', (what, reason, next, more) => {
      const before = what === 'an account appeared' ? portfolioOf([loan()]) : portfolio
      const full = fullOf(before)
      const { risk, accounts } = again(next, full, more)
      expect(risk.scored.atMs).toBe(NOW_MS)
      expect(risk.scored.withdrawn.join('\n')).toMatch(reason)
      expect(risk.health.score).toBeNull()
      expect(risk.health.reason).toContain('Withdrawn until the next full assessment')
      const isCertain = accounts.some(({ liquidatable }) => liquidatable === true)
      expect(risk.health.probability?.estimate ?? null).toBe(isCertain ? 1 : null)
      expect(risk.health.upperBound).toBe(isCertain ? 0 : 100)
      expect(risk).toMatchObject({ binding: null, worstNode: null, tail: null, nettedBuffer: null })
      expect(risk.nearest?.kind).toBe('unknown')
    })

    it('when an account is worth less than nothing, whatever its venue says', () => {
      const patient: VenueModule = {
        ...lending,
        tag: 'toy-patient',
        evaluate: (state) => ({
          ...lending.evaluate(state),
          health: { value: 1.2 },
          liquidatable: false,
        }),
      }
      const modules = [patient]
      const legs = [collateral('weth', '10'), debt('usdc', '19990')]
      const rich = portfolioOf([account('toy/1/loan', 'toy-patient', legs, THRESHOLDS)])
      const report = assessRisk(rich, { ...OPTIONS, modules })
      const poor = moved(rich, { 'toy/1/weth': 0.999 })
      const { risk, accounts } = again(poor, { portfolio: rich, report }, { modules })
      expect(accounts[0]).toMatchObject({ liquidatable: false, equity: -10 })
      expect(risk.scored.withdrawn).toEqual(['Toy toy/1/loan: it is worth less than nothing.'])
      expect(risk.health).toMatchObject({ score: null, upperBound: 0 })
    })

    it('when an account that required no margin does', () => {
      const { risk } = again(
        portfolioOf([loan('10', '0.0001')]),
        fullOf(portfolioOf([loan('10', '0')])),
      )
      expect(risk.scored.withdrawn).toEqual(['Toy toy/1/loan: it required no margin.'])
    })

    it('when an account that was too small to matter does', () => {
      const small = account('toy/1/small', 'toy-lending', [collateral('weth', '0.01')], THRESHOLDS)
      const both = portfolioOf([loan(), small])
      const { risk } = again(both, fullOf(both), { materiality: { fraction: 0, absolute: 0 } })
      expect(risk.scored.withdrawn).toEqual(['Toy toy/1/small: it was too small to matter.'])
    })

    it('but not when an account that is too small to matter gets worse', () => {
      const tiny = (owed: string) =>
        account(
          'toy/1/tiny',
          'toy-lending',
          [collateral('weth', '0.01'), debt('usdc', owed)],
          THRESHOLDS,
        )
      const full = fullOf(portfolioOf([loan(), tiny('15.5')]))
      const { accounts, risk } = again(portfolioOf([loan(), tiny('15.52')]), full)
      expect(accounts[1]).toMatchObject({ material: false, liquidatable: false })
      expect(risk.scored.withdrawn).toEqual([])
      const lost = again(portfolioOf([loan(), tiny('16.01')]), full)
      expect(lost.risk.scored.withdrawn[0]).toBe('Toy toy/1/tiny: it can be liquidated.')
      // What is immaterial does not set the score.
      expect(lost.risk.health.upperBound).toBe(100)
    })

    it('when an implied volatility moved', () => {
      const full = fullOf(options)
      const legs = [option({ impliedVolatility: 0.7 }), cash('90000')]
      const accounts = options.accounts.map((one) =>
        one.id === 'toy/1/options' ? { ...one, legs } : one,
      )
      const { risk } = again({ ...options, accounts }, full)
      expect(risk.scored.withdrawn.join()).toMatch(/implied volatility of its leg "option" moved/)
    })

    it('when its market state expired meanwhile', () => {
      const market = { ...MARKET, expiresAtMs: NOW_MS + 1000 }
      const report = assessRisk(portfolio, { ...OPTIONS, market })
      const { risk } = again(portfolio, { portfolio, report }, { market, nowMs: NOW_MS + 1000 })
      expect(risk.scored.withdrawn).toEqual(['Its market state has expired.'])
    })

    it('when what was unread is read', () => {
      const unread = fullOf({ ...portfolio, failures: [failure] })
      expect(again(unread.portfolio, unread).risk.scored.withdrawn).toEqual([])
      const { risk } = again(portfolio, unread)
      expect(risk.scored.withdrawn).toEqual(['Something is known now that was not then.'])
    })

    it('with one sentence of many marks that moved', () => {
      const all = Object.fromEntries(portfolio.marks.map(({ id }) => [id, 1.1]))
      const { risk } = again(moved(portfolio, all), fullOf(portfolio))
      expect(risk.scored.withdrawn.slice(-2)).toEqual([
        expect.stringMatching(/^Mark "toy\/1\/btcIndex" moved from 60010 to 66011/),
        'So did 6 more.',
      ])
    })
  })

  it('refuses an earlier report that is no full one of its portfolio', () => {
    const portfolio = portfolioOf([loan(), short()])
    const full = fullOf(portfolio)
    const kept = again(portfolio, full, { nowMs: NOW_MS + 1 })
    const earlier = (assessed: Assessed) => () => reassess(portfolio, assessed, OPTIONS)
    expect(earlier({ portfolio, report: kept })).toThrow(ScenarioError)
    expect(earlier({ portfolio: portfolioOf([loan()]), report: full.report })).toThrow(
      ScenarioError,
    )
    const { market: _market, ...without } = OPTIONS
    expect(earlier({ portfolio, report: assessRisk(portfolio, without) })).toThrow(ScenarioError)
    for (const value of [-1, Number.NaN, Infinity]) {
      expect(() => again(portfolio, full, { tolerance: { price: value } })).toThrow(ScenarioError)
    }
  })
})

describe('assessAgain', () => {
  const portfolio = portfolioOf([loan(), short()])
  const next = (given: Portfolio, full: Assessed | null, ms: number, more: object = {}) =>
    assessAgain(given, full, { ...OPTIONS, nowMs: NOW_MS + ms, ...more })

  it('assesses in full at first, when the score is old, and when it is withdrawn', () => {
    const first = next(portfolio, null, 0)
    expect(toCanonicalJson(first.report)).toBe(toCanonicalJson(assessRisk(portfolio, OPTIONS)))
    const second = next(portfolio, first.full, 59_999)
    expect(second.report.risk?.scored).toEqual({ atMs: NOW_MS, withdrawn: [] })
    expect(second.full).toBe(first.full)
    const third = next(portfolio, second.full, 60_000)
    expect(third.report.risk?.scored.atMs).toBe(NOW_MS + 60_000)
    const grown = portfolioOf([loan('10', '14000'), short()])
    const fourth = next(grown, third.full, 60_001)
    expect(fourth.report.risk?.scored).toEqual({ atMs: NOW_MS + 60_001, withdrawn: [] })
    expect(fourth.full).toEqual({ portfolio: grown, report: fourth.report })
  })

  it('assesses in full every time where it is told so', () => {
    const first = next(portfolio, null, 0, { rescoreMs: 0 })
    const second = next(portfolio, first.full, 1, { rescoreMs: 0 })
    expect(second.report.risk?.scored.atMs).toBe(NOW_MS + 1)
    expect(() => next(portfolio, null, 0, { rescoreMs: -1 })).toThrow(ScenarioError)
  })

  it('has nothing to keep without a market state', () => {
    const { market: _market, ...options } = OPTIONS
    const { report, full } = assessAgain(portfolio, null, options)
    expect([report.risk, full]).toEqual([null, null])
  })
})
