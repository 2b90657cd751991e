import { InvalidRuleError } from '@plimsoll/model'
import { MAX_TICK } from './ticks.js'

/** A token of a pool: token0 or token1, by address. */
export type Token = 0 | 1

/** One leg of a position: a range of liquidity sold or bought, or a loan or credit (width 0). */
export type PositionLeg = {
  /** The token that contracts are counted in. */
  readonly asset: Token
  readonly optionRatio: bigint
  readonly isLong: boolean
  /** The token that moves: 0 for calls, 1 for puts. */
  readonly tokenType: Token
  /** Index of the leg that it is margined with; its own where it stands alone. */
  readonly riskPartner: number
  /** Tick. */
  readonly strike: number
  /** In tick spacings; 0 for a loan or credit. */
  readonly width: number
}

/** What the id of a position says. */
export type PositionTerms = {
  /** The pool that it belongs to, tick spacing included. */
  readonly poolId: bigint
  readonly tickSpacing: number
  readonly legs: readonly PositionLeg[]
}

const POOL_BITS = 64n
const LEG_BITS = 48n
const MOST_LEGS = 4

/**
 * Unpacks the id of a position: 64 bits of the pool (tick spacing in the last 16), then 48 for each leg
 * (asset 1, ratio 7, long 1, token type 1, partner 2, strike 24 signed, width 12).
 *
 * @throws InvalidRuleError for an id that the venue could not have minted
 */
export function decodeTokenId(tokenId: bigint): PositionTerms {
  if (tokenId < 0n || tokenId >> 256n !== 0n) throw impossible(tokenId, 'it is no unsigned word')
  const words = Array.from({ length: MOST_LEGS }, (_, index) =>
    BigInt.asUintN(48, tokenId >> (POOL_BITS + LEG_BITS * BigInt(index))),
  )
  const isActive = words.map((word) => bits(word, 1, 7) !== 0)
  const count = isActive.indexOf(false) < 0 ? MOST_LEGS : isActive.indexOf(false)
  const legs = words.slice(0, count).map(decodeLeg)
  if (count === 0) throw impossible(tokenId, 'it has no legs')
  if (words.slice(count).some((word) => word !== 0n)) throw impossible(tokenId, 'it has a gap')
  const tickSpacing = Number(BigInt.asUintN(16, tokenId >> 48n))
  if (tickSpacing === 0) throw impossible(tokenId, 'it has no tick spacing')
  legs.forEach(({ riskPartner, strike }, index) => {
    if (legs[riskPartner]?.riskPartner !== index) {
      throw impossible(tokenId, `leg ${index} and its partner do not name each other`)
    }
    if (Math.abs(strike) >= MAX_TICK) throw impossible(tokenId, `leg ${index} has no strike`)
  })
  return { poolId: BigInt.asUintN(64, tokenId), tickSpacing, legs }
}

function decodeLeg(word: bigint): PositionLeg {
  return {
    asset: bit(word, 0),
    optionRatio: BigInt.asUintN(7, word >> 1n),
    isLong: bit(word, 8) === 1,
    tokenType: bit(word, 9),
    riskPartner: bits(word, 10, 2),
    strike: Number(BigInt.asIntN(24, word >> 12n)),
    width: bits(word, 36, 12),
  }
}

const bits = (word: bigint, from: number, length: number): number =>
  Number(BigInt.asUintN(length, word >> BigInt(from)))
const bit = (word: bigint, at: number): Token => (bits(word, at, 1) === 1 ? 1 : 0)

function impossible(tokenId: bigint, why: string): InvalidRuleError {
  return new InvalidRuleError(
    `${tokenId} is no position of Panoptic v2: ${why}. Check the ids of the positions that are configured.`,
  )
}
