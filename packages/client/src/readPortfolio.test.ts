import type { Portfolio } from '@plimsoll/model'
import { accountId, parsePortfolio, serializePortfolio } from '@plimsoll/model'
import fc from 'fast-check'
import type { Address } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Adapter, ReadResult } from './adapter.js'
import type { Client } from './createClient.js'
import { createClient } from './createClient.js'
import { AdapterError, ChainError } from './errors.js'
import { readPortfolio } from './readPortfolio.js'
import type { FakeNode, FakeNodeOptions } from './testing/fakeNode.js'
import { fakeNode } from './testing/fakeNode.js'
import {
  ALICE,
  BOB,
  toyAccount,
  toyExchange,
  toyResult,
  toyVault,
  vaultContract,
} from './testing/toys.js'

const addressOf = (digit: number): Address => `0x${String(digit).repeat(40)}`
const VAULTS = [1, 2, 3].map((digit) => addressOf(digit))

const vaults = (chains: readonly number[]): readonly Adapter[] =>
  VAULTS.map((address, index) => toyVault({ id: `vault-${index}`, address, chains }))

const contracts = Object.fromEntries(
  VAULTS.map((address, index) => [
    address,
    vaultContract({ [ALICE]: BigInt(index + 1), [BOB]: BigInt(10 * (index + 1)) }),
  ]),
)

const nodeOf = (chain: number, options: Partial<FakeNodeOptions> = {}): FakeNode =>
  fakeNode({ chain, contracts, ...options })

const clientOn = (nodes: readonly FakeNode[], adapters: readonly Adapter[]) =>
  createClient({ chains: nodes.map(({ transport, chain: id }) => ({ id, transport })), adapters })

const states = ({ existence }: Portfolio) =>
  existence.map(({ adapter, owner, state }) => `${adapter} ${owner.slice(-4)} ${state}`)

const rawOf = ({ accounts }: Portfolio) =>
  Object.fromEntries(
    accounts.map(({ id, legs }) => [
      id,
      legs.map((leg) => (leg.kind === 'collateral' ? leg.amount.raw : null)),
    ]),
  )

/** An adapter that returns `result` instead of what a toy vault found. */
const returning = (
  id: string,
  change: (result: ReadResult, owner: string) => ReadResult,
): Adapter => {
  const [address = addressOf(1)] = VAULTS
  const vault = toyVault({ id, address, chains: [1] })
  return {
    ...vault,
    *read(context) {
      const result = yield* vault.read(context)
      return change(result, context.owners[0]?.id ?? '')
    },
  }
}

describe('readPortfolio', () => {
  it('makes one eth_call a chain and round, and a refresh is one round', async () => {
    const nodes = [nodeOf(1), nodeOf(10)]
    const client = clientOn(nodes, vaults([1, 10]))
    const first = await readPortfolio(client, { owners: [ALICE] })
    expect(nodes.map((node) => node.count('eth_call'))).toEqual([2, 2])
    const second = await readPortfolio(client, { owners: [ALICE] })
    expect(nodes.map((node) => node.count('eth_call'))).toEqual([3, 3])
    expect(nodes.map((node) => node.count('eth_chainId'))).toEqual([1, 1])
    expect(nodes.map((node) => node.count('eth_getCode'))).toEqual([1, 1])
    expect(nodes.map((node) => node.count('eth_getBlockByNumber'))).toEqual([2, 2])
    expect(second.accounts).toEqual(first.accounts)
    expect(first.accounts).toHaveLength(6)
    expect(first.failures).toEqual([])
  })

  it('makes one eth_call a chain and refresh whatever the latencies of nodes and venues', async () => {
    const delays = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 8, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(delays, async (milliseconds) => {
        let turn = 0
        const delayMs = () => milliseconds[turn++ % milliseconds.length] ?? 0
        const nodes = [nodeOf(1, { delayMs }), nodeOf(10, { delayMs })]
        const client = createClient({
          chains: nodes.map(({ transport, chain: id }) => ({ id, transport })),
          adapters: [
            toyExchange({ id: 'slow', rounds: 3 }),
            ...vaults([1, 10]),
            toyExchange({ id: 'slower', rounds: 1 }),
          ],
          http: {
            fetch: async () => {
              await new Promise((resolve) => setTimeout(resolve, delayMs()))
              return new Response('{"equity":7}')
            },
          },
        })
        await readPortfolio(client, { owners: [ALICE] })
        expect(nodes.map((node) => node.count('eth_call'))).toEqual([2, 2])
        const portfolio = await readPortfolio(client, { owners: [ALICE] })
        expect(nodes.map((node) => node.count('eth_call'))).toEqual([3, 3])
        expect(portfolio.failures).toEqual([])
        expect(portfolio.accounts.map(({ id }) => id)).toEqual([
          `slow/venue/eip155:_:${ALICE}`,
          ...[0, 1, 2].flatMap((index) => [
            `vault-${index}/1/eip155:_:${ALICE}`,
            `vault-${index}/10/eip155:_:${ALICE}`,
          ]),
          `slower/venue/eip155:_:${ALICE}`,
        ])
      }),
      { numRuns: 100 },
    )
  })

  it('survives serialising', async () => {
    const portfolio = await readPortfolio(clientOn([nodeOf(1)], vaults([1])), {
      owners: [ALICE, BOB],
    })
    expect(parsePortfolio(serializePortfolio(portfolio))).toEqual(portfolio)
  })

  it('keeps two owners apart, also when each is read alone', async () => {
    const adapters = vaults([1])
    const both = await readPortfolio(clientOn([nodeOf(1)], adapters), { owners: [ALICE, BOB] })
    const alice = await readPortfolio(clientOn([nodeOf(1)], adapters), { owners: [ALICE] })
    const bob = await readPortfolio(clientOn([nodeOf(1)], adapters), { owners: [BOB] })
    expect(rawOf(both)).toEqual({ ...rawOf(alice), ...rawOf(bob) })
    expect(Object.keys(rawOf(both))).toHaveLength(6)
  })

  it('asks for an owner once who is given twice', async () => {
    const portfolio = await readPortfolio(clientOn([nodeOf(1)], vaults([1])), {
      owners: [ALICE, ALICE.toUpperCase().replace('0X', '0x')],
    })
    expect(portfolio.owners).toEqual([`eip155:_:${ALICE}`])
  })

  it('reads an address once that is asked for on every chain and on one', async () => {
    const portfolio = await readPortfolio(clientOn([nodeOf(1)], vaults([1])), {
      owners: [`eip155:1:${ALICE}`, ALICE],
    })
    expect(portfolio.owners).toEqual([`eip155:_:${ALICE}`])
    expect(portfolio.accounts).toHaveLength(3)
    expect(portfolio.failures).toEqual([])
  })

  it('reads more owners than fit one generator, still in one eth_call', async () => {
    const node = nodeOf(1)
    const client = createClient({
      chains: [{ id: 1, transport: node.transport }],
      adapters: vaults([1]),
      limits: { owners: 1 },
    })
    const portfolio = await readPortfolio(client, { owners: [ALICE, BOB] })
    expect(portfolio.accounts).toHaveLength(6)
    expect(portfolio.failures).toEqual([])
    expect(node.count('eth_call')).toBe(2)
  })

  it('reads an owner of one chain on that chain alone', async () => {
    const portfolio = await readPortfolio(clientOn([nodeOf(1), nodeOf(10)], vaults([1, 10])), {
      owners: [`eip155:10:${ALICE}`],
    })
    expect(portfolio.existence.map(({ chain }) => chain)).toEqual([10, 10, 10])
  })

  it('leaves chains without a connection out of scope', async () => {
    const portfolio = await readPortfolio(clientOn([nodeOf(1)], vaults([1, 10])), {
      owners: [ALICE],
    })
    expect(portfolio.existence.map(({ chain }) => chain)).toEqual([1, 1, 1])
  })

  it('refuses an owner, or a block, of a chain without a connection', async () => {
    const client = clientOn([nodeOf(1)], vaults([1]))
    await expect(readPortfolio(client, { owners: [`eip155:10:${ALICE}`] })).rejects.toThrow(
      ChainError,
    )
    const past = readPortfolio(client, { owners: [ALICE], blockNumbers: { 10: 5n } })
    await expect(past).rejects.toThrow(ChainError)
  })

  it('refuses an owner whom no adapter reads: an empty portfolio would look safe', async () => {
    const client = clientOn([nodeOf(1)], vaults([1]))
    await expect(readPortfolio(client, { owners: ['venue:nowhere:7'] })).rejects.toThrow(
      AdapterError,
    )
    const noChain = clientOn([], vaults([1]))
    await expect(readPortfolio(noChain, { owners: [ALICE] })).rejects.toThrow(AdapterError)
  })

  it('refuses a malformed owner and an empty list', async () => {
    const client = clientOn([nodeOf(1)], vaults([1]))
    await expect(readPortfolio(client, { owners: ['0x12'] })).rejects.toThrow(/not a valid owner/)
    await expect(readPortfolio(client, { owners: [] })).rejects.toThrow(/No owner/)
  })

  it('gives an account of a venue to the adapter of that name alone', async () => {
    const client = createClient({
      chains: [{ id: 1, transport: nodeOf(1).transport }],
      adapters: [...vaults([1]), toyExchange()],
      http: { fetch: async () => new Response('{"equity":7}') },
    })
    const portfolio = await readPortfolio(client, { owners: ['venue:toy-exchange:7'] })
    expect(portfolio.existence.map(({ adapter }) => adapter)).toEqual(['toy-exchange'])
  })

  it('reads at the block that was asked for', async () => {
    const node = nodeOf(1)
    const portfolio = await readPortfolio(clientOn([node], vaults([1])), {
      owners: [ALICE],
      blockNumbers: { 1: 42n },
    })
    expect(portfolio.asOf).toMatchObject([{ kind: 'block', chain: 1, number: 42n }])
    const tags = node.requests.filter(({ method }) => method === 'eth_call').map((r) => r.params[1])
    const hash = `0x${'2a'.padStart(64, '0')}`
    expect(tags).toEqual([
      { blockHash: hash, requireCanonical: true },
      { blockHash: hash, requireCanonical: true },
    ])
  })

  it('does not read the past with an adapter that has none', async () => {
    const [address = addressOf(1)] = VAULTS
    const adapters = [
      toyVault({ id: 'now-only', address, chains: [1], history: 'none' }),
      ...vaults([1]),
    ]
    const portfolio = await readPortfolio(clientOn([nodeOf(1)], adapters), {
      owners: [ALICE],
      blockNumbers: { 1: 42n },
    })
    expect(portfolio.failures).toMatchObject([{ adapter: 'now-only', error: 'AdapterError' }])
    expect(states(portfolio)).toContain('now-only 11ce unknown')
    expect(portfolio.accounts).toHaveLength(3)
  })

  it('says how far apart the instants are', async () => {
    const client = createClient({
      chains: [{ id: 1, transport: nodeOf(1).transport }],
      adapters: [...vaults([1]), toyExchange()],
      http: { fetch: async () => new Response('{"equity":7}') },
      clock: { now: () => 0x6553f100 * 1000 + 1234, sleep: () => new Promise(() => {}) },
    })
    expect((await readPortfolio(client, { owners: [ALICE] })).skewMs).toBe(1234)
  })

  it('asks what two adapters ask alike only once', async () => {
    const [address = addressOf(1)] = VAULTS
    const seen: string[] = []
    const node = nodeOf(1, {
      contracts: {
        [address]: (data) => {
          seen.push(data)
          return vaultContract({ [ALICE]: 5n })(data)
        },
      },
    })
    const adapters = ['a1', 'a2'].map((id) => toyVault({ id, address, chains: [1] }))
    const portfolio = await readPortfolio(clientOn([node], adapters), { owners: [ALICE] })
    expect(portfolio.accounts).toHaveLength(2)
    expect(seen).toHaveLength(2)
  })

  it('gives up when the signal aborts', async () => {
    const controller = new AbortController()
    const hanging = nodeOf(1, { delayMs: () => 60_000 })
    const reading = readPortfolio(clientOn([hanging], vaults([1])), {
      owners: [ALICE],
      signal: controller.signal,
    })
    controller.abort(new ChainError('stopped by the test'))
    await expect(reading).rejects.toThrow('stopped by the test')
  })
})

describe('readPortfolio, when something throws that is no PlimsollError', () => {
  it('is a typed failure of what was being read, and nothing else', async () => {
    const client = clientOn([nodeOf(1), nodeOf(10)], vaults([1, 10]))
    const { source } = client
    const faulty: Client = {
      ...client,
      source: {
        ...source,
        open(input) {
          const session = source.open(input)
          return {
            ...session,
            ask: (chain, asked) =>
              chain === 1 ? Promise.reject(new RangeError('a fault')) : session.ask(chain, asked),
          }
        },
      },
    }
    const portfolio = await readPortfolio(faulty, { owners: [ALICE] })
    expect(portfolio.accounts).toHaveLength(3)
    expect(portfolio.failures.map(({ chain }) => chain)).toEqual([1, 1, 1])
    expect(portfolio.failures[0]?.message).toMatch(/RangeError: a fault/)
  })
})

describe('readPortfolio with an adapter that breaks its contract', () => {
  const [address = addressOf(1)] = VAULTS
  const good = toyVault({ id: 'good', address, chains: [1] })
  const read = (bad: Adapter, owners: readonly string[] = [ALICE]) =>
    readPortfolio(clientOn([nodeOf(1)], [good, bad]), { owners })

  const broken: readonly (readonly [string, Adapter, RegExp])[] = [
    [
      'throws at once',
      {
        ...good,
        id: 'bad',
        read: () => {
          throw new TypeError('boom')
        },
      },
      /boom/,
    ],
    [
      'cannot be loaded',
      { ...good, id: 'bad', read: async () => Promise.reject(new TypeError('chunk')) },
      /chunk/,
    ],
    [
      'throws between rounds',
      {
        ...good,
        id: 'bad',
        *read(context) {
          yield* good.read(context)
          throw new RangeError('between')
        },
      },
      /not a PlimsollError.*RangeError: between/,
    ],
    [
      'asks with bytes that would shift those of others',
      {
        ...good,
        id: 'bad',
        *read(context) {
          yield [{ kind: 'call', to: address, data: '0x123', decode: String }]
          return toyResult('bad', context, [])
        },
      },
      /no whole bytes/,
    ],
    [
      'asks without an address',
      {
        ...good,
        id: 'bad',
        *read(context) {
          yield [{ kind: 'call', to: '0x12', data: '0x', decode: String }]
          return toyResult('bad', context, [])
        },
      },
      /no address/,
    ],
    [
      'returns what is no result',
      returning('bad', () => JSON.parse('{}')),
      /not a PlimsollError.*TypeError/,
    ],
    [
      'never ends',
      {
        ...good,
        id: 'bad',
        *read() {
          for (;;) yield []
        },
      },
      /still asks after 16 rounds/,
    ],
    [
      'answers for an owner who was not asked for',
      returning('bad', (result) => ({
        ...result,
        accounts: result.accounts.map((account) => ({
          ...account,
          owner: `eip155:_:${BOB}` as typeof account.owner,
        })),
      })),
      /was not asked for/,
    ],
    [
      'states existence for an owner who was not asked for',
      returning('bad', (result) => ({
        ...result,
        existence: result.existence.map((entry) => ({
          ...entry,
          owner: `eip155:_:${BOB}` as typeof entry.owner,
        })),
      })),
      /was not asked for/,
    ],
    [
      'says that there is nothing and returns accounts',
      returning('bad', (result) => ({
        ...result,
        existence: result.existence.map((entry) => ({ ...entry, state: 'none' })),
      })),
      /has none, but returned accounts/,
    ],
    [
      'says that there is something and returns nothing',
      returning('bad', (result) => ({ ...result, accounts: [] })),
      /returned none and no failure/,
    ],
    [
      'dates an account otherwise than at the pinned block',
      returning('bad', (result) => ({
        ...result,
        accounts: result.accounts.map((account) => ({
          ...account,
          asOf: { kind: 'time', timeMs: 0 },
        })),
      })),
      /pinned block/,
    ],
    [
      'uses one account id twice',
      returning('bad', (result) => ({
        ...result,
        accounts: [...result.accounts, ...result.accounts],
      })),
      /twice/,
    ],
    [
      "takes another adapter's account id",
      returning('bad', (result) => ({
        ...result,
        accounts: result.accounts.map((account) => ({
          ...account,
          id: accountId(`good/1/eip155:_:${ALICE}`),
        })),
      })),
      /contradict/,
    ],
    [
      'refers to an asset that it does not return',
      returning('bad', (result) => ({ ...result, assets: [] })),
      /does not hold/,
    ],
    [
      'contradicts another about the decimals of an asset',
      returning('bad', (result) => ({
        ...result,
        assets: result.assets.map((asset) => ({ ...asset, decimals: 6 })),
      })),
      /contradict/,
    ],
    [
      'returns a negative collateral',
      returning('bad', (result) => ({
        ...result,
        accounts: result.accounts.map((account) =>
          toyAccount(
            'bad',
            {
              kind: 'evm',
              id: account.owner,
              chain: null,
              address: ALICE,
            },
            account.asOf,
            -1n,
          ),
        ),
      })),
      /negative amount/,
    ],
    [
      'backs a leg by an account that nobody read',
      returning('bad', (result) => ({
        ...result,
        accounts: result.accounts.map((account) => ({
          ...account,
          legs: account.legs.map((leg) => ({
            ...leg,
            backedBy: { kind: 'account', account: accountId('nowhere/1/x') },
          })),
        })),
      })),
      /was not read/,
    ],
  ]

  it.each(broken)('makes it unknown when it %s, and keeps the others', async (_what, bad, why) => {
    const portfolio = await read(bad)
    expect(portfolio.accounts.map(({ venue }) => venue)).toEqual(['good'])
    expect(states(portfolio)).toEqual(['good 11ce has', 'bad 11ce unknown'])
    expect(portfolio.failures).toHaveLength(1)
    expect(portfolio.failures[0]?.adapter).toBe('bad')
    expect(portfolio.failures[0]?.message).toMatch(why)
    expect(parsePortfolio(serializePortfolio(portfolio))).toEqual(portfolio)
  })

  it('makes an owner unknown whom it forgets, and says so', async () => {
    const forgetful = returning('bad', (result) => ({ ...result, existence: [], accounts: [] }))
    const portfolio = await read(forgetful)
    expect(states(portfolio)).toEqual(['good 11ce has', 'bad 11ce unknown'])
    expect(portfolio.failures).toMatchObject([{ adapter: 'bad', owner: `eip155:_:${ALICE}` }])
  })

  it('keeps a leg that is backed by an account of another adapter', async () => {
    const backed = returning('bad', (result) => ({
      ...result,
      accounts: result.accounts.map((account) => ({
        ...account,
        legs: account.legs.map((leg) => ({
          ...leg,
          backedBy: { kind: 'account', account: accountId(`good/1/eip155:_:${ALICE}`) },
        })),
      })),
    }))
    const portfolio = await read(backed)
    expect(portfolio.failures).toEqual([])
    expect(portfolio.accounts).toHaveLength(2)
  })

  it('does not remember what a broken read discovered', async () => {
    const memories: unknown[] = []
    const vault = toyVault({ id: 'bad', address, chains: [1] })
    const bad: Adapter = {
      ...vault,
      *read(context) {
        memories.push(context.memory)
        return { ...(yield* vault.read(context)), accounts: [] }
      },
    }
    const client = clientOn([nodeOf(1)], [bad])
    await readPortfolio(client, { owners: [ALICE] })
    await readPortfolio(client, { owners: [ALICE] })
    expect(memories).toEqual([undefined, undefined])
  })
})
