import type {
  EngineParameters,
  Holdings,
  Pair,
  Position,
} from '@plimsoll/adapters/options/panoptic-v2'
import {
  decodeTokenId,
  isSolvent,
  marginAt,
  positionRequirements,
} from '@plimsoll/adapters/options/panoptic-v2'
import { PlimsollError } from '@plimsoll/model'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

/** The constants of the engine that was measured, and cross buffers of 50 % as both files state. */
export const MEASURED_ENGINE: EngineParameters = {
  sellerRatio: 2_000_000n,
  buyerRatio: 1_000_000n,
  loanMargin: 1_000_000n,
  targetUtilization: 6_666_667n,
  saturatedUtilization: 9_000_000n,
  crossBuffers: [5_000_000n, 5_000_000n],
  maxBonus: 2_000_000n,
  decreaseBuffer: 10_666_667n,
  maxTicksDelta: 724n,
}

/** A leg as the files list it. */
export type ListedLeg = {
  readonly asset: number
  readonly optionRatio: number
  readonly isLong: number
  readonly tokenType: number
  readonly riskPartner: number
  readonly strike: number
  readonly width: number
}

/** The id of a position in the pool with this id, packed as the venue packs it. */
export function encodeTokenId(
  tickSpacing: number,
  legs: readonly ListedLeg[],
  pool: bigint = 0n,
): bigint {
  const words = legs.map((leg, index) => {
    const word =
      BigInt(leg.asset) |
      (BigInt(leg.optionRatio) << 1n) |
      (BigInt(leg.isLong) << 8n) |
      (BigInt(leg.tokenType) << 9n) |
      (BigInt(leg.riskPartner) << 10n) |
      (BigInt.asUintN(24, BigInt(leg.strike)) << 12n) |
      (BigInt(leg.width) << 36n)
    return word << BigInt(64 + 48 * index)
  })
  return words.reduce((id, word) => id | word, (BigInt(tickSpacing) << 48n) | pool)
}

const integer = z.string().regex(/^\d+$/).transform(BigInt)
const pair = z.tuple([integer, integer])

const singleCase = z.object({
  tick: z.int(),
  utilBps: z.int(),
  size: integer,
  tickSpacing: z.int(),
  /** Asset, long, token type, partner, strike, width; the ratio is 1. */
  legs: z.array(z.tuple([z.int(), z.int(), z.int(), z.int(), z.int(), z.int()])),
})

/** Requirements of one position without an account. */
const singlePositions: TruthModel = {
  name: 'panoptic v2 requirement of one position',
  covers: ({ kind }, truthCase) => kind === 'panoptic-v2' && 'utilBps' in truthCase,
  run: (_file, truthCase) => {
    const { tick, utilBps, size, tickSpacing, legs } = singleCase.parse(truthCase)
    const listed = legs.map(([asset, isLong, tokenType, riskPartner, strike, width]) => ({
      asset,
      isLong,
      tokenType,
      riskPartner,
      strike,
      width,
      optionRatio: 1,
    }))
    const utilizations: Pair = [BigInt(utilBps), BigInt(utilBps)]
    const tokenId = encodeTokenId(tickSpacing, listed)
    const [demand] = positionRequirements(MEASURED_ENGINE, [{ tokenId, size, utilizations }], tick)
    return { token0: demand?.[0], token1: demand?.[1] }
  },
}

const leg = z.object({
  asset: z.int(),
  optionRatio: z.int(),
  isLong: z.int(),
  tokenType: z.int(),
  riskPartner: z.int(),
  strike: z.int(),
  width: z.int(),
})
const accountInputs = z.object({
  inputs: z.object({
    tick: z.int(),
    positions: z.array(
      z.object({
        tokenId: integer,
        tickSpacing: z.int(),
        positionSize: integer,
        utilization0: z.int(),
        utilization1: z.int(),
        legs: z.array(leg),
      }),
    ),
    account: z.object({
      assets: pair,
      interest: pair,
      shortPremia: pair,
      longPremia: pair,
      buffer: integer,
    }),
  }),
})

/** A case of the random file as an account, its tick and the buffer on its requirement. */
export type TruthAccount = {
  readonly holdings: Holdings
  readonly tick: number
  readonly buffer: bigint
}

/** A field of a case contradicts another. */
class InconsistentCaseError extends PlimsollError {
  override readonly name = 'InconsistentCaseError'
}

/** Reads a case of the random file; its legs must be those of its packed ids. */
export function truthAccount(truthCase: unknown): TruthAccount {
  const { tick, positions, account } = accountInputs.parse(truthCase).inputs
  const { buffer, ...own } = account
  return {
    tick,
    buffer,
    holdings: {
      ...own,
      positions: positions.map(
        ({ tokenId, tickSpacing, positionSize, utilization0, utilization1, legs }): Position => {
          const { poolId } = decodeTokenId(tokenId)
          if (encodeTokenId(tickSpacing, legs, poolId) !== tokenId) {
            throw new InconsistentCaseError(`The legs of ${tokenId} are not those of its id.`)
          }
          return {
            tokenId,
            size: positionSize,
            utilizations: [BigInt(utilization0), BigInt(utilization1)],
          }
        },
      ),
    },
  }
}

const amounts = ([token0, token1]: Pair) => ({ token0, token1 })

/** Requirements, margin and solvency of whole accounts. */
const accounts: TruthModel = {
  name: 'panoptic v2 account',
  covers: ({ kind }, truthCase) => kind === 'panoptic-v2' && 'inputs' in truthCase,
  run: (_file, truthCase) => {
    const { holdings, tick, buffer } = truthAccount(truthCase)
    const { balance, required, utilizations } = marginAt(MEASURED_ENGINE, holdings, tick)
    return {
      requirements: positionRequirements(MEASURED_ENGINE, holdings.positions, tick).map(amounts),
      margin: {
        token0: { balance: balance[0], required: required[0] },
        token1: { balance: balance[1], required: required[1] },
        utilization0: Number(utilizations[0]),
        utilization1: Number(utilizations[1]),
      },
      solvent: isSolvent(MEASURED_ENGINE, holdings, tick, buffer),
    }
  },
}

/** Panoptic v2: positions alone, and accounts. */
export const panopticV2Models: readonly TruthModel[] = [singlePositions, accounts]
