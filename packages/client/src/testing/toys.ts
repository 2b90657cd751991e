import type { AsOf, Leg, MarginAccount, Owner, ReadFailure } from '@plimsoll/model'
import { accountId, nativeCoin, reconcile, unlistedAsset } from '@plimsoll/model'
import type { Address, Hex } from 'viem'
import { encodeFunctionData, parseAbi } from 'viem'
import * as z from 'zod/mini'
import type { Adapter, ReadContext, ReadResult, ReadRounds } from '../adapter.js'
import { defineAdapter } from '../adapter.js'
import { failureMessage } from '../failureMessage.js'
import type { Answer, HttpRequest } from '../requests.js'
import { ask, contractCall, decodeBy } from '../requests.js'
import type { Contract } from './fakeNode.js'

export const ALICE = '0x00000000000000000000000000000000000a11ce'
export const BOB = '0x0000000000000000000000000000000000000b0b'

const VAULT = parseAbi([
  'function balanceOf(address) view returns (uint256)',
  'function opened(address) view returns (uint256)',
])
const ether = unlistedAsset({ id: nativeCoin(1), symbol: 'ETH', decimals: 18 })

/** An adapter whose rounds are there at once. */
export type ToyAdapter = Omit<Adapter, 'read'> & {
  readonly read: (context: ReadContext) => ReadRounds
}

/** An account of one collateral leg. */
export function toyAccount(adapter: string, owner: Owner, asOf: AsOf, raw: bigint): MarginAccount {
  const leg: Leg = {
    kind: 'collateral',
    id: 'ether',
    asset: ether.id,
    mark: null,
    amount: { raw, decimals: 18 },
    counts: true,
  }
  return {
    id: accountId(`${adapter}/${asOf.kind === 'block' ? asOf.chain : 'venue'}/${owner.id}`),
    owner: owner.id,
    venue: adapter,
    label: adapter,
    asOf,
    recourse: false,
    rule: { tag: 'toy', version: 1, numeraire: 'ETH', modes: {}, parameters: null, shared: [] },
    legs: [leg],
    dependsOn: [],
    reconciliation: reconcile('toy-1', []),
    fidelity: { grade: 'modelled' },
    flags: [],
  }
}

/** What an adapter returns that found `raw` (null: a failure) for each owner. */
export function toyResult(
  id: string,
  { owners, block, nowMs }: ReadContext,
  found: readonly Answer<bigint>[],
): ReadResult {
  const asOf: AsOf = block ?? { kind: 'time', timeMs: nowMs }
  const chain = block?.chain ?? null
  const failures: ReadFailure[] = []
  const accounts: MarginAccount[] = []
  owners.forEach((owner, index) => {
    const answer = found[index]
    if (answer?.ok === true) {
      if (answer.value > 0n) accounts.push(toyAccount(id, owner, asOf, answer.value))
    } else if (answer !== undefined) {
      const { error } = answer
      const message = failureMessage(error)
      failures.push({ adapter: id, chain, owner: owner.id, error: error.name, message })
    }
  })
  return {
    accounts,
    assets: [ether],
    marks: [],
    shared: {},
    existence: owners.map(({ id: owner }, index) => {
      const answer = found[index]
      const state = answer?.ok !== true ? 'unknown' : answer.value > 0n ? 'has' : 'none'
      const at = state === 'unknown' ? null : asOf
      return { adapter: id, chain, owner, state, asOf: at, validForMs: 60_000 }
    }),
    failures,
    asOf: block === null ? [asOf] : [],
  }
}

const addressOf = (owner: Owner): Address =>
  owner.kind === 'evm' ? owner.address : '0x0000000000000000000000000000000000000000'

/** A venue on chain: discovery in a first round that memory saves, balances in the next. */
export function toyVault(options: {
  readonly id: string
  readonly address: Address
  readonly chains: readonly number[]
  readonly history?: Adapter['history']
}): ToyAdapter {
  const { id, address, chains, history = 'block' } = options
  return defineAdapter({
    id,
    name: id,
    kind: 'venue',
    family: 'lending',
    chains,
    hosts: {},
    history,
    discovery: 'opened(owner)',
    fidelity: {},
    modules: [],
    *read(context: ReadContext): ReadRounds {
      const call = (functionName: 'balanceOf' | 'opened') =>
        context.owners.map((owner) =>
          contractCall({ address, abi: VAULT, functionName, args: [addressOf(owner)] }),
        )
      if (context.memory === undefined) yield* ask(call('opened'))
      const balances = yield* ask(call('balanceOf'))
      return { ...toyResult(id, context, balances), memory: { discovered: true } }
    },
  })
}

/** The contract of a toy vault. */
export function vaultContract(balances: { readonly [owner: string]: bigint }): Contract {
  return (data) => {
    const owner = `0x${data.slice(-40)}`.toLowerCase()
    const isBalance = data.startsWith(
      encodeFunctionData({ abi: VAULT, functionName: 'balanceOf', args: [ALICE] }).slice(0, 10),
    )
    return word(isBalance ? (balances[owner] ?? 0n) : 1n)
  }
}

/** A 32-byte word. */
export function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}

const equity = z.object({ equity: z.int().check(z.minimum(0)) })

/** A venue over HTTP: one request an owner. */
export function toyExchange(
  options: {
    readonly id?: string
    readonly url?: string
    readonly rounds?: number
    readonly request?: Partial<HttpRequest<bigint>>
    readonly budget?: Adapter['hosts'][string]['budget']
  } = {},
): ToyAdapter {
  const { id = 'toy-exchange', url = 'https://exchange.test', rounds = 1, budget = null } = options
  return defineAdapter({
    id,
    name: id,
    kind: 'venue',
    family: 'perps',
    chains: [],
    hosts: { api: { url, budget, browser: 'cors' } },
    history: 'none',
    discovery: 'equity above zero',
    fidelity: {},
    modules: [],
    *read(context: ReadContext): ReadRounds {
      const requests = context.owners.map(
        (owner): HttpRequest<bigint> => ({
          kind: 'http',
          host: 'api',
          method: 'GET',
          path: `/equity/${addressOf(owner)}`,
          decode: (answer) => BigInt(decodeBy(equity, 'equity')(answer).equity),
          ...options.request,
        }),
      )
      let answers = yield* ask(requests)
      for (let round = 1; round < rounds; round++) answers = yield* ask(requests)
      return toyResult(id, context, answers)
    },
  })
}

/** A venue over GraphQL. */
export function toySubgraph(url = 'https://subgraph.test/query'): Adapter {
  const id = 'toy-subgraph'
  const data = z.object({ account: z.object({ equity: z.string() }) })
  return defineAdapter({
    id,
    name: id,
    kind: 'venue',
    family: 'options',
    chains: [],
    hosts: { graph: { url, budget: null, browser: 'cors' } },
    history: 'none',
    discovery: 'account entity',
    fidelity: {},
    modules: [],
    *read(context: ReadContext): ReadRounds {
      const answers = yield* ask(
        context.owners.map((owner) => ({
          kind: 'graphql' as const,
          host: 'graph',
          document: 'query Account($id: ID!) { account(id: $id) { equity } }',
          variables: { id: addressOf(owner) },
          decode: (answer: unknown) => BigInt(decodeBy(data, 'account')(answer).account.equity),
        })),
      )
      return toyResult(id, context, answers)
    },
  })
}
