import { lowerMillsRatio } from './errorFunction.js'
import { exp } from './exp.js'
import { inverseNormalCdf } from './inverseNormalCdf.js'
import { log } from './log.js'
import { normalCdf } from './normalCdf.js'
import { normalisedBlack, normalisedComplement, normalisedVega } from './normalisedBlack.js'
import { controlAtLeft, controlAtRight, rationalCubic } from './rationalCubic.js'

const TWO_PI = 6.283185307179586
const SQRT_HALF_PI = 1.2533141373155003
const SQRT_THREE = Math.sqrt(3)

/** A first guess of a total volatility. */
export type Guess = {
  readonly totalVolatility: number
  /** Whether the price is below the tangent of the inflection at 0, where its logarithm is solved. */
  readonly isLow: boolean
}

/**
 * A first guess of the total volatility s with b(x, s) = price, for x ≤ 0 and `complement` =
 * e^(x/2) − price: rational cubics on four branches (Jäckel 2013, §4). They part where b(x, ·) turns
 * from convex to concave, s = √(2|x|), and where the tangent there meets 0 and e^(x/2). The middle two
 * interpolate s; the outer two interpolate transforms of the price that are nearly linear in it.
 */
export function guessTotalVolatility(x: number, price: number, complement: number): Guess {
  const centre = Math.sqrt(-2 * x)
  const centrePrice = x < 0 ? normalisedBlack(x, centre) : 0
  const centreVega = x < 0 ? normalisedVega(x, centre) : 0.5 / SQRT_HALF_PI
  if (price > centrePrice) {
    const high = centre + (exp(0.5 * x) - centrePrice) / centreVega
    const highPrice = normalisedBlack(x, high)
    if (price > highPrice) return found(highGuess(x, high, complement), false)
    const cubic = {
      width: highPrice - centrePrice,
      left: centre,
      leftSlope: 1 / centreVega,
      right: high,
      rightSlope: 1 / normalisedVega(x, high),
    }
    const share = (price - centrePrice) / cubic.width
    const rest = (highPrice - price) / cubic.width
    return found(rationalCubic(cubic, controlAtLeft(cubic, 0), share, rest), false)
  }
  const low = centre - centrePrice / centreVega
  const lowPrice = low > 0 ? normalisedBlack(x, low) : 0
  if (price < lowPrice) return found(lowGuess(x, low, lowPrice, price), true)
  const cubic = {
    width: centrePrice - lowPrice,
    left: low,
    leftSlope: 1 / normalisedVega(x, low),
    right: centre,
    rightSlope: 1 / centreVega,
  }
  const share = (price - lowPrice) / cubic.width
  const rest = (centrePrice - price) / cubic.width
  return found(rationalCubic(cubic, controlAtRight(cubic, 0), share, rest), false)

  function found(totalVolatility: number, isLow: boolean): Guess {
    const isUsable = totalVolatility > 0 && totalVolatility < Infinity
    return { totalVolatility: isUsable ? totalVolatility : centre > 0 ? centre : 1, isLow }
  }
}

/** f(b) = (2π·|x|/3√3)·Φ³(z), z = −|x|/(√3·s), which b resembles for small s. */
function lowGuess(x: number, low: number, lowPrice: number, price: number): number {
  const z = x / (SQRT_THREE * low)
  const phi = normalCdf(z)
  const mills = lowerMillsRatio(z)
  const scale = (TWO_PI * -x) / (3 * SQRT_THREE)
  const slope = z * mills * z * mills * exp(0.125 * low * low)
  const bend = 0.25 * low - (2 / low) * (1 + z / mills + z * z)
  const cubic = {
    width: lowPrice,
    left: 0,
    leftSlope: 1,
    right: scale * phi * phi * phi,
    rightSlope: slope,
  }
  const control = controlAtRight(cubic, (slope * bend) / normalisedVega(x, low))
  const share = price / lowPrice
  const f = rationalCubic(cubic, control, share, 1 - share)
  return x / (SQRT_THREE * inverseNormalCdf(cubeRoot(f / scale)))
}

/** f(b) = Φ(−s/2), which falls to 0 with slope −½ where b is the most it can be. */
function highGuess(x: number, high: number, complement: number): number {
  const h = x / high
  const cubic = {
    width: normalisedComplement(x, high),
    left: normalCdf(-0.5 * high),
    leftSlope: -0.5 * exp(0.5 * h * h),
    right: 0,
    rightSlope: -0.5,
  }
  const second = (SQRT_HALF_PI * h * h * exp(h * h + 0.125 * high * high)) / high
  const rest = Math.min(1, complement / cubic.width)
  return -2 * inverseNormalCdf(rationalCubic(cubic, controlAtLeft(cubic, second), 1 - rest, rest))
}

/** Cube root of a number in [0, 1], good enough for a guess. */
function cubeRoot(value: number): number {
  return value > 0 ? exp(log(value) / 3) : 0
}
