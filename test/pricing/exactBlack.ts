// Black's formula in fixed-point arithmetic of 320 bits, as a reference for the last place of doubles.
const BITS = 320n
const ONE = 1n << BITS
const PI =
  3141592653589793238462643383279502884197169399375105820974944592307816406286208998628034825n

/** A double as mantissa · 2^exponent, exactly. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: bigint } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(value))
  const bits = view.getBigUint64(0)
  const biased = bits >> 52n
  const fraction = bits & ((1n << 52n) - 1n)
  const mantissa = biased === 0n ? fraction : fraction | (1n << 52n)
  const exponent = (biased === 0n ? 1n : biased) - 1075n
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent }
}

const shift = (value: bigint, by: bigint) => (by >= 0n ? value << by : value >> -by)
const fixed = (value: number) => {
  const { mantissa, exponent } = parts(value)
  return shift(mantissa, exponent + BITS)
}
const multiply = (a: bigint, b: bigint) => (a * b) >> BITS
const divide = (a: bigint, b: bigint) => (a << BITS) / b

/** ln of a positive number, by ln(m·2^k) = 2·artanh((m − 1)/(m + 1)) + k·ln 2 with m near 1. */
function logOf(value: bigint): bigint {
  let mantissa = value
  let exponent = 0n
  while (mantissa > (3n * ONE) / 2n) {
    mantissa >>= 1n
    exponent += 1n
  }
  while (mantissa < (3n * ONE) / 4n) {
    mantissa <<= 1n
    exponent -= 1n
  }
  return artanhTwice(divide(mantissa - ONE, mantissa + ONE)) + exponent * LN2
}

function artanhTwice(z: bigint): bigint {
  const square = multiply(z, z)
  let power = z
  let sum = 0n
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n
    power = multiply(power, square)
  }
  return 2n * sum
}

const LN2 = artanhTwice(ONE / 3n)

/** e^x as a fixed-point mantissa and a power of two. */
function expOf(x: bigint): { readonly mantissa: bigint; readonly exponent: bigint } {
  const exponent = x / LN2
  const rest = x - exponent * LN2
  let term = ONE
  let sum = ONE
  for (let n = 1n; term !== 0n && term !== -1n; n += 1n) {
    term = multiply(term, rest) / n
    sum += term
  }
  return { mantissa: sum, exponent }
}

function squareRoot(value: bigint): bigint {
  let root = 1n << (BigInt(value.toString(2).length + 1) / 2n)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

const SQRT_TWO_PI = squareRoot(((2n * PI * ONE) / 10n ** 90n) << BITS)

/** Φ(z)/φ(z): a continued fraction far below 0, else the series √(π/2)·e^(z²/2) + Σ z^(2k+1)/(2k+1)!!. */
function mills(z: bigint): bigint {
  if (z < -4n * ONE) {
    let tail = -z
    for (let n = 250n; n >= 1n; n -= 1n) tail = -z + divide(n * ONE, tail)
    return divide(ONE, tail)
  }
  const square = multiply(z, z)
  const { mantissa, exponent } = expOf(square / 2n)
  let term = z
  let sum = shift(multiply(SQRT_TWO_PI, mantissa), exponent) / 2n
  for (let n = 3n; term !== 0n && term !== -1n; n += 2n) {
    sum += term
    term = multiply(term, square) / n
  }
  return sum
}

/** An undiscounted option price. */
export type ExactOption = {
  readonly call: boolean
  readonly forward: number
  readonly strike: number
  readonly price: number
}

/**
 * How far a total volatility is from the one that gives exactly this price, by one Newton step of the
 * exact formula: (price(s) − price)/vega, whose own error is of second order.
 */
export function totalVolatilityError(option: ExactOption, totalVolatility: number): number {
  const { call, forward, strike, price } = option
  const f = parts(forward)
  const k = parts(strike)
  const p = parts(price)
  // Time value as an exact integer multiple of the smallest exponent.
  const [least = 0n] = [f.exponent, k.exponent, p.exponent].sort((a, b) => Number(a - b))
  const at = ({ mantissa, exponent }: typeof f) => mantissa << (exponent - least)
  const payoff = call ? at(f) - at(k) : at(k) - at(f)
  const time = at(p) - (payoff > 0n ? payoff : 0n)
  const low = forward < strike ? f : k
  const high = forward < strike ? k : f
  const x = logOf((low.mantissa << BITS) / high.mantissa) + (low.exponent - high.exponent) * LN2
  const s = fixed(totalVolatility)
  const d1 = divide(x, s) + s / 2n
  const d2 = d1 - s
  // price / (low·φ(d₁)) against Y(d₁) − Y(d₂), in units of s.
  const { mantissa, exponent } = expOf(multiply(d1, d1) / 2n)
  const density = shift(multiply(SQRT_TWO_PI, mantissa) * time, exponent + least - low.exponent)
  const difference = mills(d1) - mills(d2) - density / low.mantissa
  return Number(difference) / Number(ONE)
}

/** The distance of two neighbouring doubles at a value. */
export function unitInLastPlace(value: number): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  view.setBigUint64(0, view.getBigUint64(0) + 1n)
  return view.getFloat64(0) - value
}
