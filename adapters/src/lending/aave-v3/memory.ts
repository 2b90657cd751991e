import type { Native } from '@plimsoll/model'
import type { Address } from 'viem'
import * as z from 'zod/mini'

/** What does not change from read to read. */
export type KnownReserve = {
  readonly id: number
  readonly asset: Address
  readonly symbol: string | null
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
  /** Ids of reserves supplied without being used as collateral. */
  readonly suppliedOnly: readonly number[]
}

export type MarketMemory = {
  readonly pool: Address
  readonly revision: number
  readonly oracle: Address
  readonly sentinel: Address | null
  readonly baseUnit: bigint
  readonly reserves: readonly KnownReserve[]
  /** Up to 3.1: price source of the e-modes in use. */
  readonly eModeSources: readonly { readonly id: number; readonly source: Address | null }[]
  readonly owners: readonly KnownOwner[]
  /** Unix milliseconds. */
  readonly discoveredMs: number
}

/** Supply that is not used as collateral leaves no trace in the account's bits: look again after a day. */
const REDISCOVER_AFTER_MS = 86_400_000

const address = z.templateLiteral(['0x', z.string()])
const memory: z.ZodMiniType<readonly MarketMemory[]> = z.array(
  z.strictObject({
    pool: address,
    revision: z.number(),
    oracle: address,
    sentinel: z.nullable(address),
    baseUnit: z.bigint(),
    reserves: z.array(
      z.strictObject({
        id: z.number(),
        asset: address,
        symbol: z.nullable(z.string()),
        aToken: address,
        stableDebtToken: address,
        variableDebtToken: address,
      }),
    ),
    eModeSources: z.array(z.strictObject({ id: z.number(), source: z.nullable(address) })),
    owners: z.array(
      z.strictObject({
        address,
        configuration: z.bigint(),
        eMode: z.number(),
        suppliedOnly: z.array(z.number()),
      }),
    ),
    discoveredMs: z.number(),
  }),
)

/** The last read's memory of a market, unless it is too old, of other owners, or unreadable. */
export function recall(
  native: Native | undefined,
  pool: Address,
  owners: readonly Address[],
  nowMs: number,
): MarketMemory | null {
  const parsed = z.safeParse(memory, native)
  const known = parsed.success ? parsed.data.find((market) => market.pool === pool) : undefined
  if (known === undefined) return null
  const age = nowMs - known.discoveredMs
  const isOfOwners =
    known.owners.length === owners.length &&
    owners.every((owner, index) => known.owners[index]?.address === owner)
  return isOfOwners && age >= 0 && age < REDISCOVER_AFTER_MS ? known : null
}

/** Whether a bit of an owner's configuration is set. */
export const borrows = ({ configuration }: KnownOwner, id: number): boolean =>
  ((configuration >> BigInt(2 * id)) & 1n) === 1n
export const usesAsCollateral = ({ configuration }: KnownOwner, id: number): boolean =>
  ((configuration >> BigInt(2 * id + 1)) & 1n) === 1n

/** Whether an owner has, or may have, something in a reserve. */
export function holds(owner: KnownOwner, id: number): boolean {
  return borrows(owner, id) || usesAsCollateral(owner, id) || owner.suppliedOnly.includes(id)
}

/** Ids of all reserves that an owner's configuration names. */
export function configuredIds({ configuration }: KnownOwner): readonly number[] {
  const ids: number[] = []
  for (let id = 0, bits = configuration; bits > 0n; id += 1, bits >>= 2n) {
    if ((bits & 3n) !== 0n) ids.push(id)
  }
  return ids
}
