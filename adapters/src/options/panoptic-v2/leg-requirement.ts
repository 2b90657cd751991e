import { mulDivDown, mulDivUp } from '@plimsoll/model'
import { amountsMoved, rangeOf } from './amounts.js'
import { type EngineParameters, ONE, sellerRatioAt } from './engine.js'
import { max, min } from './extremes.js'
import { MAX_TICK, Q96, sqrtPriceAt } from './ticks.js'
import type { PositionLeg } from './token-id.js'

/** Where and how a leg is judged. */
export type Terms = {
  readonly engine: EngineParameters
  readonly size: bigint
  readonly tickSpacing: number
  readonly tick: number
  /** Of the leg's token, in 1/10,000. */
  readonly utilization: bigint
}

/** ln 2 in the engine's ratios. */
const LN2 = 6_931_472n
/** Added to a decayed long requirement, in raw units of the token. */
const LEAST_LONG = 10_000n
/** Beyond so many doublings the decay is taken as complete. */
const MOST_DOUBLINGS = 128n

/**
 * Requirement of a leg that stands alone, in raw units of its token. `sellerBase` is the seller's base
 * ratio, half of it in a strangle.
 */
export function legRequirement(
  leg: PositionLeg,
  terms: Terms,
  sellerBase: bigint = terms.engine.sellerRatio,
): bigint {
  const moved = amountsMoved(leg, terms.size, terms.tickSpacing)[leg.tokenType]
  if (leg.width === 0) return leg.isLong ? 0n : loanRequirement(moved, terms)
  return leg.isLong
    ? longRequirement(leg, moved, terms)
    : shortRequirement(leg, moved, terms, sellerBase)
}

function loanRequirement(moved: bigint, { engine, utilization }: Terms): bigint {
  return mulDivUp(moved, ONE + sellerRatioAt(engine, engine.loanMargin, utilization), ONE)
}

/** The largest of half the base, the Reg-T line out of and into the money, and the line across the range. */
function shortRequirement(
  leg: PositionLeg,
  moved: bigint,
  { engine, utilization, tick, tickSpacing }: Terms,
  sellerBase: bigint,
): bigint {
  const baseRatio = sellerRatioAt(engine, sellerBase, utilization)
  const base = 1n + mulDivUp(moved, baseRatio, ONE)
  const ratio = moneyness(leg, tick)
  const floor = base / 2n
  const owed = moved + mulDivUp(base, ratio, Q96) - mulDivUp(moved, ratio, Q96)
  const [lower, upper] = rangeOf(leg, tickSpacing)
  const isInRange = tick >= lower && tick < upper
  const inRange = isInRange ? floor + acrossRange(moved, baseRatio, ratio, upper - lower) : 0n
  return max(max(inRange, owed), floor)
}

/** Price ÷ strike for puts, strike ÷ price for calls, times 2^96: twice a tick is a price squared. */
function moneyness({ tokenType, strike }: PositionLeg, tick: number): bigint {
  const distance = 2 * (tokenType === 1 ? tick - strike : strike - tick)
  return sqrtPriceAt(Math.max(-MAX_TICK, Math.min(MAX_TICK, distance)))
}

function acrossRange(moved: bigint, baseRatio: bigint, ratio: bigint, ticks: number): bigint {
  const scale = sqrtPriceAt(ticks)
  return mulDivUp(moved * (ONE - baseRatio), scale - ratio, ONE * (scale + Q96))
}

/** The buyer's base, falling with e^(distance ÷ width) from half a width away from the strike. */
function longRequirement(
  leg: PositionLeg,
  moved: bigint,
  { engine, tick, tickSpacing }: Terms,
): bigint {
  const base = 1n + mulDivUp(moved, engine.buyerRatio, ONE)
  const width = BigInt(leg.width * tickSpacing)
  const distance = max((width + 1n) / 2n, BigInt(Math.abs(tick - leg.strike)))
  const growth = exponential(mulDivDown(distance, ONE, width))
  return min(base, (ONE * base * width) / (distance * growth) + LEAST_LONG)
}

/** e^x in the engine's ratios: halvings at ln 2, and four terms of the series for what is left. */
function exponential(x: bigint): bigint {
  const doublings = x / LN2
  if (doublings >= MOST_DOUBLINGS) return (1n << 128n) - 1n
  const rest = x % LN2
  const second = (rest * rest) / (2n * ONE)
  const third = (second * rest) / (3n * ONE)
  const fourth = (third * rest) / (4n * ONE)
  return (ONE + rest + second + third + fourth) << doublings
}
