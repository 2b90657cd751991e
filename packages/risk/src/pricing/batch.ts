import type { Black76Parameters } from './black76.js'
import { black76GreeksAtRate, emptyForwardGreeks } from './black76Greeks.js'
import { fastLogRatio, fillLogTables } from './fastLog.js'
import { normalCdf, normalDensity } from './normalCdf.js'
import type { GreekArrays, OptionArrays } from './optionArrays.js'
import { checkLengths } from './optionArrays.js'

/** Options that pass the stages together, so that what lies between them stays in the nearest cache. */
const BLOCK = 128

// Constants of the module, so that an engine compiles their addresses into the loops. The stages are
// apart because one long chain of dependent operations keeps a processor waiting.
/** √T of a block. */
const roots: Float64Array = /* @__PURE__ */ new Float64Array(128)
/** s = σ√T of a block. */
const totals: Float64Array = /* @__PURE__ */ new Float64Array(128)
/** 1/(F·s) of a block. */
const reciprocals: Float64Array = /* @__PURE__ */ new Float64Array(128)
/** Φ(d₁) of a block. */
const aboves: Float64Array = /* @__PURE__ */ new Float64Array(128)
/** Φ(d₂) of a block. */
const exercises: Float64Array = /* @__PURE__ */ new Float64Array(128)
/** φ(d₁) of a block. */
const densities: Float64Array = /* @__PURE__ */ new Float64Array(128)
/** d₁ of a block, in table rows. */
const positions: Float64Array = /* @__PURE__ */ new Float64Array(128)

const NODES_PER_UNIT = 256
/** Beyond ±8.5 the distribution is 0 or 1 to 1e-17. */
const LIMIT = 8.5
/** Where the argument 0 lies in the table; each row owns the half step on either side. */
const ZERO: number = LIMIT * NODES_PER_UNIT + 0.5
const LAST_ROW: number = 2 * LIMIT * NODES_PER_UNIT
const DEGREE = 5
const ROW = 6
const table: Float64Array = /* @__PURE__ */ new Float64Array(4353 * 6)
let isFilled = false

/** Below this σ√T the accurate formulas are used: 1/(σ√T) magnifies the rounding of ln(F/K). */
const LEAST_TOTAL_VOLATILITY = 1e-6

/**
 * Price and greeks of many options by the formulas of {@link black76Greeks}, into arrays and without
 * allocation for each, the same bits on every engine. Logarithm, density and Φ come from tables; one
 * density serves both tails, since F·φ(d₁) = K·φ(d₂).
 *
 * Errors against {@link black76Greeks} are absolute, with s = σ√T: prices within 2e-15·(F + K), delta
 * within 1e-15·(2 + 1/s), gamma, vega and theta within 4e-14·(1 + 0.1/s) of 1/(F·s), F·√T and F·σ/√T,
 * times the discount. Far out of the money a price keeps no digits of its own: imply volatilities from
 * {@link black76Price}. An option with a negative number or NaN among its inputs gets NaN.
 *
 * @throws PricingError when an array is shorter than `count`.
 */
export function priceAndGreeks(options: OptionArrays, out: GreekArrays): void {
  checkLengths(options, out)
  fillDistribution()
  fillLogTables()
  const { count } = options
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(from + BLOCK, count)
    scale(options, from, to)
    standardise(options, from, to)
    distribute(to - from)
    if (!combine(options, out, from, to)) correct(options, out, from, to)
  }
}

/**
 * Fills the table of {@link distribute}, once: Taylor coefficients of Φ about each 1/256 of
 * [−8.5, 8.5], φ(x₀)·(−1)ⁿ⁻¹·Heₙ₋₁(x₀)/(n!·256ⁿ). Eight times as fine as the table of the grids: four
 * terms leave out 3e-16 of Φ, and the derivative of five as little of the density.
 */
function fillDistribution(): void {
  if (isFilled) return
  for (let node = 0; node <= LAST_ROW; node += 1) {
    const x = node / NODES_PER_UNIT - LIMIT
    table[node * ROW] = normalCdf(x)
    let scale = normalDensity(x)
    let hermite = 1
    let previous = 0
    for (let n = 1; n <= DEGREE; n += 1) {
      scale /= n * NODES_PER_UNIT
      table[node * ROW + n] = scale * hermite
      scale = -scale
      const next = x * hermite - (n - 1) * previous
      previous = hermite
      hermite = next
    }
  }
  isFilled = true
}

/** First stage: √T, s = σ√T and 1/(F·s) of the options from `from` to `to`. */
function scale(options: OptionArrays, from: number, to: number): void {
  const { forward, volatility, years } = options
  for (let option = from, at = 0; option < to; option += 1, at += 1) {
    const root = Math.sqrt(years[option] ?? NaN)
    const total = (volatility[option] ?? NaN) * root
    roots[at] = root
    totals[at] = total
    reciprocals[at] = 1 / ((forward[option] ?? NaN) * total)
  }
}

/** Second stage: d₁ = ln(F/K)/s + s/2, as a position in the table. */
function standardise({ forward, strike }: OptionArrays, from: number, to: number): void {
  for (let option = from, at = 0; option < to; option += 1, at += 1) {
    const f = forward[option] ?? NaN
    const total = totals[at] ?? NaN
    const reciprocal = reciprocals[at] ?? NaN
    const logarithm = fastLogRatio(strike[option] ?? NaN, f, reciprocal * total)
    positions[at] = (0.5 * total - logarithm * (reciprocal * f)) * NODES_PER_UNIT + ZERO
  }
}

/** Third stage: Φ(d₁), Φ(d₂) and φ(d₁) of the first `count` options of the block. */
function distribute(count: number): void {
  for (let at = 0; at < count; at += 1) {
    const first = clamp(positions[at] ?? NaN)
    const second = clamp((positions[at] ?? NaN) - NODES_PER_UNIT * (totals[at] ?? NaN))
    const node = first | 0
    const u = first - node - 0.5
    const row = node * ROW
    const c1 = table[row + 1] ?? NaN
    const c2 = table[row + 2] ?? NaN
    const c3 = table[row + 3] ?? NaN
    const c4 = table[row + 4] ?? NaN
    const c5 = table[row + 5] ?? NaN
    // Even and odd terms apart, which halves the chain of dependent operations.
    const uu = u * u
    aboves[at] = (table[row] ?? NaN) + u * c1 + uu * (c2 + u * c3 + uu * c4)
    densities[at] = NODES_PER_UNIT * (c1 + 2 * u * c2 + uu * (3 * c3 + 4 * u * c4 + 5 * uu * c5))
    const other = second | 0
    const v = second - other - 0.5
    const at2 = other * ROW
    exercises[at] =
      (table[at2] ?? NaN) +
      v *
        ((table[at2 + 1] ?? NaN) +
          v *
            ((table[at2 + 2] ?? NaN) + v * ((table[at2 + 3] ?? NaN) + v * (table[at2 + 4] ?? NaN))))
  }
}

/** Positions beyond the table become the middle of its end rows; NaN too, and is NaN by d₁ elsewhere. */
function clamp(position: number): number {
  if (position > 1) return position < LAST_ROW ? position : LAST_ROW + 0.5
  return 0.5
}

/**
 * Last stage: price and greeks from what the others left. False where the tables do not reach some
 * option, which is then corrected apart: a call in this loop would make an engine read every array's
 * address anew in each turn.
 */
function combine(options: OptionArrays, out: GreekArrays, from: number, to: number): boolean {
  let isReached = true
  const { call, forward, strike, volatility, discount, rate } = options
  const { price, delta, gamma, vega, thetaPerYear } = out
  for (let option = from, at = 0; option < to; option += 1, at += 1) {
    const f = forward[option] ?? NaN
    const k = strike[option] ?? NaN
    const factor = discount[option] ?? NaN
    const isCall = call[option] ?? NaN
    const isPut = 1 - isCall
    const above = aboves[at] ?? NaN
    const payoff = f - k
    // A put by parity and both at least the payoff, without a branch on the right.
    let worth = f * above - k * (exercises[at] ?? NaN) - isPut * payoff
    const least = (isCall - isPut) * payoff
    if (worth < least) worth = least
    if (worth < 0) worth = 0
    worth *= factor
    const density = factor * (densities[at] ?? NaN)
    const curvature = density * (reciprocals[at] ?? NaN)
    const sigma = f * (volatility[option] ?? NaN)
    price[option] = worth
    delta[option] = factor * (above - isPut)
    gamma[option] = curvature
    vega[option] = f * density * (roots[at] ?? NaN)
    thetaPerYear[option] = (rate[option] ?? NaN) * worth - 0.5 * curvature * sigma * sigma
    if (!isWithin(totals[at] ?? NaN, positions[at] ?? NaN, factor)) isReached = false
  }
  return isReached
}

/** Whether the tables reach an option, none of whose numbers is negative or NaN. */
function isWithin(total: number, position: number, discount: number): boolean {
  return total >= LEAST_TOTAL_VOLATILITY && position > -Infinity && discount >= 0
}

/** Prices those options of the block anew that the tables do not reach. */
function correct(options: OptionArrays, out: GreekArrays, from: number, to: number): void {
  for (let option = from; option < to; option += 1) {
    const at = option - from
    const discount = options.discount[option] ?? NaN
    const isReached = isWithin(totals[at] ?? NaN, positions[at] ?? NaN, discount)
    if (!isReached) writeAccurate(options, option, out)
  }
}

/** One option outside the tables' reach: no total volatility, no price, or no usable number. */
function writeAccurate(options: OptionArrays, at: number, out: GreekArrays): void {
  const option: Black76Parameters = {
    right: options.call[at] === 0 ? 'put' : 'call',
    forward: options.forward[at] ?? NaN,
    strike: options.strike[at] ?? NaN,
    volatility: options.volatility[at] ?? NaN,
    years: options.years[at] ?? NaN,
    discount: options.discount[at] ?? NaN,
  }
  const { forward, strike, volatility, years, discount } = option
  const isUsable = Math.min(forward, strike, volatility, years, discount) >= 0
  if (isUsable) black76GreeksAtRate(option, options.rate[at] ?? NaN, edge)
  out.price[at] = isUsable ? edge.price : NaN
  out.delta[at] = isUsable ? edge.delta : NaN
  out.gamma[at] = isUsable ? edge.gamma : NaN
  out.vega[at] = isUsable ? edge.vega : NaN
  out.thetaPerYear[at] = isUsable ? edge.thetaPerYear : NaN
}

const edge = /* @__PURE__ */ emptyForwardGreeks()
