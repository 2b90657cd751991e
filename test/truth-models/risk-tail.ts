import {
  ledoitWolf,
  momentsOf,
  type Observations,
  observationsOf,
  portfolioReturns,
  sampleCovariance,
} from '@plimsoll/risk/covariance'
import {
  aggregateCorrelated,
  ellipticalTail,
  gaussianMultipliers,
  historicalTail,
  historicalValueAtRisk,
  linearPortfolioTail,
  modifiedTail,
  type QuantileConvention,
  shortfallContributions,
  studentTMultipliers,
  touchProbability,
  unitVarianceMultipliers,
} from '@plimsoll/risk/tail'
import type { TruthCase, TruthFile, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'
import { backtestModels } from './risk-backtest.js'
import { deltaGammaModels } from './risk-delta-gamma.js'

const row = z.array(z.number())
const matrix = z.array(row)
const inputsSchema = z.object({
  data: z.string().optional(),
  X: matrix.optional(),
  w: row.optional(),
  returns: row.optional(),
})
const dataSchema = z.record(z.string(), z.object({ rows: matrix }))
const levels = ['0.95', '0.975', '0.99'] as const

/** The model of the cases whose `model` begins with the text, in files of risk statistics. */
const covering = (name: string, begins: string, run: TruthModel['run']): TruthModel => ({
  name,
  covers: ({ kind }, { model }) => kind === 'risk' && model?.startsWith(begins) === true,
  run,
})

function observationsIn({ data }: TruthFile, { input }: TruthCase): Observations {
  const { X, data: name = 'returns60x3' } = inputsSchema.parse(input)
  return observationsOf(X ?? dataSchema.parse(data)[name]?.rows ?? [])
}

/** Losses of the series, or of the portfolio, of a case. */
function lossesIn(file: TruthFile, truthCase: TruthCase): Float64Array {
  const { returns, w = [] } = inputsSchema.parse(truthCase.input)
  const profits =
    returns === undefined
      ? portfolioReturns(observationsIn(file, truthCase), Float64Array.from(w))
      : Float64Array.from(returns)
  return profits.map((profit) => -profit)
}

const byLevel = <T>(of: (level: number) => T, keys: readonly string[] = levels) =>
  Object.fromEntries(keys.map((key) => [key, of(Number(key))]))

const CONVENTIONS: readonly QuantileConvention[] = [
  'inverted-cdf',
  'averaged-inverted-cdf',
  'linear',
  'hazen',
  'weibull',
  'median-unbiased',
  'lower',
  'higher',
]

/** By sorting, and where quickselect has the same convention by both: NaN when they differ. */
function valueAtRiskBy(losses: Float64Array, level: number, convention: QuantileConvention) {
  const sorted = historicalValueAtRisk(losses, level, convention)
  if (convention !== 'inverted-cdf') return sorted
  return historicalTail(losses, level).valueAtRisk === sorted ? sorted : NaN
}

const historicalValueAtRiskModel = covering('historical-var', 'historical VaR', (file, given) => {
  const losses = lossesIn(file, given)
  return Object.fromEntries(
    levels.map((level) => [
      `VaR${level.slice(2)}`,
      Object.fromEntries(
        CONVENTIONS.map((convention) => [
          convention.replaceAll('-', '_'),
          valueAtRiskBy(losses, Number(level), convention),
        ]),
      ),
    ]),
  )
})

const historicalShortfallModel = covering('historical-es', 'historical ES', (file, given) => {
  const losses = lossesIn(file, given)
  return {
    acerbi_tasche_fractional: byLevel((level) => historicalTail(losses, level).expectedShortfall),
    // The convention that differs whenever n(1 − level) is no integer.
    tail_mean_PerformanceAnalytics: byLevel((level) => {
      const limit = historicalValueAtRisk(losses, level, 'linear')
      const beyond = losses.filter((loss) => loss > limit)
      return beyond.reduce((sum, loss) => sum + loss, 0) / beyond.length
    }),
  }
})

const multipliersModel = covering('tail-multipliers', 'VaR/ES multipliers', (_file, given) => {
  const { expect } = z.object({ expect: z.record(z.string(), z.unknown()) }).parse(given)
  const keys = [...levels, '0.995']
  return Object.fromEntries(
    Object.keys(expect).map((law) => {
      if (law === 'normal') {
        const normal = byLevel((level) => {
          const { valueAtRisk, expectedShortfall } = gaussianMultipliers(level)
          return { z: valueAtRisk, es: expectedShortfall }
        }, keys)
        return [law, normal]
      }
      const degrees = Number(law.slice(1))
      const student = byLevel((level) => {
        const raw = studentTMultipliers(level, degrees)
        const unit = unitVarianceMultipliers(level, degrees)
        return {
          q: raw.valueAtRisk,
          es: raw.expectedShortfall,
          q_unitvar: unit.valueAtRisk,
          es_unitvar: unit.expectedShortfall,
        }
      }, keys)
      return [law, student]
    }),
  )
})

const modifiedModel = covering('modified-var', 'modified (Cornish-Fisher)', (file, given) => {
  const losses = lossesIn(file, given)
  return {
    ...byLevel((level) => {
      const { quantile, valueAtRisk } = modifiedTail(losses, level)
      return { z_cf: -quantile, VaR: valueAtRisk }
    }),
    modifiedES_boudt: byLevel((level) => modifiedTail(losses, level).expectedShortfall),
  }
})

/** Means of the columns, beside what the package says of a portfolio of them. */
function columnMeans({ values, rows, columns }: Observations): Float64Array {
  return Float64Array.from({ length: columns }, (_, column) => {
    let sum = 0
    for (let at = column; at < values.length; at += columns) sum += values[at] ?? NaN
    return sum / rows
  })
}

const gaussianModel = covering('gaussian-tail', 'gaussian VaR/ES', (file, given) => {
  const { w = [] } = inputsSchema.parse(given.input)
  const observations = observationsIn(file, given)
  const { mean, standardDeviation } = momentsOf(lossesIn(file, given).map((loss) => -loss))
  const tailAt = (level: number) => ellipticalTail({ mean, standardDeviation }, level)
  const components = (factor: number) => {
    const tail = linearPortfolioTail(
      {
        exposures: Float64Array.from(w),
        covariance: sampleCovariance(observations).map((entry) => entry * factor),
        mean: columnMeans(observations),
      },
      0.95,
    )
    return {
      VaR: tail.valueAtRisk,
      VaR_contrib: [...tail.valueAtRiskContributions],
      ES: tail.expectedShortfall,
      ES_contrib: [...tail.expectedShortfallContributions],
    }
  }
  return {
    VaR_sd_n: byLevel((level) => tailAt(level).valueAtRisk),
    ES_sd_n: byLevel((level) => tailAt(level).expectedShortfall),
    component_sd_n: components(1),
    component_sd_n_minus_1: components(observations.rows / (observations.rows - 1)),
  }
})

const studentInputs = z.object({
  w: row,
  nu: z.number(),
  V: z.number(),
  cov: matrix.optional(),
})

const studentPortfolioModel = covering(
  'student-portfolio',
  'multivariate Student-t',
  (file, given) => {
    const { w, nu, V, cov } = studentInputs.parse(given.input)
    const portfolio = {
      exposures: Float64Array.from(w, (weight) => weight * V),
      covariance:
        cov === undefined
          ? ledoitWolf(observationsIn(file, given)).covariance
          : Float64Array.from(cov.flat()),
      degreesOfFreedom: nu,
    }
    return {
      ...byLevel((level) => {
        const { valueAtRisk, expectedShortfall } = linearPortfolioTail(portfolio, level)
        return { VaR: valueAtRisk, ES: expectedShortfall }
      }),
      sd: linearPortfolioTail(portfolio, 0.95).standardDeviation / V,
    }
  },
)

const contributionInputs = z.object({ w: row, alpha: z.number().default(0.95) })

const contributionsModel = covering(
  'shortfall-contributions',
  'historical Euler ES',
  (file, given) => {
    const { w, alpha } = contributionInputs.parse(given.input)
    const { values, columns } = observationsIn(file, given)
    const losses = values.map((value, at) => -value * (w[at % columns] ?? NaN))
    const found = shortfallContributions(losses, columns, alpha)
    return {
      idx: found.scenarios,
      comp: [...found.contributions],
      tot: found.expectedShortfall,
    }
  },
)

const barrierInputs = z.array(
  z.object({
    S: z.number(),
    B: z.number(),
    mu: z.number(),
    sigma: z.number(),
    T: z.number(),
  }),
)

const firstPassageModel = covering('first-passage', 'P(touch barrier', (_file, given) =>
  // The first file states its barriers where it states the answers.
  barrierInputs.parse(given.expect).map(({ S, B, mu, sigma, T }) => {
    const { touch, end, distance } = touchProbability({
      spot: S,
      barrier: B,
      drift: mu,
      volatility: sigma,
      years: T,
    })
    return { S, B, mu, sigma, T, P: touch, end, d: distance }
  }),
)

const pairsSchema = z.object({ pairs: z.array(z.tuple([z.number(), z.number(), z.number()])) })

const aggregationModel = covering('aggregation', 'sqrt(a^2+b^2+2', (_file, given) => ({
  totals: pairsSchema.parse(given.input).pairs.map(([a, b, rho]) => aggregateCorrelated(a, b, rho)),
}))

/** Tails of observed, normal, Student-t and quadratic losses, with what adds up to them. */
export const tailModels: readonly TruthModel[] = [
  historicalValueAtRiskModel,
  historicalShortfallModel,
  multipliersModel,
  modifiedModel,
  gaussianModel,
  studentPortfolioModel,
  contributionsModel,
  firstPassageModel,
  aggregationModel,
]

/** Everything of the tails: for `--models`. */
export const models: readonly TruthModel[] = [...tailModels, ...deltaGammaModels, ...backtestModels]
