import type { ReadContext, ReadResult, ReadRounds } from '@plimsoll/client'
import { AdapterError } from '@plimsoll/client'
import type {
  Asset,
  MarginAccount,
  Mark,
  Native,
  Owner,
  ReadFailure,
  SharedKey,
} from '@plimsoll/model'
import { existenceOf, readFailure } from '../../existence.js'
import { type Rounds, together } from '../../together.js'
import { marginAccount, poolParts } from './account.js'
import { discover } from './discover.js'
import { MEMORY_FORMAT, type PoolMemory, recall } from './memory.js'
import type { KnownPool } from './pools.js'
import { takeSnapshot } from './snapshot.js'
import { poolKey } from './state.js'

const ID = 'panoptic-v2'

type EvmOwner = Extract<Owner, { kind: 'evm' }>
type Block = NonNullable<ReadContext['block']>
type Context = ReadContext & { readonly block: Block }

/** What one pool gave; without a memory it could not be read. */
type PoolReading = {
  readonly memory?: PoolMemory
  readonly accounts: readonly MarginAccount[]
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
  readonly shared: { readonly [key: SharedKey]: Native }
  readonly failures: readonly ReadFailure[]
}

const NOTHING = { accounts: [], assets: [], marks: [], shared: {} }

/** An owner may open an account at any block: that he has none holds for an hour. */
const VALID_FOR_MS = 3_600_000

/** Reads every configured pool of the chain in lock step: four rounds the first time, then one. */
export function* readPanopticV2(context: ReadContext, pools: readonly KnownPool[]): ReadRounds {
  const { block } = context
  if (block === null) {
    throw new AdapterError(
      'Adapter "panoptic-v2" was read on no chain. Connect the client to one of its chains.',
    )
  }
  const owners = context.owners.filter(
    (owner): owner is EvmOwner =>
      owner.kind === 'evm' && (owner.chain === null || owner.chain === block.chain),
  )
  const here = pools.filter(({ chain }) => owners.length > 0 && chain === block.chain)
  const readings = yield* together(
    here.map((pool) => readPool({ ...context, block }, pool, owners)),
  )
  const accounts = readings.flatMap((reading) => reading.accounts)
  const failures = readings.flatMap((reading) => reading.failures)
  const memories: readonly Native[] = readings.flatMap(({ memory }) => memory ?? [])
  const assets = new Map(readings.flatMap((reading) => reading.assets.map((a) => [a.id, a])))
  return {
    accounts,
    failures,
    assets: [...assets.values()],
    marks: readings.flatMap(({ marks }) => marks),
    shared: Object.assign({}, ...readings.map(({ shared }) => shared)),
    existence: context.owners.map(({ id }) =>
      existenceOf(id, ID, block, { accounts, failures, validForMs: VALID_FOR_MS }),
    ),
    asOf: [],
    memory: [MEMORY_FORMAT, ...memories],
  } satisfies ReadResult
}

function* readPool(
  context: Context,
  pool: KnownPool,
  owners: readonly EvmOwner[],
): Rounds<PoolReading> {
  const { block } = context
  try {
    const memory = recall(context.memory, pool.address) ?? (yield* discover(pool))
    const addresses = owners.map(({ address }) => address)
    const { oracle, owners: readers } = yield* takeSnapshot(pool, memory, addresses)
    const parts = poolParts(pool, memory, oracle, block)
    const accounts: MarginAccount[] = []
    const failures: ReadFailure[] = []
    readers.forEach((read, index) => {
      const owner = owners[index]
      if (owner === undefined) return
      try {
        const account = marginAccount(pool, parts, oracle, owner, read(), block)
        if (account !== null) accounts.push(account)
      } catch (error) {
        failures.push(readFailure(ID, pool, owner.id, error))
      }
    })
    if (accounts.length === 0) return { ...NOTHING, memory, failures }
    const { state, assets, marks } = parts
    const shared = { [poolKey(pool.chain, pool.address)]: state }
    return { memory, accounts, failures, assets, marks, shared }
  } catch (error) {
    return { ...NOTHING, failures: [readFailure(ID, pool, null, error)] }
  }
}
