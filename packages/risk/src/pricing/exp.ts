import { bits, powerOfTwo } from './double.js'
import { LN2_HIGH, LN2_LOW } from './log.js'

const INVERSE_LN2 = 1 / (LN2_HIGH + LN2_LOW)
/** Above it e^x overflows. */
const OVERFLOW = 709.782712893384
/** Below it e^x rounds to 0. */
const UNDERFLOW = -745.1332191019412

// Written and read within one synchronous call.
const place: Float64Array = /* @__PURE__ */ new Float64Array(1)

/**
 * e^x, within one unit in the last place, from + − × ÷ alone: the same bits on every engine.
 *
 * x = k·ln 2 + r with |r| ≤ ½·ln 2, and e^r = 1 + r + r·c/(2 − c) with
 * c = r − (r·coth(r/2) − 2) = r − r²/6 + r⁴/360 − r⁶/15120 + … (Abramowitz & Stegun 4.5.67).
 *
 * @example
 * exp(1) // 2.718281828459045
 */
export function exp(x: number): number {
  place[0] = x
  exponentialAt(place, 0)
  return place[0] ?? NaN
}

/** Puts {@link exp} of each value in its place, without allocation. */
export function exponentials(values: Float64Array): void {
  for (let index = 0; index < values.length; index++) exponentialAt(values, index)
}

// In place: a number that is passed or returned is boxed where an engine does not inline the call.
function exponentialAt(values: Float64Array, index: number): void {
  const x = values[index] ?? NaN
  if (Number.isNaN(x)) return
  if (x > OVERFLOW || x < UNDERFLOW) {
    values[index] = x > 0 ? Infinity : 0
    return
  }
  const k = Math.floor(x * INVERSE_LN2 + 0.5)
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const t = r * r
  const c =
    r -
    t *
      (1 / 6 -
        t *
          (1 / 360 -
            t * (1 / 15120 - t * (1 / 604800 - t * (1 / 23950080 - t * (691 / 653837184000))))))
  const mantissa = 1 - (low - (r * c) / (2 - c) - high)
  if (k > 1023) values[index] = mantissa * 2 * powerOfTwo(1023)
  else if (k >= -1022) {
    bits.setInt32(0, (k + 1023) << 20)
    bits.setInt32(4, 0)
    values[index] = mantissa * bits.getFloat64(0)
  } else values[index] = mantissa * powerOfTwo(k + 1000) * powerOfTwo(-1000)
}
