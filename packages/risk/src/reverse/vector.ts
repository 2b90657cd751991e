/** Σ aᵢ·bᵢ over the entries of `a`. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** Euclidean length. */
export function length(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

/** `a`·factor, a new vector. */
export function scaled(a: Float64Array, factor: number): Float64Array {
  return a.map((entry) => entry * factor)
}

/** a + b·factor, a new vector. */
export function plus(a: Float64Array, b: Float64Array, factor: number): Float64Array {
  return a.map((entry, index) => entry + (b[index] ?? 0) * factor)
}

/** The unit vector along `a`, which must not be 0. */
export function direction(a: Float64Array): Float64Array {
  return scaled(a, 1 / length(a))
}
