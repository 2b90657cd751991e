import { mulDivDown, mulDivTrunc } from '@plimsoll/model'
import { WAD } from './arithmetic.js'
import type { MarketState } from './state.js'

const YEAR = 31_536_000n
/** The curve falls to a quarter of the target's rate, and rises to four times it. */
const SLOPE_BELOW_TARGET = (3n * WAD) / 4n
const SLOPE_ABOVE_TARGET = 3n * WAD
const ADJUSTMENT_SPEED = (50n * WAD) / YEAR
const TARGET_UTILIZATION = (9n * WAD) / 10n
const INITIAL_RATE_AT_TARGET = WAD / 25n / YEAR
const MIN_RATE_AT_TARGET = WAD / 1000n / YEAR
const MAX_RATE_AT_TARGET = (2n * WAD) / YEAR

const LN_2 = 693_147_180_559_945_309n
/** ln(1e−18): below it the exponential is 0. */
const LN_SMALLEST = -41_446_531_673_892_822_312n
/** From here on the exponential is cut off at `EXP_LARGEST`. */
const EXP_UPPER_BOUND = 93_859_467_695_000_404_319n
const EXP_LARGEST = 57_716_089_161_558_943_949_701_069_502_944_508_345_128_422_502_756_744_429_568n

/** A borrow rate per second, scaled by 1e18, and what AdaptiveCurveIrm stores once it is charged. */
export type AdaptiveRate = { readonly borrowRate: bigint; readonly rateAtTarget: bigint }

/** What the curve reads of a market. */
export type CurveInputs = Pick<
  MarketState,
  'totalSupplyAssets' | 'totalBorrowAssets' | 'lastUpdate'
>

/**
 * AdaptiveCurveIrm's average rate since a market's last update, to the last unit; `rateAtTarget` 0 is
 * a market that it has never seen.
 *
 * @param at Unix seconds, not before the last update
 */
export function adaptiveCurveRate(
  { totalSupplyAssets, totalBorrowAssets, lastUpdate }: CurveInputs,
  rateAtTarget: bigint,
  at: number,
): AdaptiveRate {
  const utilization =
    totalSupplyAssets > 0n ? mulDivDown(totalBorrowAssets, WAD, totalSupplyAssets) : 0n
  const room = utilization > TARGET_UTILIZATION ? WAD - TARGET_UTILIZATION : TARGET_UTILIZATION
  const error = mulDivTrunc(utilization - TARGET_UTILIZATION, WAD, room)
  if (rateAtTarget === 0n) {
    const initial = INITIAL_RATE_AT_TARGET
    return { borrowRate: curve(initial, error), rateAtTarget: initial }
  }
  const adaptation = mulDivTrunc(ADJUSTMENT_SPEED, error, WAD) * BigInt(at - lastUpdate)
  if (adaptation === 0n) return { borrowRate: curve(rateAtTarget, error), rateAtTarget }
  const end = adapted(rateAtTarget, adaptation)
  const middle = adapted(rateAtTarget, mulDivTrunc(adaptation, 1n, 2n))
  const average = mulDivDown(rateAtTarget + end + 2n * middle, 1n, 4n)
  return { borrowRate: curve(average, error), rateAtTarget: end }
}

/** The rate at a distance from the target utilisation: four times the target's at 1, a quarter at −1. */
function curve(rateAtTarget: bigint, error: bigint): bigint {
  const slope = error < 0n ? SLOPE_BELOW_TARGET : SLOPE_ABOVE_TARGET
  return mulDivDown(mulDivTrunc(slope, error, WAD) + WAD, rateAtTarget, WAD)
}

function adapted(rateAtTarget: bigint, adaptation: bigint): bigint {
  const rate = mulDivDown(rateAtTarget, exponential(adaptation), WAD)
  if (rate < MIN_RATE_AT_TARGET) return MIN_RATE_AT_TARGET
  return rate > MAX_RATE_AT_TARGET ? MAX_RATE_AT_TARGET : rate
}

/** e^x of the contract: 2^q by shifting, the rest by two terms. Scaled by 1e18. */
function exponential(x: bigint): bigint {
  if (x < LN_SMALLEST) return 0n
  if (x >= EXP_UPPER_BOUND) return EXP_LARGEST
  const half = x < 0n ? -(LN_2 / 2n) : LN_2 / 2n
  const power = mulDivTrunc(x + half, 1n, LN_2)
  const rest = x - power * LN_2
  const square = mulDivDown(rest, rest, WAD)
  const exponentialOfRest = WAD + rest + mulDivDown(square, 1n, 2n)
  return power >= 0n ? exponentialOfRest << power : exponentialOfRest >> -power
}
