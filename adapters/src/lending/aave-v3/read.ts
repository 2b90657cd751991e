import type { ReadContext, ReadResult, ReadRounds } from '@plimsoll/client'
import { AdapterError, BlockPinError } from '@plimsoll/client'
import type { Existence, MarginAccount, Native, Owner, OwnerId, ReadFailure } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import { type MarketParts, marginAccount, marketParts } from './account.js'
import { discover, knowsAll } from './discover.js'
import type { AaveV3Market } from './markets.js'
import { holds, type MarketMemory, recall } from './memory.js'
import { type Snapshot, takeSnapshot } from './snapshot.js'
import { type Rounds, together } from './together.js'

/** What one adapter of this family reads. */
export type ReadOptions = {
  /** Adapter id, and first part of every id below it. */
  readonly venue: string
  readonly markets: readonly AaveV3Market[]
  /** Reserves read beside those held: `all`, so that any operation can be judged, or none. */
  readonly reserves: 'held' | 'all'
  /** E-modes read beside those in use. */
  readonly eModes: readonly number[]
}

type EvmOwner = Extract<Owner, { kind: 'evm' }>
type Block = NonNullable<ReadContext['block']>

/** What one market gave; `memory` is null when it could not be read. */
type MarketReading = MarketParts & {
  readonly memory: MarketMemory | null
  readonly accounts: readonly MarginAccount[]
  readonly failures: readonly ReadFailure[]
}

/** An owner may open an account at any block: that he has none holds for an hour. */
const NONE_FOR_MS = 3_600_000
/** How often an owner may change what he has while he is being read. */
const MOST_CHANGES = 3

/**
 * Reads every market of the chain in lock step. The first read takes four or five rounds, a refresh
 * exactly one, and one more when an owner entered or left a reserve or an e-mode since.
 */
export function* readAaveV3(context: ReadContext, options: ReadOptions): ReadRounds {
  const { block } = context
  if (block === null) {
    throw new AdapterError(
      `Adapter "${options.venue}" was read on no chain. Give the client a connection to one of its chains.`,
    )
  }
  const owners = context.owners.filter(
    (owner): owner is EvmOwner =>
      owner.kind === 'evm' && (owner.chain === null || owner.chain === block.chain),
  )
  const markets = options.markets.filter(({ chain }) => chain === block.chain)
  const readings =
    owners.length === 0
      ? []
      : yield* together(
          markets.map((market) => readMarket({ ...context, block }, options, market, owners)),
        )
  const failures = readings.flatMap((reading) => reading.failures)
  const accounts = readings.flatMap((reading) => reading.accounts)
  const remembered = readings.flatMap(({ memory }) => (memory === null ? [] : [memory]))
  return {
    accounts,
    failures,
    assets: unique(readings.flatMap(({ assets }) => assets)),
    marks: readings.flatMap(({ marks }) => marks),
    shared: Object.assign({}, ...readings.map(({ shared }) => shared)),
    existence: context.owners.map((owner) =>
      existenceOf(owner.id, options.venue, block, accounts, failures),
    ),
    asOf: [],
    memory: remembered as readonly Native[],
  } satisfies ReadResult
}

function* readMarket(
  context: ReadContext & { readonly block: Block },
  options: ReadOptions,
  market: AaveV3Market,
  owners: readonly EvmOwner[],
): Rounds<MarketReading> {
  const addresses = owners.map(({ address }) => address)
  const fail = (owner: OwnerId | null, error: PlimsollError): ReadFailure => ({
    adapter: options.venue,
    chain: market.chain,
    owner,
    error: error.name,
    message: `${market.name} could not be read. ${error.shortMessage}`,
  })
  try {
    let memory =
      recall(context.memory, market.pool, addresses, context.nowMs) ??
      (yield* discover(context, market, addresses, options.eModes))
    for (let change = 0; change <= MOST_CHANGES; change += 1) {
      const extra = options.reserves === 'all' ? memory.reserves.map(({ id }) => id) : []
      const also = { reserves: extra, eModes: options.eModes }
      const found = yield* takeSnapshot(memory, context.block.timestamp, also)
      if (!('changed' in found)) return accountsOf(options, market, found, owners, context.block, fail)
      // A new revision, reserve or e-mode may mean new addresses.
      memory = mayAddReserves(memory, found.changed)
        ? yield* discover(context, market, addresses, options.eModes)
        : found.changed
    }
    throw new BlockPinError(
      `The owners' configuration in ${market.name} differed ${MOST_CHANGES + 1} times at one block. The node mixes blocks: use another one.`,
    )
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    return { memory: null, accounts: [], failures: [fail(null, error)], assets: [], marks: [], shared: {} }
  }
}

function mayAddReserves(before: MarketMemory, after: MarketMemory): boolean {
  const enters = after.owners.some(({ eMode }, index) => eMode !== before.owners[index]?.eMode)
  return after.revision !== before.revision || enters || !knowsAll(after)
}

function accountsOf(
  { venue }: ReadOptions,
  market: AaveV3Market,
  snapshot: Snapshot,
  owners: readonly EvmOwner[],
  block: Block,
  fail: (owner: OwnerId | null, error: PlimsollError) => ReadFailure,
): MarketReading {
  const parts = marketParts(venue, market, snapshot)
  const accounts: MarginAccount[] = []
  const failures: ReadFailure[] = []
  owners.forEach(({ id }, index) => {
    const reading = snapshot.owners[index]
    if (reading === undefined) return
    if (!reading.ok) {
      failures.push(fail(id, reading.error))
      return
    }
    const account = marginAccount(venue, market, snapshot, parts, id, reading, block)
    if (account !== null) accounts.push(account)
  })
  const isInUse = snapshot.memory.owners.some((owner) =>
    snapshot.memory.reserves.some(({ id }) => holds(owner, id)),
  )
  return {
    memory: snapshot.memory,
    accounts,
    failures,
    ...(isInUse || snapshot.reserves.length > 0 ? parts : { assets: [], marks: [], shared: {} }),
  }
}

function existenceOf(
  owner: OwnerId,
  adapter: string,
  block: Block,
  accounts: readonly MarginAccount[],
  failures: readonly ReadFailure[],
): Existence {
  const isFound = accounts.some((account) => account.owner === owner)
  const isFailed = failures.some((failure) => failure.owner === null || failure.owner === owner)
  const state = isFound ? 'has' : isFailed ? 'unknown' : 'none'
  return {
    adapter,
    chain: block.chain,
    owner,
    state,
    asOf: state === 'unknown' ? null : block,
    validForMs: state === 'unknown' ? 0 : NONE_FOR_MS,
  }
}

function unique<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}
