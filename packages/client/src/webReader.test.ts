import { inspect } from 'node:util'
import { delay, HttpResponse, http } from 'msw'
import { graphql } from 'msw/graphql'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Adapter } from './adapter.js'
import type { CreateClientParameters } from './createClient.js'
import { createClient } from './createClient.js'
import { AdapterError } from './errors.js'
import { readPortfolio } from './readPortfolio.js'
import { ALICE, BOB, toyExchange, toySubgraph } from './testing/toys.js'
import { failure, unread } from './testing/unread.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const START = 1_700_000_000_000

/** A clock whose sleeps are written down and cost nothing, except those of deadlines. */
function testClock() {
  const sleeps: number[] = []
  let now = START
  return {
    sleeps,
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) => {
      // A deadline is the only sleep that its work can end.
      if (signal !== undefined) {
        return new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          signal.addEventListener('abort', () => {
            clearTimeout(timer)
            resolve()
          })
        })
      }
      sleeps.push(ms)
      now += ms
      return Promise.resolve()
    },
  }
}

function clientOf(adapters: readonly Adapter[], options: Partial<CreateClientParameters> = {}) {
  const clock = testClock()
  return { clock, client: createClient({ chains: [], adapters, clock, ...options }) }
}

async function read(adapter: Adapter, options: Partial<CreateClientParameters> = {}) {
  const { client, clock } = clientOf([adapter], options)
  return { portfolio: await readPortfolio(client, { owners: [ALICE] }), sleeps: clock.sleeps }
}

const EQUITY = 'https://exchange.test/equity/:owner'
const answer = (make: (attempt: number, request: Request) => Response | Promise<Response>) => {
  const seen: Request[] = []
  server.use(
    http.all(EQUITY, ({ request }) => {
      seen.push(request.clone())
      return make(seen.length, request)
    }),
  )
  return seen
}

describe('an HTTP venue', () => {
  it('is read', async () => {
    answer(() => HttpResponse.json({ equity: 7 }))
    const { portfolio } = await read(toyExchange())
    expect(portfolio.failures).toEqual([])
    expect(portfolio.accounts).toMatchObject([{ legs: [{ amount: { raw: 7n } }] }])
  })

  it('is asked at the address that the caller gives', async () => {
    server.use(
      http.get('https://proxy.test/v1/equity/:owner', ({ request }) =>
        HttpResponse.json({ equity: new URL(request.url).searchParams.get('key') === 'k' ? 3 : 0 }),
      ),
    )
    const hosts = { 'toy-exchange': { api: 'https://proxy.test/v1/?key=k' } }
    const { portfolio } = await read(toyExchange(), { hosts })
    expect(portfolio.accounts).toHaveLength(1)
  })

  const page = '<html><body>blocked</body></html>'
  const spoiled: readonly (readonly [string, () => Response, string, RegExp])[] = [
    [
      'HTTP 404',
      () => new HttpResponse('gone', { status: 404 }),
      'HttpStatusError',
      /HTTP 404.*update the adapter/,
    ],
    [
      'HTTP 403',
      () => new HttpResponse('no', { status: 403 }),
      'HttpStatusError',
      /HTTP 403.*Check the signer/,
    ],
    ['an HTML page', () => HttpResponse.html(page), 'NotJsonError', /an HTML page/],
    ['nothing', () => new HttpResponse(''), 'NotJsonError', /empty/],
    ['cut-off JSON', () => new HttpResponse('{"equity":'), 'NotJsonError', /other text/],
    ['JSON without the field', () => HttpResponse.json({}), 'SchemaError', /equity/],
    ['a negative field', () => HttpResponse.json({ equity: -1 }), 'SchemaError', /expected form/],
    [
      'a field of another type',
      () => HttpResponse.json({ equity: '7' }),
      'SchemaError',
      /expected form/,
    ],
    ['a list', () => HttpResponse.json([]), 'SchemaError', /expected form/],
    ['null', () => HttpResponse.json(null), 'SchemaError', /expected form/],
    [
      'an integer that a double cannot hold',
      () => new HttpResponse('{"equity":9007199254740993}'),
      'SchemaError',
      /expected form/,
    ],
  ]
  it.each(spoiled)('that answers %s is a typed failure', async (_what, make, error, message) => {
    const seen = answer(make)
    const { portfolio } = await read(toyExchange())
    expect(unread(portfolio, message)).toEqual(failure(error))
    expect(seen).toHaveLength(1)
  })

  it('is a typed failure when the answer is too long, whether it says so or not', async () => {
    const long = `{"equity":7,"x":"${'x'.repeat(5000)}"}`
    answer(() => new HttpResponse(long, { headers: { 'content-length': String(long.length) } }))
    const stated = await read(toyExchange(), { http: { maxBytes: 4096 } })
    expect(unread(stated.portfolio, /longer than 4096 bytes/)).toEqual(
      failure('AnswerTooLargeError'),
    )
    let pulled = 0
    answer(() => {
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled++
          controller.enqueue(new TextEncoder().encode(' '.repeat(1024)))
        },
      })
      return new HttpResponse(body)
    })
    const endless = await read(toyExchange({ request: { maxBytes: 2048 } }))
    expect(unread(endless.portfolio, /longer than 2048 bytes/)).toEqual(
      failure('AnswerTooLargeError'),
    )
    await delay(20)
    const after = pulled
    await delay(50)
    expect(pulled).toBe(after)
  })

  it('is a typed failure when it is silent, and when it stalls in the middle', async () => {
    answer(async () => {
      await delay(2000)
      return HttpResponse.json({ equity: 7 })
    })
    const silent = await read(toyExchange(), { http: { timeoutMs: 30 } })
    expect(unread(silent.portfolio, /no answer after 30 ms/)).toEqual(failure('TimeoutError'))
    answer(
      () =>
        new HttpResponse(
          new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{')) }),
        ),
    )
    const stalled = await read(toyExchange(), { http: { timeoutMs: 30 } })
    expect(unread(stalled.portfolio, /no answer after 30 ms/)).toEqual(failure('TimeoutError'))
  })

  it('is asked again after 5xx, with growing waits, and no more often than told', async () => {
    const seen = answer((attempt) =>
      attempt < 3 ? new HttpResponse('', { status: 502 }) : HttpResponse.json({ equity: 7 }),
    )
    const healed = await read(toyExchange())
    expect(healed.portfolio.accounts).toHaveLength(1)
    expect(seen).toHaveLength(3)
    const [first = 0, second = 0] = healed.sleeps
    expect(first).toBeGreaterThanOrEqual(250)
    expect(first).toBeLessThan(500)
    expect(second).toBeGreaterThanOrEqual(500)
    expect(second).toBeLessThan(1000)

    const down = answer(() => new HttpResponse('', { status: 500 }))
    const { portfolio } = await read(toyExchange(), { http: { retries: 2 } })
    expect(unread(portfolio, /HTTP 500.*try again later/)).toEqual(failure('HttpStatusError'))
    expect(down).toHaveLength(3)
  })

  it('waits the same way every time: jitter comes from the request', async () => {
    answer(() => new HttpResponse('', { status: 500 }))
    const [one, two] = [await read(toyExchange()), await read(toyExchange())]
    expect(one.sleeps).toHaveLength(3)
    expect(one.sleeps).toEqual(two.sleeps)
  })

  it('is asked again after a network failure', async () => {
    const seen = answer((attempt) =>
      attempt === 1 ? HttpResponse.error() : HttpResponse.json({ equity: 7 }),
    )
    expect((await read(toyExchange())).portfolio.accounts).toHaveLength(1)
    expect(seen).toHaveLength(2)
    answer(() => HttpResponse.error())
    const { portfolio } = await read(toyExchange(), { http: { retries: 1 } })
    expect(unread(portfolio, /failed before an answer came/)).toEqual(failure('ConnectionError'))
  })

  it('is waited for as long as Retry-After says, in seconds or as a date', async () => {
    const after = (value: string) => {
      answer((attempt) =>
        attempt === 1
          ? new HttpResponse('', { status: 429, headers: { 'retry-after': value } })
          : HttpResponse.json({ equity: 7 }),
      )
      return read(toyExchange())
    }
    expect((await after('7')).sleeps).toEqual([7000])
    expect((await after(new Date(START + 9000).toUTCString())).sleeps).toEqual([9000])
    expect((await after(new Date(START - 9000).toUTCString())).sleeps).toEqual([0])
    expect((await after('soon')).sleeps).toHaveLength(1)
  })

  it('is a rate-limit failure when it asks to wait too long, or never gives in', async () => {
    const seen = answer(
      () => new HttpResponse('', { status: 429, headers: { 'retry-after': '3600' } }),
    )
    const { portfolio, sleeps } = await read(toyExchange())
    expect(unread(portfolio, /HTTP 429.*wait 3600 s/)).toEqual(failure('RateLimitError'))
    expect(seen).toHaveLength(1)
    expect(sleeps).toEqual([])
    answer(() => new HttpResponse('', { status: 429 }))
    const stubborn = await read(toyExchange())
    expect(unread(stubborn.portfolio, /HTTP 429/)).toEqual(failure('RateLimitError'))
  })

  it('is asked no faster than its budget', async () => {
    const seen = answer(() => HttpResponse.json({ equity: 7 }))
    const { client, clock } = clientOf([toyExchange({ budget: { weight: 2, windowMs: 1000 } })])
    await readPortfolio(client, { owners: [ALICE, BOB] })
    expect(clock.sleeps).toEqual([])
    await readPortfolio(client, { owners: [ALICE] })
    expect(clock.sleeps).toEqual([1000])
    expect(seen).toHaveLength(3)
  })

  it('is a rate-limit failure when its budget can never hold the request', async () => {
    const heavy = toyExchange({ budget: { weight: 2, windowMs: 1000 }, request: { weight: 3 } })
    expect(unread((await read(heavy)).portfolio, /cannot take 3 more/)).toEqual(
      failure('RateLimitError'),
    )
  })

  it('is not followed to another address', async () => {
    server.use(
      http.get('https://elsewhere.test/', () => HttpResponse.json({ equity: 7 })),
      http.get(EQUITY, () => HttpResponse.redirect('https://elsewhere.test/')),
    )
    const { portfolio } = await read(toyExchange(), { http: { retries: 0 } })
    expect(unread(portfolio, /failed before/)).toEqual(failure('ConnectionError'))
  })

  it('that is not declared, or a path that is none, is a failure of the adapter', async () => {
    const undeclared = toyExchange({ request: { host: 'other' } })
    expect(unread((await read(undeclared)).portfolio, /does not declare/)).toEqual(
      failure('AdapterError'),
    )
    const noPath = toyExchange({ request: { path: '//evil.test/x' } })
    expect(unread((await read(noPath)).portfolio, /single "\/"/)).toEqual(failure('AdapterError'))
    const noJson = toyExchange({ request: { method: 'POST', body: { size: 1n } } })
    expect(unread((await read(noJson)).portfolio, /bigint 1/)).toEqual(failure('AdapterError'))
  })
})

describe('a signed request', () => {
  const SECRET = 'signature-0xfeed'
  const signed = toyExchange({ request: { method: 'POST', auth: 'wallet', body: { id: 7 } } })
  const auth = { wallet: async () => ({ 'x-signature': SECRET }) }

  it('carries the headers of the signer, who sees what is sent', async () => {
    const seen = answer(() => HttpResponse.json({ equity: 7 }))
    const asked: unknown[] = []
    const { portfolio } = await read(signed, {
      auth: {
        wallet: async (request) => {
          asked.push(request)
          return { 'x-signature': SECRET }
        },
      },
    })
    expect(portfolio.accounts).toHaveLength(1)
    expect(seen[0]?.headers.get('x-signature')).toBe(SECRET)
    const [request] = asked
    const url = `https://exchange.test/equity/${ALICE}`
    expect(request).toEqual({ method: 'POST', url, body: '{"id":7}' })
    expect(await seen[0]?.text()).toBe('{"id":7}')
  })

  it('is signed anew at every attempt', async () => {
    let count = 0
    const seen = answer((attempt) =>
      attempt === 1 ? new HttpResponse('', { status: 500 }) : HttpResponse.json({ equity: 7 }),
    )
    await read(signed, { auth: { wallet: async () => ({ 'x-nonce': String(++count) }) } })
    expect(seen.map(({ headers }) => headers.get('x-nonce'))).toEqual(['1', '2'])
  })

  it('is a typed failure without its signer, and nothing is sent', async () => {
    const seen = answer(() => HttpResponse.json({ equity: 7 }))
    expect(unread((await read(signed)).portfolio, /needs the signer "wallet"/)).toEqual(
      failure('AuthRequiredError'),
    )
    const inherited = toyExchange({ request: { auth: 'toString' } })
    expect(unread((await read(inherited)).portfolio, /toString/)).toEqual(
      failure('AuthRequiredError'),
    )
    expect(seen).toHaveLength(0)
  })

  it('is a typed failure when the signer throws, without what it threw', async () => {
    const { portfolio } = await read(signed, {
      auth: {
        wallet: async () => {
          throw new TypeError(`key ${SECRET}`)
        },
      },
    })
    expect(unread(portfolio, /threw TypeError/, SECRET)).toEqual(failure('AuthRequiredError'))
  })

  it('leaves no secret in a failure, also when the venue repeats it', async () => {
    answer(
      (_attempt, request) =>
        new HttpResponse(`bad ${request.headers.get('x-signature')}`, { status: 400 }),
    )
    const { portfolio } = await read(signed, { auth })
    expect(unread(portfolio, /bad <secret>/, SECRET)).toEqual(failure('HttpStatusError'))
  })
})

describe('a GraphQL venue', () => {
  const endpoint = graphql.link('https://subgraph.test/query')

  it('is asked through graphql-request', async () => {
    const seen: unknown[] = []
    server.use(
      endpoint.query('Account', ({ variables }) => {
        seen.push(variables)
        return HttpResponse.json({ data: { account: { equity: '7' } } })
      }),
    )
    const { portfolio } = await read(toySubgraph())
    expect(portfolio.failures).toEqual([])
    expect(portfolio.accounts).toMatchObject([{ legs: [{ amount: { raw: 7n } }] }])
    expect(seen).toEqual([{ id: ALICE }])
  })

  const body = (value: object | null) => HttpResponse.json(value)
  const spoiled: readonly (readonly [string, () => Response, string, RegExp])[] = [
    [
      'errors',
      () => body({ errors: [{ message: 'no such field' }] }),
      'GraphqlError',
      /no such field/,
    ],
    [
      'errors beside data',
      () =>
        body({ data: { account: { equity: '7' } }, errors: [{ message: 'indexer is behind' }] }),
      'GraphqlError',
      /indexer is behind/,
    ],
    ['no data', () => body({ data: null }), 'SchemaError', /account/],
    ['data without the field', () => body({ data: { account: {} } }), 'SchemaError', /account/],
    ['null', () => body(null), 'GraphqlError', /GraphQL endpoint/],
    ['HTML', () => HttpResponse.html('<html></html>'), 'NotJsonError', /an HTML page/],
    ['HTTP 400', () => new HttpResponse('bad', { status: 400 }), 'HttpStatusError', /HTTP 400/],
  ]
  it.each(spoiled)('that answers %s is a typed failure', async (_what, make, error, message) => {
    server.use(http.post('https://subgraph.test/query', make))
    const { portfolio } = await read(toySubgraph())
    expect(unread(portfolio, message)).toEqual(failure(error))
  })

  it('keeps the limits of every other request', async () => {
    let attempts = 0
    server.use(
      http.post('https://subgraph.test/query', () =>
        ++attempts === 1
          ? new HttpResponse('', { status: 503 })
          : HttpResponse.json({ data: { account: { equity: '7'.repeat(900) } } }),
      ),
    )
    const { portfolio } = await read(toySubgraph(), { http: { maxBytes: 512 } })
    expect(unread(portfolio, /512 bytes/)).toEqual(failure('AnswerTooLargeError'))
    expect(attempts).toBe(2)
  })
})

describe('createClient', () => {
  it('refuses two adapters of one id', () => {
    expect(() => clientOf([toyExchange(), toyExchange()])).toThrow(AdapterError)
  })

  it('refuses an address that is none, and hosts that no adapter has', () => {
    expect(() => clientOf([toyExchange({ url: 'exchange.test' })])).toThrow(/not an http/)
    const bad = { 'toy-exchange': { api: 'ftp://x' } }
    expect(() => clientOf([toyExchange()], { hosts: bad })).toThrow(/not an http/)
    const misspelt = { 'toy-exchange': { apii: 'https://x.test' } }
    expect(() => clientOf([toyExchange()], { hosts: misspelt })).toThrow(/no host/)
    const unknown = { other: { api: 'https://x.test' } }
    expect(() => clientOf([toyExchange()], { hosts: unknown })).toThrow(/no host/)
  })

  it('holds no signer that could be read off it', () => {
    const secret = Object.assign(async () => ({}), { privateKey: 'SECRET' })
    const { client } = clientOf([toyExchange()], { auth: { wallet: secret } })
    expect(inspect(client, { depth: 20, showHidden: true })).not.toContain('SECRET')
    expect(Object.isFrozen(client)).toBe(true)
  })
})
