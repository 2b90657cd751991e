import { readFileSync } from 'node:fs'
import { type GarchParameters, garchVolatility, momentsOf } from '@plimsoll/risk/covariance'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'
import { fittedGarch } from './risk-garch-fit.js'
import { riskModel, seriesIn } from './risk-series.js'

/** The seed of the Python package arch: squares of up to 75 days, weighted by 0.94 a day. */
export function archBackcast(residuals: Float64Array): number {
  let sum = 0
  let weights = 0
  for (const [day, residual] of residuals.subarray(0, 75).entries()) {
    const weight = 0.94 ** day
    sum += weight * residual * residual
    weights += weight
  }
  return sum / weights
}

const garchInputs = z.object({ omega: z.number(), alpha: z.number(), beta: z.number() })

const garchModel = riskModel('garch', 'GARCH(1,1) filter', (file, truthCase) => {
  // risk.json states its parameters beside the answers.
  const given = garchInputs.safeParse(truthCase.input)
  const parameters = given.data ?? garchInputs.parse(truthCase.expect)
  const series = seriesIn(file, truthCase)
  const { logLikelihood, last, next } = garchVolatility(series, parameters)
  const arch = garchVolatility(series, startedByArch(series, parameters))
  return {
    ...parameters,
    loglik: logLikelihood,
    sigma_last: last,
    sigma_next: next,
    arch_loglik_default_backcast: arch.logLikelihood,
  }
})

/** arch takes its backcast for both the variance and the square of the day before the first. */
function startedByArch(returns: Float64Array, parameters: GarchParameters): GarchParameters {
  return startedFrom(archBackcast(returns), parameters)
}

function startedFrom(dayBefore: number, parameters: GarchParameters): GarchParameters {
  const { omega, alpha, beta } = parameters
  return { ...parameters, firstVariance: omega + (alpha + beta) * dayBefore }
}

/** The start of the published benchmark: the mean squared residual for the day before the first. */
function startedFromMeanSquare(
  returns: Float64Array,
  parameters: GarchParameters,
): GarchParameters {
  const { mean = 0 } = parameters
  const { mean: average, standardDeviation } = momentsOf(returns)
  return startedFrom(standardDeviation ** 2 + (average - mean) ** 2, parameters)
}

// Daily DEM/GBP returns of Bollerslev & Ghysels (1996) are public, and not ours to ship.
const benchmarkFile = process.env.PLIMSOLL_DEM2GBP
const benchmarkFit = z.object({
  published: z.object({ mu: z.number(), ...garchInputs.shape }),
  arch8: z.object({ params: z.tuple([z.number(), z.number(), z.number(), z.number()]) }),
})

/**
 * The benchmark of Fiorentini, Calzolari & Panattoni (1996), where `PLIMSOLL_DEM2GBP` names a file of
 * its 1,974 returns, one a line below a heading (`dem2gbp.csv` of the R package fGarch).
 */
const garchBenchmarkModel = (path: string) =>
  riskModel('garch-benchmark', 'GARCH(1,1) FCP', (_file, { expect }) => {
    const text = readFileSync(path, 'utf8')
    const returns = Float64Array.from(text.trim().split(/\s+/).slice(1).map(Number))
    const { published, arch8 } = benchmarkFit.parse(expect)
    const [mean, omega, alpha, beta] = arch8.params
    const { parameters, standardErrors } = fittedGarch(
      returns,
      { ...published, mean: published.mu },
      startedFromMeanSquare,
    )
    // arch was given the variance about the sample mean, whatever the mean of the model.
    const backcast = momentsOf(returns).standardDeviation ** 2
    const startedByVariance = (_: Float64Array, given: GarchParameters) =>
      startedFrom(backcast, given)
    const archFit = fittedGarch(returns, { mean, omega, alpha, beta }, startedByVariance)
    const { mu, ...rest } = published
    return {
      published: { ...parameters, mu: parameters.mean, se: standardErrors },
      arch8: {
        params: [
          archFit.parameters.mean,
          archFit.parameters.omega,
          archFit.parameters.alpha,
          archFit.parameters.beta,
        ],
        loglik: garchVolatility(returns, startedFrom(backcast, { mean, omega, alpha, beta }))
          .logLikelihood,
        n: BigInt(returns.length),
        own_nll_at_published: -garchVolatility(returns, { ...rest, mean: mu }).logLikelihood,
      },
    }
  })

/** GARCH(1,1) filters of both files, and the published benchmark where its returns are at hand. */
export const garchModels: readonly TruthModel[] = [
  garchModel,
  ...(benchmarkFile === undefined ? [] : [garchBenchmarkModel(benchmarkFile)]),
]
