import type { GarchParameters } from '@plimsoll/risk/covariance'
import { cholesky, garchVolatility } from '@plimsoll/risk/covariance'

/** A point that maximises the Gaussian likelihood, and the errors that its curvature gives. */
export type GarchFit = {
  readonly parameters: Required<Omit<GarchParameters, 'firstVariance'>>
  /** Square roots of the diagonal of the inverse Hessian: mean, omega, alpha, beta. */
  readonly standardErrors: readonly number[]
}

type Point = readonly [number, number, number, number]

/**
 * Newton's method on the negative log-likelihood, with central differences, from a start near its
 * minimum. The library ships filters only; this fit belongs to the published benchmark of one.
 */
export function fittedGarch(
  returns: Float64Array,
  start: Required<Omit<GarchParameters, 'firstVariance'>>,
  seeded: (returns: Float64Array, parameters: GarchParameters) => GarchParameters = (_, given) =>
    given,
): GarchFit {
  const cost = ([mean, omega, alpha, beta]: Point) =>
    -garchVolatility(returns, seeded(returns, { mean, omega, alpha, beta })).logLikelihood
  let point: Point = [start.mean, start.omega, start.alpha, start.beta]
  for (let round = 0; round < 4; round++) {
    const gradient = STEPS.map((_, i) => slope(cost, point, i))
    const step = solve(cholesky(hessian(cost, point)), gradient)
    point = moved(point, (i) => -(step[i] ?? 0))
  }
  const lower = cholesky(hessian(cost, point))
  const standardErrors = STEPS.map((_, i) => {
    const unit = STEPS.map((_step, j) => (i === j ? 1 : 0))
    return Math.sqrt(solve(lower, unit)[i] ?? 0)
  })
  const [mean, omega, alpha, beta] = point
  return { parameters: { mean, omega, alpha, beta }, standardErrors }
}

const STEPS: Point = [1e-4, 1e-5, 1e-4, 1e-4]

function moved(point: Point, by: (index: number) => number): Point {
  const [mean, omega, alpha, beta] = point
  return [mean + by(0), omega + by(1), alpha + by(2), beta + by(3)]
}

function slope(cost: (point: Point) => number, point: Point, at: number): number {
  const step = STEPS[at] ?? 0
  const shifted = (sign: number) => cost(moved(point, (i) => (i === at ? sign * step : 0)))
  return (shifted(1) - shifted(-1)) / (2 * step)
}

function hessian(cost: (point: Point) => number, point: Point): Float64Array {
  const curvature = (a: number, b: number) => {
    const step = STEPS[b] ?? 0
    const along = (sign: number) =>
      slope(
        cost,
        moved(point, (i) => (i === b ? sign * step : 0)),
        a,
      )
    return (along(1) - along(-1)) / (2 * step)
  }
  const rows = STEPS.map((_, i) =>
    STEPS.map((_step, j) => curvature(Math.min(i, j), Math.max(i, j))),
  )
  return Float64Array.from(rows.flat())
}

/** x with L·L'·x = b. */
function solve(lower: Float64Array, right: readonly number[]): readonly number[] {
  const size = right.length
  const entry = (i: number, j: number) => lower[i * size + j] ?? 0
  const x = [...right]
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) x[i] = (x[i] ?? 0) - entry(i, j) * (x[j] ?? 0)
    x[i] = (x[i] ?? 0) / entry(i, i)
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) x[i] = (x[i] ?? 0) - entry(j, i) * (x[j] ?? 0)
    x[i] = (x[i] ?? 0) / entry(i, i)
  }
  return x
}
