import { CovarianceError } from './errors.js'

/** Asymmetry, against the largest entry, that counts as rounding. */
const ROUNDING = 1e-12

/**
 * Number of rows of a symmetric matrix, [n × n], row-major.
 *
 * @throws CovarianceError when the matrix is empty, not square, not finite or not symmetric.
 *
 * @example
 * symmetricSize(Float64Array.of(1, 0.5, 0.5, 1)) // 2
 */
export function symmetricSize(matrix: Float64Array): number {
  const size = Math.sqrt(matrix.length)
  if (size === 0 || !Number.isInteger(size)) {
    throw new CovarianceError(
      `A matrix of ${matrix.length} entries is not square. Give n × n entries, row after row.`,
    )
  }
  const bad = matrix.findIndex((entry) => !Number.isFinite(entry))
  if (bad >= 0) {
    throw new CovarianceError(
      `Entry (${Math.floor(bad / size)}, ${bad % size}) of the matrix is ${matrix[bad]}. Every entry must be finite.`,
    )
  }
  const limit = ROUNDING * largestMagnitude(matrix)
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const above = matrix[i * size + j] ?? 0
      const below = matrix[j * size + i] ?? 0
      if (Math.abs(above - below) > limit) {
        throw new CovarianceError(
          `Entries (${i}, ${j}) and (${j}, ${i}) of the matrix are ${above} and ${below}. A covariance or correlation is symmetric.`,
        )
      }
    }
  }
  return size
}

/** Greatest |entry| of a matrix; 0 when it is empty. */
export function largestMagnitude(matrix: Float64Array): number {
  let largest = 0
  for (const entry of matrix) largest = Math.max(largest, Math.abs(entry))
  return largest
}

/**
 * Frobenius distance ‖A − B‖ of two matrices of one shape: √Σ(aᵢⱼ − bᵢⱼ)².
 *
 * @throws CovarianceError when the shapes differ.
 *
 * @example
 * frobeniusDistance(Float64Array.of(1, 0, 0, 1), Float64Array.of(1, 1, 1, 1)) // 1.4142135623730951
 */
export function frobeniusDistance(left: Float64Array, right: Float64Array): number {
  if (left.length !== right.length) {
    throw new CovarianceError(
      `Matrices of ${left.length} and ${right.length} entries have no distance. Give two of one shape.`,
    )
  }
  let sum = 0
  for (let index = 0; index < left.length; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    sum += difference * difference
  }
  return Math.sqrt(sum)
}

/** Copies the upper triangle of an [n × n] matrix onto the lower one. */
export function mirror(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[i * size + j] = matrix[j * size + i] ?? 0
  }
}
