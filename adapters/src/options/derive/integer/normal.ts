import { parseAmount } from '@plimsoll/model'
import { multiply, ONE } from '../standard-margin.js'
import { divTrunc, magnitude, shiftDown } from './arithmetic.js'
import { exponential } from './exponential.js'

/** Fractional bits of intermediate numbers. */
const BITS = 64n
const FIVE_18 = 5n ** 18n

/** A decimal text with 64 fractional bits, cut. */
function binary(text: string): bigint {
  const { raw, decimals } = parseAmount(text)
  return (raw << BITS) / 10n ** BigInt(decimals)
}

/** Hart's coefficients, from high to low. */
const NUMERATOR: readonly bigint[] = [
  '0.0352624965998911',
  '0.700383064443688',
  '6.37396220353165',
  '33.912866078383',
  '112.079291497871',
  '221.213596169931',
  '220.206867912376',
].map(binary)
const DENOMINATOR: readonly bigint[] = [
  '0.0883883476483184',
  '1.75566716318264',
  '16.064177579207',
  '86.7807322029461',
  '296.564248779674',
  '637.333633378831',
  '793.826512519948',
  '440.413735824752',
].map(binary)
/** Where the continued fraction takes over from the rational approximation. */
const SPLIT = binary('7.07106781186547')
/** Where the continued fraction is cut off. */
const REST = binary('0.65')
/** √(2π) with 64 fractional bits, as the contracts have it. */
const ROOT_OF_TWO_PI = 46239130270042206915n

/** Beyond it the tail is 0. */
const LIMIT = 37n * ONE

/** 18 decimals to 64 fractional bits. */
const toBinary = (value: bigint): bigint => divTrunc(value << 46n, FIVE_18)

const horner = (coefficients: readonly bigint[], x: bigint): bigint =>
  coefficients.reduce((value, coefficient) => shiftDown(value * x, BITS) + coefficient, 0n)

/** The continued fraction, for tails so thin that how it is cut does not show: distance + 1/(distance + 2/(distance + 3/(distance + 4/(… + 0.65)))). */
function continuedFraction(distance: bigint): bigint {
  const rest = [4n, 3n, 2n, 1n].reduce(
    (below, numerator) => (numerator << (2n * BITS)) / (distance + below),
    REST,
  )
  return distance + rest
}

/**
 * The probability that a standard normal variable is at most `x`, in 18 decimals.
 *
 * Formula: G. West, "Better approximations to cumulative normal functions" (2005), after J. F. Hart
 * (1968), with the roundings of derivexyz/lyra-utils 759e962, to the unit.
 */
export function normalCdf(x: bigint): bigint {
  const tail = lowerTail(magnitude(x))
  return x <= 0n ? tail : ONE - tail
}

function lowerTail(distance: bigint): bigint {
  if (distance > LIMIT) return 0n
  const z = toBinary(distance)
  const density = toBinary(exponential(-multiply(shiftDown(distance, 1n), distance)))
  const tail =
    z < SPLIT
      ? divTrunc(horner(NUMERATOR, z) * density, horner(DENOMINATOR, z))
      : (density << BITS) / ((continuedFraction(z) * ROOT_OF_TWO_PI) >> BITS)
  return shiftDown(tail * FIVE_18, 46n)
}
