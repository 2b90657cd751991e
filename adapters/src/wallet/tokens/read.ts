import type { Answer, CallRequest, ReadContext, ReadRounds } from '@plimsoll/client'
import { AdapterError, ask, contractCall, MalformedCallAnswerError } from '@plimsoll/client'
import type { Asset, Existence, Leg, MarginAccount, Owner, ReadFailure } from '@plimsoll/model'
import { accountId, reconcile } from '@plimsoll/model'
import type { Address, Hex } from 'viem'
import { HOLDINGS_RULE } from './margin.js'
import type { TokenList } from './token-list.js'

/**
 * Multicall3 reads native balances. The client answers the function itself on chains where no
 * Multicall3 stands, so that the balance comes in the same round and from the same block.
 */
const MULTICALL3: Address = '0xca11bde05977b3631167028862be2a173976ca11'

const GET_ETH_BALANCE = [
  {
    type: 'function',
    name: 'getEthBalance',
    stateMutability: 'view',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [{ name: 'balance', type: 'uint256' }],
  },
] as const

const BALANCE_OF = [
  {
    type: 'function',
    name: 'balanceOf',
    stateMutability: 'view',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [{ name: 'balance', type: 'uint256' }],
  },
] as const

/** More raw units than any asset has: a contract that answers this is not a token. */
const ABSURD = 1n << 200n

/** An hour: a wallet may receive anything at any block, so an empty one is soon unproven. */
const EMPTY_FOR_MS = 3_600_000

type EvmOwner = Extract<Owner, { kind: 'evm' }>
type Block = NonNullable<ReadContext['block']>

/** One round: the native balance and every token of the list, for every owner on this chain. */
export function* readTokens(
  context: ReadContext,
  lists: ReadonlyMap<number, TokenList>,
): ReadRounds {
  const { block } = context
  const list = block === null ? undefined : lists.get(block.chain)
  if (block === null || list === undefined) {
    throw new AdapterError(
      `The wallet adapter was read on ${block === null ? 'no chain' : `chain ${block.chain}`}. Add the chain to walletTokens({ chains }).`,
    )
  }
  const here = context.owners.filter(
    (owner): owner is EvmOwner =>
      owner.kind === 'evm' && (owner.chain === null || owner.chain === block.chain),
  )
  const answers = yield* ask(here.flatMap(({ address }) => balanceCalls(address, list)))
  const width = list.tokens.length + 1
  const wallets = here.map((owner, index) =>
    wallet(owner, block, list, answers.slice(index * width, (index + 1) * width)),
  )
  const elsewhere = context.owners.filter((owner) => !here.some(({ id }) => id === owner.id))
  return {
    accounts: wallets.flatMap(({ account }) => (account === null ? [] : [account])),
    assets: heldAssets(list, wallets),
    marks: [],
    shared: {},
    existence: [
      ...wallets.map(({ existence }) => existence),
      ...elsewhere.map((owner) => exists(owner, block, 'none')),
    ],
    failures: wallets.flatMap(({ failures }) => failures),
    asOf: [],
  }
}

function balanceCalls(owner: Address, list: TokenList): readonly CallRequest<bigint>[] {
  const native = contractCall({
    address: MULTICALL3,
    abi: GET_ETH_BALANCE,
    functionName: 'getEthBalance',
    args: [owner],
  })
  return [
    { ...native, decode: (answer) => balance(answer, list.native) },
    ...list.tokens.map(({ address, asset }) => ({
      ...contractCall({ address, abi: BALANCE_OF, functionName: 'balanceOf', args: [owner] }),
      decode: (answer: Hex) => balance(answer, asset),
    })),
  ]
}

/** One word and nothing else: what a token that pads, truncates or invents answers is no balance. */
function balance(answer: Hex, asset: Asset): bigint {
  if (!/^0x[0-9a-fA-F]{64}$/.test(answer)) {
    throw new MalformedCallAnswerError(
      `The balance of ${asset.symbol} (${asset.id}) is ${(answer.length - 2) / 2} bytes long instead of 32. Remove the token from the list if it is none, or use another node.`,
    )
  }
  const value = BigInt(answer)
  if (value > ABSURD) {
    throw new MalformedCallAnswerError(
      `The balance of ${asset.symbol} (${asset.id}) is ${value}, more than any token has. Remove the token from the list.`,
    )
  }
  return value
}

type Wallet = {
  readonly account: MarginAccount | null
  readonly existence: Existence
  readonly failures: readonly ReadFailure[]
}

function wallet(
  owner: EvmOwner,
  block: Block,
  list: TokenList,
  answers: readonly Answer<bigint>[],
): Wallet {
  const assets = [list.native, ...list.tokens.map(({ asset }) => asset)]
  const legs: Leg[] = []
  const failures: ReadFailure[] = []
  assets.forEach((asset, index) => {
    const answer = answers[index]
    if (answer === undefined || !answer.ok) failures.push(failure(owner, block, asset, answer))
    else if (answer.value > 0n) legs.push(leg(asset, answer.value))
  })
  const state = legs.length > 0 ? 'has' : failures.length > 0 ? 'unknown' : 'none'
  return {
    account: legs.length > 0 ? holdingsAccount(owner, block, legs) : null,
    existence: exists(owner, block, state),
    failures,
  }
}

function leg(asset: Asset, raw: bigint): Leg {
  const { id, decimals, kind } = asset
  return {
    kind: kind === 'vault-share' ? 'share' : 'cash',
    id,
    asset: id,
    mark: null,
    amount: { raw, decimals },
  }
}

function holdingsAccount(owner: EvmOwner, block: Block, legs: readonly Leg[]): MarginAccount {
  return {
    id: accountId(`wallet/${block.chain}/${owner.address}`),
    owner: owner.id,
    venue: 'wallet',
    label: `Wallet on chain ${block.chain}`,
    asOf: block,
    recourse: false,
    rule: {
      ...HOLDINGS_RULE,
      numeraire: 'USD',
      modes: {},
      parameters: null,
      shared: [],
    },
    legs,
    dependsOn: [],
    reconciliation: reconcile(`${HOLDINGS_RULE.tag}@${HOLDINGS_RULE.version}`, []),
    fidelity: { grade: 'exact' },
    flags: [],
  }
}

function failure(
  owner: EvmOwner,
  block: Block,
  asset: Asset,
  answer: Answer<bigint> | undefined,
): ReadFailure {
  const error = answer?.ok === false ? answer.error : undefined
  return {
    adapter: 'wallet',
    chain: block.chain,
    owner: owner.id,
    error: error?.name ?? 'MalformedCallAnswerError',
    message: `The balance of ${asset.symbol} (${asset.id}) is unknown. ${error?.shortMessage ?? 'The node gave no answer to the call: read again, or use another node.'}`,
  }
}

function exists(owner: Owner, block: Block, state: Existence['state']): Existence {
  return {
    adapter: 'wallet',
    chain: block.chain,
    owner: owner.id,
    state,
    asOf: state === 'unknown' ? null : block,
    validForMs: EMPTY_FOR_MS,
  }
}

function heldAssets(list: TokenList, wallets: readonly Wallet[]): readonly Asset[] {
  const held = new Set(
    wallets.flatMap(({ account }) => (account?.legs ?? []).map(({ asset }) => asset)),
  )
  return [list.native, ...list.tokens.map(({ asset }) => asset)].filter(({ id }) => held.has(id))
}
