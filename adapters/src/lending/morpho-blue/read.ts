import type { ReadContext, ReadRounds } from '@plimsoll/client'
import { AdapterError } from '@plimsoll/client'
import type { MarginAccount, Owner, ReadFailure } from '@plimsoll/model'
import { MarkError } from '@plimsoll/model'
import type { Hex } from 'viem'
import { readFailure } from '../../existence.js'
import { type Rounds, together } from '../../together.js'
import { mergedReading } from '../mergedReading.js'
import { type MarketParts, marginAccount, marketParts } from './account.js'
import type { MorphoBlueDeployment } from './deployments.js'
import { type Discovery, discover, type Found } from './discover.js'
import { DISCOVERY_VALID_FOR_MS, isFresh, MEMORY_FORMAT, type Memory, recall } from './memory.js'
import { type ReadMarket, type Snapshot, takeSnapshot } from './snapshot.js'

/** What the adapter reads. */
export type ReadOptions = {
  readonly deployments: readonly MorphoBlueDeployment[]
  readonly discovery: Discovery
}

const ID = 'morpho-blue'

type EvmOwner = Extract<Owner, { kind: 'evm' }>
type Block = NonNullable<ReadContext['block']>
type Context = ReadContext & { readonly block: Block }

/** What one deployment gave; without a memory it could not be read. */
type Reading = {
  readonly memory?: Memory
  readonly parts: readonly MarketParts[]
  readonly accounts: readonly MarginAccount[]
  readonly failures: readonly ReadFailure[]
}

/**
 * Reads the deployments of a chain. The first read takes four rounds (positions, markets, tokens, state),
 * a refresh exactly one; after ten minutes the interface is asked again.
 */
export function* readMorphoBlue(context: ReadContext, options: ReadOptions): ReadRounds {
  const { block } = context
  if (block === null) {
    throw new AdapterError(
      'Adapter "morpho-blue" was read on no chain. Connect the client to one of its chains.',
    )
  }
  const owners = context.owners.filter(
    (owner): owner is EvmOwner =>
      owner.kind === 'evm' && (owner.chain === null || owner.chain === block.chain),
  )
  const here = options.deployments.filter(({ chain }) => owners.length > 0 && chain === block.chain)
  const readings = yield* together(
    here.map((deployment) =>
      readDeployment({ ...context, block }, deployment, options.discovery, owners),
    ),
  )
  return mergedReading(ID, block, context.owners, readings, {
    format: MEMORY_FORMAT,
    validForMs: DISCOVERY_VALID_FOR_MS,
  })
}

function* readDeployment(
  context: Context,
  deployment: MorphoBlueDeployment,
  discovery: Discovery,
  owners: readonly EvmOwner[],
): Rounds<Reading> {
  const { block, nowMs } = context
  const addresses = owners.map(({ address }) => address)
  const before = recall(context.memory, deployment.morpho)
  try {
    const found: Found =
      before !== undefined && isFresh(before, addresses, nowMs)
        ? { memory: before, unlisted: null, broken: new Map() }
        : yield* discover(deployment, addresses, discovery, nowMs, before)
    const snapshot = yield* takeSnapshot(deployment, found.memory, block.timestamp)
    const reading = accountsOf(deployment, snapshot, found, owners, block)
    if (found.unlisted === null) return reading
    return { ...reading, failures: [...reading.failures, unlistedFailure(deployment, found)] }
  } catch (error) {
    return { parts: [], accounts: [], failures: [readFailure(ID, deployment, null, error)] }
  }
}

function accountsOf(
  deployment: MorphoBlueDeployment,
  snapshot: Snapshot,
  { broken }: Found,
  owners: readonly EvmOwner[],
  block: Block,
): Reading {
  const parts = new Map<Hex, MarketParts>()
  const accounts: MarginAccount[] = []
  const failures: ReadFailure[] = []
  for (const known of snapshot.memory.owners) {
    const owner = owners.find(({ address }) => address === known.address)
    if (owner === undefined) continue
    for (const id of known.markets) {
      try {
        const cause = broken.get(id)
        if (cause !== undefined) throw cause
        const market = snapshot.market(id)
        const part = parts.get(id) ?? marketParts(deployment, market)
        const position = snapshot.position(known, id)
        const account = marginAccount(deployment, market, part, owner, position, block)
        if (account === null) continue
        parts.set(id, part)
        accounts.push(account)
        if (market.dollars === null && deployment.dollarPrices !== null) {
          failures.push(readFailure(ID, deployment, owner.id, unpriced(market)))
        }
      } catch (error) {
        failures.push(readFailure(ID, deployment, owner.id, error))
      }
    }
  }
  return { memory: snapshot.memory, parts: [...parts.values()], accounts, failures }
}

/** The account is there, but counts in a unit of its own. */
function unpriced({ known }: ReadMarket): MarkError {
  return new MarkError(
    `The dollar price of ${known.loan.symbol} (${known.loan.address}) is not known: what it lends is left out of totals. Read again; an asset that Aave does not list has no price here.`,
  )
}

/** The interface did not say where the owners are: what was looked at instead, and what is not known. */
function unlistedFailure(
  { chain, name }: MorphoBlueDeployment,
  { memory, unlisted }: Found,
): ReadFailure {
  return {
    adapter: 'morpho-blue',
    chain,
    owner: null,
    error: unlisted?.name ?? 'AdapterError',
    message: `The list of positions in ${name} could not be read, and no contract keeps one: ${memory.markets.length} known markets were looked at, and positions in others are not known. ${unlisted?.shortMessage ?? ''}`,
  }
}
