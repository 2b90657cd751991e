import { derive } from '@plimsoll/adapters/options/derive'
import { stressResult } from '@plimsoll/adapters/options/derive/stress'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { MarginAccount, Portfolio } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import { whatIf } from '@plimsoll/risk'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Exchange, Fixture } from './venue.js'
import { changed, clockAt, serve, shortCalls, signerOf, stateOf, threeWallets } from './venue.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

async function readOf(fixture: Fixture, exchanges: readonly Exchange[]): Promise<Portfolio> {
  server.use(serve(exchanges))
  const client = createClient({
    chains: [],
    adapters: [derive()],
    auth: { derive: signerOf(fixture.owners) },
    clock: clockAt(fixture.nowMs),
  })
  return readPortfolio(client, { owners: fixture.owners })
}

type Fields = { readonly [field: string]: unknown }
type Subaccounts = readonly (Fields & { readonly positions: readonly Fields[] })[]

/** The wallets, with the portfolio-margin subaccount and its one position changed. */
const changedPerp = (
  position: Fields,
  subaccount: Fields = {},
  fixture = threeWallets(),
): readonly Exchange[] =>
  changed<Subaccounts>(fixture, 'get_all_portfolios', (subaccounts) =>
    subaccounts.map((held) =>
      held.margin_type === 'PM2'
        ? {
            ...held,
            ...subaccount,
            positions: held.positions.map((entry) => ({ ...entry, ...position })),
          }
        : held,
    ),
  )

async function perpAccount(exchanges: readonly Exchange[]): Promise<MarginAccount> {
  const portfolio = await readOf(threeWallets(), exchanges)
  expect(portfolio.failures).toEqual([])
  const found = portfolio.accounts.find(({ id }) => id === 'derive/44')
  if (found === undefined) throw new TypeError('The subaccount was not read.')
  return found
}

describe('perps under portfolio margin of V3', () => {
  it('are judged by the formula that the recorded account follows', async () => {
    const { rule, fidelity, reconciliation, flags } = await perpAccount(threeWallets().exchanges)
    expect(rule).toMatchObject({
      tag: 'derive/stress',
      version: 1,
      modes: { manager: 'PM2', parameters: 'recorded-2026-07' },
    })
    expect(fidelity).toEqual({ grade: 'verified', cases: 1 })
    expect(reconciliation.status).toBe('reconciled')
    expect(flags).toEqual([])
  })

  it('have margins that move with the perp, and a scenario that binds', async () => {
    const fixture = threeWallets()
    const portfolio = await readOf(fixture, fixture.exchanges)
    const at = fixture.nowMs / 1000
    const { maintenance } = stressResult(stateOf(portfolio, 'derive/44', at))
    expect(maintenance.binding).toEqual({ kind: 'scenario', index: 1 })
    expect(maintenance.contributions).toEqual([
      { book: 'ETH', leg: 'perp:ETH', profit: expect.closeTo(-0.16 * 0.5 * 1500.5, 9) },
    ])
    const result = whatIf(
      portfolio,
      { factors: { [factorId('spot:ETH')]: -0.1 } },
      { modules: derive().modules, nowMs: fixture.nowMs },
    )
    const moved = result.accounts.find(({ account }) => account === 'derive/44')
    expect(moved?.health.value).toBeCloseTo(
      (300.75 - 75.025) / (0.9 * (0.128 * 0.5 * 1500.5 + 0.0075 * 0.5 * 1500)),
      9,
    )
  })

  it('are modelled when short: no such account is recorded', async () => {
    const account = await perpAccount(
      changedPerp(
        {
          amount: '-0.5',
          mark_value: '-0.75',
          initial_margin: '-132.04',
          maintenance_margin: '-102.407',
        },
        {
          positions_value: '-0.75',
          subaccount_value: '299.25',
          positions_initial_margin: '-132.04',
          positions_maintenance_margin: '-102.407',
          initial_margin: '167.96',
          maintenance_margin: '197.593',
        },
      ),
    )
    expect(account.rule.tag).toBe('derive/stress')
    expect(account.fidelity).toEqual({ grade: 'modelled' })
    expect(account.reconciliation.status).toBe('reconciled')
  })

  it('are unreconciled when the venue asks for something else', async () => {
    const account = await perpAccount(changedPerp({}, { maintenance_margin: '199.093003' }))
    expect(account.reconciliation.status).toBe('unreconciled')
  })

  it('keep what holds for a temporary credit', async () => {
    const account = await perpAccount(
      changedPerp({}, { mm_credits: '5', maintenance_margin: '204.093' }),
    )
    expect(account.reconciliation.status).toBe('reconciled')
  })
})

describe('portfolio margin whose parameters the venue does not give', () => {
  const fixture = shortCalls()
  const under = (manager: string) =>
    changed<Subaccounts>(fixture, 'get_all_portfolios', (subaccounts) =>
      subaccounts.map((subaccount) => ({ ...subaccount, margin_type: manager })),
    )

  it.each([
    ['PM2', 'the portfolio-margin parameters of ETH-20261225-1500-C'],
    ['PM', 'the parameters of PM'],
  ])("keeps the venue's own numbers: %s with an option", async (manager, why) => {
    const { accounts, failures } = await readOf(fixture, under(manager))
    expect(failures).toEqual([])
    expect(accounts[0]?.rule).toMatchObject({ tag: 'derive/portfolio', modes: { manager } })
    expect(accounts[0]?.fidelity).toEqual({ grade: 'modelled' })
    expect(accounts[0]?.flags.map(({ code }) => code)).toEqual(['reported-only'])
    expect(accounts[0]?.flags[0]?.message).toContain(why)
  })

  it('carries what the feeds say of the option, for a rule that has parameters', async () => {
    const { accounts } = await readOf(fixture, under('PM2'))
    const option = accounts[0]?.legs.find(({ kind }) => kind === 'option')
    expect(option?.native).toEqual({
      volatilityConfidence: 10n ** 18n,
      fixedForward: 0n,
      rate: 0n,
      rateConfidence: 10n ** 18n,
    })
  })

  it.each(['vol_data', 'rate_data'])('is unknown on feeds that have expired: %s', async (feed) => {
    const hour = 3_600_000
    const stale = under('PM2').map((exchange): Exchange => {
      if (!exchange.request.path.endsWith('feeds')) return exchange
      const result = exchange.response.result as { readonly [feed: string]: object }
      const aged = JSON.parse(
        JSON.stringify(result[feed]).replaceAll(
          `"timestamp":${fixture.nowMs}`,
          `"timestamp":${fixture.nowMs - hour - 1}`,
        ),
      )
      expect(aged).not.toEqual(result[feed])
      return { ...exchange, response: { result: { ...result, [feed]: aged } } }
    })
    const { accounts, failures } = await readOf(fixture, stale)
    expect(accounts).toEqual([])
    expect(failures.map(({ error }) => error)).toEqual(['FeedError'])
    expect(failures[0]?.message).toContain('3600 s')
  })
})
