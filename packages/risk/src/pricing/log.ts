import { bits } from './double.js'

/** The leading 32 bits of ln 2: its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471804855391
/** ln 2 − LN2_HIGH. */
export const LN2_LOW = 7.440617110012397e-11

const MANTISSA = 0x000fffff
/** Upper 20 mantissa bits of √2: above them the mantissa is halved. */
const SQRT2_MANTISSA = 0x6a09e
const TWO_54 = 18014398509481984

// Written and read within one synchronous call.
const place: Float64Array = /* @__PURE__ */ new Float64Array(1)

/**
 * Natural logarithm, within one unit in the last place, from + − × ÷ alone: the same bits on every
 * engine. NaN below 0, −Infinity at 0.
 *
 * x = 2^e·(1 + f) with 1 + f in [√½, √2), and ln(1 + f) = 2·artanh(f / (2 + f)).
 *
 * @example
 * log(10) // 2.302585092994046
 */
export function log(x: number): number {
  place[0] = x
  logarithmAt(place, 0)
  return place[0] ?? NaN
}

/**
 * Puts {@link log} of a value in its place: a number that is passed or returned is boxed where an engine
 * does not inline the call.
 */
export function logarithmAt(values: Float64Array, index: number): void {
  const x = values[index] ?? NaN
  if (!(x > 0 && x < Infinity)) {
    values[index] = x === 0 ? -Infinity : x > 0 ? x : NaN
    return
  }
  let exponent = 0
  bits.setFloat64(0, x)
  let high = bits.getInt32(0)
  if (high < 0x00100000) {
    bits.setFloat64(0, x * TWO_54)
    exponent = -54
    high = bits.getInt32(0)
  }
  exponent += (high >> 20) - 1023
  let biased = 1023
  if ((high & MANTISSA) >= SQRT2_MANTISSA) {
    biased = 1022
    exponent += 1
  }
  bits.setInt32(0, (high & MANTISSA) | (biased << 20))
  values[index] = bits.getFloat64(0) - 1
  logarithmOfSumAt(values, index, exponent)
}

/**
 * ln(a / b) for positive a and b, accurate also where a / b is near 1.
 *
 * @example
 * logRatio(1, 1.0000001) // -9.999999505838704e-8
 */
export function logRatio(a: number, b: number): number {
  const f = (a - b) / b
  if (!(f > -0.25 && f < 0.4)) return log(a / b)
  place[0] = f
  logarithmOfSumAt(place, 0, 0)
  return place[0] ?? NaN
}

/** Puts ln(1 + f) + exponent·ln 2 in the place of f, for 1 + f near [√½, √2). */
function logarithmOfSumAt(values: Float64Array, index: number, exponent: number): void {
  const f = values[index] ?? NaN
  const s = f / (2 + f)
  const t = s * s
  const series =
    t *
    (2 / 3 +
      t *
        (2 / 5 +
          t *
            (2 / 7 +
              t *
                (2 / 9 +
                  t *
                    (2 / 11 +
                      t *
                        (2 / 13 +
                          t *
                            (2 / 15 +
                              t * (2 / 17 + t * (2 / 19 + t * (2 / 21 + t * (2 / 23)))))))))))
  const half = 0.5 * f * f
  values[index] = exponent * LN2_HIGH - (half - (s * (half + series) + exponent * LN2_LOW) - f)
}
