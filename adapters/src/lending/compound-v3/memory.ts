import type { Native } from '@plimsoll/model'
import type { Address } from 'viem'
import * as z from 'zod/mini'
import {
  addressSchema as address,
  type DollarOracle,
  dollarOracleSchema,
  type KnownToken,
  tokenSchema,
} from '../tokens.js'

/** Most collateral assets that a market has: what an account is in fits 24 bits. */
export const MOST_ASSETS = 24

/** A collateral asset, by its place in the market. */
export type KnownAsset = {
  readonly offset: number
  readonly feed: Address
  readonly token: KnownToken
}

/** Of which assets an owner has collateral, by their places in the market. */
export type KnownOwner = { readonly address: Address; readonly held: readonly number[] }

/** What was found out about a market and some owners; every refresh checks it. */
export type Memory = {
  readonly comet: Address
  readonly base: KnownToken
  readonly baseFeed: Address
  readonly dollars: DollarOracle | null
  /** What any of the owners has, in the market's order. */
  readonly assets: readonly KnownAsset[]
  readonly owners: readonly KnownOwner[]
}

/** First element of what is remembered: nothing else is recognised. */
export const MEMORY_FORMAT = 'compound-v3-memory/1'

const offset = z.int().check(z.gte(0), z.lt(MOST_ASSETS))
const memory: z.ZodMiniType<Memory> = z.strictObject({
  comet: address,
  base: tokenSchema,
  baseFeed: address,
  dollars: z.nullable(dollarOracleSchema),
  assets: z.array(z.strictObject({ offset, feed: address, token: tokenSchema })),
  owners: z.array(z.strictObject({ address, held: z.array(offset) })),
})

/** What is remembered of a market and exactly these owners. */
export function recall(
  native: Native | undefined,
  comet: Address,
  addresses: readonly Address[],
): Memory | undefined {
  const remembered = Array.isArray(native) ? (native as readonly Native[]) : []
  if (remembered[0] !== MEMORY_FORMAT) return undefined
  return remembered
    .slice(1)
    .flatMap((entry) => z.safeParse(memory, entry).data ?? [])
    .find(
      ({ comet: known, owners }) =>
        known === comet && owners.map((owner) => owner.address).join() === addresses.join(),
    )
}
