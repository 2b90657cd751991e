import { multiply } from '../standard-margin.js'
import { divTrunc, shiftDown } from './arithmetic.js'
import { FixedPointError } from './errors.js'

/** Fractional bits of intermediate numbers. */
const BITS = 96n
const FIVE_18 = 5n ** 18n
/** ln 2 with 96 fractional bits. */
const LN_2 = 54916777467707473351141471128n

/** A polynomial whose leading coefficient is 1; the others from high to low, 96 fractional bits. */
type Monic = readonly bigint[]

const EXP_NUMERATOR: Monic = [
  2772001395605857295435445496992n,
  44335888930127919016834873520032n,
  398888492587501845352592340339721n,
  1993839819670624470859228494792842n,
  4385272521454847904632057985693276n,
]
/** The denominator of degree 6 as two of degree 2, `outer` taken of x and of `inner`, and their joint. */
const EXP_DENOMINATOR = {
  inner: [750530180792738023273180420736n, 32788456221302202726307501949080n],
  outer: [-2218138959503481824038194425854n, 892943633302991980437332862907700n],
  joint: [-78174809823045304726920794422040n, 4203224763890128580604056984195872n],
} as const
/** What the quotient lacks, times 10^18 ÷ 2^96, with 213 fractional bits. */
const EXP_SCALE = 3822833074963236453042738258902158003155416615667n
const EXP_SCALE_BITS = 195n

/** e^x is less than half a unit at and below the first, more than 255 bits at and above the second. */
const EXP_ZERO = -42139678854452767551n
const EXP_OVERFLOW = 135305999368893231589n

const LN_NUMERATOR: Monic = [
  3273285459638523848632254066296n,
  24828157081833163892658089445524n,
  43456485725739037958740375743393n,
  -11111509109440967052023855526967n,
  -45023709667254063763336534515857n,
  -14706773417378608786704636184526n,
  -795164235651350426258249787498n,
]
const LN_DENOMINATOR: Monic = [
  5573035233440673466300451813936n,
  71694874799317883764090561454958n,
  283447036172924575727196451306956n,
  401686690394027663651624208769553n,
  204048457590392012362485061816622n,
  31853899698501571402653359427138n,
  909429971244387300277376558375n,
]
/** What the quotient lacks, ln 2 and ln(2^96 ÷ 10^18), each times 5^18 and with 192 fractional bits. */
const LN_SCALE = 1677202110996718588342820967067443963516166n
const LN_2_SCALED = 16597577552685614221487285958193947469193820559219878177908093499208371n
const LN_BASE_SCALED = 600920179829731861736702779321621459595472258049074101567377883020018308n
const LN_SCALE_BITS = 174n

/** A product of numbers of 96 fractional bits, rounded down. */
const times = (a: bigint, b: bigint): bigint => shiftDown(a * b, BITS)

/** A monic polynomial at `x`, each product rounded down, the last one kept whole: 192 fractional bits. */
function evaluateWhole(polynomial: Monic, x: bigint): bigint {
  const last = polynomial.length - 1
  const rest = polynomial
    .slice(0, last)
    .reduce((value, coefficient, index) => (index === 0 ? x : times(value, x)) + coefficient, 0n)
  return rest * x + ((polynomial[last] ?? 0n) << BITS)
}

/**
 * e^x, both in 18 decimals; 0 where it is less than half a unit.
 *
 * Formula: Remco Bloemen's rational approximation of degrees 5 and 6 on ±½ ln 2 (2022), with the
 * coefficients and roundings of derivexyz/lyra-utils 759e962, to the unit.
 *
 * @throws FixedPointError above 135.3, where the contracts overflow
 */
export function exponential(x: bigint): bigint {
  if (x <= EXP_ZERO) return 0n
  if (x >= EXP_OVERFLOW) {
    throw new FixedPointError(
      `e to the power ${x} (18 decimals) overflows: the venue's contracts revert. Check the rate and the time that it comes from.`,
    )
  }
  // More bits than decide the results: how these are cut hardly ever shows.
  const binary = (x << 78n) / FIVE_18
  const doublings = ((binary << BITS) / LN_2 + (1n << (BITS - 1n))) >> BITS
  const reduced = binary - doublings * LN_2
  const { inner, outer, joint } = EXP_DENOMINATOR
  const square = times(reduced + inner[0], reduced) + inner[1]
  const fourth = times(reduced + outer[0], square) + outer[1]
  const denominator = times(square + fourth + joint[0], fourth) + joint[1]
  const quotient = divTrunc(evaluateWhole(EXP_NUMERATOR, reduced), denominator)
  return shiftDown(quotient * EXP_SCALE, EXP_SCALE_BITS - doublings)
}

/**
 * ln x, both in 18 decimals, rounded down.
 *
 * Formula: Remco Bloemen's rational approximation of degrees 7 and 7 on [1, 2] (2022), with the
 * coefficients and roundings of derivexyz/lyra-utils 759e962, to the unit.
 *
 * @throws FixedPointError at and below 0
 */
export function logarithm(x: bigint): bigint {
  if (x <= 0n) {
    throw new FixedPointError(
      `The logarithm of ${x} does not exist: the venue's contracts revert. Check the price or strike that it comes from.`,
    )
  }
  const doublings = BigInt(x.toString(2).length - 1) - BITS
  const reduced = doublings < 0n ? x << -doublings : shiftDown(x, doublings)
  // More bits than decide the results: how this is cut hardly ever shows.
  const denominator = evaluateWhole(LN_DENOMINATOR, reduced) >> BITS
  const quotient = divTrunc(evaluateWhole(LN_NUMERATOR, reduced), denominator)
  const scaled = quotient * LN_SCALE + LN_2_SCALED * doublings + LN_BASE_SCALED
  return shiftDown(scaled, LN_SCALE_BITS)
}

/** `base` to the power `exponent`, in 18 decimals; the exponent of e is cut toward zero. @throws FixedPointError */
export function power(base: bigint, exponent: bigint): bigint {
  return exponential(multiply(logarithm(base), exponent))
}
