import { highWord, withHighWord } from './double.js'

/** The leading 32 bits of ln 2: its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471804855391
/** ln 2 − LN2_HIGH. */
export const LN2_LOW = 7.440617110012397e-11

const MANTISSA = 0x000fffff
/** Upper 20 mantissa bits of √2: above them the mantissa is halved. */
const SQRT2_MANTISSA = 0x6a09e
const TWO_54 = 18014398509481984

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
  if (!(x >= 0)) return NaN
  if (x === 0) return -Infinity
  if (x === Infinity) return Infinity
  let exponent = 0
  let scaled = x
  let high = highWord(scaled)
  if (high < 0x00100000) {
    scaled = x * TWO_54
    exponent = -54
    high = highWord(scaled)
  }
  exponent += (high >> 20) - 1023
  let biased = 1023
  if ((high & MANTISSA) >= SQRT2_MANTISSA) {
    biased = 1022
    exponent += 1
  }
  const f = withHighWord(scaled, (high & MANTISSA) | (biased << 20)) - 1
  return logOfSum(f, exponent)
}

/**
 * ln(a / b) for positive a and b, accurate also where a / b is near 1.
 *
 * @example
 * logRatio(1, 1.0000001) // -9.999999505838704e-8
 */
export function logRatio(a: number, b: number): number {
  const f = (a - b) / b
  return f > -0.25 && f < 0.4 ? logOfSum(f, 0) : log(a / b)
}

/** ln(1 + f) + exponent·ln 2, for 1 + f near [√½, √2). */
function logOfSum(f: number, exponent: number): number {
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
  return exponent * LN2_HIGH - (half - (s * (half + series) + exponent * LN2_LOW) - f)
}
