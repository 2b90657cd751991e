import { InvalidRuleError, mulDivDown, mulDivUp } from '@plimsoll/model'
import { max, min } from './extremes.js'
import { Q96, sqrtPriceAt } from './ticks.js'
import type { PositionLeg, Token } from './token-id.js'

const Q128 = 1n << 128n
const Q192 = 1n << 192n
/** Legs without a width are counted as the narrowest range with a whole number of ticks each way. */
const WIDTH_OF_LOAN = 2

/** Raw amounts of token0 and token1. */
export type Pair = readonly [bigint, bigint]

/** Ticks between which a leg's liquidity lies. */
export function rangeOf({ strike, width }: PositionLeg, tickSpacing: number): [number, number] {
  const span = width * tickSpacing
  return [strike - Math.floor(span / 2), strike + Math.ceil(span / 2)]
}

type Range = { readonly liquidity: bigint; readonly low: bigint; readonly high: bigint }

/** The liquidity of a leg, from the amount of its asset that the contracts stand for. */
function liquidityOf(leg: PositionLeg, size: bigint, tickSpacing: number): Range {
  const width = leg.width === 0 ? WIDTH_OF_LOAN : leg.width
  const [lower, upper] = rangeOf({ ...leg, width }, tickSpacing)
  const [low, high] = [sqrtPriceAt(lower), sqrtPriceAt(upper)]
  const amount = size * leg.optionRatio
  const unit = leg.asset === 0 ? mulDivDown(high, low, Q96) : Q96
  const liquidity = mulDivDown(amount, unit, high - low)
  if (liquidity < Q128) return { liquidity, low, high }
  throw new InvalidRuleError(
    `A position of ${size} contracts is larger than the venue can hold. Read the account again.`,
  )
}

/**
 * What a leg moves in each token when it closes, in raw units: long legs and legs without a width
 * round up, shorts down.
 */
export function amountsMoved(leg: PositionLeg, size: bigint, tickSpacing: number): Pair {
  const range = liquidityOf(leg, size, tickSpacing)
  return amountsBetween(range, leg.isLong || leg.width === 0)
}

/** What the liquidity of a leg consists of at a tick: rounded up where it is owed, else down. */
export function amountsAt(leg: PositionLeg, size: bigint, tickSpacing: number, tick: number): Pair {
  const { liquidity, low, high } = liquidityOf(leg, size, tickSpacing)
  const price = sqrtPriceAt(tick)
  const at = max(low, min(price, high))
  const [above] = amountsBetween({ liquidity, low: at, high }, leg.isLong)
  const [, below] = amountsBetween({ liquidity, low, high: at }, leg.isLong)
  return [above, below]
}

function amountsBetween({ liquidity, low, high }: Range, up: boolean): Pair {
  const mulDiv = up ? mulDivUp : mulDivDown
  const difference = high - low
  return [
    mulDiv(mulDiv(liquidity << 96n, difference, high), 1n, low),
    mulDiv(liquidity, difference, Q96),
  ]
}

/**
 * An amount of one token in raw units of the other at a square-root price, rounded down or up. Above
 * tick 443,636 the price keeps 128 bits, since its square no longer fits a word.
 */
export function convert(amount: bigint, from: Token, sqrtPrice: bigint, up: boolean): bigint {
  const isHigh = sqrtPrice >= Q128 - 1n
  const price = isHigh ? (sqrtPrice * sqrtPrice) >> 64n : sqrtPrice * sqrtPrice
  const unit = isHigh ? Q128 : Q192
  const mulDiv = up ? mulDivUp : mulDivDown
  return from === 0 ? mulDiv(amount, price, unit) : mulDiv(amount, unit, price)
}
