import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observations } from './index.js'
import {
  CovarianceError,
  ewmaCovariance,
  ewmaVolatility,
  ledoitWolf,
  observationsOf,
  oracleApproximatingShrinkage,
  portfolioReturns,
  portfolioVariance,
  sampleCovariance,
  symmetricEigen,
  updateEwmaCovariance,
} from './index.js'

/** Returns of up to ±30 %, in steps of a basis point. */
const returns = fc.integer({ min: -3000, max: 3000 }).map((steps) => steps / 10_000)
const rowsOf = (columns: number, least = 2) =>
  fc.array(fc.array(returns, { minLength: columns, maxLength: columns }), {
    minLength: least,
    maxLength: 12,
  })
const history = fc.integer({ min: 1, max: 5 }).chain((columns) => rowsOf(columns))
/** A history, and an order of its columns. */
const shuffled = history.chain((rows) => {
  const columns = Array.from((rows[0] ?? []).keys())
  const order = fc.shuffledSubarray(columns, { minLength: columns.length })
  return fc.tuple(fc.constant(rows), order)
})
const weighted = fc.integer({ min: 1, max: 4 }).chain((columns) => {
  const weights = fc.array(
    fc.integer({ min: -200, max: 200 }).map((percent) => percent / 100),
    {
      minLength: columns,
      maxLength: columns,
    },
  )
  return fc.tuple(rowsOf(columns), weights)
})

type Estimator = (observations: Observations) => Float64Array
const estimators: readonly (readonly [string, Estimator])[] = [
  ['sampleCovariance', (given) => sampleCovariance(given)],
  ['sampleCovariance about 0', (given) => sampleCovariance(given, { assumeCentered: true })],
  ['ewmaCovariance', (given) => ewmaCovariance(given, { lambda: 0.94 })],
  ['ledoitWolf', (given) => ledoitWolf(given).covariance],
  ['ledoitWolf about 0', (given) => ledoitWolf(given, { assumeCentered: true }).covariance],
  ['oracleApproximatingShrinkage', (given) => oracleApproximatingShrinkage(given).covariance],
]
const runs = { numRuns: 60 }
const largest = (matrix: Float64Array) => Math.max(...matrix.map(Math.abs))
const traceOf = (matrix: Float64Array) => {
  const size = Math.sqrt(matrix.length)
  return matrix.reduce((sum, entry, at) => (at % (size + 1) === 0 ? sum + entry : sum), 0)
}
/** Greatest difference of two matrices against the greatest entry of the second; 0 when both are 0. */
const deviation = (got: Float64Array, expected: Float64Array) => {
  const differences = got.map((entry, at) => entry - (expected[at] ?? NaN))
  return largest(differences) === 0 ? 0 : largest(differences) / largest(expected)
}

describe.each(estimators)('%s', (_name, estimate) => {
  it('is symmetric and positive semidefinite', () => {
    fc.assert(
      fc.property(history, (rows) => {
        const covariance = estimate(observationsOf(rows))
        const size = Math.sqrt(covariance.length)
        for (const [at, entry] of covariance.entries()) {
          expect(entry).toBe(covariance[(at % size) * size + Math.floor(at / size)])
        }
        const least = symmetricEigen(covariance).values[0] ?? NaN
        expect(least).toBeGreaterThanOrEqual(-1e-14 * largest(covariance))
      }),
      runs,
    )
  })

  it('grows with the square of the returns', () => {
    fc.assert(
      fc.property(history, fc.double({ min: 0.01, max: 100, noNaN: true }), (rows, factor) => {
        const grown = estimate(observationsOf(rows.map((row) => row.map((x) => factor * x))))
        const expected = estimate(observationsOf(rows)).map((entry) => factor * factor * entry)
        expect(deviation(grown, expected)).toBeLessThanOrEqual(1e-12)
      }),
      runs,
    )
  })

  it('follows the order of the factors', () => {
    fc.assert(
      fc.property(shuffled, ([rows, order]) => {
        const size = order.length
        const given = estimate(observationsOf(rows))
        const moved = estimate(observationsOf(rows.map((row) => order.map((j) => row[j] ?? NaN))))
        const expected = moved.map((_, at) => {
          const i = order[Math.floor(at / size)] ?? NaN
          return given[i * size + (order[at % size] ?? NaN)] ?? NaN
        })
        expect(deviation(moved, expected)).toBeLessThanOrEqual(1e-12)
      }),
      runs,
    )
  })
})

describe('sampleCovariance', () => {
  const observations = observationsOf([
    [0.25, 0.5],
    [-0.25, 1],
  ])

  it('divides by n, about the mean or about 0', () => {
    expect([...sampleCovariance(observations)]).toEqual([0.0625, -0.0625, -0.0625, 0.0625])
    const about0 = sampleCovariance(observations, { assumeCentered: true })
    expect([...about0]).toEqual([0.0625, -0.0625, -0.0625, 0.625])
  })

  it('gives a constant factor no variance at all', () => {
    const constant = observationsOf([[0.1], [0.1], [0.1]])
    expect([...sampleCovariance(constant)]).toEqual([0])
  })

  it.each<[string, () => unknown, RegExp]>([
    ['no row', () => observationsOf([]), /0 returns are not 0 observations of 0 factors/],
    ['no column', () => observationsOf([[], []]), /0 returns are not 2 observations/],
    ['a ragged row', () => observationsOf([[1, 2], [1]]), /Observation 1 has 1 returns.* 2\b/],
    ['a missing return', () => observationsOf([[1, NaN]]), /Return 1 is NaN/],
    ['an infinite return', () => observationsOf([[Infinity]]), /Return 0 is Infinity/],
    ['one row about its mean', () => sampleCovariance(observationsOf([[1]])), /at least 2/],
    [
      'a false shape',
      () => sampleCovariance({ values: new Float64Array(3), rows: 2, columns: 2 }),
      /3 returns are not 2 observations of 2 factors/,
    ],
    [
      'a fractional shape',
      () => sampleCovariance({ values: new Float64Array(3), rows: 2, columns: 1.5 }),
      /of 1.5 factors/,
    ],
  ])('refuses %s', (_what, estimate, message) => {
    expect(estimate).toThrow(CovarianceError)
    expect(estimate).toThrow(message)
  })

  it('takes one row about a known mean of 0', () => {
    const one = observationsOf([[0.5, -1]])
    expect([...sampleCovariance(one, { assumeCentered: true })]).toEqual([0.25, -0.5, -0.5, 1])
  })
})

describe.each([
  ['ledoitWolf', ledoitWolf],
  ['oracleApproximatingShrinkage', oracleApproximatingShrinkage],
] as const)('%s', (_name, shrink) => {
  it('mixes the sample with its mean variance by a share in [0, 1] that keeps the trace', () => {
    fc.assert(
      fc.property(history, fc.boolean(), (rows, assumeCentered) => {
        const observations = observationsOf(rows)
        const sample = sampleCovariance(observations, { assumeCentered })
        const size = Math.sqrt(sample.length)
        const { covariance, shrinkage, targetVariance } = shrink(observations, { assumeCentered })
        expect(shrinkage).toBeGreaterThanOrEqual(0)
        expect(shrinkage).toBeLessThanOrEqual(1)
        const trace = traceOf(sample)
        expect(Math.abs(traceOf(covariance) - trace)).toBeLessThanOrEqual(1e-14 * trace)
        expect(Math.abs(size * targetVariance - trace)).toBeLessThanOrEqual(1e-15 * trace)
        const mixed = sample.map((entry, at) => {
          const target = at % (size + 1) === 0 ? targetVariance : 0
          return (1 - shrinkage) * entry + shrinkage * target
        })
        expect(deviation(covariance, mixed)).toBeLessThanOrEqual(1e-14)
      }),
      runs,
    )
  })

  it('gives a covariance that exists where there are more factors than observations', () => {
    const { covariance, shrinkage } = shrink(
      observationsOf([
        [0.01, 0.02, -0.03, 0.01],
        [-0.02, 0.01, 0.01, 0.02],
        [0.03, -0.01, 0.02, 0.04],
      ]),
    )
    expect(shrinkage).toBeGreaterThan(0)
    expect(symmetricEigen(covariance).values[0]).toBeGreaterThan(1e-6)
  })
})

describe('ledoitWolf', () => {
  it('keeps a sample that is its own target', () => {
    const single = observationsOf([[0.01], [-0.03], [0.05]])
    expect(ledoitWolf(single).shrinkage).toBe(0)
    expect(ledoitWolf(single).covariance).toEqual(sampleCovariance(single))
  })

  it('shrinks the less the more is observed', () => {
    const block = [
      [0.02, 0.019],
      [-0.02, -0.018],
      [0.01, 0.012],
    ]
    const once = ledoitWolf(observationsOf(block)).shrinkage
    const tenfold = ledoitWolf(observationsOf(Array.from({ length: 10 }, () => block).flat()))
    expect(tenfold.shrinkage).toBeCloseTo(once / 10, 12)
  })
})

describe('oracleApproximatingShrinkage', () => {
  it('takes the target where the sample is its own target', () => {
    expect(oracleApproximatingShrinkage(observationsOf([[0.01], [-0.03]])).shrinkage).toBe(1)
  })
})

describe('ewmaCovariance', () => {
  it('has the EWMA variance of each factor on its diagonal, and of each portfolio in w’Σw', () => {
    fc.assert(
      fc.property(weighted, ([rows, w]) => {
        const observations = observationsOf(rows)
        const weights = Float64Array.from(w)
        const covariance = ewmaCovariance(observations, { lambda: 0.94 })
        const series = portfolioReturns(observations, weights)
        const { next } = ewmaVolatility(series, { lambda: 0.94 })
        const gross = w.reduce((sum, weight) => sum + Math.abs(weight), 0)
        const limit = 1e-13 * gross * gross * largest(covariance)
        const variance = portfolioVariance(covariance, weights)
        expect(Math.abs(variance - next * next)).toBeLessThanOrEqual(limit)
      }),
      runs,
    )
  })

  it('is moved on by one observation in place', () => {
    const covariance = Float64Array.of(4, 2, 2, 9)
    updateEwmaCovariance(covariance, Float64Array.of(2, -4), { lambda: 0.75 })
    expect([...covariance]).toEqual([4, -0.5, -0.5, 10.75])
  })

  it('starts from X’X/n', () => {
    // With one observation the seed is its own square, and stays.
    const one = observationsOf([[0.5, -1]])
    expect([...ewmaCovariance(one, { lambda: 0.5 })]).toEqual([0.25, -0.5, -0.5, 1])
  })

  it.each<[string, () => unknown, RegExp]>([
    ['a λ of 1', () => ewmaCovariance(observationsOf([[1]]), { lambda: 1 }), /λ is 1\b/],
    [
      'a λ of 0 in a step',
      () => updateEwmaCovariance(Float64Array.of(1), Float64Array.of(1), { lambda: 0 }),
      /λ is 0\b/,
    ],
    [
      'a step of another shape',
      () => updateEwmaCovariance(Float64Array.of(1), Float64Array.of(1, 1), { lambda: 0.5 }),
      /1 entries does not belong to 2 returns/,
    ],
  ])('refuses %s', (_what, estimate, message) => {
    expect(estimate).toThrow(CovarianceError)
    expect(estimate).toThrow(message)
  })
})
