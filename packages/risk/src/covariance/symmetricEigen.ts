import { largestMagnitude, symmetricSize } from './symmetric.js'

/** Spectral decomposition A = V·diag(values)·V'. */
export type SymmetricEigen = {
  /** Eigenvalues in rising order, [n]. */
  readonly values: Float64Array
  /** Orthonormal eigenvectors, [n × n], row-major: row k belongs to `values[k]`. */
  readonly vectors: Float64Array
}

/** Sweeps after which the off-diagonal is far below rounding, for any matrix of this size. */
const SWEEPS = 64
/** An entry this small against the largest one is rounding. */
const NEGLIGIBLE = Number.EPSILON / 64

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations in a fixed order, so
 * that every engine gives the same bits (G. H. Golub & C. F. Van Loan, Matrix Computations, 4th ed.,
 * §8.5). Absolute accuracy is a few units in the last place of the largest eigenvalue.
 *
 * @throws CovarianceError when the matrix is malformed.
 *
 * @example
 * symmetricEigen(Float64Array.of(2, 1, 1, 2)).values // [1, 3]
 */
export function symmetricEigen(matrix: Float64Array): SymmetricEigen {
  const size = symmetricSize(matrix)
  const values = new Float64Array(size)
  const vectors = new Float64Array(size * size)
  symmetricEigenInto(values, vectors, matrix.slice(), size)
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const rows = order.flatMap((k) => Array.from(vectors.subarray(k * size, (k + 1) * size)))
  return { values: values.slice().sort(), vectors: Float64Array.from(rows) }
}

/**
 * {@link symmetricEigen} without allocation or checks: writes eigenvalues in no order and row k of
 * `vectors` as the eigenvector of `values[k]`; destroys `matrix`, of which it reads the upper triangle.
 */
export function symmetricEigenInto(
  values: Float64Array,
  vectors: Float64Array,
  matrix: Float64Array,
  size: number,
): void {
  vectors.fill(0)
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1
  const negligible = NEGLIGIBLE * largestMagnitude(matrix)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    if (!rotateAll(vectors, matrix, size, negligible)) break
  }
  for (let i = 0; i < size; i++) values[i] = matrix[i * size + i] ?? 0
}

/** One sweep over the upper triangle; false when nothing was left to rotate. */
function rotateAll(
  vectors: Float64Array,
  matrix: Float64Array,
  size: number,
  negligible: number,
): boolean {
  let rotated = false
  for (let p = 0; p < size - 1; p++) {
    for (let q = p + 1; q < size; q++) {
      if (Math.abs(matrix[p * size + q] ?? 0) <= negligible) continue
      rotate(vectors, matrix, size, p, q)
      rotated = true
    }
  }
  return rotated
}

/** The rotation that makes entry (p, q) 0, by the smaller of its two angles. */
function rotate(
  vectors: Float64Array,
  matrix: Float64Array,
  size: number,
  p: number,
  q: number,
): void {
  const entry = matrix[p * size + q] ?? 0
  const theta = ((matrix[q * size + q] ?? 0) - (matrix[p * size + p] ?? 0)) / (2 * entry)
  const magnitude = 1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const tangent = theta < 0 ? -magnitude : magnitude
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  matrix[p * size + p] = (matrix[p * size + p] ?? 0) - tangent * entry
  matrix[q * size + q] = (matrix[q * size + q] ?? 0) + tangent * entry
  matrix[p * size + q] = 0
  for (let k = 0; k < size; k++) {
    if (k !== p && k !== q) {
      const atP = k < p ? k * size + p : p * size + k
      const atQ = k < q ? k * size + q : q * size + k
      turn(matrix, atP, atQ, cosine, sine)
    }
    turn(vectors, p * size + k, q * size + k, cosine, sine)
  }
}

function turn(array: Float64Array, at: number, other: number, cosine: number, sine: number): void {
  const x = array[at] ?? 0
  const y = array[other] ?? 0
  array[at] = cosine * x - sine * y
  array[other] = sine * x + cosine * y
}
