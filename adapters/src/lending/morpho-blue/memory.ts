import type { Native } from '@plimsoll/model'
import type { Address, Hex } from 'viem'
import * as z from 'zod/mini'
import {
  addressSchema as address,
  type DollarOracle,
  dollarOracleSchema,
  type KnownToken,
  tokenSchema as token,
} from '../tokens.js'

/** A market: what never changes, and what was stored in it when it was last read. */
export type KnownMarket = {
  readonly id: Hex
  readonly loan: KnownToken
  /** Null where nothing can be borrowed. */
  readonly collateral: KnownToken | null
  readonly oracle: Address
  readonly irm: Address
  readonly lltv: bigint
  /** The six words of `market` at the last read: what the rate model is asked about. */
  readonly stored: readonly bigint[]
}

export type KnownOwner = { readonly address: Address; readonly markets: readonly Hex[] }

/** What was found out about a deployment and some owners. */
export type Memory = {
  readonly morpho: Address
  readonly dollars: DollarOracle | null
  readonly markets: readonly KnownMarket[]
  readonly owners: readonly KnownOwner[]
  /** Unix milliseconds when it was known in which markets the owners are; null if it was not. */
  readonly discoveredMs: number | null
}

/** First element of what is remembered: nothing else is recognised. */
export const MEMORY_FORMAT = 'morpho-blue-memory/1'

/** An owner may enter a market at any block: look again after this time. */
export const DISCOVERY_VALID_FOR_MS = 600_000

const id = z.templateLiteral(['0x', z.string().check(z.regex(/^[0-9a-f]{64}$/))])
const word = z.bigint().check(z.gte(0n), z.lt(1n << 256n))
const memory: z.ZodMiniType<Memory> = z.strictObject({
  morpho: address,
  dollars: z.nullable(dollarOracleSchema),
  markets: z.array(
    z.strictObject({
      id,
      loan: token,
      collateral: z.nullable(token),
      oracle: address,
      irm: address,
      lltv: word,
      stored: z.array(word).check(z.length(6)),
    }),
  ),
  owners: z.array(z.strictObject({ address, markets: z.array(id) })),
  discoveredMs: z.nullable(z.number()),
})

/** What is remembered of a deployment, however old. */
export function recall(native: Native | undefined, morpho: Address): Memory | undefined {
  const remembered = Array.isArray(native) ? (native as readonly Native[]) : []
  if (remembered[0] !== MEMORY_FORMAT) return undefined
  const all = remembered.slice(1).flatMap((entry) => z.safeParse(memory, entry).data ?? [])
  return all.find((entry) => entry.morpho === morpho)
}

/** Whether a memory still says in which markets these owners are. */
export function isFresh(
  { owners, discoveredMs }: Memory,
  addresses: readonly Address[],
  nowMs: number,
): boolean {
  const isOfOwners = owners.map(({ address: known }) => known).join() === addresses.join()
  const age = nowMs - (discoveredMs ?? Number.NEGATIVE_INFINITY)
  return isOfOwners && age >= 0 && age < DISCOVERY_VALID_FOR_MS
}
