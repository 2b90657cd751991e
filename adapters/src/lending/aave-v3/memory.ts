import type { Native } from '@plimsoll/model'
import type { Address } from 'viem'

/** A listed reserve: what does not change from read to read. */
export type KnownReserve = {
  readonly id: number
  readonly asset: Address
  readonly symbol: string
  readonly aToken: Address
  readonly stableDebtToken: Address
  readonly variableDebtToken: Address
}

/** What an owner had at the last read; a change of it is followed up in the same read. */
export type KnownOwner = {
  readonly address: Address
  /** Two bits a reserve: borrowing, used as collateral. */
  readonly configuration: bigint
  readonly eMode: number
  /** Ids of reserves that are or were supplied without being used as collateral. */
  readonly suppliedOnly: readonly number[]
}

export type MarketMemory = {
  readonly pool: Address
  readonly revision: number
  readonly oracle: Address
  /** All zeros without one. */
  readonly sentinel: Address
  readonly baseUnit: bigint
  readonly reserves: readonly KnownReserve[]
  /** Up to 3.1: price source of each e-mode that is read, all zeros without one. */
  readonly eModeSources: { readonly [id: string]: Address }
  readonly owners: readonly KnownOwner[]
  /** Unix milliseconds. */
  readonly discoveredMs: number
}

/** First element of what is remembered: nothing else is recognised. */
export const MEMORY_FORMAT = 'aave-v3-memory/1'

/** Supply that is not used as collateral leaves no bit behind: look again after a day. */
const REDISCOVER_AFTER_MS = 86_400_000

/** The last read's memory of a market, unless it is too old or of other owners. */
export function recall(
  native: Native | undefined,
  pool: Address,
  owners: readonly Address[],
  nowMs: number,
): MarketMemory | undefined {
  const remembered = Array.isArray(native) ? (native as readonly Native[]) : []
  if (remembered[0] !== MEMORY_FORMAT) return undefined
  const markets: readonly Native[] = remembered.slice(1)
  return (markets as readonly MarketMemory[]).find((market) => {
    const age = nowMs - market.discoveredMs
    const isOfOwners = market.owners.map(({ address }) => address).join() === owners.join()
    return market.pool === pool && isOfOwners && age >= 0 && age < REDISCOVER_AFTER_MS
  })
}

export const borrows = ({ configuration }: KnownOwner, id: number): boolean =>
  ((configuration >> BigInt(2 * id)) & 1n) === 1n
export const usesAsCollateral = ({ configuration }: KnownOwner, id: number): boolean =>
  ((configuration >> BigInt(2 * id + 1)) & 1n) === 1n
/** Whether there is, or may be, a supply in a reserve. */
export const supplies = (owner: KnownOwner, id: number): boolean =>
  usesAsCollateral(owner, id) || owner.suppliedOnly.includes(id)
/** Whether an owner has, or may have, something in a reserve. */
export const holds = (owner: KnownOwner, id: number): boolean =>
  borrows(owner, id) || supplies(owner, id)
