import { deribit } from '@plimsoll/adapters/options/deribit'
import type { Client } from '@plimsoll/client'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Portfolio } from '@plimsoll/model'
import { parsePortfolio, serializePortfolio, toNumber } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { INDEX, NOW_MS } from './prices.js'
import type { Account, Change, Seen } from './venue.js'
import {
  answerOf,
  CLOCK,
  CROSS_PORTFOLIO,
  CROSS_STANDARD,
  EMPTY,
  ownerOf,
  PORTFOLIO,
  STANDARD,
  serve,
  signersOf,
  unhurried,
} from './venue.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const clientOf = (accounts: readonly Account[]): Client =>
  createClient({
    chains: [],
    adapters: [unhurried()],
    auth: signersOf(accounts),
    clock: CLOCK,
    http: { retries: 0 },
  })

async function read(accounts: readonly Account[], change?: Change) {
  const seen: Seen[] = []
  server.use(serve(accounts, seen, change))
  const portfolio = await readPortfolio(clientOf(accounts), { owners: accounts.map(ownerOf) })
  return { portfolio, seen }
}

/** Changes the answers to one method. */
const changing =
  <Result>(wanted: string, edit: (result: Result) => unknown): Change =>
  (method, result) =>
    method === wanted ? edit(result as Result) : result

const NO_QUERY = new URLSearchParams()

type Fields = { readonly [field: string]: unknown }
type Summaries = { readonly id: number; readonly summaries: readonly Fields[] }

const summarised = (fields: Fields): Change =>
  changing<Summaries>('private/get_account_summaries', (result) => ({
    ...result,
    summaries: result.summaries.map((summary) => ({ ...summary, ...fields })),
  }))

const accountOf = (portfolio: Portfolio, id: string) => {
  const found = portfolio.accounts.find((account) => account.id === id)
  if (found === undefined) throw new TypeError(`No account ${id}.`)
  return found
}

describe('accounts', () => {
  it('are one a currency where margin is segregated, and one over all where it is not', async () => {
    const { portfolio } = await read([STANDARD, PORTFOLIO, CROSS_STANDARD, CROSS_PORTFOLIO, EMPTY])
    expect(portfolio.failures).toEqual([])
    expect(portfolio.accounts.map(({ id, rule }) => [id, rule.tag, rule.modes.margin])).toEqual([
      ['deribit/1001/BTC', 'deribit/standard', 'segregated_sm'],
      ['deribit/1001/USDC', 'deribit/standard', 'segregated_sm'],
      ['deribit/1002/BTC', 'deribit/portfolio', 'segregated_pm'],
      ['deribit/1002/ETH', 'deribit/portfolio', 'segregated_pm'],
      ['deribit/1002/USDC', 'deribit/portfolio', 'segregated_pm'],
      ['deribit/1003/cross', 'deribit/standard', 'cross_sm'],
      ['deribit/1004/cross', 'deribit/reported', 'cross_pm'],
    ])
    expect(portfolio.existence.map(({ state }) => state)).toEqual([
      'has',
      'has',
      'has',
      'has',
      'none',
    ])
    for (const { id, reconciliation } of portfolio.accounts) {
      expect([id, reconciliation.status]).toEqual([id, 'reconciled'])
    }
    expect(parsePortfolio(serializePortfolio(portfolio))).toEqual(portfolio)
  })

  it('say how far each can be trusted', async () => {
    const { portfolio } = await read([STANDARD, PORTFOLIO, CROSS_PORTFOLIO])
    const grades = new Map(portfolio.accounts.map(({ id, fidelity }) => [id as string, fidelity]))
    expect(grades.get('deribit/1001/BTC')).toEqual({ grade: 'modelled' })
    expect(grades.get('deribit/1002/BTC')).toEqual({ grade: 'modelled' })
    expect(grades.get('deribit/1002/ETH')).toEqual({ grade: 'verified', cases: 2 })
    expect(grades.get('deribit/1004/cross')).toEqual({ grade: 'modelled' })
    expect(accountOf(portfolio, 'deribit/1004/cross').flags.map(({ code }) => code)).toEqual([
      'reported-only',
    ])
  })

  it('say so when something in them is being settled', async () => {
    const expiry = Date.UTC(2026, 11, 25, 8)
    for (const [minutes, codes] of [
      [31, []],
      [29, ['settlement-window']],
    ] as const) {
      server.use(serve([STANDARD]))
      const usOut = (expiry - minutes * 60_000) * 1000
      server.use(
        http.get('https://www.deribit.com/api/v2/private/get_account_summaries', () => {
          const result = answerOf([STANDARD], '1001', 'private/get_account_summaries', NO_QUERY)
          return HttpResponse.json({ result: result as { readonly any: string }, usOut })
        }),
      )
      const portfolio = await readPortfolio(clientOf([STANDARD]), { owners: [ownerOf(STANDARD)] })
      const { flags } = accountOf(portfolio, 'deribit/1001/BTC')
      expect(flags.map(({ code }) => code)).toEqual(codes)
    }
  })

  it('have legs that add up to the equity that the venue states', async () => {
    const { portfolio } = await read([STANDARD, PORTFOLIO])
    const report = assess(portfolio, { modules: deribit().modules, nowMs: NOW_MS, rays: [] })
    const stated = await statedEquity(STANDARD, PORTFOLIO)
    for (const { account, equity } of report.accounts) {
      const [, number, currency = ''] = account.split('/')
      const expected = (stated.get(`${number} ${currency}`) ?? 0) * (INDEX[currency] ?? 0)
      expect(equity).toBeCloseTo(expected, 6)
    }
  })

  it('hold inverse futures as coins against dollars, and options at the mark of the venue', async () => {
    const { portfolio } = await read([STANDARD])
    const { legs } = accountOf(portfolio, 'deribit/1001/BTC')
    const leg = (id: string) => legs.find((entry) => entry.id === id)
    const perp = leg('linear:BTC-PERPETUAL')
    const quote = leg('quote:BTC-PERPETUAL')
    const call = leg('option:BTC-25DEC26-66000-C')
    if (perp?.kind !== 'perp' || quote?.kind !== 'cash' || call?.kind !== 'option') {
      throw new TypeError('A leg is missing.')
    }
    // 60,000 USD at the mark of 60,030, to the 9 decimals that the venue prints.
    expect(toNumber(perp.size)).toBeCloseTo(-60_000 / 60_030, 9)
    expect(toNumber(quote.amount)).toBeCloseTo(-toNumber(perp.size) * 60_000, 9)
    expect(call).toMatchObject({ right: 'call', strike: { raw: 66_000n, decimals: 0 } })
    expect(call.expiry).toBe(Date.UTC(2026, 11, 25, 8) / 1000)
    expect(call.impliedVolatility).toBeCloseTo(0.55, 12)
  })
})

/** Equity by account and currency, as the made-up venue answers it. */
async function statedEquity(...accounts: readonly Account[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  await read(accounts, (method, result) => {
    if (method === 'private/get_account_summaries') {
      const { id, summaries } = result as Summaries
      for (const { currency, equity } of summaries)
        found.set(`${id} ${String(currency)}`, Number(equity))
    }
    return result
  })
  return found
}

describe('requests', () => {
  it('are signed for private methods only, in two rounds, then in one', async () => {
    const seen: Seen[] = []
    server.use(serve([PORTFOLIO], seen))
    const client = clientOf([PORTFOLIO])
    await readPortfolio(client, { owners: [ownerOf(PORTFOLIO)] })
    const first = seen.length
    expect(seen.slice(0, 2).map(({ method, query }) => method + query)).toEqual([
      'private/get_account_summaries?extended=true',
      'private/get_positions?currency=any',
    ])
    for (const { method, headers } of seen) {
      expect(headers.has('authorization')).toBe(method.startsWith('private/'))
    }
    await readPortfolio(client, { owners: [ownerOf(PORTFOLIO)] })
    expect(new Set(seen.slice(first).map(({ method, query }) => method + query))).toEqual(
      new Set(seen.slice(0, first).map(({ method, query }) => method + query)),
    )
  })

  it('are not made without a signer: the owner is unknown', async () => {
    const seen: Seen[] = []
    server.use(serve([STANDARD], seen))
    const portfolio = await readPortfolio(clientOf([]), { owners: [ownerOf(STANDARD)] })
    expect(seen).toEqual([])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['unknown'])
    expect(portfolio.failures.map(({ error }) => error)).toEqual(['AuthRequiredError'])
  })

  it('are not made for who cannot have an account there', async () => {
    const seen: Seen[] = []
    server.use(serve([], seen))
    const owners = [`0x${'11'.repeat(20)}`, 'venue:deribit:name']
    const portfolio = await readPortfolio(clientOf([]), { owners })
    expect(seen).toEqual([])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['none', 'none'])
  })
})

describe('what is refused or does not fit', () => {
  it.each([
    [10028, 'RateLimitError'],
    [13009, 'AuthRequiredError'],
    [13021, 'AuthRequiredError'],
    [11029, 'VenueRefusedError'],
  ])('names error %d of the venue as %s', async (code, name) => {
    server.use(
      http.get('https://www.deribit.com/*', () =>
        HttpResponse.json({ jsonrpc: '2.0', error: { code, message: 'no' } }),
      ),
    )
    const portfolio = await readPortfolio(clientOf([STANDARD]), { owners: [ownerOf(STANDARD)] })
    expect(portfolio.failures.map(({ error }) => error)).toEqual([name])
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['unknown'])
    expect(portfolio.accounts).toEqual([])
  })

  it.each<[string, Change, string]>([
    [
      'an unknown margin model',
      summarised({ margin_model: 'unified_pm' }),
      'UnsupportedVenueStateError',
    ],
    [
      'a margin model that its flags contradict',
      summarised({ margin_model: 'cross_sm' }),
      'InconsistentAnswerError',
    ],
    ['a missing equity', summarised({ equity: undefined }), 'SchemaError'],
    ['an equity as text', summarised({ equity: '2' }), 'SchemaError'],
    ['the same currency twice', summarised({ currency: 'BTC' }), 'InconsistentAnswerError'],
    [
      'the summaries of another account',
      changing<Summaries>('private/get_account_summaries', (result) => ({ ...result, id: 7 })),
      'InconsistentAnswerError',
    ],
    [
      'a combo',
      changing<readonly Fields[]>('private/get_positions', ([first]) => [
        { ...first, instrument_name: 'BTC-CS-25DEC26-60000_70000', kind: 'option_combo' },
      ]),
      'UnsupportedVenueStateError',
    ],
    [
      'a kind that contradicts the name',
      changing<readonly Fields[]>('private/get_positions', (all) =>
        all.map((position) => ({ ...position, kind: 'spot' })),
      ),
      'UnsupportedVenueStateError',
    ],
    [
      'a position of a currency without a summary',
      changing<Summaries>('private/get_account_summaries', (result) => ({
        ...result,
        summaries: result.summaries.slice(1),
      })),
      'InconsistentAnswerError',
    ],
    [
      'a size of the other sign than its direction',
      changing<readonly Fields[]>('private/get_positions', (all) =>
        all.map((position) => ({ ...position, size: -Number(position.size) })),
      ),
      'SchemaError',
    ],
    [
      'the ticker of another instrument',
      changing<Fields>('public/ticker', (ticker) => ({ ...ticker, instrument_name: 'BTC-1JAN27' })),
      'InconsistentAnswerError',
    ],
    [
      'no volatility',
      changing<Fields>('public/ticker', (ticker) => ({ ...ticker, mark_iv: undefined })),
      'MissingParameterError',
    ],
    [
      'no coins of a future',
      changing<readonly Fields[]>('private/get_positions', (all) =>
        all.map((position) => ({ ...position, size_currency: undefined })),
      ),
      'InconsistentAnswerError',
    ],
  ])('reports %s and judges nothing by it', async (_what, change, error) => {
    const { portfolio } = await read([STANDARD], change)
    expect(portfolio.failures.map((failure) => failure.error)).toContain(error)
    expect(portfolio.accounts.map(({ id }) => id)).not.toContain('deribit/1001/BTC')
  })

  it.each<[string, (result: Fields) => unknown, string]>([
    [
      'of the pair',
      ({ model_params, ...rest }) => ({
        ...rest,
        model_params: { ...(model_params as Fields), currency_pair: {} },
      }),
      'MissingParameterError',
    ],
    [
      'of the currency',
      ({ model_params, ...rest }) => ({
        ...rest,
        model_params: { ...(model_params as Fields), currency: {} },
      }),
      'MissingParameterError',
    ],
    [
      'in general',
      ({ model_params, ...rest }) => ({
        ...rest,
        model_params: { ...(model_params as Fields), general: {} },
      }),
      'SchemaError',
    ],
    [
      'of other buckets',
      ({ model_params, ...rest }) => ({
        ...rest,
        model_params: {
          ...(model_params as Fields),
          general: { mm_factor: 0.8, buckets_count: 5, vol_scenarios_count: 3 },
        },
      }),
      'SchemaError',
    ],
    ['for the margins', ({ ...rest }) => ({ ...rest, margins: {} }), 'MissingParameterError'],
  ])('takes no default for missing parameters %s', async (_what, edit, error) => {
    const { portfolio } = await read([PORTFOLIO], changing<Fields>('private/pme/simulate', edit))
    expect(new Set(portfolio.failures.map((failure) => failure.error))).toEqual(new Set([error]))
    expect(portfolio.accounts).toEqual([])
  })

  it.each<[string, string, Change]>([
    ['equity', '1001/BTC', summarised({ equity: 3 })],
    ['maintenance margin', '1001/BTC', summarised({ maintenance_margin: 0.5 })],
    ['option value', '1001/BTC', summarised({ options_value: 0 })],
    [
      'index price',
      '1001/BTC',
      changing<Fields>('public/get_index_price', () => ({ index_price: 66_000 })),
    ],
    [
      'margin of a position',
      '1001/BTC',
      changing<readonly Fields[]>('private/get_positions', (all) =>
        all.map((position) => ({ ...position, maintenance_margin: 0 })),
      ),
    ],
    [
      'volatility',
      '1002/BTC',
      changing<Fields>('public/ticker', (ticker) => ({ ...ticker, mark_iv: 45 })),
    ],
    [
      'price range',
      '1002/BTC',
      changing<{
        readonly model_params: { readonly currency_pair: { readonly [pair: string]: Fields } }
      }>('private/pme/simulate', ({ model_params, ...rest }) => ({
        ...rest,
        model_params: {
          ...model_params,
          currency_pair: Object.fromEntries(
            Object.entries(model_params.currency_pair).map(([pair, values]) => [
              pair,
              { ...values, price_range: 0.12 },
            ]),
          ),
        },
      })),
    ],
  ])('does not trust an account with a wrong %s', async (_what, id, change) => {
    const { portfolio } = await read([STANDARD, PORTFOLIO], change)
    expect(accountOf(portfolio, `deribit/${id}`).reconciliation.status).toBe('unreconciled')
  })
})
