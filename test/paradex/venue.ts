import { readFileSync } from 'node:fs'
import { paradex } from '@plimsoll/adapters/perps/paradex'
import { paradexSigner } from '@plimsoll/adapters/perps/paradex/signer'
import type { Client, Clock } from '@plimsoll/client'
import { createClient } from '@plimsoll/client'
import type { Portfolio, VenueState } from '@plimsoll/model'

type Json = { readonly [key: string]: unknown }

/** What the venue answers about one account, by path. */
export type AccountFixture = { readonly account: string; readonly answers: Json }

/** A consistent state of the venue at one instant. */
export type Fixture = {
  readonly nowMs: number
  readonly public: Json
  readonly accounts: readonly AccountFixture[]
}

/** The four made-up accounts: cross, portfolio and isolated margin, and an empty one. */
export const fourAccounts = (): Fixture => read('four-accounts')

/** An account whose requirements the exchange reported on 2026-04-22. */
export const recordedAccount = (): Fixture => read('recorded-2026-04-22')

function read(name: string): Fixture {
  const url = new URL(`./fixtures/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Fixture
}

/** The owner that an account of a fixture is, by its place. */
export function ownerAt({ accounts }: Fixture, index: number): string {
  return `venue:paradex:${accounts[index]?.account ?? ''}`
}

/** What was asked of the venue. */
export type Seen = { readonly path: string; readonly authorization: string | null }

const tokenOf = (account: string): string => `token-of-${account}`

/** Serves a fixture: public answers to all, private ones to whoever shows the account's token. */
export function serve(fixture: Fixture, seen: Seen[] = []): typeof fetch {
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const authorization = new Headers(init?.headers).get('authorization')
    seen.push({ path: pathname, authorization })
    const open = fixture.public[pathname]
    if (open !== undefined) return Response.json(open)
    const owner = fixture.accounts.find(
      ({ account }) => authorization === `Bearer ${tokenOf(account)}`,
    )
    if (owner === undefined) {
      return Response.json({ error: 'INVALID_TOKEN', message: 'token is invalid' }, { status: 401 })
    }
    return Response.json(owner.answers[pathname] ?? { error: 'NOT_FOUND' }, {
      status: owner.answers[pathname] === undefined ? 404 : 200,
    })
  }
}

const clockAt = (nowMs: number): Clock => ({ now: () => nowMs, sleep: () => new Promise(() => {}) })

/** A client of a fixture, with a token of every account. */
export function clientOf(fixture: Fixture, seen: Seen[] = []): Client {
  return createClient({
    chains: [],
    adapters: [paradex()],
    auth: Object.fromEntries(
      fixture.accounts.map(({ account }) => [
        `paradex:${account}`,
        paradexSigner(async () => tokenOf(account)),
      ]),
    ),
    http: { fetch: serve(fixture, seen) },
    clock: clockAt(fixture.nowMs),
  })
}

/** A fixture with one answer about one account changed; `path` of a public answer changes that. */
export function changed<Answer>(
  fixture: Fixture,
  index: number | null,
  path: string,
  change: (answer: Answer) => unknown,
): Fixture {
  if (index === null) {
    return {
      ...fixture,
      public: { ...fixture.public, [path]: change(fixture.public[path] as Answer) },
    }
  }
  return {
    ...fixture,
    accounts: fixture.accounts.map((entry, at) =>
      at === index
        ? { ...entry, answers: { ...entry.answers, [path]: change(entry.answers[path] as Answer) } }
        : entry,
    ),
  }
}

/** The state of one account of a portfolio at an instant (unix seconds). */
export function stateOf(portfolio: Portfolio, owner: string, at: number): VenueState {
  const account = portfolio.accounts.find((entry) => entry.owner === owner)
  if (account === undefined) throw new TypeError(`No account of ${owner}.`)
  return {
    account,
    marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
    assets: new Map(portfolio.assets.map((asset) => [asset.id, asset])),
    shared: new Map(
      account.rule.shared.flatMap((key) => {
        const value = portfolio.shared[key]
        return value === undefined ? [] : [[key, value] as const]
      }),
    ),
    at,
  }
}
