import { cornishFisherQuantile, deltaGammaTail, gaussianMultipliers } from '@plimsoll/risk/tail'
import type { TruthCase, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const row = z.array(z.number())
const inputsSchema = z.object({ delta: row, gamma: z.array(row), cov: z.array(row) })
const levels = ['0.95', '0.975', '0.99'] as const

function bookOf({ input }: TruthCase) {
  const { delta, gamma, cov } = inputsSchema.parse(input)
  return {
    delta: Float64Array.from(delta),
    gamma: Float64Array.from(gamma.flat()),
    covariance: Float64Array.from(cov.flat()),
  }
}

/** Draws of the simulation beside the closed form. */
const DRAWS = 2e6

/**
 * Four standard errors of a simulated quantile and tail mean, for the excess over VaR of a tail that
 * falls about exponentially: its density at VaR is p/(ES − VaR), its deviation ES − VaR.
 */
function simulationError(truthCase: TruthCase, level: number, measure: string): number {
  const { valueAtRisk, expectedShortfall } = deltaGammaTail(bookOf(truthCase), level)
  const excess = expectedShortfall - valueAtRisk
  return 4 * excess * Math.sqrt((measure === 'ES' ? 2 : 1) / (DRAWS * (1 - level)))
}

const deltaGammaModel: TruthModel = {
  name: 'delta-gamma',
  covers: ({ kind }, { id, model }) =>
    kind === 'risk' &&
    (id === 'delta-gamma-crypto' || model?.startsWith('delta-gamma, loss') === true),
  run: (_file, truthCase) => {
    const book = bookOf(truthCase)
    const tails = levels.map((level) => ({ level, tail: deltaGammaTail(book, Number(level)) }))
    const { mean, standardDeviation, skewness, excessKurtosis } = deltaGammaTail(book, 0.99).moments
    const expansion = (level: number) =>
      cornishFisherQuantile(gaussianMultipliers(level).valueAtRisk, skewness, excessKurtosis)
    return {
      ...Object.fromEntries(
        tails.map(({ level, tail }) => [
          level,
          {
            exact: tail.valueAtRisk,
            exact_ES: tail.expectedShortfall,
            delta_normal: tail.deltaNormal.valueAtRisk,
            cornish_fisher: mean + standardDeviation * expansion(Number(level)),
          },
        ]),
      ),
      moments: {
        mean,
        sd: standardDeviation,
        skew: skewness,
        exkurt: excessKurtosis,
        z_cf: expansion(0.99),
      },
      mc2m: Object.fromEntries(
        tails.map(({ level, tail }) => [
          level,
          { VaR: tail.valueAtRisk, ES: tail.expectedShortfall },
        ]),
      ),
    }
  },
  tolerance: (_file, truthCase, path) => {
    const [, level, measure] = /^mc2m\.(0\.\d+)\.(\w+)$/.exec(path) ?? []
    if (level === undefined || measure === undefined) return undefined
    return { absolute: simulationError(truthCase, Number(level), measure) }
  },
}

/** The upper quantile of the P&L of pure short gamma: its least loss, by the quantile of the losses. */
const shortGammaModel: TruthModel = {
  name: 'short-gamma',
  covers: ({ kind }, { id }) => kind === 'risk' && id === 'delta-gamma-negative',
  run: (_file, truthCase) => {
    const { p } = z.object({ p: z.number() }).parse(truthCase.input)
    const { valueAtRisk, moments } = deltaGammaTail(bookOf(truthCase), 1 - p)
    const z99 = gaussianMultipliers(p).valueAtRisk
    const expansion = cornishFisherQuantile(z99, -moments.skewness, moments.excessKurtosis)
    return { exact: -valueAtRisk, cf: -moments.mean + moments.standardDeviation * expansion }
  },
}

/** Quadratic losses by inversion, and what Cornish-Fisher would have said. */
export const deltaGammaModels: readonly TruthModel[] = [deltaGammaModel, shortGammaModel]
