import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConvergenceError,
  CovarianceError,
  cholesky,
  choleskyInto,
  correlateInto,
  correlationOf,
  covarianceOf,
  extremeCorrelation,
  frobeniusDistance,
  NotPositiveDefiniteError,
  nearestCorrelation,
  semidefiniteCholesky,
  stressCorrelation,
  symmetricEigen,
} from './index.js'

const runs = { numRuns: 60 }
const sizes = fc.integer({ min: 1, max: 6 })
const entries = (size: number, limit: number) =>
  fc.array(fc.double({ min: -limit, max: limit, noNaN: true }), {
    minLength: size * size,
    maxLength: size * size,
  })

/** Writes the matrix of `at(i, j)`, row after row. */
const matrixOf = (size: number, at: (i: number, j: number) => number) =>
  Float64Array.from({ length: size * size }, (_, k) => at(Math.floor(k / size), k % size))
const entryOf = (matrix: Float64Array, i: number, j: number) =>
  matrix[i * Math.sqrt(matrix.length) + j] ?? NaN
const gram = (size: number, root: (i: number, k: number) => number) =>
  matrixOf(size, (i, j) => {
    let sum = 0
    for (let k = 0; k < size; k++) sum += root(i, k) * root(j, k)
    return sum
  })
const product = (lower: Float64Array) =>
  gram(Math.sqrt(lower.length), (i, k) => entryOf(lower, i, k))

const symmetric = (limit: number) =>
  sizes.chain((size) =>
    entries(size, limit).map((values) =>
      matrixOf(size, (i, j) => values[Math.min(i, j) * size + Math.max(i, j)] ?? NaN),
    ),
  )
/** Symmetric with a unit diagonal and entries in [−1, 1]: a correlation someone wrote down. */
const writtenCorrelation = symmetric(1).map((matrix) =>
  matrixOf(Math.sqrt(matrix.length), (i, j) => (i === j ? 1 : entryOf(matrix, i, j))),
)
/** A·A' + εI. */
const positiveDefinite = sizes.chain((size) =>
  entries(size, 1).map((values) => {
    const square = gram(size, (i, k) => values[i * size + k] ?? NaN)
    return matrixOf(size, (i, j) => entryOf(square, i, j) + (i === j ? 0.01 : 0))
  }),
)
const correlations = positiveDefinite.map((matrix) => correlationOf(matrix).correlation)
const orders = (size: number) =>
  fc.shuffledSubarray([...Array.from({ length: size }).keys()], { minLength: size })
const permuted = (matrix: Float64Array, order: readonly number[]) =>
  matrixOf(order.length, (i, j) => entryOf(matrix, order[i] ?? NaN, order[j] ?? NaN))
const norm = (matrix: Float64Array) => frobeniusDistance(matrix, new Float64Array(matrix.length))
const least = (matrix: Float64Array) => symmetricEigen(matrix).values[0] ?? NaN

const expectCorrelation = (matrix: Float64Array) => {
  const size = Math.sqrt(matrix.length)
  for (let i = 0; i < size; i++) {
    expect(entryOf(matrix, i, i)).toBe(1)
    for (let j = 0; j < i; j++) {
      expect(entryOf(matrix, i, j)).toBe(entryOf(matrix, j, i))
      expect(Math.abs(entryOf(matrix, i, j))).toBeLessThanOrEqual(1)
    }
  }
  expect(least(matrix)).toBeGreaterThanOrEqual(-1e-14)
}

describe('symmetricEigen', () => {
  it('takes a matrix apart into orthonormal vectors and rising values', () => {
    fc.assert(
      fc.property(symmetric(10), (matrix) => {
        const size = Math.sqrt(matrix.length)
        const { values, vectors } = symmetricEigen(matrix)
        expect([...values]).toEqual([...values].sort((a, b) => a - b))
        const again = matrixOf(size, (i, j) => {
          let sum = 0
          for (const [k, value] of values.entries()) {
            sum += value * entryOf(vectors, k, i) * entryOf(vectors, k, j)
          }
          return sum
        })
        expect(frobeniusDistance(again, matrix)).toBeLessThanOrEqual(1e-14 * norm(matrix) + 1e-300)
        const identity = matrixOf(size, (i, j) => (i === j ? 1 : 0))
        expect(frobeniusDistance(product(vectors), identity)).toBeLessThanOrEqual(1e-14)
      }),
      runs,
    )
  })

  it('tells values apart that differ by a few units in the last place', () => {
    const { values } = symmetricEigen(Float64Array.of(1, 4e-15, 4e-15, 1))
    expect(values[1]).toBeGreaterThan(values[0] ?? NaN)
  })

  it('knows the second difference: eigenvalues 2 − 2·cos(kπ/(n + 1))', () => {
    const size = 5
    const band = matrixOf(size, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))
    for (const [k, value] of symmetricEigen(band).values.entries()) {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)), 14)
    }
  })

  it.each<[string, Float64Array, RegExp]>([
    ['no matrix', new Float64Array(), /0 entries is not square/],
    ['no square', new Float64Array(3), /3 entries is not square/],
    ['a hole', Float64Array.of(1, 2, NaN, 4), /Entry \(1, 0\) of the matrix is NaN/],
    ['an asymmetry', Float64Array.of(1, 2, 2.1, 4), /\(0, 1\) and \(1, 0\).* 2 and 2.1/],
  ])('refuses %s', (_what, matrix, message) => {
    expect(() => symmetricEigen(matrix)).toThrow(CovarianceError)
    expect(() => symmetricEigen(matrix)).toThrow(message)
  })
})

describe('cholesky', () => {
  it('is a lower triangle with a positive diagonal whose square is the matrix', () => {
    fc.assert(
      fc.property(positiveDefinite, (matrix) => {
        const lower = cholesky(matrix)
        for (let i = 0; i < Math.sqrt(matrix.length); i++) {
          expect(entryOf(lower, i, i)).toBeGreaterThan(0)
          for (let j = i + 1; j < Math.sqrt(matrix.length); j++) {
            expect(entryOf(lower, i, j)).toBe(0)
          }
        }
        expect(frobeniusDistance(product(lower), matrix)).toBeLessThanOrEqual(1e-14 * norm(matrix))
        const other = semidefiniteCholesky(matrix)
        expect(frobeniusDistance(other, lower)).toBeLessThanOrEqual(1e-10 * norm(lower))
      }),
      runs,
    )
  })

  it('writes into the array it is given, below its upper triangle', () => {
    const lower = Float64Array.of(7, 7, 7, 7)
    choleskyInto(lower, Float64Array.of(4, 2, 2, 5), 2)
    expect([...lower]).toEqual([2, 7, 1, 2])
  })

  it.each<[string, Float64Array, RegExp]>([
    ['an indefinite matrix', Float64Array.of(1, 2, 2, 1), /row 1 leaves the pivot -3/],
    ['a correlation of 1', Float64Array.of(1, 1, 1, 1), /row 1 leaves the pivot 0.*ledoitWolf/],
    ['a matrix of 0', Float64Array.of(0), /row 0 leaves the pivot 0/],
    ['a negative variance', Float64Array.of(-1), /row 0 leaves the pivot -1/],
  ])('refuses %s, with advice', (_what, matrix, message) => {
    expect(() => cholesky(matrix)).toThrow(NotPositiveDefiniteError)
    expect(() => cholesky(matrix)).toThrow(message)
  })

  it('refuses what rounding alone makes positive', () => {
    // Three factors of which the third is the mean of the others.
    const matrix = Float64Array.of(1, 0.3, 0.65, 0.3, 1, 0.65, 0.65, 0.65, 0.65)
    expect(() => cholesky(matrix)).toThrow(NotPositiveDefiniteError)
  })
})

describe('semidefiniteCholesky', () => {
  it('factors any projected correlation, and covariances of factors that do not move', () => {
    fc.assert(
      fc.property(writtenCorrelation, fc.nat(5), (written, still) => {
        const { correlation } = nearestCorrelation(written)
        const size = Math.sqrt(correlation.length)
        const volatilities = Float64Array.from({ length: size }, (_, i) =>
          i === still ? 0 : 2 ** i,
        )
        const covariance = covarianceOf(correlation, volatilities)
        const lower = semidefiniteCholesky(covariance)
        const limit = 1e-13 * norm(covariance)
        expect(frobeniusDistance(product(lower), covariance)).toBeLessThanOrEqual(limit)
        for (let i = 0; i < size; i++) expect(entryOf(lower, i, i)).toBeGreaterThanOrEqual(0)
      }),
      runs,
    )
  })

  it('leaves no shock to a factor that the earlier ones determine', () => {
    // The second is the first over again; 1 − 0.6² = 0.8².
    const lower = semidefiniteCholesky(Float64Array.of(1, 1, 0.6, 1, 1, 0.6, 0.6, 0.6, 1))
    const expected = Float64Array.of(1, 0, 0, 1, 0, 0, 0.6, 0, 0.8)
    expect(frobeniusDistance(lower, expected)).toBeLessThanOrEqual(1e-14)
    expect(entryOf(lower, 2, 1)).toBe(0)
    expect(entryOf(lower, 1, 1)).toBe(0)
  })

  it('moves factors with a correlation of ±1 by one shock', () => {
    const lower = semidefiniteCholesky(extremeCorrelation([1, -1, 1]))
    expect([...lower]).toEqual([1, 0, 0, -1, 0, 0, 1, 0, 0])
    const [a = NaN, b = NaN, c = NaN] = correlateInto(
      new Float64Array(3),
      lower,
      Float64Array.of(2, 5, 7),
    )
    expect([a, b, c]).toEqual([2, -2, 2])
  })

  it.each<[string, Float64Array, RegExp]>([
    ['an indefinite matrix', Float64Array.of(1, 2, 2, 1), /eigenvalue -1/],
    ['a negative variance', Float64Array.of(1, 0, 0, -1), /factor 1 has the variance -1/],
    ['a covariance without variance', Float64Array.of(0, 1, 1, 1), /factors 0 and 1/],
  ])('refuses %s', (_what, matrix, message) => {
    expect(() => semidefiniteCholesky(matrix)).toThrow(NotPositiveDefiniteError)
    expect(() => semidefiniteCholesky(matrix)).toThrow(message)
  })
})

describe('correlateInto', () => {
  it('writes L·z', () => {
    const shocks = new Float64Array(2)
    const lower = Float64Array.of(2, 0, 1, 2)
    expect(correlateInto(shocks, lower, Float64Array.of(1, 1))).toBe(shocks)
    expect([...shocks]).toEqual([2, 3])
  })

  it.each([
    [3, 4, 2],
    [2, 9, 2],
    [2, 4, 3],
  ])('refuses %s places for %s entries and %s numbers', (places, entriesGiven, numbers) => {
    const run = () => {
      correlateInto(
        new Float64Array(places),
        new Float64Array(entriesGiven),
        new Float64Array(numbers),
      )
    }
    expect(run).toThrow(CovarianceError)
  })
})

describe('correlationOf and covarianceOf', () => {
  it('undo each other', () => {
    fc.assert(
      fc.property(positiveDefinite, (matrix) => {
        const { correlation, volatilities } = correlationOf(matrix)
        expectCorrelation(correlation)
        const again = covarianceOf(correlation, volatilities)
        expect(frobeniusDistance(again, matrix)).toBeLessThanOrEqual(1e-15 * 4 * norm(matrix))
      }),
      runs,
    )
  })

  it('keep rounding within ±1', () => {
    const beyond = Float64Array.of(1, 1 + 1e-15, 1 + 1e-15, 1)
    expect([...correlationOf(beyond).correlation]).toEqual([1, 1, 1, 1])
  })

  const identity = Float64Array.of(1, 0, 0, 1)
  it.each<[string, () => unknown, RegExp]>([
    ['a factor without variance', () => correlationOf(Float64Array.of(0)), /Factor 0 .* 0:/],
    [
      'a covariance beyond both volatilities',
      () => correlationOf(Float64Array.of(1, -1.1, -1.1, 1)),
      /factors 0 and 1 is -1.1/,
    ],
    [
      'a volatility too few',
      () => covarianceOf(identity, Float64Array.of(1)),
      /1 volatilities do not fit a correlation of 2/,
    ],
    [
      'a negative volatility',
      () => covarianceOf(identity, Float64Array.of(1, -1)),
      /Volatility 1 is -1/,
    ],
    [
      'an infinite volatility',
      () => covarianceOf(identity, Float64Array.of(Infinity, 1)),
      /Volatility 0 is Infinity/,
    ],
    [
      'a diagonal that is not 1',
      () => covarianceOf(Float64Array.of(2), Float64Array.of(1)),
      /Entry \(0, 0\) of the correlation is 2/,
    ],
  ])('refuse %s', (_what, run, message) => {
    expect(run).toThrow(CovarianceError)
    expect(run).toThrow(message)
  })
})

describe('nearestCorrelation', () => {
  it('is a correlation, stays as it is when projected again, and is none the further for others', () => {
    fc.assert(
      fc.property(symmetric(2), (matrix) => {
        const { correlation, distance, smallestEigenvalue } = nearestCorrelation(matrix)
        expectCorrelation(correlation)
        expect(distance).toBe(frobeniusDistance(matrix, correlation))
        expect(smallestEigenvalue).toBe(least(matrix))
        const again = nearestCorrelation(correlation)
        expect(again).toMatchObject({ correlation, distance: 0, iterations: 0 })
      }),
      runs,
    )
  })

  it('has no correlation nearer', () => {
    fc.assert(
      fc.property(
        correlations.chain((other) =>
          fc.tuple(fc.constant(other), entries(Math.sqrt(other.length), 1)),
        ),
        ([other, values]) => {
          const size = Math.sqrt(other.length)
          const written = matrixOf(size, (i, j) =>
            i === j ? 1 : (values[Math.min(i, j) * size + Math.max(i, j)] ?? NaN),
          )
          const { distance } = nearestCorrelation(written)
          expect(distance).toBeLessThanOrEqual(frobeniusDistance(written, other) + 1e-12)
        },
      ),
      runs,
    )
  })

  it('does not depend on the order of the factors', () => {
    fc.assert(
      fc.property(
        writtenCorrelation.chain((matrix) =>
          fc.tuple(fc.constant(matrix), orders(Math.sqrt(matrix.length))),
        ),
        ([matrix, order]) => {
          const expected = permuted(nearestCorrelation(matrix).correlation, order)
          const { correlation } = nearestCorrelation(permuted(matrix, order))
          expect(frobeniusDistance(correlation, expected)).toBeLessThanOrEqual(1e-9)
        },
      ),
      runs,
    )
  })

  it('keeps the eigenvalues above a minimum, so that the result has a Cholesky factor', () => {
    fc.assert(
      fc.property(writtenCorrelation, (matrix) => {
        const { correlation } = nearestCorrelation(matrix, { minimumEigenvalue: 1e-4 })
        expectCorrelation(correlation)
        expect(least(correlation)).toBeGreaterThanOrEqual(1e-4 - 1e-12)
        expect(() => cholesky(correlation)).not.toThrow()
        const again = nearestCorrelation(correlation, { minimumEigenvalue: 1e-4 })
        expect(again.iterations).toBe(0)
      }),
      runs,
    )
  })

  const three = Float64Array.of(1, 1, 0, 1, 1, 1, 0, 1, 1)
  it.each<[string, () => unknown, RegExp]>([
    ['a minimum of 1', () => nearestCorrelation(three, { minimumEigenvalue: 1 }), /is 1\b/],
    ['a minimum below 0', () => nearestCorrelation(three, { minimumEigenvalue: -1 }), /is -1\b/],
    ['a matrix with a hole', () => nearestCorrelation(Float64Array.of(NaN)), /is NaN/],
  ])('refuses %s', (_what, run, message) => {
    expect(run).toThrow(CovarianceError)
    expect(run).toThrow(message)
  })

  it('says how far it came when it may not go on', () => {
    const run = () => nearestCorrelation(three, { maximumIterations: 3 })
    expect(run).toThrow(ConvergenceError)
    expect(run).toThrow(/After 3 projections the diagonal .* still 0\.0/)
  })
})

describe('stressCorrelation', () => {
  it('goes from the correlation to the target without leaving the correlations', () => {
    fc.assert(
      fc.property(correlations, fc.double({ min: 0, max: 1, noNaN: true }), (given, weight) => {
        const size = Math.sqrt(given.length)
        const target = extremeCorrelation(Array.from({ length: size }, () => 1))
        const stressed = stressCorrelation(given, { target, weight })
        expectCorrelation(stressed.correlation)
        expect(stressed.mixIsPositiveSemidefinite).toBe(true)
        const whole = frobeniusDistance(given, target)
        expect(Math.abs(stressed.distance - weight * whole)).toBeLessThanOrEqual(1e-13)
        const none = stressCorrelation(given, { target, weight: 0 })
        expect(none).toMatchObject({ correlation: given, distance: 0 })
        expect(stressCorrelation(given, { target, weight: 1 }).correlation).toEqual(target)
      }),
      runs,
    )
  })

  it('takes the nearest correlation where the target is none', () => {
    const target = Float64Array.of(1, 1, 0, 1, 1, 1, 0, 1, 1)
    const given = extremeCorrelation([1, -1, 1])
    const stressed = stressCorrelation(given, { target, weight: 1 })
    expect(stressed.mixIsPositiveSemidefinite).toBe(false)
    expect(stressed.correlation).toEqual(nearestCorrelation(target).correlation)
    expect(stressed.distance).toBe(frobeniusDistance(stressed.correlation, given))
  })

  const one = Float64Array.of(1)
  it.each<[string, () => unknown, RegExp]>([
    [
      'another size',
      () => stressCorrelation(one, { target: extremeCorrelation([1, 1]), weight: 0.5 }),
      /target correlates 2 factors, the correlation 1/,
    ],
    [
      'a correlation beyond −1 between later factors',
      () => {
        const given = Float64Array.of(1, 0, 0, 0, 1, -3, 0, -3, 1)
        return stressCorrelation(given, { target: extremeCorrelation([1, 1, 1]), weight: 0 })
      },
      /factors 1 and 2 is -3, beyond/,
    ],
    ['a weight above 1', () => stressCorrelation(one, { target: one, weight: 2 }), /is 2\b/],
    ['a weight below 0', () => stressCorrelation(one, { target: one, weight: -1 }), /is -1\b/],
    [
      'a target beyond 1',
      () =>
        stressCorrelation(extremeCorrelation([1, 1]), {
          target: Float64Array.of(1, 2, 2, 1),
          weight: 0.5,
        }),
      /factors 0 and 1 is 2, beyond/,
    ],
    ['no direction', () => extremeCorrelation([]), /no direction/],
  ])('refuses %s', (_what, run, message) => {
    expect(run).toThrow(CovarianceError)
    expect(run).toThrow(message)
  })
})

describe('frobeniusDistance', () => {
  it('is √Σ(aᵢⱼ − bᵢⱼ)²', () => {
    expect(frobeniusDistance(Float64Array.of(1, 5), Float64Array.of(4, 1))).toBe(5)
  })

  it('refuses two shapes', () => {
    const run = () => frobeniusDistance(new Float64Array(1), new Float64Array(4))
    expect(run).toThrow(CovarianceError)
    expect(run).toThrow(/1 and 4 entries have no distance/)
  })
})
