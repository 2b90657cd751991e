import { crossModule, paradex, portfolioModule } from '@plimsoll/adapters/perps/paradex'
import { encode } from '@plimsoll/adapters/perps/paradex/actions'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Portfolio } from '@plimsoll/model'
import {
  accountId,
  assetId,
  OperationError,
  parsePortfolio,
  serializePortfolio,
  toNumber,
} from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { describe, expect, it } from 'vitest'
import type { Fixture, Seen } from './venue.js'
import {
  changed,
  clientOf,
  fourAccounts,
  ownerAt,
  recordedAccount,
  serve,
  stateOf,
} from './venue.js'

const CROSS = 0
const PORTFOLIO = 1
const ISOLATED = 2
const EMPTY = 3
const MARKETS = '/v1/markets'
const SUMMARY = '/v1/markets/summary'
const CONFIG = '/v1/system/margin-config'
const MODULES = [crossModule, portfolioModule]

type Row = { readonly [field: string]: unknown }
type List = { readonly results: readonly Row[] }

const read = (fixture: Fixture, indices: readonly number[], seen: Seen[] = []) =>
  readPortfolio(clientOf(fixture, seen), {
    owners: indices.map((index) => ownerAt(fixture, index)),
  })

/** A change of the entries of a list that name a market, or of all. */
const eachRow =
  (change: Row, of: (row: Row) => boolean = () => true) =>
  ({ results }: List): List => ({
    results: results.map((row) => (of(row) ? { ...row, ...change } : row)),
  })
const named =
  (symbol: string) =>
  (row: Row): boolean =>
    row.symbol === symbol || row.market === symbol

const stateIn = (fixture: Fixture, portfolio: Portfolio, index: number) =>
  stateOf(portfolio, ownerAt(fixture, index), Math.floor(fixture.nowMs / 1000))

describe('reading Paradex', () => {
  it("meets the venue's numbers in every mode, and keeps them through serialisation", async () => {
    const fixture = fourAccounts()
    const portfolio = await read(fixture, [CROSS, PORTFOLIO, ISOLATED, EMPTY])
    expect(portfolio.failures).toEqual([])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['has', 'has', 'has', 'none'])
    expect(portfolio.accounts.map(({ rule }) => rule.modes.margin)).toEqual([
      'cross',
      'portfolio',
      'isolated',
    ])
    for (const { reconciliation } of portfolio.accounts) {
      expect(reconciliation.status).toBe('reconciled')
      for (const { residual } of reconciliation.checks) expect(residual).toBeLessThan(1e-9)
    }
    const again = parsePortfolio(serializePortfolio(portfolio))
    expect(again).toEqual(portfolio)
    const report = assess(again, { modules: MODULES, nowMs: fixture.nowMs })
    for (const [index, module] of [crossModule, portfolioModule, crossModule].entries()) {
      const { equity, maintenanceMargin } = module.evaluate(stateIn(fixture, portfolio, index))
      const shown = report.accounts.find(({ owner }) => owner === ownerAt(fixture, index))
      expect(shown?.health.value).toBeCloseTo(equity / (maintenanceMargin ?? Number.NaN), 12)
    }
  })

  it('asks everything in one round, and shows a token to private questions alone', async () => {
    const fixture = fourAccounts()
    const seen: Seen[] = []
    await read(fixture, [CROSS, PORTFOLIO], seen)
    expect(seen).toHaveLength(3 + 2 * 6)
    for (const { path, authorization } of seen) {
      expect(authorization === null).toBe(path.startsWith(MARKETS) || path === CONFIG)
    }
  })

  it('reproduces a recorded account within what prices moved between its answers', async () => {
    const fixture = recordedAccount()
    const { accounts, failures } = await read(fixture, [0])
    expect(failures).toEqual([])
    const [account] = accounts
    expect(account?.reconciliation.status).toBe('reconciled')
    const residuals = (account?.reconciliation.checks ?? []).map(({ name, residual }) => [
      name,
      Math.round(residual * 1e6) / 1e6,
    ])
    expect(residuals.slice(0, 3)).toEqual([
      ['account_value', 0],
      // The record lacks the account's fee rate: 1.4e-4 of notional.
      ['initial_margin_requirement', 0.015851],
      ['maintenance_margin_requirement', 0.016625],
    ])
  })

  it('takes the perpetual, the option and their quotes as legs that add up to the profit', async () => {
    const fixture = fourAccounts()
    const { accounts, marks } = await read(fixture, [CROSS])
    const legs = accounts[0]?.legs ?? []
    expect(legs.map(({ id }) => id)).toEqual([
      'balance:USDC',
      'balance:BTC',
      'option:BTC-USD-9OCT26-80000-C',
      'quote:BTC-USD-9OCT26-80000-C',
      'perp:BTC-USD-PERP',
      'quote:BTC-USD-PERP',
      'option:BTC-USD-25DEC26-70000-P',
      'quote:BTC-USD-25DEC26-70000-P',
    ])
    const perp = legs.find(({ kind }) => kind === 'perp')
    const quote = legs.find(({ id }) => id === 'quote:BTC-USD-PERP')
    const mark = marks.find(({ id }) => id === perp?.mark)
    if (perp?.kind !== 'perp' || quote?.kind !== 'cash' || mark === undefined) {
      throw new TypeError('The legs of the perpetual are missing.')
    }
    expect(toNumber(perp.size)).toBe(-0.5)
    const profit = toNumber(perp.size) * toNumber(mark.mid) + toNumber(quote.amount)
    expect(profit).toBeCloseTo(-0.5 * (77888.84 - 76950.5) + 1.25, 9)
  })

  it('keeps two entries of one market apart', async () => {
    const fixture = fourAccounts()
    const double = changed<List>(fixture, ISOLATED, '/v1/positions', ({ results }) => ({
      results: [...results, { ...results[0], side: 'SHORT', size: '0.04', unrealized_pnl: '0' }],
    }))
    const { accounts } = await read(double, [ISOLATED])
    const perps = (accounts[0]?.legs ?? []).flatMap((leg) => (leg.kind === 'perp' ? [leg] : []))
    expect(perps.map(({ id, size }) => [id, toNumber(size)])).toEqual([
      ['perp:BTC-USD-PERP', 0.1],
      ['perp:BTC-USD-PERP:2', -0.04],
    ])
  })

  it('passes over closed positions and orders that do not rest', async () => {
    const fixture = fourAccounts()
    const idle = [
      { status: 'UNTRIGGERED', market: 'BTC-USD-PERP', side: 'SELL' },
      { status: 'CLOSED', market: 'BTC-USD-PERP', side: 'SELL' },
    ]
    const more = changed<List>(
      changed<List>(fixture, CROSS, '/v1/positions', ({ results }) => ({
        results: [...results, { status: 'CLOSED', market: 'BTC-USD-PERP' }],
      })),
      CROSS,
      '/v1/orders',
      ({ results }) => ({ results: [...results, ...idle] }),
    )
    expect((await read(more, [CROSS])).accounts).toEqual((await read(fixture, [CROSS])).accounts)
  })

  it('does not take an account for empty that the venue says is worth something', async () => {
    const fixture = changed<List>(fourAccounts(), ISOLATED, '/v1/positions', () => ({
      results: [],
    }))
    const bare = changed<List>(fixture, ISOLATED, '/v1/balance', () => ({ results: [] }))
    const { accounts, existence } = await read(bare, [ISOLATED])
    expect(existence.map(({ state }) => state)).toEqual(['has'])
    expect(accounts[0]?.reconciliation.status).toBe('unreconciled')
  })

  it('has no requirement where nothing is held but balances', async () => {
    const holding = (balances: readonly Row[], value: string, margin: string): Fixture =>
      changed<Row>(
        changed<List>(fourAccounts(), EMPTY, '/v1/balance', () => ({ results: balances })),
        EMPTY,
        '/v1/account',
        (answer) => ({
          ...answer,
          account_value: value,
          initial_margin_requirement: margin,
          maintenance_margin_requirement: margin,
        }),
      )
    const judged = async (fixture: Fixture) => {
      const portfolio = await read(fixture, [EMPTY])
      return assess(portfolio, { modules: MODULES, nowMs: fixture.nowMs }).accounts[0]
    }
    const spot = { token: 'BTC', size: '0.5' }
    const idle = holding([{ token: 'USDC', size: '10' }, spot], '38954.42', '38944.42')
    expect(await judged(idle)).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
    })
    const debt = holding([{ token: 'USDC', size: '-10' }], '-10', '0')
    expect(await judged(debt)).toMatchObject({ health: { value: -1 }, liquidatable: true })
    const borrowed = [
      { token: 'USDC', size: '60000' },
      { ...spot, size: '-0.5' },
    ]
    expect((await judged(holding(borrowed, '21055.58', '38944.42')))?.health.value).toBeCloseTo(
      21055.58 / 38944.42,
      10,
    )
  })
})

describe('what Paradex answers and no rule knows', () => {
  const failing: readonly (readonly [string, number, Fixture, RegExp])[] = [
    [
      'a margin methodology',
      CROSS,
      changed<Row>(fourAccounts(), CROSS, '/v1/account/margin', (answer) => ({
        ...answer,
        margin_methodology: 'unified_margin',
      })),
      /methodology "unified_margin" is not known/,
    ],
    [
      'an account status',
      CROSS,
      changed<Row>(fourAccounts(), CROSS, '/v1/account', (answer) => ({
        ...answer,
        status: 'DISPOSED',
      })),
      /status "DISPOSED" is not known/,
    ],
    [
      'a settlement asset',
      CROSS,
      changed<Row>(fourAccounts(), CROSS, '/v1/account', (answer) => ({
        ...answer,
        settlement_asset: 'USDT',
      })),
      /settlement asset "USDT" is not known/,
    ],
    [
      'a kind of market',
      ISOLATED,
      changed<List>(fourAccounts(), null, MARKETS, eachRow({ asset_kind: 'FUTURE' })),
      /kind "FUTURE", PERP and OPTION are known/,
    ],
    [
      'a word of the language for a kind of market',
      ISOLATED,
      changed<List>(fourAccounts(), null, MARKETS, eachRow({ asset_kind: 'constructor' })),
      /kind "constructor", PERP and OPTION are known/,
    ],
    [
      'an initial margin that grows with size, as in 2024',
      ISOLATED,
      changed<List>(
        fourAccounts(),
        null,
        MARKETS,
        eachRow({
          delta1_cross_margin_params: {
            imf_base: '0.02',
            imf_shift: '180000',
            imf_factor: '0.00007',
            mmf_factor: '0.5',
          },
        }),
      ),
      /initial margin factor by size/,
    ],
    [
      'another spot price under an option',
      CROSS,
      changed<List>(
        fourAccounts(),
        null,
        SUMMARY,
        eachRow({ underlying_price: '70000' }, named('BTC-USD-9OCT26-80000-C')),
      ),
      /spot under BTC-USD-9OCT26-80000-C is 70000/,
    ],
    [
      'a fee that it does not state',
      CROSS,
      changed<List>(
        fourAccounts(),
        CROSS,
        '/v1/account/info',
        eachRow({ fees: { taker_rate: '0.0003' } }),
      ),
      /no fee rate for BTC-USD-9OCT26-80000-C/,
    ],
    [
      'a market that is not listed',
      CROSS,
      changed<List>(fourAccounts(), null, MARKETS, () => ({ results: [] })),
      /has no listing/,
    ],
    [
      'an isolated account with another market',
      ISOLATED,
      changed<List>(
        fourAccounts(),
        ISOLATED,
        '/v1/account/info',
        eachRow({ isolated_market: 'ETH-USD-PERP' }),
      ),
      /isolated to ETH-USD-PERP/,
    ],
    [
      'a long position with a negative size',
      ISOLATED,
      changed<List>(fourAccounts(), ISOLATED, '/v1/positions', eachRow({ size: '-0.1' })),
      /does not have the expected form/,
    ],
  ]

  it.each(failing)('fails on %s, and the owner is unknown', async (_what, index, fixture, why) => {
    const { accounts, failures, existence } = await read(fixture, [index])
    expect(accounts).toEqual([])
    expect(failures.map(({ message }) => message).join('\n')).toMatch(why)
    expect(existence.map(({ state }) => state)).toEqual(['unknown'])
  })

  const unknown: readonly (readonly [string, Fixture, RegExp])[] = [
    [
      'without parameters of its underlying',
      changed<List>(fourAccounts(), null, CONFIG, eachRow({ base_asset: 'ETH' })),
      /0 portfolio-margin parameters of BTC/,
    ],
    [
      'without an interest rate',
      changed<List>(
        fourAccounts(),
        null,
        MARKETS,
        eachRow({ interest_rate: '' }, named('BTC-USD-PERP')),
      ),
      /lacks a funding rate, its hours or an interest rate/,
    ],
    [
      'without a delta',
      changed<List>(
        fourAccounts(),
        null,
        SUMMARY,
        eachRow({ greeks: null }, named('BTC-USD-25DEC26-70000-P')),
      ),
      /BTC-USD-25DEC26-70000-P has no delta/,
    ],
  ]

  it.each(unknown)(
    'shows a portfolio-margin account %s, with unknown health',
    async (_what, fixture, why) => {
      const portfolio = await read(fixture, [PORTFOLIO])
      const [account] = portfolio.accounts
      expect(account?.flags[0]).toMatchObject({ severity: 'unknown' })
      expect(account?.flags[0]?.message).toMatch(why)
      expect(account?.reconciliation.checks.map(({ name }) => name)).not.toContain(
        'initial_margin_requirement',
      )
      const report = assess(portfolio, { modules: MODULES, nowMs: fixture.nowMs })
      expect(report.accounts[0]?.health).toMatchObject({ value: null, reason: 'unknown' })
    },
  )

  it('scans one underlying: two in portfolio margin are unknown', async () => {
    const base = fourAccounts()
    const rename = (row: Row): Row => ({ ...row, symbol: 'ETH-USD-PERP', base_currency: 'ETH' })
    const both = [MARKETS, SUMMARY].reduce(
      (fixture, path) =>
        changed<List>(fixture, null, path, ({ results }) => ({
          results: [...results, ...results.filter(named('BTC-USD-PERP')).map(rename)],
        })),
      base,
    )
    const fixture = changed<List>(both, PORTFOLIO, '/v1/positions', ({ results }) => ({
      results: [...results, { ...results.find(named('BTC-USD-PERP')), market: 'ETH-USD-PERP' }],
    }))
    const portfolio = await read(fixture, [PORTFOLIO])
    expect(portfolio.accounts[0]?.flags[0]?.severity).toBe('unknown')
    expect(() => portfolioModule.evaluate(stateIn(fixture, portfolio, PORTFOLIO))).toThrow(
      /2 underlyings/,
    )
  })

  it('is unreconciled where the venue reports another requirement', async () => {
    const fixture = changed<Row>(fourAccounts(), CROSS, '/v1/account', (answer) => ({
      ...answer,
      maintenance_margin_requirement: '14000',
    }))
    const { accounts } = await read(fixture, [CROSS])
    expect(accounts[0]?.reconciliation.status).toBe('unreconciled')
  })
})

describe('who may read', () => {
  it('is unknown without a signer', async () => {
    const fixture = fourAccounts()
    const client = createClient({
      chains: [],
      adapters: [paradex()],
      http: { fetch: serve(fixture) },
    })
    const { existence, failures } = await readPortfolio(client, {
      owners: [ownerAt(fixture, CROSS)],
    })
    expect(existence.map(({ state }) => state)).toEqual(['unknown'])
    expect(failures[0]).toMatchObject({ error: 'AuthRequiredError' })
  })

  it('refuses answers of another account, and takes one signer for one account', async () => {
    const fixture = fourAccounts()
    const token = async () => ({
      Authorization: `Bearer token-of-${fixture.accounts[CROSS]?.account ?? ''}`,
    })
    const client = createClient({
      chains: [],
      adapters: [paradex()],
      auth: { paradex: token },
      http: { fetch: serve(fixture) },
    })
    const { accounts, failures } = await readPortfolio(client, {
      owners: [ownerAt(fixture, CROSS), ownerAt(fixture, ISOLATED)],
    })
    expect(accounts.map(({ owner }) => owner)).toEqual([ownerAt(fixture, CROSS)])
    expect(failures[0]).toMatchObject({
      error: 'AccountMismatchError',
      owner: ownerAt(fixture, ISOLATED),
    })
  })

  it('reads the same account whatever zeros and case its address is written with', async () => {
    const fixture = fourAccounts()
    const owner = ownerAt(fixture, CROSS).replace('0x0', '0x').toUpperCase()
    const account = owner.slice('venue:paradex:'.length)
    const client = createClient({
      chains: [],
      adapters: [paradex()],
      auth: {
        paradex: async () => ({
          Authorization: `Bearer token-of-${fixture.accounts[CROSS]?.account ?? ''}`,
        }),
      },
      http: { fetch: serve(fixture) },
    })
    const { accounts } = await readPortfolio(client, { owners: [`venue:paradex:${account}`] })
    expect(accounts.map(({ id }) => id)).toEqual([`paradex/${account}`])
  })

  it('fails where the token is refused', async () => {
    const fixture = fourAccounts()
    const client = createClient({
      chains: [],
      adapters: [paradex()],
      auth: { paradex: async () => ({ Authorization: 'Bearer expired' }) },
      http: { fetch: serve(fixture) },
    })
    const { failures, existence } = await readPortfolio(client, {
      owners: [ownerAt(fixture, CROSS)],
    })
    expect(failures[0]).toMatchObject({ error: 'HttpStatusError' })
    expect(existence.map(({ state }) => state)).toEqual(['unknown'])
  })

  it('has none of an owner of another place', async () => {
    const { existence } = await readPortfolio(clientOf(fourAccounts()), {
      owners: [`0x${'a1'.repeat(20)}`],
    })
    expect(existence.map(({ state }) => state)).toEqual(['none'])
  })
})

describe('encode', () => {
  it('refuses every operation, and says where to act', () => {
    const operation = {
      kind: 'supply',
      account: accountId('paradex/0x1'),
      asset: assetId('venue:paradex/token:USDC'),
      amount: 1n,
    } as const
    expect(() => encode(operation)).toThrow(OperationError)
    expect(() => encode(operation)).toThrow(/venue's own interface/)
    const state = { account: {} } as Parameters<typeof crossModule.apply>[0]
    expect(() => crossModule.apply(state, operation)).toThrow(OperationError)
  })
})
