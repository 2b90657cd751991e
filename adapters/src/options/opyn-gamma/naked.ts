import { MarginInputError, requireUsable } from '../book.js'

/** A step of a product's table: the bound for options that expire within `days`. */
export type UpperBoundStep = {
  readonly days: number
  /** Greatest price of an option as a fraction of the price of what it is measured in. */
  readonly bound: number
}

/** Parameters of one product (underlying, strike asset, collateral, right), as its contract holds them. */
export type NakedParameters = {
  /** Ascending in days. */
  readonly upperBounds: readonly UpperBoundStep[]
  /** Factor on spot, below 1. */
  readonly spotShock: number
}

/**
 * The table of the venue's own tests. A product's values are on its contract and differ; the table
 * of that test suite counts a day as 60 × 24.
 */
export const OPYN_GAMMA_TESTS: NakedParameters = {
  upperBounds: [
    { days: 7, bound: 0.1678 },
    { days: 14, bound: 0.237 },
    { days: 28, bound: 0.3326 },
    { days: 42, bound: 0.4032 },
    { days: 56, bound: 0.4603 },
  ],
  spotShock: 0.75,
}

const DAYS_PER_YEAR = 365
/** Years are doubles: an expiry of exactly 7 days must not fall into the next step. */
const ROUNDING = 1e-12

/**
 * The bound of the first step that is not shorter than the time to expiry.
 *
 * Formula: `MarginCalculator._findUpperBoundValue`.
 *
 * @param years years of 365 days to expiry
 *
 * @throws MarginInputError when the table is empty, or ends before the expiry: the venue does not
 * margin such an option.
 */
export function upperBound(years: number, { upperBounds }: NakedParameters): number {
  requireUsable({ years })
  const days = years * DAYS_PER_YEAR
  const step = upperBounds.find((candidate) => days <= candidate.days * (1 + ROUNDING))
  if (step === undefined) {
    throw new MarginInputError(
      `The table of upper bounds has no step for an option of ${days} days. The venue refuses such a naked position: collateralise it fully, or read a longer table.`,
    )
  }
  return step.bound
}

/** A naked short position with the bound that its expiry has. */
export type NakedPosition = {
  readonly right: 'call' | 'put'
  readonly strike: number
  readonly spot: number
  /** Units sold; not negative. */
  readonly size: number
  /** See {@link upperBound}. */
  readonly bound: number
  readonly spotShock: number
}

/**
 * Collateral of a naked short option, in the strike asset for a put, in the underlying for a call.
 * Put: `q·(UB·min(K, sh·S) + max(K − sh·S, 0))`;
 * call: `q·(UB·min(1, K·sh/S) + max(1 − K·sh/S, 0))`.
 *
 * Formula: `MarginCalculator._getNakedMarginRequired`.
 *
 * @example
 * nakedMargin({ right: 'put', strike: 100, spot: 150, size: 1, bound: 0.1678, spotShock: 0.75 })
 * // 16.78
 *
 * @throws MarginInputError when a number is negative or not finite, or spot is 0 for a call.
 */
export function nakedMargin(position: NakedPosition): number {
  const { right, strike, spot, size, bound, spotShock } = position
  requireUsable({ strike, spot, size, bound, spotShock })
  if (right === 'put') {
    const shocked = spotShock * spot
    return (bound * Math.min(strike, shocked) + Math.max(strike - shocked, 0)) * size
  }
  const ratio = (strike * spotShock) / spot
  requireUsable({ 'strike over spot': ratio })
  return (bound * Math.min(1, ratio) + Math.max(1 - ratio, 0)) * size
}
