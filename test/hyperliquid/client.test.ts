import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Portfolio } from '@plimsoll/model'
import { parsePortfolio, serializePortfolio } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { afterEach, describe, expect, it } from 'vitest'
import { madeUpVenue } from './madeUp.js'
import { isRecorded, recordedAnswer, venueOf } from './recorded.js'
import type { Refusal, VenueServer } from './server.js'
import { serveVenue } from './server.js'
import type { Question, Venue } from './venue.js'
import { OWNER } from './venue.js'

const servers: VenueServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map(({ stop }) => stop()))
})

const SHORT_ETH = madeUpVenue({
  mode: 'default',
  dexes: [
    {
      name: '',
      collateralToken: 0,
      rawUsd: 30_000_000_000,
      positions: [
        { coin: 'ETH', size: -800, price: 300_000, maxLeverage: 25, leverage: 10, isolated: null },
      ],
    },
  ],
  spot: { 0: 0 },
})

async function open(
  venue: Venue,
  refuse?: (question: Question, asked: number) => Refusal | undefined,
  http: { readonly retries?: number; readonly maxBytes?: number; readonly timeoutMs?: number } = {},
) {
  const server = await serveVenue(venue, refuse)
  servers.push(server)
  const adapters = [hyperliquid({ url: server.url })]
  const client = createClient({ chains: [], adapters, http: { retries: 0, ...http } })
  return {
    server,
    client,
    read: (): Promise<Portfolio> => readPortfolio(client, { owners: [OWNER] }),
  }
}

describe('the client with Hyperliquid behind HTTP', () => {
  it('reads, and in one round the next time', async () => {
    const { read, client, server } = await open(SHORT_ETH)
    const portfolio = await read()
    expect(portfolio.failures).toEqual([])
    expect(portfolio.accounts.map(({ reconciliation }) => reconciliation.status)).toEqual([
      'reconciled',
    ])
    const text = serializePortfolio(portfolio)
    expect(serializePortfolio(parsePortfolio(text))).toBe(text)
    const first = server.questions.length
    expect((await read()).accounts).toEqual(portfolio.accounts)
    expect(server.questions.slice(first).map(({ type }) => type)).not.toContain('spotMeta')
    expect(client.modules.map(({ tag }) => tag)).toContain('hyperliquid/cross')
  })

  it('is assessed: health and the price at which the short is liquidated', async () => {
    const { read, client } = await open(SHORT_ETH)
    const portfolio = await read()
    const report = assess(portfolio, {
      modules: client.modules,
      nowMs: portfolio.asOf.map((asOf) => (asOf.kind === 'time' ? asOf.timeMs : 0))[0] ?? 0,
    })
    const [account] = report.accounts
    // 30,000 − 24,000 = 6,000; 24,000 ÷ 50 = 480
    expect(account?.health.value).toBeCloseTo(12.5, 12)
    const above = account?.liquidationPrices.find(({ above }) => above !== null)?.above
    expect(above).toBeCloseTo(3000 + (6000 - 480) / 8 / 1.02, 6)
  })

  const refused =
    (status: number, body: string, more: Partial<Refusal> = {}) =>
    (): Refusal => ({
      status,
      body,
      ...more,
    })
  it.each([
    [
      '422 in plain text',
      refused(422, 'Failed to deserialize the JSON body into the target type'),
      'HttpStatusError',
    ],
    ['429', refused(429, 'null'), 'RateLimitError'],
    ['500', refused(500, 'internal'), 'HttpStatusError'],
    [
      'an HTML page',
      refused(200, '<!doctype html><html></html>', { type: 'text/html' }),
      'NotJsonError',
    ],
    ['an empty body', refused(200, ''), 'NotJsonError'],
    [
      'JSON of another form',
      refused(200, '{"status":"ok"}', { type: 'application/json' }),
      'SchemaError',
    ],
    [
      'null where a state is due',
      refused(200, 'null', { type: 'application/json' }),
      'SchemaError',
    ],
  ])('names %s', async (_what, refuse, error) => {
    const { read } = await open(SHORT_ETH, ({ type }) =>
      type === 'clearinghouseState' ? refuse() : undefined,
    )
    const portfolio = await read()
    expect(portfolio.accounts).toEqual([])
    expect(portfolio.failures.map((failure) => failure.error)).toEqual([error])
    expect(portfolio.failures[0]?.message.length).toBeGreaterThan(40)
    expect(portfolio.existence.map(({ state }) => state)).toEqual(['unknown'])
  })

  it('waits as long as the venue says, then reads', async () => {
    const { read, server } = await open(
      SHORT_ETH,
      ({ type }, asked) =>
        type === 'userAbstraction' && asked === 1
          ? { status: 429, body: 'null', headers: { 'retry-after': '0' } }
          : undefined,
      { retries: 1 },
    )
    expect((await read()).failures).toEqual([])
    expect(server.questions.filter(({ type }) => type === 'userAbstraction')).toHaveLength(2)
  })

  it('has no account for an address without one', async () => {
    const { read } = await open(venueOf({}))
    const portfolio = await read()
    expect(portfolio).toMatchObject({ accounts: [], failures: [], existence: [{ state: 'none' }] })
  })

  it.skipIf(!isRecorded)('reads the recorded portfolio-margin account', async () => {
    const name = 'portfolio-margin-borrowing-2026-09-08'
    const { read } = await open(
      venueOf({
        userAbstraction: 'portfolioMargin',
        spotClearinghouseState: recordedAnswer(name, 'spotClearinghouseState'),
        clearinghouseState: recordedAnswer(name, 'clearinghouseState'),
        allBorrowLendReserveStates: recordedAnswer(name, 'allBorrowLendReserveStates'),
        allPerpMetas: [recordedAnswer(name, 'meta')],
      }),
    )
    const portfolio = await read()
    expect(portfolio.failures).toEqual([])
    expect(portfolio.accounts).toHaveLength(16)
    expect(new Set(portfolio.accounts.map(({ reconciliation }) => reconciliation.status))).toEqual(
      new Set(['reconciled', 'not-reported']),
    )
  })
})
