const BITS = 128n
/** One in the fixed point of the prices here: 128 binary places. */
export const ONE: bigint = 1n << BITS
const UNIT = Number(ONE)

/** A finite double, exactly down to 2⁻¹²⁸. */
export const fromNumber = (value: number): bigint => BigInt(Math.round(value * UNIT))

/** The nearest double, or one beside it. */
export const toNumber = (value: bigint): number => Number(value) / UNIT

export const multiply = (a: bigint, b: bigint): bigint => (a * b) >> BITS
export const divide = (a: bigint, b: bigint): bigint => (a << BITS) / b

/** Square root of a number that is not negative. */
export function squareRoot(value: bigint): bigint {
  if (value === 0n) return 0n
  const square = value << BITS
  // Each step of Newton's doubles the 53 bits of the first guess.
  let root = BigInt(Math.floor(Math.sqrt(Number(square)))) || 1n
  for (let step = 0; step < 3; step += 1) root = (root + square / root) >> 1n
  return root
}

/** 2·artanh(z) = ln((1 + z)/(1 − z)) for |z| ≤ 1/3. */
function twiceArtanh(z: bigint): bigint {
  const square = multiply(z, z)
  let sum = 0n
  let power = z
  for (let odd = 1n; power !== 0n && power !== -1n; odd += 2n) {
    sum += power / odd
    power = multiply(power, square)
  }
  return 2n * sum
}

const LN2: bigint = /* @__PURE__ */ twiceArtanh(ONE / 3n)

/** Natural logarithm of a positive number. */
export function logarithm(value: bigint): bigint {
  const exponent = BigInt(value.toString(2).length) - 1n - BITS
  const mantissa = exponent > 0n ? value >> exponent : value << -exponent
  return exponent * LN2 + twiceArtanh(divide(mantissa - ONE, mantissa + ONE))
}

/** e^x. */
export function exponential(x: bigint): bigint {
  const exponent = (2n * x + LN2) / (2n * LN2) - (2n * x + LN2 < 0n ? 1n : 0n)
  const rest = x - exponent * LN2
  let sum = 0n
  let term = ONE
  for (let n = 1n; term !== 0n && term !== -1n; n += 1n) {
    sum += term
    term = multiply(term, rest) / n
  }
  return exponent >= 0n ? sum << exponent : sum >> -exponent
}
