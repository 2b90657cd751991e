import type { ReadContext, ReadResult, ReadRounds } from '@plimsoll/client'
import { AdapterError, BlockPinError } from '@plimsoll/client'
import type { MarginAccount, Native, Owner, OwnerId, ReadFailure } from '@plimsoll/model'
import { existenceOf, readFailure } from '../../existence.js'
import { type Rounds, together } from '../../together.js'
import { type MarketParts, marginAccount, marketParts } from './account.js'
import { discover } from './discover.js'
import type { AaveV3Market } from './markets.js'
import { type MarketMemory, MEMORY_FORMAT, recall } from './memory.js'
import { type Snapshot, takeSnapshot } from './snapshot.js'

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
type Context = ReadContext & { readonly block: Block }

/** What one market gave; without a memory it could not be read. */
type MarketReading = Omit<MarketParts, 'poolKey' | 'eModes'> & {
  readonly memory?: MarketMemory
  readonly accounts: readonly MarginAccount[]
  readonly failures: readonly ReadFailure[]
}

/** An owner may open an account at any block: that he has none holds for an hour. */
const VALID_FOR_MS = 3_600_000
/** How often an owner may change what he has while he is being read. */
const MOST_CHANGES = 3

/**
 * Reads every market of the chain in lock step. The first read takes at most four rounds, a refresh
 * exactly one, and one more when an owner entered or left a reserve since; three more when he changed the
 * e-mode or the pool its revision.
 */
export function* readAaveV3(context: ReadContext, options: ReadOptions): ReadRounds {
  const { block } = context
  if (block === null) {
    throw new AdapterError(
      `Adapter "${options.venue}" was read on no chain. Connect the client to one of its chains.`,
    )
  }
  const owners = context.owners.filter(
    (owner): owner is EvmOwner =>
      owner.kind === 'evm' && (owner.chain === null || owner.chain === block.chain),
  )
  const markets = options.markets.filter(({ chain }) => owners.length > 0 && chain === block.chain)
  const readings = yield* together(
    markets.map((market) => readMarket({ ...context, block }, options, market, owners)),
  )
  const failures = readings.flatMap((reading) => reading.failures)
  const accounts = readings.flatMap((reading) => reading.accounts)
  const memories: readonly Native[] = readings.flatMap(({ memory }) => memory ?? [])
  return {
    accounts,
    failures,
    assets: unique(readings.flatMap(({ assets }) => assets)),
    marks: readings.flatMap(({ marks }) => marks),
    shared: Object.assign({}, ...readings.map(({ shared }) => shared)),
    existence: context.owners.map(({ id }) =>
      existenceOf(id, options.venue, block, { accounts, failures, validForMs: VALID_FOR_MS }),
    ),
    asOf: [],
    memory: [MEMORY_FORMAT, ...memories],
  } satisfies ReadResult
}

function* readMarket(
  context: Context,
  options: ReadOptions,
  market: AaveV3Market,
  owners: readonly EvmOwner[],
): Rounds<MarketReading> {
  const { block, nowMs } = context
  const { eModes } = options
  const addresses = owners.map(({ address }) => address)
  const fail = (owner: OwnerId | null, error: unknown): ReadFailure =>
    readFailure(options.venue, market, owner, error)
  try {
    let memory =
      recall(context.memory, market.pool, addresses, nowMs) ??
      (yield* discover(market, addresses, eModes, nowMs))
    for (let change = 0; change <= MOST_CHANGES; change += 1) {
      const also = { allReserves: options.reserves === 'all', eModes }
      const found = yield* takeSnapshot(memory, block.timestamp, also)
      if (!('changed' in found))
        return accountsOf(options.venue, market, found, owners, block, fail)
      memory = isKnown(memory, found.changed)
        ? found.changed
        : yield* discover(market, addresses, eModes, nowMs)
    }
    throw new BlockPinError(
      `The owners' positions in ${market.name} kept changing at one block: the node mixes blocks. Use another one.`,
    )
  } catch (error) {
    return { accounts: [], failures: [fail(null, error)], assets: [], marks: [], shared: {} }
  }
}

/** Whether what changed only names what is known: a new revision, e-mode or reserve may have new addresses. */
function isKnown(before: MarketMemory, after: MarketMemory): boolean {
  const ids = before.reserves.map(({ id }) => 3n << BigInt(2 * id))
  const known = ids.reduce((mask, bits) => mask | bits, 0n)
  return (
    after.revision === before.revision &&
    after.owners.every(
      ({ configuration, eMode }, index) =>
        (configuration & ~known) === 0n && eMode === before.owners[index]?.eMode,
    )
  )
}

function accountsOf(
  venue: string,
  market: AaveV3Market,
  snapshot: Snapshot,
  owners: readonly EvmOwner[],
  block: Block,
  fail: (owner: OwnerId | null, error: unknown) => ReadFailure,
): MarketReading {
  const { memory } = snapshot
  const parts = marketParts(venue, market, snapshot)
  const { assets, marks, shared } = parts
  const accounts: MarginAccount[] = []
  const failures: ReadFailure[] = []
  snapshot.owners.forEach((reading, index) => {
    const owner = owners[index]?.id
    if (owner === undefined) return
    try {
      const account = marginAccount(venue, market, snapshot, parts, owner, reading, block)
      if (account !== null) accounts.push(account)
    } catch (error) {
      failures.push(fail(owner, error))
    }
  })
  return snapshot.reserves.length > 0
    ? { memory, accounts, failures, assets, marks, shared }
    : { memory, accounts, failures, assets, marks, shared: {} }
}

function unique<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}
