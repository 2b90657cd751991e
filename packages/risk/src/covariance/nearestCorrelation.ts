import { ConvergenceError, CovarianceError } from './errors.js'
import { frobeniusDistance, largestMagnitude, mirror, symmetricSize } from './symmetric.js'
import { symmetricEigen, symmetricEigenInto } from './symmetricEigen.js'

/** How {@link nearestCorrelation} projects. */
export type NearestCorrelationOptions = {
  /** Least eigenvalue of the result, in [0, 1); absent: 0. Above 0 the result has a Cholesky factor. */
  readonly minimumEigenvalue?: number
  /** Projections after which the search is given up; absent: 10,000. */
  readonly maximumIterations?: number
}

/** The correlation nearest to a matrix, and how far the matrix was from one. */
export type NearestCorrelation = {
  /** Symmetric, unit diagonal, positive semidefinite to rounding, [n × n], row-major. */
  readonly correlation: Float64Array
  /** Frobenius distance between the given matrix and the result. */
  readonly distance: number
  /** Least eigenvalue of the given matrix. */
  readonly smallestEigenvalue: number
  /** Number of projections; 0 when the matrix was such a correlation already. */
  readonly iterations: number
}

/** Deviation of the diagonal from 1, against the greatest entry, at which the projections end. */
const ACCURACY = 1e-13

/**
 * The correlation matrix nearest to a symmetric matrix in the Frobenius norm: N. J. Higham, Computing
 * the nearest correlation matrix, IMA J. Numerical Analysis 22 (2002), 329–343, alternating
 * projections on {eigenvalues ≥ minimumEigenvalue} and {unit diagonal} with Dykstra's correction. A
 * matrix that is such a correlation already is returned as it is.
 *
 * @throws CovarianceError when the matrix is malformed or an option is out of range.
 * @throws ConvergenceError when `maximumIterations` projections do not suffice.
 *
 * @example
 * nearestCorrelation(Float64Array.of(1, 1, 0, 1, 1, 1, 0, 1, 1)).correlation // [1, 0.7607, 0.1573, …]
 */
export function nearestCorrelation(
  matrix: Float64Array,
  options: NearestCorrelationOptions = {},
): NearestCorrelation {
  const size = symmetricSize(matrix)
  const { minimumEigenvalue = 0, maximumIterations = 10_000 } = options
  if (!(minimumEigenvalue >= 0 && minimumEigenvalue < 1)) {
    throw new CovarianceError(
      `The minimum eigenvalue is ${minimumEigenvalue}. The eigenvalues of a correlation average 1: give one in [0, 1).`,
    )
  }
  const smallestEigenvalue = symmetricEigen(matrix).values[0] ?? 0
  const given = matrix.slice()
  mirror(given, size)
  const rounding = 8 * size * Number.EPSILON + 2 * ACCURACY * minimumEigenvalue
  if (hasUnitDiagonal(given, size) && smallestEigenvalue >= minimumEigenvalue - rounding) {
    return { correlation: given, distance: 0, smallestEigenvalue, iterations: 0 }
  }
  const correlation = new Float64Array(size * size)
  const iterations = project(correlation, given, size, minimumEigenvalue, maximumIterations)
  scaleToUnitDiagonal(correlation, size)
  const distance = frobeniusDistance(given, correlation)
  return { correlation, distance, smallestEigenvalue, iterations }
}

/**
 * Writes the limit of the projections and gives their number. Higham's algorithm 3.3 never changes
 * R = Y − ΔS off the diagonal: each round adds 1 − diag(X) to R's diagonal. Kept as that shift alone,
 * the corrections do not accumulate rounding.
 */
function project(
  projected: Float64Array,
  given: Float64Array,
  size: number,
  minimumEigenvalue: number,
  maximumIterations: number,
): number {
  const values = new Float64Array(size)
  const vectors = new Float64Array(size * size)
  const work = new Float64Array(size * size)
  const shift = new Float64Array(size)
  const accuracy = ACCURACY * Math.max(1, largestMagnitude(given))
  let deviation = Infinity
  for (let iteration = 1; iteration <= maximumIterations; iteration++) {
    work.set(given)
    for (let i = 0; i < size; i++) work[i * size + i] = (work[i * size + i] ?? 0) + (shift[i] ?? 0)
    symmetricEigenInto(values, vectors, work, size)
    compose(projected, values, vectors, size, minimumEigenvalue)
    deviation = 0
    for (let i = 0; i < size; i++) {
      const short = 1 - (projected[i * size + i] ?? 0)
      deviation = Math.max(deviation, Math.abs(short))
      shift[i] = (shift[i] ?? 0) + short
    }
    if (deviation <= accuracy) return iteration
  }
  throw new ConvergenceError(
    `After ${maximumIterations} projections the diagonal of the nearest correlation is still ${deviation} from 1. Give a matrix with a diagonal near 1 and entries near [−1, 1], or a greater maximumIterations.`,
  )
}

/** Σ max(λ, minimum)·vv': the nearest matrix whose eigenvalues reach the minimum. */
function compose(
  matrix: Float64Array,
  values: Float64Array,
  vectors: Float64Array,
  size: number,
  minimum: number,
): void {
  matrix.fill(0)
  for (let k = 0; k < size; k++) {
    const value = Math.max(minimum, values[k] ?? 0)
    if (value === 0) continue
    for (let i = 0; i < size; i++) {
      const scaled = value * (vectors[k * size + i] ?? 0)
      for (let j = i; j < size; j++) {
        matrix[i * size + j] = (matrix[i * size + j] ?? 0) + scaled * (vectors[k * size + j] ?? 0)
      }
    }
  }
  mirror(matrix, size)
}

/** Takes the last ACCURACY off the diagonal without making an eigenvalue negative. */
function scaleToUnitDiagonal(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const scale = Math.sqrt((matrix[i * size + i] ?? 0) * (matrix[j * size + j] ?? 0))
      const entry = (matrix[i * size + j] ?? 0) / scale
      matrix[i * size + j] = Math.max(-1, Math.min(1, entry))
    }
  }
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1
  mirror(matrix, size)
}

function hasUnitDiagonal(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) if (matrix[i * size + i] !== 1) return false
  return true
}
