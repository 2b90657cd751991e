/** An exact fraction; `denominator` is positive. Doubles, decimals and integers all fit without loss. */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint }

const INTEGER = /^-?\d+$/
const DECIMAL = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/
const FRACTION = /^(-?\d+)\/(\d+)$/
// Beyond this an exponent is a typing error, and 10 ** exponent would exhaust the memory.
const MAX_EXPONENT = 5000

/** Whether `text` is an integer in decimal digits. */
export function isIntegerText(text: string): boolean {
  return INTEGER.test(text)
}

/**
 * The exact value of a decimal text ("12", "-0.5", "3.8e-26") or of a fraction ("165/112");
 * null when the text is neither.
 */
export function rationalFromText(text: string): Rational | null {
  const fraction = FRACTION.exec(text)
  if (fraction !== null) {
    const denominator = BigInt(fraction[2] ?? '')
    return denominator === 0n ? null : { numerator: BigInt(fraction[1] ?? ''), denominator }
  }
  const match = DECIMAL.exec(text)
  if (match === null) return null
  const [, sign, whole = '', part = '', exponentText = '0'] = match
  if (whole === '' && part === '') return null
  const exponent = Number(exponentText) - part.length
  if (Math.abs(exponent) > MAX_EXPONENT) return null
  const digits = BigInt(`${whole}${part}`) * (sign === '-' ? -1n : 1n)
  return exponent >= 0
    ? { numerator: digits * 10n ** BigInt(exponent), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-exponent) }
}

/** The exact value of a double; null when it is not finite. */
export function rationalFromNumber(value: number): Rational | null {
  if (!Number.isFinite(value)) return null
  if (Number.isSafeInteger(value)) return { numerator: BigInt(value), denominator: 1n }
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = (bits >> 52n) & 0x7ffn
  const fraction = bits & 0xfffffffffffffn
  const significand = biased === 0n ? fraction : fraction | 0x10000000000000n
  const exponent = (biased === 0n ? 1n : biased) - 1075n
  const signed = value < 0 ? -significand : significand
  return exponent >= 0n
    ? { numerator: signed << exponent, denominator: 1n }
    : { numerator: signed, denominator: 1n << -exponent }
}

/** `left − right`, exactly. */
export function subtract(left: Rational, right: Rational): Rational {
  return {
    numerator: left.numerator * right.denominator - right.numerator * left.denominator,
    denominator: left.denominator * right.denominator,
  }
}

/** `left · right`, exactly. */
export function multiply(left: Rational, right: Rational): Rational {
  return {
    numerator: left.numerator * right.numerator,
    denominator: left.denominator * right.denominator,
  }
}

/** The magnitude of a fraction. */
export function absolute(value: Rational): Rational {
  return value.numerator < 0n ? { ...value, numerator: -value.numerator } : value
}

/** Whether `left ≤ right`. */
export function isAtMost(left: Rational, right: Rational): boolean {
  return left.numerator * right.denominator <= right.numerator * left.denominator
}

/** A short text: integers in full, anything else with three significant digits. */
export function formatRational(value: Rational): string {
  if (value.numerator % value.denominator === 0n) {
    const text = (value.numerator / value.denominator).toString()
    if (text.length <= 24) return text
  }
  const negative = value.numerator < 0n
  const magnitude = negative ? -value.numerator : value.numerator
  // Digits of numerator over denominator give the exponent to within one; three more are printed.
  let exponent = magnitude.toString().length - value.denominator.toString().length
  const scaled = (power: number): bigint =>
    power >= 0
      ? (magnitude * 10n ** BigInt(power)) / value.denominator
      : magnitude / (value.denominator * 10n ** BigInt(-power))
  let digits = scaled(2 - exponent)
  if (digits < 100n) {
    exponent -= 1
    digits = scaled(2 - exponent)
  }
  const text = digits.toString()
  return `${negative ? '-' : ''}${text[0]}.${text.slice(1)}e${exponent}`
}
