import { exp } from './exp.js'
import { guessTotalVolatility } from './impliedVolatilityGuess.js'
import { log, logRatio } from './log.js'
import {
  logNormalisedBlack,
  normalisedBlack,
  normalisedComplement,
  normalisedVega,
} from './normalisedBlack.js'

/** Two steps reach the limit of double precision; the rest is for prices at the edge of the range. */
const MOST_STEPS = 60
/** A relative step that no longer changes the volatility. */
const NEGLIGIBLE = 1e-16
const SMALL_STEP = 1e-5
/** The smallest normal number: below it a price has lost digits. */
const SMALLEST_NORMAL = 2.2250738585072014e-308

/**
 * The total volatility s at which the normalised Black call out of the money b(x, s) has a price, for
 * x ≤ 0, 0 < price < e^(x/2) and complement = e^(x/2) − price (given apart, since it may be known
 * better than the difference is).
 *
 * Two Householder steps of fourth order from a rational guess, on one of three objectives:
 * 1/ln b − 1/ln β below the inflection's tangent, b − β around it, and ln(complement) above half of
 * the largest price (P. Jäckel, Let's Be Rational, Wilmott 2015, §§ 3–5).
 */
export function solveTotalVolatility(x: number, price: number, complement: number): number {
  const guess = guessTotalVolatility(x, price, complement)
  const objective = guess.isLow ? stepLow : price > 0.5 * exp(0.5 * x) ? stepHigh : stepMiddle
  const target = objective === stepHigh ? complement : price
  let low = 0
  let high = Infinity
  let s = guess.totalVolatility
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const change = objective(x, s, target)
    // The order is four: after a relative step of 1e-5 the next one is below the last place.
    if (Math.abs(change) <= (step === 0 ? NEGLIGIBLE : SMALL_STEP) * s) return s + change
    if (change > 0) low = s
    else high = s
    let next = s + change
    if (!(next > low && next < high)) next = high === Infinity ? 2 * s : 0.5 * (low + high)
    s = next
  }
  return s
}

/** Newton's step ν of an objective g, corrected with h₂ = g″/g′ and h₃ = g‴/g′. */
function householder(newton: number, h2: number, h3: number): number {
  const bounded = newton * h2
  const factor = (1 + 0.5 * bounded) / (1 + newton * (h2 + (newton * h3) / 6))
  return factor > 0 ? newton * Math.min(factor, 3) : newton
}

/** b″/b′ = x²/s³ − s/4. */
function bend(x: number, s: number): number {
  return (x * x) / (s * s * s) - 0.25 * s
}

/** (b″/b′)′ = −3x²/s⁴ − ¼. */
function bendSlope(x: number, s: number): number {
  return (-3 * x * x) / (s * s * s * s) - 0.25
}

function stepMiddle(x: number, s: number, price: number): number {
  const q = bend(x, s)
  const newton = (price - normalisedBlack(x, s)) / normalisedVega(x, s)
  return householder(newton, q, q * q + bendSlope(x, s))
}

function stepHigh(x: number, s: number, complement: number): number {
  const now = normalisedComplement(x, s)
  const q = bend(x, s)
  const u = normalisedVega(x, s) / now
  const h2 = q + u
  const h2Slope = bendSlope(x, s) + u * h2
  return householder(logRatio(now, complement) / u, h2, h2Slope + h2 * h2)
}

function stepLow(x: number, s: number, price: number): number {
  const now = normalisedBlack(x, s)
  const isNormal = now >= SMALLEST_NORMAL
  const logNow = isNormal ? log(now) : logNormalisedBlack(x, s)
  const logPrice = log(price)
  const gap = isNormal ? logRatio(price, now) : logPrice - logNow
  const q = bend(x, s)
  const p = isNormal ? normalisedVega(x, s) / now : slopeOfLog(x, s, logNow)
  const h2 = q - p - (2 * p) / logNow
  const pSlope = p * (q - p)
  const h2Slope = bendSlope(x, s) - pSlope - (2 * pSlope) / logNow + (2 * p * p) / (logNow * logNow)
  return householder((gap * logNow) / (logPrice * p), h2, h2Slope + h2 * h2)
}

/** b′/b where both are too small for a number. */
function slopeOfLog(x: number, s: number, logBlack: number): number {
  const h = x / s
  return 0.3989422804014327 * exp(-0.5 * (h * h + 0.25 * s * s) - logBlack)
}
