import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inverseNormalCdf, normalCdf, normalDensity } from '../../pricing/index.js'
import {
  binomialCdf,
  chiSquareSurvival,
  InversionError,
  studentTCdf,
  studentTDensity,
  studentTQuantile,
  TailError,
} from '../index.js'
import { chiSquareOneQuantile } from './chiSquare.js'
import { continuedFraction } from './continuedFraction.js'

// Reference values: mpmath 1.3 at 40 digits, of the doubles nearest to the arguments.
const STUDENT: readonly [number, number, string, string][] = [
  [1, 1e8, '3.1830988618379066093e-9', '3.1830988618379063971e-17'],
  [1, 0.001, '0.49968169021991944105', '0.31830956787422279731'],
  [2.5, 0.5, '0.32884895993485734467', '0.3062258405858295632'],
  [2.5, 40, '0.000070978171452466914564', '4.4307524144915225671e-6'],
  [3, 1, '0.19550110947788532096', '0.20674833578317201857'],
  [4, 2.7764451051977934, '0.025000000000000024065', '0.025580817826674301016'],
  [7.3, 6, '0.00023087223893739319578', '0.00023847759854024824269'],
  [30, 1.7, '0.049738937794258442596', '0.095100110953271654296'],
  [200, 9, '8.8546914616323939802e-17', '5.7397980681306439081e-16'],
  [1000, 2, '0.022885173246625820024', '0.054085174009755932818'],
  [100000, 3, '0.001350230442032359595', '0.0044325353568058632545'],
  [1000000, 5, '2.8669989354453707845e-7', '1.4869328706530252458e-6'],
]
const QUANTILES: readonly [number, number, string][] = [
  [1, 1e-10, '-3183098861.8379065993'],
  [1, 0.3, '-0.72654252800536093919'],
  [2.1, 1e-6, '-534.11502689574191432'],
  [3, 0.49, '-0.027211467049118020418'],
  [4, 0.025, '-2.7764451051977943036'],
  [12.5, 1e-12, '-26.820950708728030471'],
  [1e6, 0.01, '-2.3263516031208054101'],
]
const CHI_SQUARE: readonly [number, number, string][] = [
  [1, 0, '1.0'],
  [1, 3.841458820694124, '0.050000000000000057435'],
  [1, 50, '1.5374597944280348502e-12'],
  [1, 1e-12, '0.99999920211543919727'],
  [2, 9, '0.011108996538242306496'],
  [3, 7.5, '0.057558451972636406967'],
  [4, 0.1, '0.99879089572574970941'],
  [7, 20, '0.0055696830729455713361'],
  [50, 80, '0.0044826565655732045619'],
]
const BINOMIAL: readonly [number, number, number, string][] = [
  [0, 250, 0.01, '0.08105851616218145549'],
  [3, 10, 0.5, '0.171875'],
  [10, 250, 0.01, '0.99994610137095295995'],
  [250, 250, 0.01, '1.0'],
  [900, 20000, 0.05, '0.00052603378049442353228'],
  [1100, 20000, 0.05, '0.99934952774125759179'],
]

const miss = (value: number, expected: string): number => Math.abs(value / Number(expected) - 1)

describe('Student-t', () => {
  it.each(STUDENT)('with %s degrees at %s has tail and density', (nu, t, tail, density) => {
    expect(miss(studentTCdf(-t, nu), tail)).toBeLessThan(1e-14)
    expect(miss(studentTDensity(t, nu), density)).toBeLessThan(1e-14)
    expect(studentTDensity(-t, nu)).toBe(studentTDensity(t, nu))
    expect(studentTCdf(t, nu)).toBe(1 - studentTCdf(-t, nu))
  })

  it.each(QUANTILES)('with %s degrees has the quantile of %s', (nu, probability, quantile) => {
    expect(miss(studentTQuantile(probability, nu), quantile)).toBeLessThan(1e-14)
    const above = studentTQuantile(1 - probability, nu)
    expect(miss(-above, quantile)).toBeLessThan(1e-14 + 2e-16 / probability)
  })

  it('is normal with infinitely many degrees', () => {
    expect(studentTCdf(-1.5, Infinity)).toBe(normalCdf(-1.5))
    expect(studentTDensity(1.5, Infinity)).toBe(normalDensity(1.5))
    expect(studentTQuantile(0.025, Infinity)).toBe(inverseNormalCdf(0.025))
  })

  it('has its ends and its middle', () => {
    expect(studentTQuantile(0, 3)).toBe(-Infinity)
    expect(studentTQuantile(1, 3)).toBe(Infinity)
    expect(studentTQuantile(0.5, 3)).toBe(0)
    expect(studentTCdf(0, 3)).toBe(0.5)
    expect(studentTCdf(-Infinity, 3)).toBe(0)
    expect(studentTCdf(1e200, 3)).toBe(1)
    expect(studentTDensity(Infinity, 3)).toBe(0)
  })

  it('comes back from its quantile', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.double({ min: -30, max: -0.02, noNaN: true }),
        (nu, exponent) => {
          const probability = 0.5 * 10 ** exponent
          const back = studentTCdf(studentTQuantile(probability, nu), nu)
          expect(Math.abs(back / probability - 1)).toBeLessThan(1e-12)
        },
      ),
      { numRuns: 200 },
    )
  })

  it.each<[string, () => unknown, RegExp]>([
    ['too few degrees', () => studentTCdf(1, 0.5), /has 0.5 degrees/],
    ['too many degrees', () => studentTQuantile(0.1, 2e6), /has 2000000 degrees/],
    ['too few degrees in the middle', () => studentTQuantile(0.5, 0.5), /has 0.5 degrees/],
    ['no degrees', () => studentTDensity(1, NaN), /has NaN degrees/],
    ['no argument', () => studentTCdf(NaN, 4), /argument of a Student-t is NaN/],
    ['a probability above 1', () => studentTQuantile(1.5, 4), /probability is 1.5/],
    ['a probability below 0', () => studentTQuantile(-0.1, 4), /probability is -0.1/],
    ['no probability', () => studentTQuantile(NaN, 4), /probability is NaN/],
  ])('refuses %s', (_what, ask, message) => {
    expect(ask).toThrow(TailError)
    expect(ask).toThrow(message)
  })

  it('has no quantile where the square of t overflows, and says so', () => {
    expect(() => studentTQuantile(1e-300, 1)).toThrow(InversionError)
    expect(studentTQuantile(1e-140, 1) * 1e-140).toBeCloseTo(-1 / Math.PI, 12)
  })
})

describe('chiSquareSurvival', () => {
  it.each(CHI_SQUARE)('with %s degrees beyond %s', (degrees, x, expected) => {
    expect(miss(chiSquareSurvival(x, degrees), expected)).toBeLessThan(1e-14)
  })

  it('meets its quantile, and ends at 0', () => {
    expect(chiSquareSurvival(chiSquareOneQuantile(0.95), 1)).toBeCloseTo(0.05, 15)
    expect(chiSquareSurvival(Infinity, 1)).toBe(0)
    expect(chiSquareSurvival(Infinity, 4)).toBe(0)
  })

  it('refuses a negative statistic and fractions of degrees', () => {
    expect(() => chiSquareSurvival(-1, 1)).toThrow(TailError)
    expect(() => chiSquareSurvival(NaN, 1)).toThrow(TailError)
    expect(() => chiSquareSurvival(1, 1.5)).toThrow(/is 1.5/)
    expect(() => chiSquareSurvival(1, 0)).toThrow(/at least 1/)
  })
})

describe('continuedFraction', () => {
  it('is the golden section of ones, and passes a denominator of 0', () => {
    expect(continuedFraction(() => 1)).toBeCloseTo((Math.sqrt(5) - 1) / 2, 15)
    // 1/(1 − 1/(1 + 1)), whose first convergent is 1/0.
    expect(continuedFraction((k) => [-1, 1][k - 1] ?? 0)).toBeCloseTo(2, 15)
  })

  it('says when it does not converge', () => {
    expect(() => continuedFraction(() => NaN)).toThrow(InversionError)
  })
})

describe('binomialCdf', () => {
  it.each(BINOMIAL)('of %s hits in %s trials of %s', (hits, trials, probability, expected) => {
    expect(miss(binomialCdf(hits, trials, probability), expected)).toBeLessThan(1e-12)
  })

  it('refuses impossible counts and probabilities', () => {
    expect(() => binomialCdf(3, 2, 0.1)).toThrow(/3 hits in 2 trials/)
    expect(() => binomialCdf(-1, 2, 0.1)).toThrow(TailError)
    expect(() => binomialCdf(0, 0, 0.1)).toThrow(TailError)
    expect(() => binomialCdf(1, 2, 0)).toThrow(TailError)
    expect(() => binomialCdf(1, 2, 1)).toThrow(TailError)
  })
})
