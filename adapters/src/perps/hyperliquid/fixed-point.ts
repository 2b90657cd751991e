import type { Amount } from '@plimsoll/model'
import { formatAmount, parseAmount, rescaleDown, toNumber } from '@plimsoll/model'

const DECIMALS = 36

/** One, in fixed point with 36 decimals: sums and products of what the venue prints are exact. */
export const ONE: bigint = 10n ** BigInt(DECIMALS)

/** Largest rounding of a printed USD amount: the venue prints 1e-6 USD and cuts off what is below. */
const USD_UNIT = ONE / 1_000_000n
/** The venue prints doubles, so a large amount carries the 52 bits of one. */
const DOUBLE_BITS = 52n

/** An exact amount in fixed point. */
export function fixed(amount: Amount): bigint {
  return rescaleDown(amount, DECIMALS).raw
}

/** A fixed-point value as an exact amount, without trailing zeros. */
export function amountOf(value: bigint): Amount {
  return parseAmount(textOf(value))
}

/** The decimal text of a fixed-point value. */
export function textOf(value: bigint): string {
  return formatAmount({ raw: value, decimals: DECIMALS })
}

/** The double nearest to a fixed-point value. */
export function numberOf(value: bigint): number {
  return toNumber({ raw: value, decimals: DECIMALS })
}

/** `a × b`. */
export function times(a: bigint, b: bigint): bigint {
  return (a * b) / ONE
}

/** `a ÷ b`, truncated at 36 decimals; `b` must not be 0. */
export function over(a: bigint, b: bigint): bigint {
  return (a * ONE) / b
}

/** |value|. */
export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}

/** The larger of two values. */
export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** The sum of `of` over `items`. */
export function total<Item>(items: Iterable<Item>, of: (item: Item) => bigint): bigint {
  let sum = 0n
  for (const item of items) sum += of(item)
  return sum
}

/** How far a printed USD amount may be from the venue's own number. */
export function usdRounding(printed: bigint): bigint {
  return larger(USD_UNIT, magnitude(printed) >> DOUBLE_BITS)
}
