import { readFileSync } from 'node:fs'
import { deriveSigner } from '@plimsoll/adapters/options/derive/signer'
import type { Clock } from '@plimsoll/client'
import type { Portfolio, VenueState } from '@plimsoll/model'
import type { HttpHandler } from 'msw'
import { HttpResponse, http } from 'msw'

/** One request with its answer, as the fixtures hold them. */
export type Exchange = {
  readonly request: {
    readonly method: string
    readonly path: string
    readonly body: { readonly [key: string]: unknown }
  }
  readonly response: { readonly result?: unknown; readonly error?: unknown }
}

/** A consistent state of the venue at one instant. */
export type Fixture = {
  readonly nowMs: number
  readonly owners: readonly string[]
  readonly exchanges: readonly Exchange[]
}

/** The three made-up wallets: standard margin twice, portfolio margin, nothing. */
export function threeWallets(): Fixture {
  return read('./fixtures/three-wallets.json')
}

/** The fixture of the demo: one wallet, short four calls. */
export function shortCalls(): Fixture {
  const fixture = read('../../examples/demo/fixtures/derive.json')
  return { ...fixture, owners: [(fixture as Fixture & { readonly owner: string }).owner] }
}

function read(path: string): Fixture {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}

/** What a handler saw. */
export type Seen = { readonly path: string; readonly headers: Headers; readonly body: unknown }

/** Serves a fixture at the venue's address; `seen` collects the requests. */
export function serve(exchanges: readonly Exchange[], seen: Seen[] = []): HttpHandler {
  return http.post('https://api.derive.xyz/*', async ({ request }) => {
    const path = new URL(request.url).pathname
    const body = await request.json()
    seen.push({ path, headers: request.headers, body })
    const found = exchanges.find(
      (exchange) =>
        exchange.request.path === path &&
        Object.entries(exchange.request.body).every(
          ([key, value]) => (body as { readonly [key: string]: unknown })[key] === value,
        ),
    )
    return found === undefined
      ? HttpResponse.json({ error: { code: -32601, message: 'no such answer' } })
      : HttpResponse.json(found.response as { readonly result: string })
  })
}

/** A fixture with the result of one request changed. */
export function changed<Result>(
  fixture: Fixture,
  method: string,
  change: (result: Result) => unknown,
): readonly Exchange[] {
  return fixture.exchanges.map((exchange) =>
    exchange.request.path.endsWith(method)
      ? { ...exchange, response: { result: change(exchange.response.result as Result) } }
      : exchange,
  )
}

/** A clock that stands at the fixture's instant and waits for real. */
export function clockAt(nowMs: number): Clock {
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
}

/** A signer for wallets whose signature says what was signed. */
export function signerOf(wallets: readonly string[]): ReturnType<typeof deriveSigner> {
  return deriveSigner(
    wallets.map((wallet) => ({ wallet, signMessage: async (message) => `signed ${message}` })),
    () => 1_700_000_000_123,
  )
}

/** The state of one account of a portfolio at an instant (unix seconds). */
export function stateOf(portfolio: Portfolio, account: string, at: number): VenueState {
  const found = portfolio.accounts.find(({ id }) => id === account)
  if (found === undefined) throw new TypeError(`No account ${account}.`)
  return {
    account: found,
    marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
    assets: new Map(portfolio.assets.map((asset) => [asset.id, asset])),
    shared: new Map(
      found.rule.shared.flatMap((key) => {
        const value = portfolio.shared[key]
        return value === undefined ? [] : [[key, value] as const]
      }),
    ),
    at,
  }
}
