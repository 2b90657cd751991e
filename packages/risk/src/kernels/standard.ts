import type { StandardExpiry, StandardMarket, StandardTest } from '@plimsoll/model'
import { forwardPrice } from '../pricing/black76.js'

/**
 * Resource and requirement of a standard-margin test under multiplied marks, without allocation:
 * resource = mark-to-market, requirement = mark-to-market − net maintenance margin, both in the
 * settlement asset. Options are priced by Black-76, undiscounted, at an unmoved volatility.
 *
 * Net maintenance of an expiry is the better of two: Σ over shorts of (mark − ratio × spot × size),
 * a put at least (1 + ratio) × mark; and the least payoff over {0, strikes}, less
 * `unpairedScale` × forward for each call that no long call covers. Longs count only there.
 *
 * A debt with nothing that requires margin is −1, not "nothing required". A test that was reported
 * for today's marks is NaN once one of them moves.
 *
 * @param multipliers one for each mark of the compiled account, 1 today
 * @param out receives [resource, requirement]
 */
export function standard(test: StandardTest, multipliers: Float64Array, out: Float64Array): void {
  for (const mark of test.pinned ?? NONE) {
    if (multiplier(multipliers, mark) !== 1) {
      out[0] = NaN
      out[1] = NaN
      return
    }
  }
  let resource = 0
  for (const { mark, value } of test.cash) resource += value * multiplier(multipliers, mark)
  const stablePrice = test.stable.value * multiplier(multipliers, test.stable.mark)
  let requirement = -test.credit
  for (const market of test.markets) {
    const { base, perp, parameters } = market
    const spot = market.spot * multiplier(multipliers, market.spotMark)
    const value = base * spot
    resource += value / stablePrice
    requirement += value / stablePrice - value * parameters.baseFactor
    if (perp !== null) {
      const worth = perp.size * perp.price * multiplier(multipliers, perp.mark)
      resource += worth
      requirement += Math.abs(worth) * parameters.perpRequirement
    }
    for (const expiry of market.expiries) {
      evaluateExpiry(market, expiry, spot, multipliers, expirySides)
      resource += expirySides[0] ?? NaN
      requirement += expirySides[1] ?? NaN
    }
  }
  out[0] = resource
  out[1] = requirement <= 0 && resource < requirement ? -resource : requirement
}

const NONE: readonly number[] = []

// Written and read within one synchronous call, so that evaluation allocates nothing.
const expirySides: Float64Array = /* @__PURE__ */ new Float64Array(2)

/** Writes [mark-to-market, mark-to-market − net maintenance margin] of the options of an expiry. */
function evaluateExpiry(
  { parameters }: StandardMarket,
  expiry: StandardExpiry,
  spot: number,
  multipliers: Float64Array,
  out: Float64Array,
): void {
  const forward = expiry.forward * multiplier(multipliers, expiry.forwardMark) + expiry.forwardFixed
  const root = Math.sqrt(expiry.years)
  let longs = 0
  let shorts = 0
  let onSpot = 0
  let netCalls = 0
  for (const { right, size, strike, impliedVolatility } of expiry.options) {
    const call = right === 'call'
    const mark = size * forwardPrice(call, forward, strike, impliedVolatility * root)
    if (call) netCalls += size
    if (size >= 0) {
      longs += mark
      continue
    }
    shorts += mark
    onSpot += call
      ? parameters.callSpotRequirement * spot * size
      : Math.min(parameters.putSpotRequirement * spot * size, parameters.putMarkRequirement * mark)
  }
  const marks = longs + shorts
  const covered = maximumLoss(expiry) + Math.min(netCalls, 0) * forward * parameters.unpairedScale
  out[0] = marks
  // What the isolated formulas leave over is summed apart, so that the marks of shorts cancel exactly.
  out[1] = Math.min(longs - onSpot, marks - covered)
}

/** The least payoff at settlement over a price of 0 and every strike, not above 0. */
function maximumLoss({ options }: StandardExpiry): number {
  let least = Math.min(payoff(options, 0), 0)
  for (const { strike } of options) least = Math.min(least, payoff(options, strike))
  return least
}

function payoff(options: StandardExpiry['options'], settlement: number): number {
  let total = 0
  for (const { right, size, strike } of options) {
    const intrinsic = right === 'call' ? settlement - strike : strike - settlement
    if (intrinsic > 0) total += intrinsic * size
  }
  return total
}

function multiplier(multipliers: Float64Array, mark: number): number {
  return mark < 0 ? 1 : (multipliers[mark] ?? NaN)
}
