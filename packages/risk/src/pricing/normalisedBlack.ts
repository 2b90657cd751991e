import { scaledComplementaryError } from './errorFunction.js'
import { exp } from './exp.js'
import { log } from './log.js'
import { normalCdf } from './normalCdf.js'

// The normalised Black call out of the money, b(x, s) = e^(x/2)·Φ(h + t) − e^(−x/2)·Φ(h − t) with
// x = ln(F/K) ≤ 0, s = σ√T, h = x/s, t = s/2: the price in units of √(F·K)
// (P. Jäckel, By Implication, 2006; Let's Be Rational, 2013). Both terms share e^(−(h² + t²)/2)/√(2π),
// so that b = e^(−(h² + t²)/2)·(Y(h + t) − Y(h − t)) with Y(z) = e^(z²/2)·Φ(z), and Y′ = 1/√(2π) + z·Y.

const INVERSE_SQRT_TWO_PI = 0.3989422804014327
const SQRT_HALF = Math.sqrt(0.5)
/** Above it Y grows fast, and the distribution itself is subtracted without loss. */
const LARGE = 0.85
/** Up to it Y is differenced by its Taylor series in t. */
const SMALL = 0.85
/** Below it the derivatives of Y come from a continued fraction. */
const FAR = -2
/** Above it the first derivative of Y loses nothing by its definition. */
const NEARER = -0.5
/** Depth of that fraction at FAR; it falls as 1/h². */
const DEPTH = 93

/** b(x, s) for x ≤ 0 and s > 0. */
export function normalisedBlack(x: number, s: number): number {
  const h = x / s
  const t = 0.5 * s
  if (isLarge(h, t)) return largeTotal(x, h, t)
  return commonFactor(x, h, t) * scaledDifference(h, t)
}

/** ln b(x, s) for x ≤ 0 and s > 0, also where b is too small for a number. */
export function logNormalisedBlack(x: number, s: number): number {
  const h = x / s
  const t = 0.5 * s
  if (isLarge(h, t)) return log(largeTotal(x, h, t))
  return log(scaledDifference(h, t)) - 0.5 * (h * h + t * t)
}

/** What is missing to the most that b can be, e^(x/2) − b(x, s), without the loss of subtraction. */
export function normalisedComplement(x: number, s: number): number {
  const h = x / s
  const t = 0.5 * s
  const near = -h - t
  if (near > LARGE) {
    return exp(0.5 * x) * normalCdf(near) + exp(-0.5 * x) * normalCdf(h - t)
  }
  return commonFactor(x, h, t) * (scaledCdf(near) + scaledCdf(h - t))
}

/** ∂b/∂s = e^(−(h² + t²)/2)/√(2π). */
export function normalisedVega(x: number, s: number): number {
  const h = x / s
  const t = 0.5 * s
  return INVERSE_SQRT_TWO_PI * exp(-0.5 * (h * h + t * t))
}

/**
 * e^(−(h² + t²)/2), for large t as e^(x/2)·e^(−(h + t)²/2): where h + t is small, the squares are large
 * and their rounding would reach the exponent.
 */
function commonFactor(x: number, h: number, t: number): number {
  if (t <= SMALL) return exp(-0.5 * (h * h + t * t))
  return exp(0.5 * x) * exp(-0.5 * (h + t) * (h + t))
}

/** Y(z) = e^(z²/2)·Φ(z). */
function scaledCdf(z: number): number {
  return 0.5 * scaledComplementaryError(-z * SQRT_HALF)
}

function isLarge(h: number, t: number): boolean {
  return t > SMALL && h + t > LARGE
}

function largeTotal(x: number, h: number, t: number): number {
  return exp(0.5 * x) * normalCdf(h + t) - exp(-0.5 * x) * normalCdf(h - t)
}

/** Y(h + t) − Y(h − t) for h ≤ 0 and t > 0. */
function scaledDifference(h: number, t: number): number {
  if (t > SMALL) return scaledCdf(h + t) - scaledCdf(h - t)
  return h < FAR ? farSeries(h, t) : nearSeries(h, t)
}

/**
 * 2·Σ Y⁽ⁿ⁾(h)·tⁿ/n! over odd n, with Y⁽ⁿ⁺¹⁾ = h·Y⁽ⁿ⁾ + n·Y⁽ⁿ⁻¹⁾. What the recurrence
 * loses for negative h, the volatility does not feel: the relative slope of b in s grows as 1/Y′.
 */
function nearSeries(h: number, t: number): number {
  let even = scaledCdf(h)
  let odd = h > NEARER ? INVERSE_SQRT_TWO_PI + h * even : nearSlope(h)
  let power = t
  let sum = odd * t
  // What each addition loses, so that the sum is rounded once.
  let lost = 0
  for (let n = 1; n < 60; n += 2) {
    even = h * odd + n * even
    odd = h * even + (n + 1) * odd
    power *= (t * t) / ((n + 1) * (n + 2))
    const term = odd * power
    const next = sum + term
    lost += term - (next - sum)
    sum = next
    if (term <= 1e-17 * sum) break
  }
  return 2 * (sum + lost)
}

/**
 * Y′(h) for −2 ≤ h ≤ 0 to 3e-17: the Chebyshev interpolant in h + 1, since 1/√(2π) + h·Y(h) cancels.
 */
function nearSlope(h: number): number {
  const u = h + 1
  let p = 9.177567530678865e-12 * u + 4.5603009971110053e-11
  p = p * u + 1.733166692667767e-10
  p = p * u + 8.1103311104567e-10
  p = p * u + 3.8036456533065396e-9
  p = p * u + 1.690410938557773e-8
  p = p * u + 7.27981488309247e-8
  p = p * u + 3.0421981609010956e-7
  p = p * u + 1.2289377853368222e-6
  p = p * u + 4.785294806047846e-6
  p = p * u + 1.7904804875903197e-5
  p = p * u + 6.41299408089912e-5
  p = p * u + 0.00021886019881621526
  p = p * u + 0.0007075819504565156
  p = p * u + 0.0021511555970929546
  p = p * u + 0.006089339353947829
  p = p * u + 0.015830227447191366
  p = p * u + 0.03702153937377559
  p = p * u + 0.07525683687190227
  p = p * u + 0.12421430332881403
  return p * u + 0.1373639885363093
}

const ratios: Float64Array = /* @__PURE__ */ new Float64Array(DEPTH + 1)

/**
 * The same series for very negative h, where the recurrence is only stable downwards: the ratios
 * rₙ = Y⁽ⁿ⁾/Y⁽ⁿ⁻¹⁾ = n / (|h| + rₙ₊₁) are all positive, and Y = 1/(√(2π)·(|h| + r₁)).
 */
function farSeries(h: number, t: number): number {
  const magnitude = -h
  const depth = Math.floor(18 + 300 / (h * h))
  ratios[depth] = 0.5 * (Math.sqrt(h * h + 4 * depth) - magnitude)
  for (let n = depth - 1; n >= 1; n -= 1) {
    ratios[n] = n / (magnitude + (ratios[n + 1] ?? 0))
  }
  const first = ratios[1] ?? 0
  let term = ((INVERSE_SQRT_TWO_PI * first) / (magnitude + first)) * t
  let sum = term
  for (let n = 2; n + 1 < depth; n += 2) {
    term *= ((ratios[n] ?? 0) * (ratios[n + 1] ?? 0) * t * t) / (n * (n + 1))
    sum += term
    if (term <= 1e-17 * sum) break
  }
  return 2 * sum
}
