import { type Answer, ask, type CallRequest } from '@plimsoll/client'
import type { Address } from 'viem'
import { given, type Rounds } from '../../together.js'
import type { Pair } from './amounts.js'
import { MOST, malformed, numberUpTo, tickOf, view, type Words } from './calls.js'
import { FULL } from './engine.js'
import { PositionsUnknownError } from './errors.js'
import { byToken, type Holdings, type Position } from './margin.js'
import type { PoolMemory } from './memory.js'
import { type OracleState, unpackOracle } from './oracle.js'
import type { KnownPool } from './pools.js'
import { decodeTokenId } from './token-id.js'

/** The oracle as the pool states it, and as its packed observations say. */
export type OracleReading = { readonly stated: OracleState; readonly unpacked: OracleState }

/** What an owner has, and the venue's own numbers to compare with. */
export type OwnerReading = {
  readonly holdings: Holdings
  readonly reported: {
    /** Requirement of each position at the current tick, credits netted. */
    readonly requirements: readonly Pair[]
    /** Premium collected less premium owed. */
    readonly netPremia: Pair
    readonly assets: Pair
    readonly interest: Pair
  }
}

/** One pool at one block; what an owner has is read when asked for. */
export type Snapshot = {
  readonly oracle: OracleReading
  /** @throws PositionsUnknownError, or the error of an answer */
  readonly owners: readonly (() => OwnerReading)[]
}

const UINT256 = (1n << 256n) - 1n
const MOST_LEGS = 255n

/** One round: the oracle, and all that the owners have. @throws the error of the oracle's answers */
export function* takeSnapshot(
  pool: KnownPool,
  memory: PoolMemory,
  owners: readonly Address[],
): Rounds<Snapshot> {
  const listed = owners.map((owner) => pool.positions.get(owner) ?? [])
  const asked = owners.map((owner, index) => ownerCalls(memory, owner, listed[index] ?? []))
  const answers = yield* ask([...oracleCalls(memory), ...asked.flat()])
  const [ticks, twap, safeMode] = answers
  let rest = answers.slice(3)
  return {
    oracle: oracleOf(memory, given(ticks), given(twap), given(safeMode)),
    owners: asked.map((calls, index) => {
      const own = rest.slice(0, calls.length)
      rest = rest.slice(calls.length)
      return () => ownerOf(pool, memory, listed[index] ?? [], own)
    }),
  }
}

function oracleCalls({ pool }: PoolMemory): readonly CallRequest<Words>[] {
  return [
    view(pool, 'getOracleTicks()', [], 5),
    view(pool, 'getTWAP()'),
    view(pool, 'isSafeMode()'),
  ]
}

function oracleOf({ engine }: PoolMemory, ticks: Words, twap: Words, mode: Words): OracleReading {
  const [current, spot, median, latest, pack = 0n] = ticks
  const stated: OracleState = {
    current: tickOf(current),
    spot: tickOf(spot),
    median: tickOf(median),
    latest: tickOf(latest),
    twap: tickOf(twap[0]),
    safeMode: Number(numberUpTo(15n, mode[0])),
  }
  return { stated, unpacked: unpackOracle(pack, stated.current, engine.maxTicksDelta) }
}

function ownerCalls(
  { pool, tokens }: PoolMemory,
  owner: Address,
  ids: readonly bigint[],
): readonly CallRequest<Words>[] {
  const account = BigInt(owner)
  const [first, second] = tokens
  const data = view(
    pool,
    'getFullPositionsData(address,bool,uint256[])',
    [account, 0n, 96n, BigInt(ids.length), ...ids],
    null,
  )
  return [
    view(pool, 'numberOfLegs(address)', [account]),
    view(pool, 'getAssetsOf(address)', [account], 2),
    view(first.tracker, 'assetsAndInterest(address)', [account], 2),
    view(second.tracker, 'assetsAndInterest(address)', [account], 2),
    view(first.tracker, 'owedInterest(address)', [account]),
    view(second.tracker, 'owedInterest(address)', [account]),
    ...(ids.length === 0 ? [] : [data]),
  ]
}

function ownerOf(
  pool: KnownPool,
  memory: PoolMemory,
  ids: readonly bigint[],
  answers: readonly Answer<Words>[],
): OwnerReading {
  const [legs, assets, own0, own1, owed0, owed1, data] = answers
  checkPositions(pool, memory, ids, numberUpTo(MOST_LEGS, given(legs)[0]))
  const own = [given(own0), given(own1)] as const
  const owed = [given(owed0), given(owed1)] as const
  const amount = (word: bigint | undefined): bigint => numberUpTo(MOST, word)
  const positions = ids.length === 0 ? NO_POSITIONS : positionsOf(ids, given(data))
  return {
    holdings: {
      ...positions.held,
      assets: byToken((token) => amount(own[token][0])),
      interest: byToken((token) => amount(own[token][1])),
    },
    reported: {
      ...positions.reported,
      assets: byToken((token) => numberUpTo(UINT256, given(assets)[token])),
      interest: byToken((token) => numberUpTo(UINT256, owed[token][0])),
    },
  }
}

/**
 * The venue keeps a hash of an owner's positions and the number of their legs. Ids that are all held, each
 * once, and have as many legs as it counts, are all there are.
 */
function checkPositions(
  { name }: KnownPool,
  { poolId }: PoolMemory,
  ids: readonly bigint[],
  counted: bigint,
): void {
  const terms = ids.map(decodeTokenId)
  const foreign = terms.find((term) => term.poolId !== poolId)
  if (foreign !== undefined) {
    throw new PositionsUnknownError(
      `A position configured for ${name} is of the pool with id ${foreign.poolId}, not ${poolId}. Configure it there.`,
    )
  }
  const configured = terms.reduce((sum, { legs }) => sum + legs.length, 0)
  if (BigInt(configured) === counted) return
  throw new PositionsUnknownError(
    `${name} counts ${counted} legs of open positions, and the configured ones have ${configured}. Configure exactly the open positions of the owner: the contracts list them nowhere, the pool's OptionMinted and OptionBurnt events do.`,
  )
}

type PositionsReading = {
  readonly held: Pick<Holdings, 'positions' | 'shortPremia' | 'longPremia'>
  readonly reported: Pick<OwnerReading['reported'], 'requirements' | 'netPremia'>
}

const NO_POSITIONS: PositionsReading = {
  held: { positions: [], shortPremia: [0n, 0n], longPremia: [0n, 0n] },
  reported: { requirements: [], netPremia: [0n, 0n] },
}

/** Short and long premia, then three lists of a word for each position, each after its length. */
function positionsOf(ids: readonly bigint[], words: Words): PositionsReading {
  const count = ids.length
  const [short = 0n, long = 0n, ...rest] = words
  const lists = [0, 1, 2].map((list) => {
    const start = 5 + list * (count + 1)
    if (rest[list] !== BigInt(32 * start) || words[start] !== BigInt(count)) {
      throw malformed('the lists of positions are not those asked for')
    }
    return words.slice(start + 1, start + 1 + count)
  })
  const [balances = [], requirements = [], premia = []] = lists
  if (words.length !== 5 + 3 * (count + 1)) throw malformed('the lists of positions have odd ends')
  return {
    held: {
      positions: ids.map((tokenId, index) => positionOf(tokenId, balances[index] ?? 0n)),
      shortPremia: halves(short),
      longPremia: halves(long),
    },
    reported: {
      requirements: requirements.map(halves),
      netPremia: byToken((token) =>
        premia.reduce((sum, word) => sum + BigInt.asIntN(128, halves(word)[token]), 0n),
      ),
    },
  }
}

/** From the lowest bit: size 128, utilisations 16 and 16; what else is packed is not needed. */
function positionOf(tokenId: bigint, word: bigint): Position {
  const size = BigInt.asUintN(128, word)
  if (size === 0n) throw malformed(`the position ${tokenId} has no size`)
  const utilizations = byToken((token) =>
    numberUpTo(FULL, BigInt.asUintN(16, word >> BigInt(128 + 16 * token))),
  )
  return { tokenId, size, utilizations }
}

/** token0 in the lower half of a word, token1 in the upper. */
function halves(word: bigint): Pair {
  return [BigInt.asUintN(128, word), word >> 128n]
}
