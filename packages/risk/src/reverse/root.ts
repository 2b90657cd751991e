import { ReverseStressError } from './errors.js'

/**
 * Size n of the lower triangular root of a covariance: L, [n × n], row-major, with L·L' = Σ.
 *
 * @throws ReverseStressError when it is empty, not square or not finite.
 */
export function rootSize(root: Float64Array): number {
  const size = Math.sqrt(root.length)
  if (size === 0 || !Number.isInteger(size)) {
    throw new ReverseStressError(
      `A covariance root of ${root.length} entries is not square. Give the n × n entries of the lower Cholesky factor, row after row.`,
    )
  }
  const bad = root.findIndex((entry) => !Number.isFinite(entry))
  if (bad >= 0) {
    throw new ReverseStressError(
      `Entry (${Math.floor(bad / size)}, ${bad % size}) of the covariance root is ${root[bad]}. Every entry must be finite.`,
    )
  }
  return size
}

/** L'·g: the gradient in independent standard shocks. */
export function pulledBack(root: Float64Array, gradient: Float64Array): Float64Array {
  const size = gradient.length
  const out = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      out[j] = (out[j] ?? 0) + (root[i * size + j] ?? 0) * (gradient[i] ?? 0)
    }
  }
  return out
}
