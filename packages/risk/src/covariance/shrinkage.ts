/** A covariance that was pulled towards a multiple of the identity. */
export type ShrunkCovariance = {
  /** (1 − s)·S + s·μ·I, [n × n], row-major. */
  readonly covariance: Float64Array
  /** s, in [0, 1]: 0 keeps the sample, 1 keeps the target. */
  readonly shrinkage: number
  /** μ = tr S / n: the variance on the target's diagonal. */
  readonly targetVariance: number
}

/** μ = tr S / n. */
export function meanVariance(covariance: Float64Array, size: number): number {
  let trace = 0
  for (let i = 0; i < size; i++) trace += covariance[i * size + i] ?? 0
  return trace / size
}

/** ‖S − μI‖²: the squared Frobenius distance from the target. */
export function squaredDistanceFromTarget(
  covariance: Float64Array,
  size: number,
  targetVariance: number,
): number {
  let sum = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const difference = (covariance[i * size + j] ?? 0) - (i === j ? targetVariance : 0)
      sum += difference * difference
    }
  }
  return sum
}

/** (1 − s)·S + s·μ·I. */
export function shrink(
  covariance: Float64Array,
  size: number,
  targetVariance: number,
  shrinkage: number,
): ShrunkCovariance {
  const shrunk = covariance.map((entry) => (1 - shrinkage) * entry)
  for (let i = 0; i < size; i++) {
    const at = i * size + i
    shrunk[at] = (shrunk[at] ?? 0) + shrinkage * targetVariance
  }
  return { covariance: shrunk, shrinkage, targetVariance }
}
