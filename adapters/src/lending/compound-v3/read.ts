import type { ReadContext, ReadRounds } from '@plimsoll/client'
import { AdapterError, MalformedCallAnswerError } from '@plimsoll/client'
import type { MarginAccount, Owner, ReadFailure } from '@plimsoll/model'
import { MarkError } from '@plimsoll/model'
import { readFailure } from '../../existence.js'
import { type Rounds, together } from '../../together.js'
import { mergedReading } from '../mergedReading.js'
import { type MarketParts, marginAccount, marketParts } from './account.js'
import type { CompoundV3Market } from './deployments.js'
import { discover } from './discover.js'
import { MEMORY_FORMAT, type Memory, recall } from './memory.js'
import { type ReadAccount, type ReadAsset, type Snapshot, takeSnapshot } from './snapshot.js'

const ID = 'compound-v3'

type EvmOwner = Extract<Owner, { kind: 'evm' }>
type Block = NonNullable<ReadContext['block']>
type Context = ReadContext & { readonly block: Block }

/** What one market gave; without a memory it could not be read. */
type Reading = {
  readonly memory?: Memory
  readonly parts: readonly MarketParts[]
  readonly accounts: readonly MarginAccount[]
  readonly failures: readonly ReadFailure[]
}

/** An owner may enter a market at any block; every read looks again. */
const VALID_FOR_MS = 3_600_000

/**
 * Reads the markets of a chain. The first read takes four rounds (market and accounts, assets, tokens,
 * state), a refresh exactly one; when an owner entered or left an asset, what it is in is found out anew.
 */
export function* readCompoundV3(
  context: ReadContext,
  markets: readonly CompoundV3Market[],
): ReadRounds {
  const { block } = context
  if (block === null) {
    throw new AdapterError(
      'Adapter "compound-v3" was read on no chain. Connect the client to one of its chains.',
    )
  }
  const owners = context.owners.filter(
    (owner): owner is EvmOwner =>
      owner.kind === 'evm' && (owner.chain === null || owner.chain === block.chain),
  )
  const here = markets.filter(({ chain }) => owners.length > 0 && chain === block.chain)
  const readings = yield* together(
    here.map((market) => readMarket({ ...context, block }, market, owners)),
  )
  return mergedReading(ID, block, context.owners, readings, {
    format: MEMORY_FORMAT,
    validForMs: VALID_FOR_MS,
  })
}

function* readMarket(
  { block, memory: native }: Context,
  market: CompoundV3Market,
  owners: readonly EvmOwner[],
): Rounds<Reading> {
  const addresses = owners.map(({ address }) => address)
  try {
    const before = recall(native, market.comet, addresses)
    let memory = before ?? (yield* discover(market, addresses))
    let snapshot = yield* takeSnapshot(memory, block.timestamp)
    if (snapshot.isOther && before !== undefined) {
      memory = yield* discover(market, addresses)
      snapshot = yield* takeSnapshot(memory, block.timestamp)
    }
    return accountsOf(market, snapshot, memory, owners, block)
  } catch (error) {
    return { parts: [], accounts: [], failures: [readFailure(ID, named(market), null, error)] }
  }
}

type Held = { readonly owner: EvmOwner; readonly account: ReadAccount }

function accountsOf(
  market: CompoundV3Market,
  snapshot: Snapshot,
  memory: Memory,
  owners: readonly EvmOwner[],
  block: Block,
): Reading {
  const failures: ReadFailure[] = []
  const read = snapshot.market()
  const assets = new Map<number, ReadAsset>()
  const held = memory.owners.flatMap(({ address, held: offsets }): readonly Held[] => {
    const owner = owners.find((each) => each.address === address)
    if (owner === undefined) return []
    try {
      const account = snapshot.account(address)
      checkTotals(market, read.state, account)
      for (const offset of offsets) assets.set(offset, snapshot.asset(offset))
      return [{ owner, account }]
    } catch (error) {
      failures.push(readFailure(ID, named(market), owner.id, error))
      return []
    }
  })
  const known = [...assets.values()].sort((a, b) => a.known.offset - b.known.offset)
  const parts = marketParts(market, read, known)
  const accounts = held.flatMap(
    ({ owner, account }) => marginAccount(market, read, known, parts, owner, account, block) ?? [],
  )
  if (market.dollarPrices !== null && read.dollars === null) {
    const priced = new Set(accounts.map(({ owner }) => owner))
    failures.push(
      ...[...priced].map((owner) => readFailure(ID, named(market), owner, unpriced(memory))),
    )
  }
  return { memory, parts: accounts.length > 0 ? [parts] : [], accounts, failures }
}

/** @throws MalformedCallAnswerError when an account lends or owes more than all together */
function checkTotals(
  { comet }: CompoundV3Market,
  { totalSupply, totalBorrow }: { readonly totalSupply: bigint; readonly totalBorrow: bigint },
  { principal }: ReadAccount,
): void {
  if (principal <= totalSupply && principal >= -totalBorrow) return
  throw new MalformedCallAnswerError(
    `An account in market ${comet} is larger than the market itself. Check that the node is synced.`,
  )
}

/** A market with its venue's name. */
const named = ({ chain, name }: CompoundV3Market) => ({ chain, name: `Compound v3 ${name}` })

/** The account is there, but counts in a unit of its own. */
function unpriced({ base }: Memory): MarkError {
  return new MarkError(
    `The dollar price of ${base.symbol} (${base.address}) is not known: the account is left out of totals. Read again; an asset that Aave does not list has no price here.`,
  )
}
