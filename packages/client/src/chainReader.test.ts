import { delay, HttpResponse, http as onHttp } from 'msw'
import { setupServer } from 'msw/node'
import type { Hex } from 'viem'
import { encodeErrorResult, http } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from './createClient.js'
import type { Limits } from './limits.js'
import { readPortfolio } from './readPortfolio.js'
import type { FakeNode, FakeNodeOptions } from './testing/fakeNode.js'
import { fakeNode, RpcFault } from './testing/fakeNode.js'
import { ALICE, BOB, toyVault, vaultContract, word } from './testing/toys.js'
import { failure, unread } from './testing/unread.js'

const URL_WITH_KEY = 'https://node.test/v2/secret-key-of-the-user'
const VAULT = '0x1111111111111111111111111111111111111111'
const OTHER = '0x2222222222222222222222222222222222222222'
const contracts = { [VAULT]: vaultContract({ [ALICE]: 5n, [BOB]: 6n }) }
const vault = toyVault({ id: 'vault', address: VAULT, chains: [1] })

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

type Fault = (method: string) => Response | Promise<Response> | undefined

/** Serves a fake node at the address; `fault` may answer in its place. */
function serve(node: FakeNode, fault: Fault = () => undefined): void {
  server.use(
    onHttp.post(URL_WITH_KEY, async ({ request }) => {
      const body = (await request.json()) as { id: number; method: string; params?: unknown[] }
      const { id, method, params = [] } = body
      const spoiled = await fault(method)
      if (spoiled !== undefined) return spoiled
      try {
        return HttpResponse.json({ jsonrpc: '2.0', id, result: node.answer(method, params) })
      } catch (error) {
        if (!(error instanceof RpcFault)) throw error
        const { code, message } = error
        return HttpResponse.json({ jsonrpc: '2.0', id, error: { code, message } })
      }
    }),
  )
}

const result = (value: unknown) => HttpResponse.json({ jsonrpc: '2.0', id: 1, result: value })
const fault = (code: number, message: string) =>
  HttpResponse.json({ jsonrpc: '2.0', id: 1, error: { code, message } })

const nodeOf = (options: Partial<FakeNodeOptions> = {}) =>
  fakeNode({ chain: 1, contracts, ...options })

const clientOf = (limits: Partial<Limits> = {}, adapters = [vault]) =>
  createClient({
    chains: [
      { id: 1, transport: http(URL_WITH_KEY, { retryCount: 0, maxResponseBodySize: 20_000 }) },
    ],
    adapters,
    limits,
    clock: { now: Date.now, sleep: (ms, signal) => pause(Math.min(ms, 200), signal) },
  })

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

const read = (limits?: Partial<Limits>) => readPortfolio(clientOf(limits), { owners: [ALICE] })

describe('what a node may answer', () => {
  const page = '<!doctype html><html><body>Bad gateway</body></html>'
  const spoiled: readonly (readonly [string, string, Fault, string, RegExp])[] = [
    ['another chain', 'eth_chainId', () => result('0xa'), 'ChainError', /serves chain 10/],
    ['no chain id', 'eth_chainId', () => result(null), 'ChainError', /serves chain none/],
    ['no block', 'eth_getBlockByNumber', () => result(null), 'BlockPinError', /no latest block/],
    [
      'a block without a hash',
      'eth_getBlockByNumber',
      () => result({ number: '0x1', timestamp: '0x1' }),
      'MalformedCallAnswerError',
      /no number, hash or timestamp/,
    ],
    [
      'an RPC error',
      'eth_call',
      () => fault(-32000, 'node is being repaired'),
      'ConnectionError',
      /error -32000.*use another node/,
    ],
    [
      'an unknown method',
      'eth_getBlockByNumber',
      () => fault(-32601, 'no such method'),
      'ConnectionError',
      /error -32601/,
    ],
    [
      'a rate limit (RPC)',
      'eth_call',
      () => fault(-32005, 'daily limit'),
      'RateLimitError',
      /rate limit/,
    ],
    [
      'a rate limit (HTTP 429)',
      'eth_call',
      () => new HttpResponse('slow down', { status: 429 }),
      'RateLimitError',
      /rate limit/,
    ],
    [
      'HTTP 500',
      'eth_call',
      () => new HttpResponse('oops', { status: 500 }),
      'ConnectionError',
      /HTTP status 500/,
    ],
    [
      'an HTML page with status 200',
      'eth_call',
      () => HttpResponse.html(page),
      'NotJsonError',
      /not JSON/,
    ],
    ['a network failure', 'eth_call', () => HttpResponse.error(), 'ConnectionError', /Check the/],
    [
      'nothing in time',
      'eth_call',
      async () => {
        await delay(2000)
        return result('0x')
      },
      'TimeoutError',
      /no answer after 40 ms/,
    ],
    ['0x', 'eth_call', () => result('0x'), 'MalformedCallAnswerError', /empty \(0x\)/],
    ['null', 'eth_call', () => result(null), 'MalformedCallAnswerError', /whole bytes/],
    ['half a byte', 'eth_call', () => result('0x123'), 'MalformedCallAnswerError', /whole bytes/],
    [
      'a truncated answer',
      'eth_call',
      () => result(`0x${'20'.padStart(64, '0')}${'1'.padStart(64, '0')}`),
      'MalformedCallAnswerError',
      /ends after 64 bytes/,
    ],
    [
      'another number of answers',
      'eth_call',
      () => result(`0x${'20'.padStart(64, '0')}${'0'.padStart(64, '0')}`),
      'MalformedCallAnswerError',
      /does not hold 1 answers/,
    ],
    [
      'an absurd length',
      'eth_call',
      () => result(`0x${'f'.repeat(64)}`),
      'MalformedCallAnswerError',
      /absurd/,
    ],
    [
      'a block that is gone',
      'eth_call',
      () => fault(-32000, 'header for hash not found'),
      'BlockPinError',
      /archive node/,
    ],
    [
      'more than the transport accepts',
      'eth_getBlockByNumber',
      () => result('0x'.padEnd(30_000, '0')),
      'AnswerTooLargeError',
      /larger than the transport accepts/,
    ],
  ]

  it.each(spoiled)(
    '%s: a typed failure that says what to do',
    async (_what, method, spoil, error, message) => {
      serve(nodeOf(), (asked) => (asked === method ? spoil(asked) : undefined))
      const isSilent = error === 'TimeoutError'
      const portfolio = await read({ nodeTimeoutMs: isSilent ? 40 : 5000 })
      expect(unread(portfolio, message)).toEqual(failure(error))
    },
  )

  it('verifies the chain again after it could not', async () => {
    let isDown = true
    serve(nodeOf(), (method) =>
      isDown && method === 'eth_chainId' ? new HttpResponse('', { status: 503 }) : undefined,
    )
    const client = clientOf()
    expect(unread(await readPortfolio(client, { owners: [ALICE] }), /503/)).toEqual(
      failure('ConnectionError'),
    )
    isDown = false
    const portfolio = await readPortfolio(client, { owners: [ALICE] })
    expect(portfolio.accounts).toHaveLength(1)
  })
})

describe('what a contract may answer', () => {
  const answering = (answer: Hex | { readonly revert: Hex }) =>
    nodeOf({
      contracts: { [VAULT]: (data) => (data.startsWith('0x70a08231') ? answer : word(1n)) },
    })

  const revertOf = (message: string) =>
    encodeErrorResult({
      abi: [{ type: 'error', name: 'Error', inputs: [{ type: 'string', name: 'message' }] }],
      errorName: 'Error',
      args: [message],
    })

  const answers: readonly (readonly [string, Hex | { readonly revert: Hex }, string, RegExp])[] = [
    [
      'nothing (0x), which is not zero',
      '0x',
      'MalformedCallAnswerError',
      /answered nothing \(0x\)/,
    ],
    ['too few bytes', '0x1234', 'MalformedCallAnswerError', /do not decode/],
    [
      'a revert with a reason',
      { revert: revertOf('paused ⚓') },
      'CallRevertedError',
      /with "paused ⚓"/,
    ],
    [
      'a panic',
      { revert: `0x4e487b71${'12'.padStart(64, '0')}` },
      'CallRevertedError',
      /panic 0x12 \(division by zero\)/,
    ],
    ['a custom error', { revert: '0xdeadbeef' }, 'CallRevertedError', /custom error 0xdeadbeef/],
    ['a revert without a reason', { revert: '0x' }, 'CallRevertedError', /without a reason/],
    ['a cut-off reason', { revert: '0x08c379a0' }, 'CallRevertedError', /with ""/],
  ]

  it.each(answers)('%s: a typed failure of that call', async (_what, answer, error, message) => {
    serve(answering(answer))
    expect(unread(await read(), message)).toEqual(failure(error))
  })

  it('of one owner, that leaves the other owner alone', async () => {
    serve(
      nodeOf({
        contracts: {
          [VAULT]: (data) =>
            data.endsWith(BOB.slice(2)) ? { revert: '0x' } : vaultContract({ [ALICE]: 5n })(data),
        },
      }),
    )
    const portfolio = await readPortfolio(clientOf(), { owners: [ALICE, BOB] })
    expect(portfolio.accounts.map(({ owner }) => owner)).toEqual([`eip155:_:${ALICE}`])
    expect(portfolio.failures.map(({ owner }) => owner)).toEqual([`eip155:_:${BOB}`])
  })
})

describe('the pinned block', () => {
  it('is named by number where the node takes no hash, and checked again at the end', async () => {
    const node = nodeOf({ takesHash: false })
    serve(node)
    const client = clientOf()
    expect((await readPortfolio(client, { owners: [ALICE] })).accounts).toHaveLength(1)
    // The hash is tried once in the life of the client.
    expect(node.count('eth_call')).toBe(3)
    expect(node.count('eth_getBlockByNumber')).toBe(2)
    await readPortfolio(client, { owners: [ALICE] })
    expect(node.count('eth_call')).toBe(4)
    expect(node.count('eth_getBlockByNumber')).toBe(4)
  })

  it('makes all that was read by number unread when it was replaced meanwhile', async () => {
    const node = nodeOf({ takesHash: false })
    let blocks = 0
    serve(node, (method) => {
      if (method !== 'eth_getBlockByNumber' || ++blocks === 1) return undefined
      return result({ number: '0x64', hash: `0x${'ee'.repeat(32)}`, timestamp: '0x6553f100' })
    })
    expect(unread(await read(), /was replaced while it was being read/)).toEqual(
      failure('BlockPinError'),
    )
  })

  it('is a typed failure when it does not exist yet, or another one comes', async () => {
    serve(nodeOf())
    const late = readPortfolio(clientOf(), { owners: [ALICE], blockNumbers: { 1: 101n } })
    expect(unread(await late, /has no block 101/)).toEqual(failure('BlockPinError'))
    serve(nodeOf(), (method) =>
      method === 'eth_getBlockByNumber'
        ? result({ number: '0x1', hash: `0x${'ee'.repeat(32)}`, timestamp: '0x1' })
        : undefined,
    )
    const other = readPortfolio(clientOf(), { owners: [ALICE], blockNumbers: { 1: 7n } })
    expect(unread(await other, /answered with block 1/)).toEqual(failure('BlockPinError'))
  })

  it('is waited for when one node of several does not have it yet', async () => {
    let misses = 2
    const node = nodeOf()
    serve(node, (method) =>
      method === 'eth_call' && misses-- > 0 ? fault(-32000, 'header not found') : undefined,
    )
    expect((await read()).accounts).toHaveLength(1)
  })
})

describe('one eth_call', () => {
  it('is made without Multicall3 where it does not stand, and the code is looked up once', async () => {
    const node = nodeOf({ hasMulticall: false })
    serve(node)
    const client = clientOf()
    expect((await readPortfolio(client, { owners: [ALICE, BOB] })).accounts).toHaveLength(2)
    await readPortfolio(client, { owners: [ALICE, BOB] })
    expect(node.count('eth_call')).toBe(3)
    expect(node.count('eth_getCode')).toBe(1)
  })

  it('looks again whether Multicall3 stood at a block before the first known one', async () => {
    const node = nodeOf()
    serve(node)
    const client = clientOf()
    await readPortfolio(client, { owners: [ALICE], blockNumbers: { 1: 50n } })
    await readPortfolio(client, { owners: [ALICE], blockNumbers: { 1: 60n } })
    expect(node.count('eth_getCode')).toBe(1)
    await readPortfolio(client, { owners: [ALICE], blockNumbers: { 1: 40n } })
    expect(node.count('eth_getCode')).toBe(2)
  })

  it('is split when the limits say so', async () => {
    const node = nodeOf()
    serve(node)
    const portfolio = await readPortfolio(clientOf({ gas: 50_000 }), { owners: [ALICE, BOB] })
    expect(portfolio.accounts).toHaveLength(2)
    expect(node.count('eth_call')).toBe(4)
  })

  it('is halved when the node finds it too much, and stays so', async () => {
    const node = nodeOf({
      intercept: ({ method, params }) => {
        const [transaction] = params as readonly { readonly data: string }[]
        if (method === 'eth_call' && (transaction?.data.length ?? 0) > 900) {
          throw new RpcFault(-32000, 'out of gas: gas required exceeds allowance')
        }
        return undefined
      },
    })
    serve(node)
    const client = clientOf()
    expect((await readPortfolio(client, { owners: [ALICE, BOB] })).accounts).toHaveLength(2)
    const first = node.count('eth_call')
    expect(first).toBe(3 + 2)
    expect((await readPortfolio(client, { owners: [ALICE, BOB] })).accounts).toHaveLength(2)
    expect(node.count('eth_call') - first).toBe(2)
  })

  it('isolates a call that uses up the gas on its own', async () => {
    const hog = toyVault({ id: 'hog', address: OTHER, chains: [1] })
    serve(
      nodeOf({
        intercept: ({ method, params }) => {
          const [transaction] = params as readonly { readonly data: string }[]
          if (method === 'eth_call' && transaction?.data.includes(OTHER.slice(2))) {
            throw new RpcFault(-32000, 'out of gas')
          }
          return undefined
        },
      }),
    )
    const portfolio = await readPortfolio(clientOf({}, [vault, hog]), { owners: [ALICE] })
    expect(portfolio.accounts.map(({ venue }) => venue)).toEqual(['vault'])
    expect(portfolio.failures).toMatchObject([{ adapter: 'hog', error: 'CallRevertedError' }])
  })
})
