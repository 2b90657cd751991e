import { derive } from '@plimsoll/adapters/options/derive'
import type { Client } from '@plimsoll/client'
import { createClient, readPortfolio } from '@plimsoll/client'
import { formatAmount, parsePortfolio, serializePortfolio } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Exchange, Fixture, Seen } from './venue.js'
import { changed, clockAt, serve, shortCalls, signerOf, stateOf, threeWallets } from './venue.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

function clientOf({ nowMs, owners }: Fixture): Client {
  return createClient({
    chains: [],
    adapters: [derive()],
    auth: { derive: signerOf(owners) },
    clock: clockAt(nowMs),
  })
}

async function readOf(fixture: Fixture, exchanges: readonly Exchange[] = fixture.exchanges) {
  const seen: Seen[] = []
  server.use(serve(exchanges, seen))
  const portfolio = await readPortfolio(clientOf(fixture), { owners: fixture.owners })
  return { portfolio, seen }
}

type Portfolios = readonly { readonly [field: string]: unknown }[]

describe('a short call under the standard manager', () => {
  const fixture = shortCalls()
  const at = fixture.nowMs / 1000

  it('has the margins that the venue reports, and says so', async () => {
    const { portfolio } = await readOf(fixture)
    const [account] = portfolio.accounts
    expect(portfolio.failures).toEqual([])
    expect(account).toMatchObject({
      id: 'derive/42',
      venue: 'derive',
      recourse: false,
      rule: {
        tag: 'derive/standard',
        version: 1,
        modes: { manager: 'SM', parameters: 'docs-2026-01' },
      },
      reconciliation: { status: 'reconciled' },
      flags: [],
    })
    for (const { name, residual } of account?.reconciliation.checks ?? []) {
      expect(residual, name).toBeLessThan(1e-9)
    }
    const evaluation = derive().modules[0]?.evaluate(stateOf(portfolio, 'derive/42', at))
    // 4 × the numbers of the recorded case, beside 2,500 USDC.
    expect(evaluation?.equity).toBeCloseTo(2500 - 4 * 79.37158518905994, 9)
    expect(evaluation?.excess).toBeCloseTo(2500 - 4 * (79.37158518905994 + 0.09 * 1500), 9)
    expect(evaluation?.initialMargin).toBeCloseTo(4 * 0.15 * 1500, 9)
    expect(evaluation?.health).toEqual({ value: expect.closeTo(2182.5136592437602 / 540, 12) })
    expect(evaluation?.liquidatable).toBe(false)
    expect(Object.keys(evaluation?.exact ?? {}).sort()).toEqual([
      'initial_margin',
      'maintenance_margin',
      'mark_to_market',
    ])
  })

  it('shows the option with its forward, volatility, price and expiry', async () => {
    const { portfolio } = await readOf(fixture)
    const option = portfolio.accounts[0]?.legs.find(({ kind }) => kind === 'option')
    expect(option).toMatchObject({
      id: 'option:ETH-20261225-1500-C',
      asset: 'venue:derive/perp:ETH',
      right: 'call',
      expiry: Date.UTC(2026, 11, 25, 8) / 1000,
      forward: 'derive/v3/forward:ETH:1798185600',
    })
    if (option?.kind !== 'option') return
    expect(formatAmount(option.size)).toBe('-4')
    expect(formatAmount(option.strike)).toBe('1500')
    expect(option.impliedVolatility).toBeCloseTo(1.0478844940849863, 14)
    const forward = portfolio.marks.find(({ id }) => id === option.forward)
    expect(forward).toMatchObject({ source: 'venue-oracle', feed: 'forward', confidence: 1 })
    expect(forward && formatAmount(forward.mid)).toBe('1500.833279310994')
  })

  it('survives being written and parsed, and is assessed without any flag', async () => {
    const { portfolio } = await readOf(fixture)
    const text = serializePortfolio(portfolio)
    expect(serializePortfolio(parsePortfolio(text))).toBe(text)
    const report = assess(parsePortfolio(text), {
      modules: derive().modules,
      nowMs: fixture.nowMs,
    })
    expect(report.quality).toEqual([])
    expect(report.health.value).toBeCloseTo(2182.5136592437602 / 540, 12)
    expect(report.equity).toBeCloseTo(2182.5136592437602, 9)
  })

  it('signs private requests only, with the wallet, the time and a signature of it', async () => {
    const { seen } = await readOf(fixture)
    const [owner = ''] = fixture.owners
    for (const { path, headers, body } of seen) {
      if (path.includes('/private/')) {
        expect(body).toEqual({ wallet: owner })
        expect(headers.get('x-derivewallet')).toBe(owner)
        expect(headers.get('x-derivetimestamp')).toBe('1700000000123')
        expect(headers.get('x-derivesignature')).toBe('signed 1700000000123')
      } else expect(headers.get('x-derivesignature')).toBeNull()
    }
  })
})

describe('reading wallets of Derive', () => {
  it('tells owners with and without subaccounts apart', async () => {
    const fixture = threeWallets()
    const { portfolio } = await readOf(fixture)
    expect(portfolio.failures).toEqual([])
    expect(portfolio.accounts.map(({ id, owner }) => [id, owner])).toEqual([
      ['derive/43', `eip155:_:${fixture.owners[0]}`],
      ['derive/44', `eip155:_:${fixture.owners[1]}`],
    ])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['has', 'has', 'none'])
    expect(portfolio.accounts.map(({ reconciliation }) => reconciliation.status)).toEqual([
      'reconciled',
      'reconciled',
    ])
  })

  it('takes a wallet as an account of the venue, too', async () => {
    const fixture = shortCalls()
    server.use(serve(fixture.exchanges))
    const owner = `venue:derive:${fixture.owners[0]}`
    const portfolio = await readPortfolio(clientOf(fixture), { owners: [owner] })
    expect(portfolio.accounts.map((account) => account.owner)).toEqual([owner])
  })

  it('says of what cannot be a wallet that it has nothing there, and asks nothing', async () => {
    const seen: Seen[] = []
    server.use(serve([], seen))
    const portfolio = await readPortfolio(clientOf(shortCalls()), { owners: ['venue:derive:42'] })
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['none'])
    expect(seen).toEqual([])
  })

  it('is unknown without a signer, and asks nothing', async () => {
    const fixture = shortCalls()
    const seen: Seen[] = []
    server.use(serve(fixture.exchanges, seen))
    const client = createClient({ chains: [], adapters: [derive()], clock: clockAt(fixture.nowMs) })
    const portfolio = await readPortfolio(client, { owners: fixture.owners })
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['unknown'])
    expect(portfolio.failures).toMatchObject([
      { error: 'AuthRequiredError', message: expect.stringContaining('deriveSigner') },
    ])
    expect(seen).toEqual([])
  })

  it('is unknown when the signer has no key for the wallet', async () => {
    const fixture = shortCalls()
    server.use(serve(fixture.exchanges))
    const client = createClient({
      chains: [],
      adapters: [derive()],
      auth: { derive: signerOf(['0x00000000000000000000000000000000000000aa']) },
      clock: clockAt(fixture.nowMs),
    })
    const portfolio = await readPortfolio(client, { owners: fixture.owners })
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['unknown'])
    expect(portfolio.failures.map(({ error }) => error)).toEqual(['AuthRequiredError'])
  })

  it('takes two rounds at first and one to refresh', async () => {
    const fixture = threeWallets()
    const seen: Seen[] = []
    server.use(serve(fixture.exchanges, seen))
    const client = clientOf(fixture)
    const paths = () => seen.splice(0).map(({ path }) => path.slice(4))
    const first = await readPortfolio(client, { owners: fixture.owners })
    const asked = paths()
    expect(asked.slice(-2)).toEqual(Array(2).fill('public/get_latest_signed_feeds'))
    const again = await readPortfolio(client, { owners: fixture.owners })
    expect(paths().sort()).toEqual(asked.sort())
    expect(serializePortfolio(again)).toBe(serializePortfolio(first))
  })

  it('asks once more when a new currency appears', async () => {
    const fixture = threeWallets()
    const [, portfolioOwner = ''] = fixture.owners
    const seen: Seen[] = []
    server.use(serve(fixture.exchanges, seen))
    const client = clientOf(fixture)
    await readPortfolio(client, { owners: [portfolioOwner] })
    expect(seen.splice(0).filter(({ path }) => path.endsWith('feeds'))).toHaveLength(1)
    const [standardOwner = ''] = fixture.owners
    const moved: readonly Exchange[] = JSON.parse(
      JSON.stringify(
        fixture.exchanges.filter(({ request }) => request.body.wallet !== portfolioOwner),
      ).replaceAll(standardOwner, portfolioOwner),
    )
    server.resetHandlers(serve(moved, seen))
    const portfolio = await readPortfolio(client, { owners: [portfolioOwner] })
    expect(seen.filter(({ path }) => path.endsWith('feeds'))).toHaveLength(2)
    expect(portfolio.accounts.map(({ id }) => id)).toEqual(['derive/43'])
  })
})

describe('answers of Derive that do not fit', () => {
  const fixture = shortCalls()
  const spoilt = (change: (subaccount: { readonly [field: string]: unknown }) => object) =>
    changed<Portfolios>(fixture, 'get_all_portfolios', (subaccounts) =>
      subaccounts.map((subaccount) => ({ ...subaccount, ...change(subaccount) })),
    )

  it.each([
    ['an unknown manager', spoilt(() => ({ margin_type: 'PM3' })), 'UnsupportedVenueStateError'],
    [
      'a subaccount that the venue cannot load',
      spoilt(() => ({ failed_to_fetch: true })),
      'SubaccountUnavailableError',
    ],
    [
      'a subaccount that the venue does not list',
      changed<object>(fixture, 'get_subaccounts', (found) => ({ ...found, subaccount_ids: [] })),
      'SubaccountUnavailableError',
    ],
    [
      'an instrument of another kind',
      spoilt(({ positions }) => ({
        positions: (positions as Portfolios).map((position) => ({
          ...position,
          instrument_name: 'ETH-20261225',
        })),
      })),
      'UnsupportedVenueStateError',
    ],
    [
      'feeds without the expiry',
      changed<object>(fixture, 'get_latest_signed_feeds', (feeds) => ({ ...feeds, vol_data: {} })),
      'FeedError',
    ],
    [
      'feeds without the forward',
      changed<object>(fixture, 'get_latest_signed_feeds', (feeds) => ({ ...feeds, fwd_data: {} })),
      'FeedError',
    ],
    [
      'feeds without spot',
      changed<object>(fixture, 'get_latest_signed_feeds', (feeds) => ({ ...feeds, spot_data: {} })),
      'FeedError',
    ],
    [
      'no settlement currency',
      changed<Portfolios>(fixture, 'get_all_currencies', (currencies) =>
        currencies.filter(({ market_type }) => market_type !== 'CASH'),
      ),
      'UnsupportedVenueStateError',
    ],
  ])('makes %s a typed failure', async (_what, exchanges, error) => {
    const { portfolio } = await readOf(fixture, exchanges)
    expect(portfolio.accounts).toEqual([])
    expect(portfolio.failures.map((failure) => failure.error)).toEqual([error])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['has'])
  })

  it('makes a subaccount that is listed and not shown a failure', async () => {
    const { portfolio } = await readOf(
      fixture,
      changed<Portfolios>(fixture, 'get_all_portfolios', () => []),
    )
    expect(portfolio.failures.map(({ error }) => error)).toEqual(['SubaccountUnavailableError'])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['has'])
  })

  it.each(['get_all_portfolios', 'get_subaccounts', 'get_all_currencies'])(
    'makes a refused %s a failure that names the code',
    async (method) => {
      const refused = fixture.exchanges.map((exchange) =>
        exchange.request.path.endsWith(method)
          ? { ...exchange, response: { error: { code: 14000, message: 'Account not found' } } }
          : exchange,
      )
      const { portfolio } = await readOf(fixture, refused)
      expect(portfolio.accounts).toEqual([])
      expect(portfolio.failures).toMatchObject([
        { error: 'VenueRefusedError', message: expect.stringContaining('14000') },
      ])
    },
  )

  it.each([
    ['a number', 1642.5],
    ['nothing', null],
    ['a text that is no number', 'abc'],
  ])('ccxt-drifting-types: refuses %s for a margin, whatever else fits', async (_what, margin) => {
    const { portfolio } = await readOf(
      fixture,
      spoilt(() => ({ maintenance_margin: margin })),
    )
    expect(portfolio.accounts).toEqual([])
    expect(portfolio.failures.map(({ error }) => error)).toEqual(['SchemaError'])
  })

  it('ccxt-drifting-types: a negative net margin is a requirement above the equity', async () => {
    const { portfolio } = await readOf(fixture)
    const [account] = assess(portfolio, {
      modules: derive().modules,
      nowMs: fixture.nowMs,
    }).accounts
    expect(account?.maintenanceMargin).toBeGreaterThan(0)
    const { excess = null, equity = null, maintenanceMargin = null } = account ?? {}
    expect(excess).toBeCloseTo((equity ?? NaN) - (maintenanceMargin ?? NaN), 9)
  })

  it('is unreconciled when a reported number is off by a cent', async () => {
    const { portfolio } = await readOf(
      fixture,
      spoilt(() => ({ maintenance_margin: '1642.52365924376' })),
    )
    const [account] = portfolio.accounts
    expect(account?.reconciliation.status).toBe('unreconciled')
    const report = assess(portfolio, { modules: derive().modules, nowMs: fixture.nowMs })
    expect(report.quality.map(({ code }) => code)).toEqual(['unreconciled'])
    expect(report.health.value).toBeNull()
  })

  it('is unreconciled when an option is marked off the surface', async () => {
    const { portfolio } = await readOf(
      fixture,
      changed<{ readonly fwd_data: object }>(fixture, 'get_latest_signed_feeds', (feeds) =>
        JSON.parse(JSON.stringify(feeds).replace('"0.833279310994"', '"0.9"')),
      ),
    )
    const missed = portfolio.accounts[0]?.reconciliation.checks.filter(
      ({ residual, tolerance }) => residual > tolerance,
    )
    expect(missed?.map(({ name }) => name)).toContain('mark_price of ETH-20261225-1500-C')
  })

  it('flags an auction, a temporary credit and resting orders', async () => {
    const { portfolio } = await readOf(
      fixture,
      spoilt(() => ({
        is_under_liquidation: true,
        mm_credits: '10',
        maintenance_margin: '1652.51365924376',
        open_orders_margin: '-44.5',
      })),
    )
    const [account] = portfolio.accounts
    expect(account?.flags.map(({ code, severity }) => [code, severity])).toEqual([
      ['under-liquidation', 'warning'],
      ['open-orders', 'note'],
      ['temporary-credit', 'warning'],
    ])
    expect(account?.reconciliation.status).toBe('reconciled')
    const state = stateOf(portfolio, 'derive/42', fixture.nowMs / 1000)
    expect(derive().modules[0]?.evaluate(state).excess).toBeCloseTo(1652.51365924376, 9)
  })

  it("carries the venue's own numbers where it borrows an asset without a formula", async () => {
    const { portfolio } = await readOf(
      fixture,
      spoilt(({ collaterals }) => ({
        collaterals: [
          ...(collaterals as Portfolios),
          {
            ...(collaterals as Portfolios)[0],
            asset_name: 'ETH',
            currency: 'ETH',
            amount: '-0.1',
            mark_price: '1500',
            mark_value: '-150',
            initial_margin: '-180',
            maintenance_margin: '-165',
          },
        ],
        collaterals_value: '2350',
        collaterals_initial_margin: '2320',
        collaterals_maintenance_margin: '2335',
        initial_margin: '1102.51365924376',
        maintenance_margin: '1477.51365924376',
        subaccount_value: '2032.51365924376',
      })),
    )
    const [account] = portfolio.accounts
    expect(account?.rule).toMatchObject({ tag: 'derive/portfolio', modes: { manager: 'SM' } })
    expect(account?.fidelity).toEqual({ grade: 'modelled' })
    expect(account?.reconciliation.status).toBe('reconciled')
    expect(account?.legs.map(({ kind }) => kind)).toContain('debt')
    expect(account?.flags.map(({ code }) => code)).toEqual(['reported-only'])
    expect(account?.flags[0]?.message).toContain('no formula for ETH')
  })
})
