import type { Native } from '@plimsoll/model'
import type { Address } from 'viem'
import * as z from 'zod/mini'
import type { EngineParameters } from './engine.js'
import { engineSchema, natural } from './schemas.js'

/** What a pool is made of: fixed when it was created. */
export type PoolMemory = {
  readonly pool: Address
  readonly poolId: bigint
  readonly tokens: readonly [TokenMemory, TokenMemory]
  readonly engine: EngineParameters
}

export type TokenMemory = {
  /** The collateral tracker. */
  readonly tracker: Address
  /** All zeros for the chain's own coin. */
  readonly token: Address
  readonly symbol: string
  readonly decimals: number
}

/** First element of what is remembered: nothing else is recognised. */
export const MEMORY_FORMAT = 'panoptic-v2-memory/1'

const address = z.templateLiteral(['0x', z.string().check(z.regex(/^[0-9a-f]{40}$/))])
const token: z.ZodMiniType<TokenMemory> = z.strictObject({
  tracker: address,
  token: address,
  symbol: z.string(),
  decimals: z.int().check(z.gte(0), z.lte(36)),
})
const memory: z.ZodMiniType<PoolMemory> = z.strictObject({
  pool: address,
  poolId: natural,
  tokens: z.tuple([token, token]),
  engine: engineSchema,
})

/** What is remembered of a pool, if it is. */
export function recall(native: Native | undefined, pool: Address): PoolMemory | undefined {
  const remembered = Array.isArray(native) ? (native as readonly Native[]) : []
  if (remembered[0] !== MEMORY_FORMAT) return undefined
  const pools = remembered.slice(1).flatMap((entry) => z.safeParse(memory, entry).data ?? [])
  return pools.find((entry) => entry.pool === pool)
}
