import { exp } from '../pricing/exp.js'
import { log } from '../pricing/log.js'
import { logGamma } from './logGamma.js'

const TERMS = 100_000
const LEAST = 1e-300
const STEPS = 200

/**
 * The regularised upper incomplete gamma function Q(a, x) = P[G > x] of a gamma variable of shape a:
 * below a + 1 by the series of its complement (DLMF 8.7.1), above by the continued fraction
 * (Abramowitz & Stegun 26.4.10) in the evaluation of Lentz.
 *
 * @param shape a > 0
 * @param x from 0
 */
export function gammaSurvival(shape: number, x: number): number {
  if (x === 0) return 1
  return x < shape + 1
    ? 1 - front(shape, x) * series(shape, x)
    : front(shape, x) * continuedFraction(shape, x)
}

/** P[G ≤ x]: {@link gammaSurvival}'s complement, exact where it is small. */
export function gammaCdf(shape: number, x: number): number {
  if (x === 0) return 0
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
  for (let n = 1; n <= TERMS && term > sum * Number.EPSILON; n++) {
    term *= x / (shape + n)
    sum += term
  }
  return sum
}

function continuedFraction(shape: number, x: number): number {
  let b = x + 1 - shape
  let numerator = 1 / LEAST
  let denominator = 1 / b
  let value = denominator
  for (let n = 1; n <= TERMS; n++) {
    const a = -n * (n - shape)
    b += 2
    denominator = 1 / notZero(a * denominator + b)
    numerator = notZero(b + a / numerator)
    const change = numerator * denominator
    value *= change
    if (Math.abs(change - 1) <= 2 * Number.EPSILON) break
  }
  return value
}

function notZero(value: number): number {
  return Math.abs(value) < LEAST ? LEAST : value
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
  let low = 0
  let high = shape + 1
  while (gammaSurvival(shape, high) > tail) {
    low = high
    high *= 2
  }
  for (let step = 0; step < STEPS && high - low > 2 * Number.EPSILON * high; step++) {
    const middle = low + (high - low) / 2
    if (gammaSurvival(shape, middle) > tail) low = middle
    else high = middle
  }
  return high
}

/**
 * The x up to `most` with P[G ≤ x] = probability, by Newton within a bracket.
 *
 * @example
 * gammaQuantileBelow(1, 0.5, 10) // 0.693147180559945…
 *
 * @param probability above 0, at most P[G ≤ most]
 */
export function gammaQuantileBelow(shape: number, probability: number, most: number): number {
  let low = 0
  let high = most
  // Where x is small, P grows with its power; nothing is lost where it is not.
  let x = Math.min(most, exp((log(probability) + logGamma(shape + 1)) / shape))
  for (let step = 0; step < STEPS; step++) {
    const excess = gammaCdf(shape, x) - probability
    if (excess > 0) high = x
    else low = x
    const newton = x - (excess * x) / front(shape, x)
    const next = newton > low && newton < high ? newton : low + (high - low) / 2
    if (Math.abs(next - x) <= 4 * Number.EPSILON * x) return next
    x = next
  }
  return x
}
