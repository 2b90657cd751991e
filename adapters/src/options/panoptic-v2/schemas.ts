import * as z from 'zod/mini'
import { type EngineParameters, FULL, ONE } from './engine.js'
import type { OracleState } from './oracle.js'
import { MAX_TICK } from './ticks.js'

export const natural: z.ZodMiniType<bigint> = z.bigint().check(z.gte(0n))
const ratio = z.bigint().check(z.gte(0n), z.lte(ONE))
const positive = z.bigint().check(z.gt(0n), z.lte(ONE))
const tick = z.int().check(z.gte(-MAX_TICK), z.lte(MAX_TICK))

/** A pair of amounts that fit the venue's words. */
export const utilizations: z.ZodMiniType<readonly [bigint, bigint]> = z.tuple([
  z.bigint().check(z.gte(0n), z.lte(FULL)),
  z.bigint().check(z.gte(0n), z.lte(FULL)),
])

/** An engine's numbers: ratios of at most 1, utilisations in order. */
export const engineSchema: z.ZodMiniType<EngineParameters> = z
  .strictObject({
    sellerRatio: positive,
    buyerRatio: positive,
    loanMargin: ratio,
    targetUtilization: positive,
    saturatedUtilization: positive,
    crossBuffers: z.tuple([ratio, ratio]),
    maxBonus: positive,
    decreaseBuffer: z.bigint().check(z.gte(ONE), z.lte(10n * ONE)),
    maxTicksDelta: z.bigint().check(z.gt(0n), z.lte(BigInt(MAX_TICK))),
  })
  .check(
    z.refine(
      ({ targetUtilization, saturatedUtilization }) =>
        targetUtilization < saturatedUtilization && saturatedUtilization < ONE,
      'utilisations are not in order',
    ),
  )

export const oracleSchema: z.ZodMiniType<OracleState> = z.strictObject({
  current: tick,
  spot: tick,
  median: tick,
  latest: tick,
  twap: tick,
  safeMode: z.int().check(z.gte(0), z.lte(15)),
})
