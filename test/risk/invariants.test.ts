import type {
  AccountReport,
  Evaluation,
  MarginAccount,
  Mark,
  Portfolio,
  RiskReport,
} from '@plimsoll/model'
import { parsePortfolio, serializePortfolio, toCanonicalJson } from '@plimsoll/model'
import { assess, compile, evaluateMultipliers, whatIf } from '@plimsoll/risk'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decimalText,
  lendingAccount,
  move,
  perpsAccount,
  portfolios,
  RUNS,
  runsOfSlow,
} from './arbitraries.js'
import { lending, MODULES, perps } from './toyModules.js'
import {
  account,
  BTC,
  collateral,
  debt,
  ETH,
  idOf,
  NOW,
  NOW_MS,
  OTHER_OWNER,
  portfolioOf,
} from './toyWorld.js'

const options = { modules: MODULES, nowMs: NOW_MS }
const report = (portfolio: Portfolio): RiskReport => assess(portfolio, options)
const bytes = (value: unknown): string => toCanonicalJson(value)
const reportOf = (portfolio: Portfolio, id: string) =>
  report(portfolio).accounts.find((entry) => entry.account === id)

function evaluateAt(entry: MarginAccount, marks: readonly Mark[]): Evaluation {
  const module = entry.rule.tag === lending.tag ? lending : perps
  return module.evaluate({
    account: entry,
    marks: new Map(marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map(),
    at: NOW,
  })
}

/** The items in another order, given by random keys. */
function shuffled<Item>(items: readonly Item[], keys: readonly number[]): readonly Item[] {
  return items
    .map((item, index) => ({ item, key: keys[index % keys.length] ?? 0, index }))
    .sort((a, b) => a.key - b.key || b.index - a.index)
    .map(({ item }) => item)
}

describe('invariant 1: fail closed', () => {
  const damages: { readonly [name: string]: (portfolio: Portfolio) => Portfolio } = {
    'a failed read': (portfolio) => ({
      ...portfolio,
      failures: [
        { adapter: 'toy', chain: 1, owner: null, error: 'HttpError', message: 'HTTP 500. Retry.' },
      ],
    }),
    'existence that is not known': (portfolio) => ({
      ...portfolio,
      existence: [
        {
          adapter: 'toy',
          chain: 1,
          owner: portfolio.owners[0] ?? OTHER_OWNER,
          state: 'unknown',
          asOf: null,
          validForMs: 0,
        },
      ],
    }),
    'a rule that nobody interprets': (portfolio) =>
      changeFirst(portfolio, (entry) => ({
        ...entry,
        rule: { ...entry.rule, version: 2 },
      })),
    'parameters that do not fit': (portfolio) =>
      changeFirst(portfolio, (entry) => ({
        ...entry,
        rule: { ...entry.rule, parameters: null },
      })),
    'a flag of severity unknown': (portfolio) =>
      changeFirst(portfolio, (entry) => ({
        ...entry,
        flags: [{ code: 'odd', severity: 'unknown', message: 'The venue answered an odd mode.' }],
      })),
    'an unreconciled account': (portfolio) =>
      changeFirst(portfolio, (entry) => ({
        ...entry,
        reconciliation: { status: 'unreconciled', formulaVersion: 'toy/1', checks: [] },
      })),
    'a missing mark': (portfolio) => {
      const gone = portfolio.accounts[0]?.legs[0]?.mark
      return { ...portfolio, marks: portfolio.marks.filter(({ id }) => id !== gone) }
    },
    'a stale mark': (portfolio) =>
      changeFirstMark(portfolio, { stalenessLimitMs: 1, timeMs: NOW_MS - 2 }),
    'a mark with a limit and no time': (portfolio) =>
      changeFirstMark(portfolio, { stalenessLimitMs: 1e12, timeMs: null }),
  }

  function changeFirst(
    portfolio: Portfolio,
    change: (entry: MarginAccount) => MarginAccount,
  ): Portfolio {
    const [first, ...rest] = portfolio.accounts
    return first === undefined ? portfolio : { ...portfolio, accounts: [change(first), ...rest] }
  }

  function changeFirstMark(portfolio: Portfolio, changes: Partial<Mark>): Portfolio {
    const used = portfolio.accounts[0]?.legs[0]?.mark
    return {
      ...portfolio,
      marks: portfolio.marks.map((mark) => (mark.id === used ? { ...mark, ...changes } : mark)),
    }
  }

  it.each(Object.entries(damages))('%s makes the headline unknown', (_name, damage) => {
    fc.assert(
      fc.property(portfolios, (portfolio) => {
        const sound = report(portfolio)
        const damaged = report(damage(portfolio))
        expect(damaged.health).toMatchObject({ value: null, reason: 'unknown' })
        expect(damaged.weakest).toBeNull()
        const severe = (entry: RiskReport) =>
          entry.quality.filter(({ severity }) => severity === 'unknown').length
        expect(severe(sound)).toBe(0)
        expect(severe(damaged)).toBeGreaterThan(0)
        for (const entry of damaged.accounts) {
          const before = sound.accounts.find(({ account: id }) => id === entry.account)
          if (entry.health.value !== null) expect(entry.health).toEqual(before?.health)
        }
      }),
      { numRuns: runsOfSlow(5) },
    )
  })
})

describe('invariant 2: monotone and without order', () => {
  it('never lowers health when collateral is added, beyond the rounding of an average', () => {
    fc.assert(
      fc.property(lendingAccount('toy/1/a'), decimalText(1, 50), (entry, amount) => {
        const { marks } = portfolioOf([])
        const bps = Object.entries(Object(entry.rule.parameters).thresholds ?? {})
        const more: MarginAccount = {
          ...entry,
          legs: [...entry.legs, { ...collateral('weth', amount), id: 'more' }],
          rule: {
            ...entry.rule,
            parameters: {
              averaged: Object(entry.rule.parameters).averaged === true,
              thresholds: Object.fromEntries([
                ...bps.map(([leg, value]) => [leg, Number(value)] as const),
                ['more', 6000],
              ]),
            },
          },
        }
        const before = evaluateAt(entry, marks).health.value ?? Infinity
        const after = evaluateAt(more, marks).health.value ?? Infinity
        const counted = before * (1 + 1 / 5000)
        expect(after).toBeGreaterThanOrEqual(before - (counted - before) - 1e-12)
        const [compiledBefore = NaN, compiledAfter = NaN] = [entry, more].map((item) => {
          const program = compile(portfolioOf([item]), { modules: MODULES, at: NOW })
          const today = new Float64Array(program.marks.length + 1).fill(1)
          return evaluateMultipliers(program, today, new Float64Array(1))[0]
        })
        expect(compiledAfter).toBeGreaterThanOrEqual(compiledBefore * (1 - 1 / 5000))
      }),
      { numRuns: RUNS },
    )
  })

  it('never raises health when debt is added', () => {
    fc.assert(
      fc.property(portfolios, decimalText(1, 9000), (portfolio, amount) => {
        const more: Portfolio = {
          ...portfolio,
          accounts: portfolio.accounts.map((entry) =>
            entry.rule.tag === lending.tag
              ? { ...entry, legs: [...entry.legs, { ...debt('usdc', amount), id: 'more' }] }
              : entry,
          ),
        }
        for (const entry of report(more).accounts) {
          const before = reportOf(portfolio, entry.account)?.health.value
          if (before === null || before === undefined) continue
          expect(entry.health.value ?? Infinity).toBeLessThanOrEqual(before)
        }
      }),
      { numRuns: runsOfSlow(3) },
    )
  })

  it('gives the same bytes in any order of accounts, legs, assets, exposures and marks', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 7, maxLength: 7 })
    fc.assert(
      fc.property(portfolios, keys, move, move, (portfolio, order, eth, btc) => {
        const other: Portfolio = {
          ...portfolio,
          accounts: shuffled(portfolio.accounts, order).map((entry) => ({
            ...entry,
            legs: shuffled(entry.legs, order),
          })),
          assets: shuffled(portfolio.assets, order).map((asset) => ({
            ...asset,
            exposures: shuffled(asset.exposures, order),
          })),
          marks: shuffled(portfolio.marks, order),
        }
        expect(bytes(report(other))).toBe(bytes(report(portfolio)))
        const scenario = { factors: { [ETH]: eth, [BTC]: btc } }
        expect(bytes(whatIf(other, scenario, options))).toBe(
          bytes(whatIf(portfolio, scenario, options)),
        )
      }),
      { numRuns: runsOfSlow(2) },
    )
  })
})

describe('invariant 3: a hedge elsewhere', () => {
  it('never changes what another account is worth to its venue', () => {
    fc.assert(
      fc.property(portfolios, perpsAccount('toy/1/hedge'), (portfolio, hedge) => {
        const before = report(portfolio)
        const after = report({ ...portfolio, accounts: [...portfolio.accounts, hedge] })
        for (const entry of before.accounts) {
          const same = after.accounts.find(({ account: id }) => id === entry.account)
          expect(same?.health).toEqual(entry.health)
          expect(same?.liquidatable).toBe(entry.liquidatable)
          const moves = ({ liquidationPrices }: AccountReport) =>
            liquidationPrices.map(({ ray, moveBelow, moveAbove }) => ({
              ray,
              moveBelow,
              moveAbove,
            }))
          expect(same && moves(same)).toEqual(moves(entry))
        }
        if (before.health.value === null || after.health.value === null) return
        expect(after.health.value).toBeLessThanOrEqual(before.health.value)
      }),
      { numRuns: runsOfSlow(2) },
    )
  })
})

describe('invariant 4: the same inputs', () => {
  it('give the same bytes again, and after being written and read', () => {
    fc.assert(
      fc.property(portfolios, (portfolio) => {
        const first = bytes(report(portfolio))
        expect(bytes(report(portfolio))).toBe(first)
        expect(bytes(report(parsePortfolio(serializePortfolio(portfolio))))).toBe(first)
      }),
      { numRuns: runsOfSlow(3) },
    )
  })

  it('give the bytes that they gave when this was written', () => {
    const entry = account(
      'toy/1/loan',
      'toy-lending',
      [collateral('weth', '10'), collateral('wsteth', '5'), debt('usdc', '15000')],
      { averaged: true, thresholds: { 'collateral-weth': 8000, 'collateral-wsteth': 7500 } },
    )
    const { health, liquidationPrices } = report(portfolioOf([entry])).accounts[0] ?? {}
    expect(bytes({ health, liquidationPrices })).toMatchInlineSnapshot(
      `"{"health":{"value":1.6666902},"liquidationPrices":[{"above":1.6666902,"below":null,"moveAbove":0.6666901999999999,"moveBelow":null,"ray":{"factor":"peg:USDC/USD","kind":"factor"}},{"above":null,"below":1199.983056239246,"moveAbove":null,"moveBelow":-0.400008471880377,"ray":{"factor":"spot:ETH","kind":"factor"}},{"above":1.6666902,"below":null,"moveAbove":0.6666901999999999,"moveBelow":null,"ray":{"asset":"venue:toy/asset:usdc","kind":"asset"}},{"above":null,"below":749.8280031201248,"moveAbove":null,"moveBelow":-0.6250859984399376,"ray":{"asset":"venue:toy/asset:weth","kind":"asset"}}]}"`,
    )
  })
})

describe('invariant 5: exact and compiled evaluators', () => {
  it('agree to 1e-12 under any prices that an oracle could print', () => {
    fc.assert(
      fc.property(
        portfolios,
        fc.array(move, { minLength: 7, maxLength: 7 }),
        (portfolio, moves) => {
          const program = compile(portfolio, { modules: MODULES, at: NOW })
          const multipliers = new Float64Array(program.marks.length + 1).fill(1)
          const marks = portfolio.marks.map((mark, index) => {
            const percent = BigInt(Math.round((1 + (moves[index] ?? 0)) * 10_000))
            const row = program.marks.findIndex(({ id }) => id === mark.id)
            if (row >= 0) multipliers[row] = Number(percent) / 10_000
            const mid = { raw: mark.mid.raw * percent, decimals: mark.mid.decimals + 4 }
            return { ...mark, mid }
          })
          const compiled = evaluateMultipliers(
            program,
            multipliers,
            new Float64Array(program.accounts.length),
          )
          for (const [row, { id }] of program.accounts.entries()) {
            const entry = portfolio.accounts.find((item) => item.id === id)
            if (entry === undefined || entry.rule.tag === 'toy-wallet') {
              expect(compiled[row]).toBe(Infinity)
              continue
            }
            const exact = evaluateAt(entry, marks).health.value
            if (exact === null) {
              expect(compiled[row]).toBe(Infinity)
              continue
            }
            const gap = Math.abs((compiled[row] ?? NaN) - exact)
            // What cancels in an equity near 0 is lost relative to the requirement.
            const scale = Math.max(1, Math.abs(exact), grossOverRequirement(entry, marks))
            expect(gap).toBeLessThanOrEqual(1e-12 * scale)
          }
        },
      ),
      { numRuns: RUNS },
    )
  })

  function grossOverRequirement(entry: MarginAccount, marks: readonly Mark[]): number {
    const { maintenanceMargin } = evaluateAt(entry, marks)
    const gross = entry.legs.reduce((sum, leg) => {
      const mark = marks.find(({ id }) => id === leg.mark)
      const { raw, decimals } = leg.kind === 'perp' || leg.kind === 'option' ? leg.size : leg.amount
      const price = Number(mark?.mid.raw ?? 0n) / 10 ** (mark?.mid.decimals ?? 0)
      return sum + (Math.abs(Number(raw)) / 10 ** decimals) * price
    }, 0)
    return entry.rule.tag === perps.tag ? (1e-3 * gross) / (maintenanceMargin ?? 1) : 1
  }
})

describe('invariant 6: equity is counted once', () => {
  it('whatever the owner posts of one account in another', () => {
    fc.assert(
      fc.property(portfolios, decimalText(1, 500), fc.nat(4), (portfolio, amount, index) => {
        const backer = portfolio.accounts[index]
        if (backer === undefined) return
        const posted = account('toy/1/posted', 'toy-wallet', [
          { ...collateral('weth', amount), backedBy: { kind: 'account', account: backer.id } },
        ])
        const before = report(portfolio)
        const after = report({ ...portfolio, accounts: [...portfolio.accounts, posted] })
        for (const total of ['equity', 'grossAssets', 'debt', 'notional'] as const) {
          expect(after[total]).toBeCloseTo(before[total] ?? NaN, 6)
        }
        expect(after.netDeltas).toEqual(before.netDeltas)
        expect(after.requirement).toEqual(before.requirement)
      }),
      { numRuns: runsOfSlow(3) },
    )
  })

  it("whatever a stranger's vault holds: the share counts, the vault does not", () => {
    fc.assert(
      fc.property(
        portfolios,
        perpsAccount('toy/1/vault'),
        decimalText(1, 500),
        (portfolio, vault, amount) => {
          const foreign = { ...vault, owner: OTHER_OWNER }
          const share = account('toy/1/share', 'toy-wallet', [
            { ...collateral('weth', amount), backedBy: { kind: 'account', account: vault.id } },
          ])
          const plain = account('toy/1/share', 'toy-wallet', [collateral('weth', amount)])
          const looked = report({ ...portfolio, accounts: [...portfolio.accounts, foreign, share] })
          const alone = report({ ...portfolio, accounts: [...portfolio.accounts, plain] })
          expect(looked.equity).toBe(alone.equity)
          expect(looked.netDeltas).toEqual(alone.netDeltas)
          expect(looked.requirement).toEqual(alone.requirement)
          expect(looked.accounts).toHaveLength(alone.accounts.length + 1)
        },
      ),
      { numRuns: runsOfSlow(3) },
    )
  })

  it('also when two accounts back each other', () => {
    const a = account('toy/1/a', 'toy-wallet', [
      collateral('weth', '3'),
      { ...collateral('usdc', '100'), backedBy: { kind: 'account', account: idOf('toy/1/b') } },
    ])
    const b = account('toy/1/b', 'toy-wallet', [
      collateral('wbtc', '1'),
      { ...collateral('usdc', '100'), backedBy: { kind: 'account', account: idOf('toy/1/a') } },
    ])
    expect(report(portfolioOf([a, b])).equity).toBe(66_000)
  })
})
