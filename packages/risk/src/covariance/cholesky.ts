import { CovarianceError, NotPositiveDefiniteError } from './errors.js'
import { mirror, symmetricSize } from './symmetric.js'
import { symmetricEigen } from './symmetricEigen.js'

/** Up to this share of a row's own variance, times the size, a number is rounding. */
const ROUNDING = 4 * Number.EPSILON
/** A column with no more than this norm, times the size, is determined by those before it. */
const NEGLIGIBLE = 8 * Number.EPSILON
/** An eigenvalue of the correlation below this is no rounding: the matrix is indefinite. */
const INDEFINITE = -1e-12

/**
 * Cholesky factor of a positive definite matrix: the lower triangular L with A = L·L', [n × n],
 * row-major, zeros above the diagonal (G. H. Golub & C. F. Van Loan, Matrix Computations, 4th ed.,
 * §4.2).
 *
 * @throws CovarianceError when the matrix is malformed.
 * @throws NotPositiveDefiniteError when a pivot is not positive.
 *
 * @example
 * cholesky(Float64Array.of(4, 2, 2, 5)) // [2, 0, 1, 2]
 */
export function cholesky(matrix: Float64Array): Float64Array {
  const size = symmetricSize(matrix)
  const lower = new Float64Array(size * size)
  choleskyInto(lower, matrix, size)
  return lower
}

/**
 * {@link cholesky} into `lower`, whose upper triangle it leaves as it is. Allocates nothing and does
 * not check the matrix, of which it reads the lower triangle.
 *
 * @throws NotPositiveDefiniteError when a pivot is not positive.
 *
 * @example
 * choleskyInto(new Float64Array(4), Float64Array.of(4, 2, 2, 5), 2)
 */
export function choleskyInto(lower: Float64Array, matrix: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    const pivot = remainder(lower, matrix, size, j, j)
    if (!(pivot > ROUNDING * size * (matrix[j * size + j] ?? 0))) {
      throw new NotPositiveDefiniteError(
        `The matrix has no Cholesky factor: row ${j} leaves the pivot ${pivot}. Shrink the covariance (ledoitWolf), take nearestCorrelation with a minimumEigenvalue, or use semidefiniteCholesky where factors determine each other.`,
      )
    }
    const root = Math.sqrt(pivot)
    lower[j * size + j] = root
    for (let i = j + 1; i < size; i++) {
      lower[i * size + j] = remainder(lower, matrix, size, i, j) / root
    }
  }
}

/** aᵢⱼ − Σ_{k<j} lᵢₖlⱼₖ. */
function remainder(
  lower: Float64Array,
  matrix: Float64Array,
  size: number,
  i: number,
  j: number,
): number {
  let rest = matrix[i * size + j] ?? 0
  for (let k = 0; k < j; k++) rest -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0)
  return rest
}

/**
 * A Cholesky factor of a positive semidefinite matrix: as {@link cholesky}, with a column of zeros for
 * each factor that the earlier ones determine, as under a correlation of 1. It is the triangle R' of
 * the QR factorisation of Λ^½·V' (of the correlation), which does not lose accuracy at small pivots.
 *
 * @throws CovarianceError when the matrix is malformed.
 * @throws NotPositiveDefiniteError when the matrix is indefinite.
 *
 * @example
 * semidefiniteCholesky(Float64Array.of(1, 1, 1, 1)) // [1, 0, 1, 0]
 */
export function semidefiniteCholesky(matrix: Float64Array): Float64Array {
  const size = symmetricSize(matrix)
  const volatilities = new Float64Array(size)
  for (let i = 0; i < size; i++) volatilities[i] = Math.sqrt(matrix[i * size + i] ?? 0)
  const { values, vectors } = symmetricEigen(scaled(matrix, volatilities))
  const smallest = values[0] ?? 0
  if (smallest < INDEFINITE * size)
    throw indefinite(`its correlation has the eigenvalue ${smallest}`)
  const root = new Float64Array(size * size)
  for (let k = 0; k < size; k++) {
    const value = values[k] ?? 0
    if (value <= ROUNDING * size) continue
    for (let i = 0; i < size; i++)
      root[k * size + i] = Math.sqrt(value) * (vectors[k * size + i] ?? 0)
  }
  return lowerTriangle(root, volatilities)
}

/** The matrix over the volatilities on both sides: a correlation, with zeros for what does not move. */
function scaled(matrix: Float64Array, volatilities: Float64Array): Float64Array {
  const size = volatilities.length
  const result = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const diagonal = matrix[i * size + i] ?? 0
    if (diagonal < 0) throw indefinite(`factor ${i} has the variance ${diagonal}`)
    for (let j = i; j < size; j++) {
      const entry = matrix[i * size + j] ?? 0
      const scale = (volatilities[i] ?? 0) * (volatilities[j] ?? 0)
      if (scale === 0 && entry !== 0) {
        throw indefinite(
          `factors ${i} and ${j} have the covariance ${entry}, one of them no variance`,
        )
      }
      result[i * size + j] = scale === 0 ? 0 : entry / scale
    }
  }
  mirror(result, size)
  return result
}

/** The lower triangular L with L·L' = D·B'B·D, D the volatilities, by Householder reflections of B. */
function lowerTriangle(root: Float64Array, volatilities: Float64Array): Float64Array {
  const size = volatilities.length
  const lower = new Float64Array(size * size)
  // A column that the earlier ones determine takes no row of the triangle.
  let row = 0
  for (let j = 0; j < size; j++) {
    let square = 0
    for (let i = row; i < size; i++) square += (root[i * size + j] ?? 0) * (root[i * size + j] ?? 0)
    const norm = Math.sqrt(square)
    if (norm <= NEGLIGIBLE * size) continue
    reflect(root, size, row, j, norm)
    const sign = (root[row * size + j] ?? 0) < 0 ? -1 : 1
    for (let i = j; i < size; i++) {
      lower[i * size + j] = sign * (volatilities[i] ?? 0) * (root[row * size + i] ?? 0)
    }
    row += 1
  }
  return lower
}

/** Reflects the rows from `row` on so that column j keeps its norm in that row alone. */
function reflect(root: Float64Array, size: number, row: number, j: number, norm: number): void {
  const head = root[row * size + j] ?? 0
  const target = head > 0 ? -norm : norm
  // Half the squared length of the reflecting vector, free of cancellation by the target's sign.
  const half = norm * norm - head * target
  root[row * size + j] = head - target
  for (let k = j + 1; k < size; k++) {
    let product = 0
    for (let i = row; i < size; i++)
      product += (root[i * size + j] ?? 0) * (root[i * size + k] ?? 0)
    for (let i = row; i < size; i++) {
      const at = i * size + k
      root[at] = (root[at] ?? 0) - (product / half) * (root[i * size + j] ?? 0)
    }
  }
  root[row * size + j] = target
}

function indefinite(finding: string): NotPositiveDefiniteError {
  return new NotPositiveDefiniteError(
    `The matrix is no covariance: ${finding}. Take the nearest correlation first (nearestCorrelation).`,
  )
}

/**
 * Writes L·z: correlated shocks of independent ones, [n]. Allocates nothing; `shocks` must not be
 * `independent`.
 *
 * @throws CovarianceError when the shapes differ.
 *
 * @example
 * correlateInto(new Float64Array(2), Float64Array.of(2, 0, 1, 2), Float64Array.of(1, 1)) // [2, 3]
 */
export function correlateInto(
  shocks: Float64Array,
  lower: Float64Array,
  independent: Float64Array,
): Float64Array {
  const size = independent.length
  if (shocks.length !== size || lower.length !== size * size) {
    throw new CovarianceError(
      `A factor of ${lower.length} entries does not correlate ${size} numbers into ${shocks.length}. Give n × n entries, n numbers and n places.`,
    )
  }
  for (let i = 0; i < size; i++) {
    let sum = 0
    for (let k = 0; k <= i; k++) sum += (lower[i * size + k] ?? 0) * (independent[k] ?? 0)
    shocks[i] = sum
  }
  return shocks
}
