import { existsSync, readFileSync } from 'node:fs'
import { createClient, readPortfolio } from '@plimsoll/client'
import { toNumber } from '@plimsoll/model'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CLOCK, signersOf, unhurried } from './venue.js'

/** Recorded answers are not part of the repository: their licences differ from its own. */
const RECORDINGS = new URL('../../../shared/payloads/deribit/', import.meta.url)
const absent = !existsSync(RECORDINGS)
const describeRecorded = absent ? describe.skip : describe
if (absent) console.warn('skipped: the recorded answers of Deribit are not on this machine')

type Body = { readonly result: { readonly id: number }; readonly usOut: number }

function recorded(file: string): Body {
  const { exchanges } = JSON.parse(readFileSync(new URL(file, RECORDINGS), 'utf8'))
  return exchanges[0].response.body
}

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

/** Reads recorded summaries, beside positions and index prices made up around them. */
async function read(file: string, index: { readonly [name: string]: number }) {
  const body = recorded(file)
  const nowMs = Math.floor(body.usOut / 1000)
  server.use(
    http.get('https://www.deribit.com/api/v2/*', ({ request }) => {
      const { pathname, searchParams } = new URL(request.url)
      const answer = (result: unknown) =>
        HttpResponse.json({ result: result as { readonly any: string }, usOut: body.usOut })
      if (pathname.endsWith('get_account_summaries')) return HttpResponse.json(body)
      if (pathname.endsWith('get_positions')) return answer([])
      return answer({ index_price: index[searchParams.get('index_name') ?? ''] })
    }),
  )
  const { id } = body.result
  return readPortfolio(
    createClient({
      chains: [],
      adapters: [unhurried()],
      auth: signersOf([{ id, wallets: [] }]),
      clock: { ...CLOCK, now: () => nowMs },
    }),
    { owners: [`venue:deribit:${id}`] },
  )
}

describeRecorded('recorded accounts of Deribit', () => {
  it('meet the totals of a cross account by portfolio, in every currency', async () => {
    // Prices that follow from its own margin in two units.
    const portfolio = await read('account-summaries-cross-pm-2026-05-06.json', {
      btc_usd: 25.710502678 / 3.1639e-4,
      eth_usd: 25.710502678 / 0.01089,
      usdt_usd: 25.710502678 / 25.713074,
    })
    expect(portfolio.failures).toEqual([])
    const [account] = portfolio.accounts
    expect(account?.rule).toMatchObject({ tag: 'deribit/reported', modes: { margin: 'cross_pm' } })
    expect(account?.reconciliation.status).toBe('reconciled')
    const equity = account?.reconciliation.checks.find(({ name }) => name === 'total_equity_usd')
    expect(equity?.residual).toBeLessThan(0.1)
  })

  it('show an account whose positions were not answered as unreconciled', async () => {
    const portfolio = await read('account-summaries-segregated-2023-06.json', {
      btc_usd: 30_000,
      eth_usd: 1900,
    })
    const [btc, eth] = portfolio.accounts
    const residual = (name: string) => {
      const check = btc?.reconciliation.checks.find((entry) => entry.name === name)
      return check === undefined ? undefined : check.residual - check.tolerance
    }
    // Balance, gains of futures and options add up; what no position explains does not.
    expect(residual('equity of BTC')).toBeLessThanOrEqual(0)
    expect(residual('margin_balance of BTC')).toBeLessThanOrEqual(0)
    expect(residual('maintenance_margin')).toBeGreaterThan(0.8)
    expect(btc?.reconciliation.status).toBe('unreconciled')
    expect(eth?.reconciliation.status).toBe('reconciled')
    const cash = eth?.legs.find(({ kind }) => kind === 'cash')
    expect(cash?.kind === 'cash' ? toNumber(cash.amount) : null).toBe(100)
  })
})
