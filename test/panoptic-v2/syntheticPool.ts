import type { EngineParameters, Holdings, Pair } from '@plimsoll/adapters/options/panoptic-v2'
import { decodeTokenId } from '@plimsoll/adapters/options/panoptic-v2'
import type { Address, Hex } from 'viem'
import { decodeFunctionData, encodeFunctionResult, parseAbi } from 'viem'

/** The public interface of the contracts, as far as it is asked. */
export const INTERFACE = parseAbi([
  'function collateralToken0() view returns (address)',
  'function collateralToken1() view returns (address)',
  'function riskEngine() view returns (address)',
  'function poolId() view returns (uint64)',
  'function getOracleTicks() view returns (int24 currentTick, int24 spotTick, int24 medianTick, int24 latestTick, uint256 oraclePack)',
  'function getTWAP() view returns (int24)',
  'function isSafeMode() view returns (uint8)',
  'function numberOfLegs(address) view returns (uint256)',
  'function getAssetsOf(address) view returns (uint256, uint256)',
  'function getFullPositionsData(address, bool, uint256[]) view returns (uint256 shortPremium, uint256 longPremium, uint256[] positionBalances, uint256[] collateralRequirements, int256[] netPremiaPerPosition)',
  'function asset() view returns (address)',
  'function assetsAndInterest(address) view returns (uint256, uint256)',
  'function owedInterest(address) view returns (uint128)',
  'function DECIMALS() view returns (uint256)',
  'function SELLER_COLLATERAL_RATIO() view returns (uint256)',
  'function BUYER_COLLATERAL_RATIO() view returns (uint256)',
  'function MAINT_MARGIN_RATE() view returns (uint256)',
  'function TARGET_POOL_UTIL() view returns (uint256)',
  'function SATURATED_POOL_UTIL() view returns (uint256)',
  'function CROSS_BUFFER_0() view returns (uint256)',
  'function CROSS_BUFFER_1() view returns (uint256)',
  'function MAX_BONUS() view returns (uint256)',
  'function BP_DECREASE_BUFFER() view returns (uint32)',
  'function MAX_TICKS_DELTA() view returns (int256)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
])

/** What an owner has in a made-up pool, and what the venue requires of each position there. */
export type SyntheticOwner = {
  readonly address: Address
  readonly holdings: Holdings
  readonly requirements: readonly Pair[]
}

/** Moving averages and observations of a made-up oracle, in ticks. */
export type SyntheticOracle = {
  readonly current: number
  /** Fastest first. */
  readonly averages: readonly [number, number, number, number]
  readonly reference: number
  /** Latest first, relative to the reference. */
  readonly residuals: readonly number[]
  readonly lock: number
}

/** A made-up pool that answers as the contracts' interface says. */
export type SyntheticPool = {
  readonly address: Address
  readonly poolId: bigint
  readonly engine: EngineParameters
  readonly tokens: readonly [SyntheticToken, SyntheticToken]
  readonly oracle: SyntheticOracle
  readonly owners: readonly SyntheticOwner[]
}
export type SyntheticToken = {
  readonly address: Address
  readonly symbol: string
  readonly decimals: number
}

/** A quiet oracle: everything at one tick. */
export const quietAt = (tick: number): SyntheticOracle => ({
  current: tick,
  averages: [tick, tick, tick, tick],
  reference: tick,
  residuals: [0, 0, 0, 0, 0, 0, 0, 0],
  lock: 0,
})

/** Packs observations as the venue does. */
export function packOracle({ averages, reference, residuals, lock }: SyntheticOracle): bigint {
  const order = residuals
    .map((residual, index) => ({ residual, index }))
    .sort((a, b) => a.residual - b.residual)
  const fields: (readonly [number, number, number])[] = [
    ...residuals.map((residual, index) => [residual, 12, 12 * index] as const),
    [reference, 22, 96],
    [lock, 2, 118],
    ...averages.map((average, speed) => [average, 22, 120 + 22 * speed] as const),
    ...order.map(({ index }, rank) => [index, 3, 208 + 3 * rank] as const),
  ]
  return fields.reduce(
    (pack, [value, width, at]) => pack | (BigInt.asUintN(width, BigInt(value)) << BigInt(at)),
    0n,
  )
}

const other = (pool: Address, last: string): Address => `${pool.slice(0, -2)}${last}` as Address

/** The contract's answer, or null where it would revert. */
export function answerOf(pools: readonly SyntheticPool[], to: string, data: Hex): Hex | null {
  const { functionName, args } = decodeFunctionData({ abi: INTERFACE, data })
  for (const pool of pools) {
    const values = [
      to === pool.address ? poolValue(pool, functionName, args ?? []) : undefined,
      to === other(pool.address, 'ee') ? engineValue(pool.engine, functionName) : undefined,
      ...pool.tokens.flatMap((token, side) => [
        to === other(pool.address, `a${side}`)
          ? trackerValue(pool, side === 0 ? 0 : 1, functionName, args ?? [])
          : undefined,
        to === token.address ? tokenValue(token, functionName) : undefined,
      ]),
    ]
    const result = values.find((value) => value !== undefined)
    if (result !== undefined) return encoded(functionName, result)
  }
  return null
}

/** One value, or the list of several. */
type Value = unknown

function encoded(functionName: string, result: Value): Hex {
  return encodeFunctionResult({ abi: INTERFACE, functionName, result } as Parameters<
    typeof encodeFunctionResult
  >[0])
}

function poolValue(pool: SyntheticPool, name: string, args: readonly unknown[]): Value {
  const owner = ownerOf(pool, args[0])
  const { current, averages, reference, residuals } = pool.oracle
  const [spot, fast, slow, slowest] = averages
  const sorted = [...residuals].sort((a, b) => a - b)
  const median = reference + Math.trunc(((sorted[3] ?? 0) + (sorted[4] ?? 0)) / 2)
  switch (name) {
    case 'collateralToken0':
      return other(pool.address, 'a0')
    case 'collateralToken1':
      return other(pool.address, 'a1')
    case 'riskEngine':
      return other(pool.address, 'ee')
    case 'poolId':
      return pool.poolId
    case 'getOracleTicks':
      return [current, spot, median, reference + (residuals[0] ?? 0), packOracle(pool.oracle)]
    case 'getTWAP':
      return Math.trunc((6 * fast + 3 * slow + slowest) / 10)
    case 'isSafeMode':
      return (
        Number(Math.abs(current - spot) > 724) +
        Number(Math.abs(spot - fast) > 362) +
        Number(Math.abs(median - slow) > 362) +
        pool.oracle.lock
      )
    case 'numberOfLegs':
      return (owner?.holdings.positions ?? []).reduce(
        (sum, { tokenId }) => sum + BigInt(decodeTokenId(tokenId).legs.length),
        0n,
      )
    case 'getAssetsOf':
      return owner?.holdings.assets ?? [0n, 0n]
    case 'getFullPositionsData':
      return owner === undefined ? undefined : positionsData(owner, args[2])
    default:
      return undefined
  }
}

const packed = ([right, left]: Pair): bigint => right | (left << 128n)

/** Undefined, a revert, where an id is not held. */
function positionsData({ holdings, requirements }: SyntheticOwner, ids: unknown): Value {
  const { positions, shortPremia, longPremia } = holdings
  const held = (ids as readonly bigint[]).map((id) =>
    positions.findIndex(({ tokenId }) => tokenId === id),
  )
  if (held.includes(-1)) return undefined
  const net = ([0, 1] as const).map((side) =>
    BigInt.asUintN(128, shortPremia[side] - longPremia[side]),
  )
  const all = BigInt.asIntN(256, (net[0] ?? 0n) | ((net[1] ?? 0n) << 128n))
  return [
    packed(shortPremia),
    packed(longPremia),
    held.map((index) => {
      const { size, utilizations } = positions[index] ?? { size: 0n, utilizations: [0n, 0n] }
      return size | ((utilizations[0] ?? 0n) << 128n) | ((utilizations[1] ?? 0n) << 144n)
    }),
    held.map((index) => packed(requirements[index] ?? [0n, 0n])),
    held.map((_index, place) => (place === 0 ? all : 0n)),
  ]
}

function trackerValue(
  pool: SyntheticPool,
  side: 0 | 1,
  name: string,
  args: readonly unknown[],
): Value {
  const holdings = ownerOf(pool, args[0])?.holdings
  const [assets, interest] = [holdings?.assets[side] ?? 0n, holdings?.interest[side] ?? 0n]
  switch (name) {
    case 'asset':
      return pool.tokens[side].address
    case 'assetsAndInterest':
      return [assets, interest]
    case 'owedInterest':
      return interest
    default:
      return undefined
  }
}

function engineValue(engine: EngineParameters, name: string): Value {
  const values: { readonly [getter: string]: Value } = {
    DECIMALS: 10_000_000n,
    SELLER_COLLATERAL_RATIO: engine.sellerRatio,
    BUYER_COLLATERAL_RATIO: engine.buyerRatio,
    MAINT_MARGIN_RATE: engine.loanMargin,
    TARGET_POOL_UTIL: engine.targetUtilization,
    SATURATED_POOL_UTIL: engine.saturatedUtilization,
    CROSS_BUFFER_0: engine.crossBuffers[0],
    CROSS_BUFFER_1: engine.crossBuffers[1],
    MAX_BONUS: engine.maxBonus,
    BP_DECREASE_BUFFER: Number(engine.decreaseBuffer),
    MAX_TICKS_DELTA: engine.maxTicksDelta,
  }
  return values[name]
}

function tokenValue({ symbol, decimals }: SyntheticToken, name: string): Value {
  if (name === 'symbol') return symbol
  return name === 'decimals' ? decimals : undefined
}

function ownerOf({ owners }: SyntheticPool, address: unknown): SyntheticOwner | undefined {
  const wanted = String(address).toLowerCase()
  return owners.find((owner) => owner.address.toLowerCase() === wanted)
}
