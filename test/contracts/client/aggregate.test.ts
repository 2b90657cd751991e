import { fileURLToPath } from 'node:url'
import type { Adapter, Answer, CallRequest, Client, ReadRounds } from '@plimsoll/client'
import { ask, createClient, defineAdapter, MULTICALL3, readPortfolio } from '@plimsoll/client'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import { compiledArtifacts } from '@plimsoll/testkit/venues'
import fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { createClient as createViemClient, custom, defineChain } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const OWNER: Address = `0x${'a1'.repeat(20)}`
const NOWHERE: Address = `0x${'ee'.repeat(20)}`
const HOG: Address = `0x${'06'.repeat(20)}`

/** Contracts of a few instructions each. */
const CODE: readonly (readonly [Address, Hex])[] = [
  // returns its calldata
  [`0x${'01'.repeat(20)}`, '0x366000600037366000f3'],
  // reverts with its calldata
  [`0x${'02'.repeat(20)}`, '0x366000600037366000fd'],
  // returns nothing
  [`0x${'03'.repeat(20)}`, '0x00'],
  // an invalid instruction takes all gas that it was given
  [`0x${'04'.repeat(20)}`, '0xfe'],
  // returns 10,000 bytes
  [`0x${'05'.repeat(20)}`, '0x6127106000f3'],
  // never ends
  [HOG, '0x5b600056'],
]
const TARGETS = CODE.map(([address]) => address).filter((address) => address !== HOG)
const LARGE: Address = `0x${'05'.repeat(20)}`

type RawCall = { readonly to: Address; readonly data: Hex }

/** Makes calls and shows their undecoded answers. */
function probe(chain: number, calls: readonly RawCall[]) {
  const seen: Answer[] = []
  const adapter: Adapter = defineAdapter({
    id: 'probe',
    name: 'Probe',
    kind: 'venue',
    family: 'lending',
    chains: [chain],
    hosts: {},
    history: 'block',
    discovery: 'none',
    fidelity: {},
    modules: [],
    *read({ owners, block }): ReadRounds {
      const requests = calls.map(
        ({ to, data }): CallRequest<Hex> => ({ kind: 'call', to, data, decode: (hex) => hex }),
      )
      seen.push(...(yield* ask(requests)))
      return {
        accounts: [],
        assets: [],
        marks: [],
        shared: {},
        existence: owners.map(({ id: owner }) => ({
          adapter: 'probe',
          chain,
          owner,
          state: 'none',
          asOf: block,
          validForMs: 0,
        })),
        failures: [],
        asOf: [],
      }
    },
  })
  return { adapter, seen }
}

const comparable = (answers: readonly Answer[]) =>
  answers.map((answer) =>
    answer.ok ? answer.value : `${answer.error.name}: ${answer.error.message}`,
  )

describe('the aggregated call, on a node', () => {
  let anvil: Anvil
  let sent: { readonly method: string; readonly params: readonly unknown[] }[] = []

  beforeAll(async () => {
    anvil = await startAnvil()
    const artifacts = await compiledArtifacts({
      from: import.meta.url,
      contracts: { Multicall3: 'local/Multicall3.sol' },
      remappings: { 'local/': fileURLToPath(new URL('.', import.meta.url)) },
      evmVersion: 'cancun',
      optimizerRuns: 200,
      version: 'multicall3 interface',
      cacheFolder: fileURLToPath(new URL('../../node_modules/.cache/solc', import.meta.url)),
    })
    const rpc = anvil.client.request as (request: {
      method: string
      params: readonly unknown[]
    }) => Promise<unknown>
    const [from] = (await rpc({ method: 'eth_accounts', params: [] })) as readonly Address[]
    const { bytecode } = artifacts('Multicall3')
    const data = `0x${bytecode.replace(/^0x/, '')}`
    const transaction = { from, data, gas: '0x1c9c380' }
    const receipt = (await rpc({
      method: 'eth_sendTransactionSync',
      params: [transaction],
    })) as { readonly contractAddress: Address }
    const code = await rpc({ method: 'eth_getCode', params: [receipt.contractAddress, 'latest'] })
    await rpc({ method: 'anvil_setCode', params: [MULTICALL3, code] })
    for (const [address, own] of CODE) {
      await rpc({ method: 'anvil_setCode', params: [address, own] })
    }
    await rpc({ method: 'anvil_setBalance', params: [OWNER, '0x123456789abcdef0'] })
    await rpc({ method: 'anvil_mine', params: ['0x1'] })
  })
  afterAll(() => anvil.stop())

  /** A client over the node; `multicall` is where it believes Multicall3 to be. */
  function clientAt(multicall: Address, adapter: Adapter): Client {
    const id = anvil.chain.id
    const chain = defineChain({ ...anvil.chain, contracts: { multicall3: { address: multicall } } })
    const transport = custom(
      {
        request: (request: { method: string; params: readonly unknown[] }) => {
          sent.push(request)
          return anvil.client.request(request as never)
        },
      },
      { retryCount: 0 },
    )
    return createClient({
      chains: [{ id, client: createViemClient({ chain, transport }) }],
      adapters: [adapter],
    })
  }

  async function answersOf(multicall: Address, calls: readonly RawCall[]) {
    const { adapter, seen } = probe(anvil.chain.id, calls)
    sent = []
    const portfolio = await readPortfolio(clientAt(multicall, adapter), { owners: [OWNER] })
    expect(portfolio.failures).toEqual([])
    return { answers: comparable(seen), ethCalls: sent.filter((r) => r.method === 'eth_call') }
  }

  const call = fc.record({
    // What takes all gas leaves the rest to chance, and the two ways use different amounts of it.
    to: fc.constantFrom(...TARGETS.slice(0, 3), NOWHERE),
    data: fc
      .uint8Array({ maxLength: 70 })
      .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`),
  })

  it('gives the same answers through Multicall3 and without it, in one eth_call each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 40 }), async (calls) => {
        const direct = await answersOf(MULTICALL3, calls)
        const deployless = await answersOf(NOWHERE, calls)
        expect(deployless.answers).toEqual(direct.answers)
        expect([direct.ethCalls.length, deployless.ethCalls.length]).toEqual([1, 1])
        expect(direct.ethCalls[0]?.params[0]).toHaveProperty('to', MULTICALL3)
        expect(deployless.ethCalls[0]?.params[0]).not.toHaveProperty('to')
      }),
      { numRuns: 30 },
    )
  })

  it('returns what a contract returns, and types what it does not', async () => {
    const data = '0xdeadbeef01' as const
    const { answers } = await answersOf(
      MULTICALL3,
      TARGETS.map((to) => ({ to, data })),
    )
    expect(answers[0]).toBe(data)
    expect(answers[1]).toMatch(/CallRevertedError: .*custom error 0xdeadbeef/)
    expect(answers[2]).toMatch(/MalformedCallAnswerError: .*\(0x\)/)
    expect(answers[3]).toMatch(/CallRevertedError: .*without a reason/)
    expect(answers[4]).toHaveLength(2 + 20_000)
  })

  it('reads native balances with and without Multicall3', async () => {
    const calls: readonly RawCall[] = [OWNER, NOWHERE].map((owner) => ({
      to: MULTICALL3,
      data: `0x4d2301cc${owner.slice(2).padStart(64, '0')}`,
    }))
    const expected = [`0x${'123456789abcdef0'.padStart(64, '0')}`, `0x${'0'.repeat(64)}`]
    expect((await answersOf(MULTICALL3, calls)).answers).toEqual(expected)
    expect((await answersOf(NOWHERE, calls)).answers).toEqual(expected)
  })

  it('takes answers of any length', async () => {
    const calls = [LARGE, OWNER, LARGE].map((to): RawCall => ({ to, data: '0x' }))
    const direct = await answersOf(MULTICALL3, calls)
    expect(direct.answers.map((answer) => String(answer).length > 20_000)).toEqual([
      true,
      false,
      true,
    ])
    expect((await answersOf(NOWHERE, calls)).answers).toEqual(direct.answers)
  })

  it('survives a contract that never ends', async () => {
    const [echo = NOWHERE] = TARGETS
    const good: RawCall = { to: echo, data: '0x01' }
    for (const multicall of [MULTICALL3, NOWHERE] as const) {
      const { answers } = await answersOf(multicall, [good, { to: HOG, data: '0x' }, good, good])
      expect(answers.filter((answer) => answer === '0x01')).toHaveLength(3)
      expect(answers[1]).toMatch(/CallRevertedError/)
    }
  })

  it('is pinned by the hash of the block', async () => {
    const { ethCalls } = await answersOf(MULTICALL3, [{ to: LARGE, data: '0x' }])
    expect(ethCalls[0]?.params[1]).toMatchObject({ requireCanonical: true })
  })
})
