import { semidefiniteCholesky } from '../../covariance/cholesky.js'
import { largestMagnitude, symmetricSize } from '../../covariance/symmetric.js'
import { symmetricEigen } from '../../covariance/symmetricEigen.js'
import { checkLength, checkSeries } from '../checks.js'

/** A book to second order in its factors' moves. */
export type DeltaGammaBook = {
  /** First derivative of its value by each factor's return, in money: [factors]. */
  readonly delta: Float64Array
  /** Second derivatives, in money: [factors × factors], row-major, symmetric. */
  readonly gamma: Float64Array
  /** Covariance of the factors' returns over the horizon: [factors × factors], row-major. */
  readonly covariance: Float64Array
}

/** Cumulants of the loss as mean, deviation and shape. */
export type LossMoments = {
  readonly mean: number
  readonly standardDeviation: number
  readonly skewness: number
  readonly excessKurtosis: number
}

/** L = Σ(bᵢuᵢ + ½λᵢuᵢ²) with independent standard normals u, in units of its standard deviation. */
export type QuadraticLoss = {
  readonly linear: Float64Array
  readonly eigenvalues: Float64Array
  /** Of L in money. */
  readonly moments: LossMoments
}

/**
 * The loss −(δ'x + ½x'Γx), x ~ N(0, Ω), as a sum over independent normals: Ω = CC', C'(−Γ)C = UΛU',
 * b = U'C'(−δ). (C. Rouvinez, "Going Greek with VaR", Risk 10 (1997); S. Jaschke, J. Risk 4 (2002).)
 *
 * @throws TailError when shapes differ or a number is not finite; CovarianceError when a matrix is not
 * symmetric; NotPositiveDefiniteError when the covariance has no square root.
 */
export function quadraticLoss(book: DeltaGammaBook): QuadraticLoss {
  const { delta, gamma, covariance } = book
  checkSeries('The list of deltas', delta, 1)
  const size = delta.length
  checkLength('The side of gamma', symmetricSize(gamma), size)
  checkLength('The side of the covariance', symmetricSize(covariance), size)
  const root = semidefiniteCholesky(covariance)
  const inner = product(transposed(root, size), product(gamma, root, size), size)
  const { values, vectors } = symmetricEigen(symmetrised(inner, size))
  const turned = product(vectors, transposed(root, size), size)
  const linear = Float64Array.from(values, (_, k) => {
    let sum = 0
    for (let j = 0; j < size; j++) sum -= (turned[k * size + j] ?? NaN) * (delta[j] ?? NaN)
    return sum
  })
  return standardised(
    linear,
    values.map((value) => -value),
  )
}

/** κ₁ = ½Σλ, κ₂ = Σ(b² + ½λ²), κ₃ = Σ(3b²λ + λ³), κ₄ = Σ(12b²λ² + 3λ⁴). */
function standardised(linear: Float64Array, eigenvalues: Float64Array): QuadraticLoss {
  const largest = largestMagnitude(eigenvalues)
  // In a unit near the answer's, so that no square of money leaves the doubles.
  const unit = Math.max(largest, largestMagnitude(linear)) || 1
  let mean = 0
  let variance = 0
  let third = 0
  let fourth = 0
  eigenvalues.forEach((eigenvalue, i) => {
    const value = eigenvalue / unit
    const slope = (linear[i] ?? NaN) / unit
    const b = slope * slope
    const square = value * value
    mean += value / 2
    variance += b + square / 2
    third += value * (3 * b + square)
    fourth += 3 * square * (4 * b + square)
  })
  const deviation = Math.sqrt(variance)
  const isStill = !(variance > 0)
  const scaled = (value: number): number => (isStill ? 0 : value / unit / deviation)
  // An eigenvalue of rounding would only put a singularity where there is none.
  const least = 4 * eigenvalues.length * Number.EPSILON * largest
  return {
    linear: linear.map(scaled),
    eigenvalues: eigenvalues.map((value) => (Math.abs(value) <= least ? 0 : scaled(value))),
    moments: {
      mean: mean * unit,
      standardDeviation: deviation * unit,
      skewness: isStill ? 0 : third / (variance * deviation),
      excessKurtosis: isStill ? 0 : fourth / (variance * variance),
    },
  }
}

function product(left: Float64Array, right: Float64Array, size: number): Float64Array {
  return left.map((_, at) => {
    const row = at - (at % size)
    let sum = 0
    for (let k = 0; k < size; k++) {
      sum += (left[row + k] ?? NaN) * (right[k * size + (at % size)] ?? NaN)
    }
    return sum
  })
}

function transposed(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % size) * size + Math.floor(at / size)] ?? NaN)
}

/** The mean with the transpose: what rounding leaves of symmetry. */
function symmetrised(matrix: Float64Array, size: number): Float64Array {
  const other = transposed(matrix, size)
  return matrix.map((value, at) => (value + (other[at] ?? NaN)) / 2)
}
