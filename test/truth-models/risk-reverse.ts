import { cholesky } from '@plimsoll/risk/covariance'
import { exp, log, normalCdf } from '@plimsoll/risk/pricing'
import { nearestFailure, nearestLinearFailure } from '@plimsoll/risk/reverse'
import { anyProbabilityBounds, linearProbability } from '@plimsoll/risk/score'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const number = z.number()
const vector = z.array(number)
const matrix = z.array(vector)
const book = z.object({
  cov: matrix,
  silos: z.record(z.string(), z.object({ surplus: number, grad: vector })),
})
const linearCase = z.object({
  input: z.object({ nu: number.optional(), cov: matrix.optional() }),
  expect: z.unknown(),
})

const rootOf = (cov: readonly (readonly number[])[]) => cholesky(Float64Array.from(cov.flat()))

/** Nearest liquidations of linear accounts, with their probabilities. */
export const linearFailureModel: TruthModel = {
  name: 'linear-failure',
  covers: ({ kind }, { model }) =>
    kind.startsWith('risk') && model?.startsWith('closed-form nearest liquidation') === true,
  run: (_file, truthCase) => {
    const { input, expect } = linearCase.parse(truthCase)
    // One file states its book where it states the answers.
    const { cov, silos } = book.parse(input.cov === undefined ? expect : truthCase.input)
    const root = rootOf(cov)
    const ends: number[] = []
    const answers = Object.entries(silos).map(([name, { surplus, grad }]) => {
      const found = nearestLinearFailure({ surplus, gradient: Float64Array.from(grad), root })
      if (found.kind !== 'nearest') return [name, found.kind]
      const { distance, moves, shares } = found.nearest
      const normal = linearProbability(distance, Infinity)
      ends.push(normal.end)
      const student = input.nu === undefined ? null : linearProbability(distance, input.nu).touch
      return [
        name,
        {
          surplus,
          grad,
          d: distance,
          x: [...moves],
          shares: [...shares],
          P_end: normal.end,
          P_touch: normal.touch,
          PL_t: student,
        },
      ]
    })
    const bounds = anyProbabilityBounds(ends)
    const silosOf = Object.values(silos)
    const any = cov.length === 2 ? anyEndProbability(root, silosOf) : null
    const slack = 1e-5 * bounds.upper
    const within = any === null || (bounds.lower - slack <= any && any <= bounds.upper + slack)
    return {
      cov,
      silos: Object.fromEntries(answers),
      union_bound: within ? bounds.upper : NaN,
      P_any_mc4m: any,
    }
  },
  // Simulated with four million paths, against an integral here: four standard errors.
  tolerance: (_file, _case, path) =>
    path === 'P_any_mc4m' ? { absolute: 4 * Math.sqrt(0.25 / 4_000_000) } : undefined,
}

type Silo = { readonly surplus: number; readonly grad: readonly number[] }

/** P[any of the linear accounts of two factors is liquidatable at the end], by the midpoint rule. */
function anyEndProbability(root: Float64Array, silos: readonly Silo[]): number {
  const [a = 0, , b = 0, c = 0] = root
  const count = 4000
  const width = 16 / count
  let sum = 0
  for (let index = 0; index < count; index++) {
    const u = -8 + (index + 0.5) * width
    let low = -Infinity
    let high = Infinity
    for (const { surplus, grad } of silos) {
      const [g = 0, h = 0] = grad
      // Safe where rest + slope·v > 0.
      const rest = surplus + (g * a + h * b) * u
      const slope = h * c
      if (slope > 0) low = Math.max(low, -rest / slope)
      else if (slope < 0) high = Math.min(high, -rest / slope)
      else if (rest <= 0) high = -Infinity
    }
    const safe = Math.max(0, normalCdf(high) - normalCdf(low))
    sum += (normalCdf(u + width / 2) - normalCdf(u - width / 2)) * (1 - safe)
  }
  return sum
}

const params = z.record(z.string(), z.union([number, vector]))
const formCase = z.object({
  input: z.object({
    g: z.string().optional(),
    params: params.optional(),
    mean: vector,
    cov: matrix.optional(),
  }),
})

type Moves = readonly number[]
type Parameters = z.infer<typeof params>

const scalar = (values: Parameters, name: string): number => number.parse(values[name])
const entries = (values: Parameters, name: string): Moves => vector.parse(values[name])

/** The limit states that the cases name, of positions x. */
const LIMIT_STATES: { readonly [name: string]: (values: Parameters, x: Moves) => number } = {
  cantilever: (values, [e = 0, f = 0, l = 0, i = 0]) =>
    scalar(values, 'limit') - (f * l * l * l) / (3 * e * i),
  loan: (values, [x = 0, y = 0]) =>
    scalar(values, 'C') * exp(x) * scalar(values, 'LT') - scalar(values, 'D') * exp(y),
  'two-asset loan': (values, [x = 0, y = 0]) =>
    scalar(values, 'LT1') * scalar(values, 'C1') * exp(x) +
    scalar(values, 'LT2') * scalar(values, 'C2') * exp(y) -
    scalar(values, 'D'),
  'short put': (values, [x = 0, y = 0]) => {
    const spot = scalar(values, 'S') * exp(x)
    const strike = scalar(values, 'K')
    const deviation = scalar(values, 'v0') * exp(y) * Math.sqrt(scalar(values, 'T'))
    const d1 = log(spot / strike) / deviation + deviation / 2
    const put = strike * normalCdf(deviation - d1) - spot * normalCdf(-d1)
    return scalar(values, 'E') - scalar(values, 'n') * put
  },
  'short-gamma': (values, x) => {
    const [d, g] = [entries(values, 'd'), entries(values, 'g')]
    return x.reduce(
      (sum, move, index) => sum + move * ((d[index] ?? 0) + 0.5 * (g[index] ?? 0) * move),
      scalar(values, 'm'),
    )
  },
}

/** Nearest failures of limit states that are not linear. */
export const nearestFailureModel: TruthModel = {
  name: 'nearest-failure',
  covers: ({ kind }, { model }) =>
    kind.startsWith('risk') && model?.startsWith('nearest-failure point') === true,
  run: (_file, truthCase) => {
    const { input } = formCase.parse(truthCase)
    const { g = 'cantilever', params: values = { limit: 3 }, mean } = input
    const root = rootOf(input.cov ?? mean.map((_, i) => mean.map((__, j) => (i === j ? 1 : 0))))
    const state = LIMIT_STATES[g]
    const from = (moves: Float64Array) => mean.map((centre, index) => centre + (moves[index] ?? 0))
    const found = nearestFailure({
      surplus: (moves) => state?.(values, from(moves)) ?? NaN,
      root,
    })
    if (found.kind !== 'nearest') return found
    const { distance, shocks, moves, alignment } = found.nearest
    const P = normalCdf(-distance)
    return {
      beta: alignment > 1 - 1e-9 ? distance : NaN,
      u: [...shocks],
      x: from(moves),
      P_form: P,
      openturns: { beta: distance, P },
    }
  },
}

/** The models of reverse stress. */
export const reverseModels: readonly TruthModel[] = [linearFailureModel, nearestFailureModel]
