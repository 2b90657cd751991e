import { leastWhere } from '../leastWhere.js'
import { exp } from '../pricing/exp.js'
import { log } from '../pricing/log.js'
import { logGamma } from './logGamma.js'

const TERMS = 100_000

/**
 * The regularised upper incomplete gamma function Q(a, x) = P[G > x] of a gamma variable of shape a:
 * below a + 1 by the series of its complement (DLMF 8.7.1), above by the continued fraction
 * (Abramowitz & Stegun 26.4.10) in the evaluation of Lentz.
 *
 * @param shape a > 0
 * @param x from 0
 */
export function gammaSurvival(shape: number, x: number): number {
  return x < shape + 1
    ? 1 - front(shape, x) * series(shape, x)
    : front(shape, x) * continuedFraction(shape, x)
}

/** P[G ≤ x]: {@link gammaSurvival}'s complement, exact where it is small. */
export function gammaCdf(shape: number, x: number): number {
  return x < shape + 1
    ? front(shape, x) * series(shape, x)
    : 1 - front(shape, x) * continuedFraction(shape, x)
}

/** xᵃ·e⁻ˣ ÷ Γ(a): x times the density. */
function front(shape: number, x: number): number {
  return exp(shape * log(x) - x - logGamma(shape))
}

/** Σ xⁿ/(a(a + 1)…(a + n)). */
function series(shape: number, x: number): number {
  let term = 1 / shape
  let sum = term
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= x / (shape + n)
    sum += term
  }
  return sum
}

/** By Lentz; both quotients stay above n, so that neither can be 0, for x from a + 1. */
function continuedFraction(shape: number, x: number): number {
  let b = x + 1 - shape
  let numerator = Infinity
  let denominator = 1 / b
  let value = denominator
  for (let n = 1; n <= TERMS; n++) {
    const a = -n * (n - shape)
    b += 2
    denominator = 1 / (a * denominator + b)
    numerator = b + a / numerator
    const change = numerator * denominator
    value *= change
    if (Math.abs(change - 1) <= 2 * Number.EPSILON) break
  }
  return value
}

/**
 * The x with P[G > x] = tail of a gamma variable of shape a, by bisection.
 *
 * @example
 * gammaUpperQuantile(1, 0.025) // 3.6888794541139363
 *
 * @param tail in (0, 1)
 */
export function gammaUpperQuantile(shape: number, tail: number): number {
  let high = shape + 1
  while (gammaSurvival(shape, high) > tail) high *= 2
  return leastWhere(0, high, (x) => gammaSurvival(shape, x) <= tail)
}

/**
 * The x up to `most` with P[G ≤ x] = probability, by Newton on the logarithms of both. In log x the
 * logarithm of P is concave, and P ≤ xᵃ ÷ Γ(a + 1): from where that bound has the probability, every
 * step is upward and none too long.
 *
 * @example
 * gammaQuantileBelow(1, 0.5, 10) // 0.693147180559945…
 *
 * @param probability above 0, at most P[G ≤ most]
 */
export function gammaQuantileBelow(shape: number, probability: number, most: number): number {
  const target = log(probability)
  let x = 0
  let next = exp((target + logGamma(shape + 1)) / shape)
  while (next > x * (1 + 4 * Number.EPSILON)) {
    x = Math.min(most, next)
    const reached = gammaCdf(shape, x)
    next = Math.min(most, x * exp(((target - log(reached)) * reached) / front(shape, x)))
  }
  return x
}
