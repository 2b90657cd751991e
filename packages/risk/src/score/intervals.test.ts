import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialCdf } from '../tail/index.js'
import { gammaCdf, gammaQuantileBelow, gammaSurvival, gammaUpperQuantile } from './gammaQuantile.js'
import { clopperPearson, ScoreError, weightedLowerLimit, weightedUpperLimit } from './index.js'
import { logGamma } from './logGamma.js'

const counts = fc
  .integer({ min: 1, max: 1000 })
  .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)))

const relative = (got: number, expected: number) => Math.abs(got / expected - 1)

describe('clopperPearson', () => {
  it.each([
    // Beta quantiles of an independent library.
    [1, 1000, 2.531748749129404e-5, 0.005558924279826672],
    [5, 100_000, 1.623505681705786e-5, 0.00011667943042027703],
    [100, 1000, 0.08210533435558001, 0.12028793651869263],
    [999, 1000, 0.9944410757201734, 0.9999746825125088],
    [50_000, 1_000_000, 0.04957363954732641, 0.05042896936846393],
    [3, 7, 0.09898827844250786, 0.8159484323599169],
  ])('of %s hits in %s paths is [%s, %s]', (hits, trials, lower, upper) => {
    const interval = clopperPearson(hits, trials)
    expect(relative(interval.lower, lower)).toBeLessThan(1e-9)
    expect(relative(interval.upper, upper)).toBeLessThan(1e-12)
  })

  it('leaves 2.5 % beyond each limit, and holds the estimate', () => {
    fc.assert(
      fc.property(counts, ([hits, trials]) => {
        const { lower, upper } = clopperPearson(hits, trials)
        expect(lower).toBeLessThanOrEqual(hits / trials)
        expect(upper).toBeGreaterThanOrEqual(hits / trials)
        if (hits < trials) expect(binomialCdf(hits, trials, upper)).toBeCloseTo(0.025, 9)
        if (hits > 0) expect(binomialCdf(hits - 1, trials, lower)).toBeCloseTo(0.975, 9)
      }),
    )
  })

  it('never claims certainty, and narrows with the paths', () => {
    expect(clopperPearson(0, 1).upper).toBeCloseTo(0.975, 14)
    expect(clopperPearson(0, 36_886).upper).toBeGreaterThan(1e-4)
    expect(clopperPearson(0, 36_887).upper).toBeLessThanOrEqual(1e-4)
    expect(clopperPearson(4, 4)).toMatchObject({ upper: 1 })
    expect(clopperPearson(0, 4)).toMatchObject({ lower: 0 })
  })

  it('is the least probability that leaves no more than half of the rest', () => {
    expect(clopperPearson(0, 1, 0.5)).toEqual({ lower: 0, upper: 0.75 })
  })

  it('widens with the confidence', () => {
    const [wide, narrow] = [clopperPearson(5, 100, 0.99), clopperPearson(5, 100, 0.9)]
    expect(wide.lower).toBeLessThan(narrow.lower)
    expect(wide.upper).toBeGreaterThan(narrow.upper)
  })

  it('refuses what are no counts', () => {
    expect(() => clopperPearson(2, 1)).toThrow(/2 of 1 paths/)
    expect(() => clopperPearson(0.5, 1)).toThrow(ScoreError)
    expect(() => clopperPearson(-1, 1)).toThrow(ScoreError)
    expect(() => clopperPearson(0, 0)).toThrow(/No path/)
    expect(() => clopperPearson(0, 1, 1)).toThrow(/confidence is 1/)
  })
})

describe('weightedUpperLimit', () => {
  it.each([
    // Gamma quantiles of an independent library.
    [[], 100_000, 2, 7.37775890822787e-5],
    [[1, 1, 1], 100, 1, 0.08767273069742323],
    [
      Array.from({ length: 5000 }, (_, index) => (index % 10) / 20),
      100_000,
      2,
      0.011645024414061294,
    ],
  ])('of the weights %o is the gamma quantile', (weights, trials, maximumWeight, expected) => {
    const limit = weightedUpperLimit({ weights, trials, maximumWeight })
    expect(relative(limit, expected)).toBeLessThan(1e-11)
  })

  it('is above the estimate, at most 1, and not below the exact limit of equal weights', () => {
    fc.assert(
      fc.property(
        counts,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        ([hits, trials], weight) => {
          const weights = new Float64Array(hits).fill(weight)
          const limit = weightedUpperLimit({ weights, trials, maximumWeight: 1 })
          expect(limit).toBeLessThanOrEqual(1)
          expect(limit).toBeGreaterThan((0.999 * weight * hits) / trials)
          const ones = { weights: new Float64Array(hits).fill(1), trials, maximumWeight: 1 }
          expect(weightedUpperLimit(ones)).toBeGreaterThanOrEqual(
            clopperPearson(hits, trials).upper - 1e-12,
          )
        },
      ),
    )
  })

  it('rewards paths that are drawn where it matters', () => {
    const trials = 10_000
    const plain = clopperPearson(1, trials).upper
    const drawn = { weights: new Float64Array(1000).fill(0.001), trials, maximumWeight: 0.5 }
    expect(weightedUpperLimit(drawn)).toBeLessThan(plain)
  })

  it('refuses weights and bounds that cannot be', () => {
    const paths = { weights: [0.5], trials: 10, maximumWeight: 1 }
    expect(() => weightedUpperLimit({ ...paths, weights: [2] })).toThrow(/Weight 0 is 2/)
    expect(() => weightedUpperLimit({ ...paths, weights: [NaN] })).toThrow(ScoreError)
    expect(() => weightedUpperLimit({ ...paths, trials: 0 })).toThrow(/1 liquidated paths of 0/)
    expect(() => weightedUpperLimit({ ...paths, maximumWeight: Infinity })).toThrow(/share s/)
    expect(() => weightedUpperLimit(paths, 0)).toThrow(/confidence is 0/)
  })
})

describe('weightedLowerLimit', () => {
  it('is the exact lower limit of a Poisson count where the weights are equal', () => {
    const limit = weightedLowerLimit({ weights: [1, 1, 1], trials: 100, maximumWeight: 1 })
    // Half of the 2.5 % quantile of a chi-square of 6 degrees of freedom.
    expect(relative(limit, 0.0061867212)).toBeLessThan(1e-8)
    expect(weightedLowerLimit({ weights: [], trials: 100, maximumWeight: 1 })).toBe(0)
  })

  it('is below the estimate, and the upper limit above it', () => {
    fc.assert(
      fc.property(counts, ([hits, trials]) => {
        const weights = Float64Array.from({ length: hits }, (_, index) => 1 / (1 + (index % 7)))
        const paths = { weights, trials, maximumWeight: 1 }
        const estimate = weights.reduce((sum, weight) => sum + weight, 0) / trials
        expect(weightedLowerLimit(paths)).toBeLessThanOrEqual(estimate)
        expect(weightedUpperLimit(paths)).toBeGreaterThanOrEqual(Math.min(1, estimate))
      }),
    )
  })
})

describe('gammaCdf and gammaQuantileBelow', () => {
  it.each([1, 2, 4, 7])('are each other’s inverse at shape %s', (shape) => {
    for (const most of [1e-4, 0.5, 3, 30, 400]) {
      for (const share of [1e-12, 0.01, 0.5, 0.999, 1]) {
        const probability = share * gammaCdf(shape, most)
        const x = gammaQuantileBelow(shape, probability, most)
        expect(x).toBeLessThanOrEqual(most)
        expect(relative(gammaCdf(shape, x), probability)).toBeLessThan(1e-12)
      }
    }
  })

  it('keep the accuracy of small probabilities', () => {
    // xᵃ ÷ a! to first order.
    expect(relative(gammaCdf(2, 1e-6), 5e-13 * (1 - 2e-6 / 3))).toBeLessThan(1e-11)
    expect(gammaCdf(3, 2) + gammaSurvival(3, 2)).toBeCloseTo(1, 15)
    expect(gammaCdf(2, 0)).toBe(0)
  })

  it('are 1 and the whole range where nothing is left beyond', () => {
    expect(gammaCdf(2, 800)).toBe(1)
    expect(gammaQuantileBelow(2, gammaCdf(2, 1e-3), 1e-3)).toBeCloseTo(1e-3, 17)
  })
})

describe('gammaSurvival', () => {
  it.each([
    // An independent library, on both sides of shape + 1.
    [2.5, 1.0, 0.8491450360846096],
    [0.3, 0.01, 0.7207590036409852],
    [0.3, 4.0, 0.002022510645610877],
    [20, 15.0, 0.8752187849674751],
    [20, 30.0, 0.02187346844139091],
    [400, 380.0, 0.8414492902157051],
    [400, 450.0, 0.007774644192745909],
  ])('of shape %s beyond %s is %s', (shape, x, expected) => {
    expect(relative(gammaSurvival(shape, x), expected)).toBeLessThan(1e-12)
  })
})

describe('gammaUpperQuantile', () => {
  it.each([0.3, 1, 2.5, 20, 400, 50_000])('inverts the survival of shape %s', (shape) => {
    for (const tail of [0.9, 0.5, 0.025, 1e-6]) {
      const x = gammaUpperQuantile(shape, tail)
      expect(relative(gammaSurvival(shape, x), tail)).toBeLessThan(1e-9)
    }
  })

  it('is the least number with no more than the tail beyond it', () => {
    for (const x of [0.75, 1.5, 7, 30]) {
      const least = gammaUpperQuantile(3, gammaSurvival(3, x))
      expect(least).toBeLessThanOrEqual(x)
      expect(least).toBeGreaterThan(x * (1 - 1e-13))
    }
  })

  it('is the exponential law at shape 1', () => {
    expect(relative(gammaUpperQuantile(1, 0.025), 3.6888794541139363)).toBeLessThan(1e-14)
    expect(gammaSurvival(1, 0)).toBe(1)
  })
})

describe('logGamma', () => {
  it('is the logarithm of a factorial', () => {
    expect(logGamma(1)).toBeCloseTo(0, 14)
    expect(logGamma(5)).toBeCloseTo(3.1780538303479458, 14)
    expect(logGamma(0.5)).toBeCloseTo(0.5723649429247001, 14)
    expect(relative(logGamma(1001), 5912.128178488163)).toBeLessThan(1e-15)
  })
})
