import { mulDivTrunc } from '@plimsoll/model'
import { ONE } from '../standard-margin.js'
import { FixedPointError } from './errors.js'

/** `a ÷ b` in 18 decimals, cut toward zero. @throws InvalidAmountError when `b` is 0 */
export const divide = (a: bigint, b: bigint): bigint => mulDivTrunc(a, ONE, b)

/** `a ÷ b`, cut toward zero; `b` is not 0. */
export const divTrunc = (a: bigint, b: bigint): bigint => a / b

/** `a ÷ 2^bits`, rounded down. */
export const shiftDown = (a: bigint, bits: bigint): bigint => a >> bits

/** The higher of two. */
export const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Without its sign. */
export const magnitude = (a: bigint): bigint => (a < 0n ? -a : a)

/** Sum of `amount` over `items`. */
export const sum = <Item>(items: readonly Item[], amount: (item: Item) => bigint): bigint =>
  items.reduce((total, item) => total + amount(item), 0n)

/**
 * The number, as the contracts' unsigned type of `bits` holds it.
 *
 * @throws FixedPointError when it is negative or has more bits
 */
export function unsigned(value: bigint, bits: bigint, what: string): bigint {
  if (value >= 0n && value >> bits === 0n) return value
  throw new FixedPointError(
    `The ${what} is ${value}, which is not a number of ${bits} bits without a sign: the venue's contracts revert. Check the feed or position that it comes from.`,
  )
}

/**
 * Square root of a number of 18 decimals, in 18 decimals, rounded down.
 *
 * @throws FixedPointError when it is negative
 */
export function squareRoot(value: bigint): bigint {
  const scaled = unsigned(value, 256n, 'square') * ONE
  if (scaled === 0n) return 0n
  let root = 1n << BigInt((scaled.toString(2).length + 1) >> 1)
  // Newton's steps fall from above until they reach the root.
  for (let next = (root + scaled / root) >> 1n; next < root; next = (root + scaled / root) >> 1n) {
    root = next
  }
  return root
}
