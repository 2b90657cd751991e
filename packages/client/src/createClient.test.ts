import type { VenueModule } from '@plimsoll/model'
import { createClient as createViemClient, custom, defineChain } from 'viem'
import { describe, expect, it } from 'vitest'
import type { ChainConnection } from './connection.js'
import { createClient } from './createClient.js'
import { ChainError } from './errors.js'
import { createMemory } from './memory.js'
import { readPortfolio } from './readPortfolio.js'
import type { Task } from './source.js'
import { fakeNode } from './testing/fakeNode.js'
import { ALICE, toyVault, vaultContract } from './testing/toys.js'

const address = '0x1111111111111111111111111111111111111111' as const
const vault = toyVault({ id: 'vault', address, chains: [1] })
const contracts = { [address]: vaultContract({ [ALICE]: 5n }) }
const chainOf = (id: number) =>
  defineChain({
    id,
    name: 'Chain',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
const clientOf = (chains: readonly ChainConnection[]) => createClient({ chains, adapters: [vault] })

describe('createClient', () => {
  it('sends nothing before the first read', () => {
    const node = fakeNode({ chain: 1, contracts })
    clientOf([{ id: 1, transport: node.transport }])
    expect(node.requests).toEqual([])
  })

  it('reads through a viem client that exists already', async () => {
    const node = fakeNode({ chain: 1, contracts })
    const client = createViemClient({ chain: chainOf(1), transport: node.transport })
    const portfolio = await readPortfolio(clientOf([{ id: 1, client }]), { owners: [ALICE] })
    expect(portfolio.accounts).toHaveLength(1)
    const chainless = createViemClient({ transport: node.transport })
    const other = clientOf([{ id: 1, client: chainless }])
    expect((await readPortfolio(other, { owners: [ALICE] })).accounts).toHaveLength(1)
  })

  it("goes to the chain's own Multicall3 where it stands elsewhere", async () => {
    const elsewhere = '0x9999999999999999999999999999999999999999'
    const asked: string[] = []
    const node = fakeNode({ chain: 1, contracts, hasMulticall: false })
    const chain = { ...chainOf(1), contracts: { multicall3: { address: elsewhere } } } as const
    const transport = custom({
      async request({ method, params }: { method: string; params: readonly unknown[] }) {
        if (method === 'eth_getCode') asked.push(String(params[0]))
        return node.answer(method, params)
      },
    })
    const client = createViemClient({ chain, transport })
    await readPortfolio(clientOf([{ id: 1, client }]), { owners: [ALICE] })
    expect(asked).toEqual([elsewhere])
  })

  it('refuses a chain given twice, an id that is none, and the client of another chain', () => {
    const { transport } = fakeNode({ chain: 1 })
    const twice = [
      { id: 1, transport },
      { id: 1, transport },
    ]
    expect(() => clientOf(twice)).toThrow(ChainError)
    for (const id of [0, -1, 1.5, Number.NaN]) {
      expect(() => clientOf([{ id, transport }])).toThrow(ChainError)
    }
    const client = createViemClient({ chain: chainOf(10), transport })
    expect(() => clientOf([{ id: 1, client }])).toThrow(/is of chain 10/)
  })

  it('collects the margin rules of its adapters, each once', () => {
    const rule: VenueModule = {
      tag: 'toy',
      version: 1,
      evaluate: () => {
        throw new ChainError('not evaluated here')
      },
      compile: () => {
        throw new ChainError('not compiled here')
      },
      liquidate: null,
      operations: [],
      apply: (state) => state,
    }
    const adapters = [
      { ...vault, modules: [rule] },
      { ...vault, id: 'second', modules: [rule] },
    ]
    expect(createClient({ chains: [], adapters }).modules).toEqual([rule])
  })
})

describe('createMemory', () => {
  const task = (id: string, chain: number | null = 1): Task => ({
    adapter: { ...vault, id },
    chain,
    owners: [],
  })

  it('keeps adapters and chains apart, and forgets the oldest when full', () => {
    const memory = createMemory(2)
    memory.set(task('a', 1), 'a1')
    memory.set(task('a', 10), 'a10')
    expect([memory.get(task('a', 1)), memory.get(task('a', 10))]).toEqual(['a1', 'a10'])
    expect(memory.get(task('b', 1))).toBeUndefined()
    memory.set(task('a', 1), 'new')
    memory.set(task('c'), 'c')
    expect(memory.get(task('a', 1))).toBe('new')
    expect(memory.get(task('a', 10))).toBeUndefined()
  })
})
