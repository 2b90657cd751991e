import { existsSync, readFileSync } from 'node:fs'
import { derive } from '@plimsoll/adapters/options/derive'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { MarginAccount } from '@plimsoll/model'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Exchange } from './venue.js'
import { clockAt, serve, signerOf } from './venue.js'

/** Recorded answers are not part of the repository: their licences differ from its own. */
const RECORDINGS = new URL('../../../shared/payloads/derive/', import.meta.url)
const absent = !existsSync(RECORDINGS)
const describeRecorded = absent ? describe.skip : describe
if (absent) console.warn('skipped: the recorded answers of Derive are not on this machine')

const OWNER = '0x00000000000000000000000000000000000000aa'
const NOW_MS = Date.UTC(2026, 6, 1)

type Fields = { readonly [field: string]: unknown }
type Position = Fields & {
  readonly instrument_name: string
  readonly index_price: string
  readonly mark_price: string
}
type Collateral = Fields & { readonly currency: string; readonly mark_price: string }
type Body = Fields & {
  readonly positions: readonly Position[]
  readonly collaterals: readonly Collateral[]
}

function recorded(file: string): Fields {
  const { exchanges } = JSON.parse(readFileSync(new URL(file, RECORDINGS), 'utf8'))
  return exchanges[0].response.body
}

/** A recorded subaccount, with feeds and currencies made up around its own prices. */
function around(subaccount: Body): readonly Exchange[] {
  const { positions, collaterals } = subaccount
  const print = { confidence: '1', timestamp: NOW_MS }
  const spot = new Map<string, string>([
    ...collaterals.map(({ currency, mark_price }) => [currency, mark_price] as const),
    ...positions.map(
      ({ instrument_name, index_price }) =>
        [instrument_name.split('-')[0] ?? '', index_price] as const,
    ),
  ])
  const factor = (currency: string, ratio: string) => (currency === 'USDC' ? '1' : ratio)
  const exchange = (method: string, body: Fields, result: unknown): Exchange => ({
    request: { method: 'POST', path: `/v3/${method}`, body },
    response: { result },
  })
  return [
    exchange(
      'public/get_all_currencies',
      {},
      [...new Map([['USDC', '1'], ...spot])].map(([currency, price]) => ({
        currency,
        market_type: currency === 'USDC' ? 'CASH' : 'ALL',
        spot_price: price,
        spot: [
          {
            name: currency,
            universes: [
              {
                risk_universe_id: 1,
                srm_im_discount: factor(currency, '0.6'),
                srm_mm_discount: factor(currency, '0.75'),
              },
            ],
          },
        ],
      })),
    ),
    exchange(
      'private/get_subaccounts',
      {},
      { wallet: OWNER, subaccount_ids: [subaccount.subaccount_id] },
    ),
    exchange('private/get_all_portfolios', {}, [subaccount]),
    ...[...spot].map(([currency, price]) => {
      const perp = positions.find(({ instrument_name }) => instrument_name === `${currency}-PERP`)
      const difference = perp === undefined ? 0 : Number(perp.mark_price) - Number(perp.index_price)
      return exchange(
        'public/get_latest_signed_feeds',
        { currency },
        {
          spot_data: { [currency]: { ...print, price } },
          perp_data: { [currency]: { P: { ...print, spot_diff_value: difference.toFixed(12) } } },
          fwd_data: {},
          rate_data: {},
          vol_data: {},
        },
      )
    }),
  ]
}

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

async function accountOf(subaccount: Fields): Promise<MarginAccount> {
  server.use(serve(around(subaccount as Body)))
  const client = createClient({
    chains: [],
    adapters: [derive()],
    auth: { derive: signerOf([OWNER]) },
    clock: clockAt(NOW_MS),
  })
  const portfolio = await readPortfolio(client, { owners: [OWNER] })
  expect(portfolio.failures).toEqual([])
  const [account] = portfolio.accounts
  if (account === undefined) throw new TypeError('No account was read.')
  return account
}

const residualOf = ({ reconciliation }: MarginAccount, name: string): number | undefined =>
  reconciliation.checks.find((check) => check.name === name)?.residual

/** What the answers of 2025 lack of today's form. */
const SINCE_V3 = {
  failed_to_fetch: false,
  manager_id: 4,
  risk_universe_id: 1,
  mm_credits: '0',
  open_orders_margin: '0',
}

describeRecorded('recorded subaccounts of Derive', () => {
  it.each([
    'v3-pm2-cash-only-2026.json',
    'v3-pm2-open-order-2026.json',
    'v3-pm2-perp-long-2026.json',
  ])('are met in every sum that the venue reports: %s', async (file) => {
    const account = await accountOf({ open_orders_margin: '0', ...recorded(file) })
    expect(account.reconciliation.status).toBe('reconciled')
    expect(account.rule.tag).toBe('derive/stress')
    expect(account.fidelity).toEqual({ grade: 'verified', cases: 1 })
  })

  it('count accrued interest in margin', async () => {
    const account = await accountOf(recorded('v3-pm2-cash-only-2026.json'))
    const cash = account.legs.find(({ kind }) => kind === 'cash')
    expect(cash).toMatchObject({ amount: { raw: 6_000_000_127_922n, decimals: 12 } })
    expect(residualOf(account, 'initial_margin')).toBeLessThan(1e-15)
  })

  it('note margin of resting orders beside the initial margin', async () => {
    const account = await accountOf(recorded('v3-pm2-open-order-2026.json'))
    expect(account.flags.map(({ code }) => code)).toEqual(['open-orders'])
  })

  it('are met to the printed decimals for ETH collateral under standard margin', async () => {
    const [subaccount] = recorded('v2-standard-margin-eth-collateral-2025-01.json')
      .result as readonly Fields[]
    const account = await accountOf({ ...subaccount, ...SINCE_V3 })
    expect(account.rule.tag).toBe('derive/standard')
    expect(account.reconciliation.status).toBe('reconciled')
    expect(residualOf(account, 'initial_margin')).toBeLessThan(1e-9)
    expect(residualOf(account, 'maintenance_margin')).toBeLessThan(1e-9)
  })

  it('are met in maintenance for a short perp of 2025, whose initial ratio has changed since', async () => {
    const { positions } = recorded('v2-standard-margin-perp-short-2025-01-28.json').result as Body
    const [perp] = positions
    if (perp === undefined) throw new TypeError('No position was recorded.')
    const account = await accountOf({
      ...SINCE_V3,
      subaccount_id: 130837,
      margin_type: 'SM',
      is_under_liquidation: false,
      positions,
      collaterals: [],
      collaterals_value: '0',
      collaterals_initial_margin: '0',
      collaterals_maintenance_margin: '0',
      positions_value: perp.mark_value,
      positions_initial_margin: perp.initial_margin,
      positions_maintenance_margin: perp.maintenance_margin,
      subaccount_value: perp.mark_value,
      initial_margin: perp.initial_margin,
      maintenance_margin: perp.maintenance_margin,
    })
    expect(residualOf(account, 'maintenance_margin')).toBeLessThan(1e-9)
    // 6.5 % then, 6.6 % by the documents of V3: 0.1 % of 0.02 BTC.
    expect(residualOf(account, 'initial_margin')).toBeCloseTo(0.001 * 2055.3038, 6)
    expect(account.reconciliation.status).toBe('unreconciled')
  })
})
