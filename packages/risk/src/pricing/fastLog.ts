import { log } from './log.js'

/** Nodes on one unit of the ratio. */
const NODES_PER_UNIT = 128
/** The table covers ratios from ½ to 4; an eighth or eight times that is scaled into it. */
const LEAST = 0.5
const MOST = 4
const SCALE = 8
const LN_SCALE = 2.0794415416798357
const NEAR = 1 / 128

const inverses: Float64Array = /* @__PURE__ */ new Float64Array(512)
const logarithms: Float64Array = /* @__PURE__ */ new Float64Array(512)
let isFilled = false

/** Fills the tables that {@link fastLogRatio} reads, once: 1/m and ln m of each interval's middle m. */
export function fillLogTables(): void {
  if (isFilled) return
  // Row 0 is for ratios out of reach: below them all, and no number.
  inverses[0] = NaN
  logarithms[0] = NaN
  for (let node = 1; node < inverses.length; node += 1) {
    const inverse = 1 / ((node + 0.5) / NODES_PER_UNIT)
    inverses[node] = inverse
    logarithms[node] = -log(inverse)
  }
  isFilled = true
}

/**
 * ln(a / b) for positive a and b and inverse = 1 / b, from filled tables: within 5e-16 absolute where
 * the ratio lies in [1/16, 32), with its relative digits near 1; NaN elsewhere.
 */
export function fastLogRatio(a: number, b: number, inverse: number): number {
  let ratio = a * inverse
  let base = 0
  if (ratio < LEAST) {
    ratio *= SCALE
    base = -LN_SCALE
  } else if (ratio >= MOST) {
    ratio /= SCALE
    base = LN_SCALE
  }
  const near = (a - b) * inverse
  let f = near
  if (!(near > -NEAR && near < NEAR)) {
    const node = ratio >= LEAST && ratio < MOST ? (ratio * NODES_PER_UNIT) | 0 : 0
    base += logarithms[node] ?? NaN
    f = ratio * (inverses[node] ?? NaN) - 1
  }
  const g = f * f
  return base + f + g * (-0.5 + f * (1 / 3) + g * (-0.25 + f * 0.2 + g * (-1 / 6 + f * (1 / 7))))
}

/**
 * Writes ln of each value as {@link fastLogRatio} of it and 1 does, by {@link log} where the tables do
 * not reach.
 */
export function fastLogarithms(values: Float64Array, out: Float64Array): void {
  fillLogTables()
  for (let index = 0; index < out.length; index++) {
    out[index] = fastLogRatio(values[index] ?? NaN, 1, 1)
  }
  for (let index = 0; index < out.length; index++) {
    if (Number.isNaN(out[index] ?? NaN)) out[index] = log(values[index] ?? NaN)
  }
}
