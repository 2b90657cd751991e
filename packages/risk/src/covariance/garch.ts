import { log } from '../pricing/log.js'
import { CovarianceError } from './errors.js'
import { checkReturns } from './observations.js'
import { checkFirstVariance, meanSquare, varianceRecursionInto } from './varianceRecursion.js'

/** Parameters of a GARCH(1,1), fitted elsewhere. */
export type GarchParameters = {
  /** ω > 0, in squared units of the returns. */
  readonly omega: number
  /** α ≥ 0: weight of the last squared residual. */
  readonly alpha: number
  /** β ≥ 0: weight of the last variance; α + β < 1. */
  readonly beta: number
  /** Mean of the returns; absent: 0. */
  readonly mean?: number
  /** h₁; absent: the mean squared residual. */
  readonly firstVariance?: number
}

/** What a GARCH(1,1) filter says about a series of returns. */
export type GarchVolatility = {
  /** √h₁: the volatility that the filter starts from. */
  readonly first: number
  /** √hₙ: forecast made before the last return. */
  readonly last: number
  /** √hₙ₊₁: forecast made after the last return. */
  readonly next: number
  /** √(ω/(1 − α − β)): where forecasts tend to. */
  readonly longRun: number
  /** Gaussian log-likelihood of the returns, in nats. */
  readonly logLikelihood: number
}

const LOG_TWO_PI = 1.8378770664093453

/**
 * Filters returns through a GARCH(1,1) with given parameters: εₜ = rₜ − mean, hₜ₊₁ = ω + α·ε²ₜ + β·hₜ,
 * with the Gaussian log-likelihood −½·Σ(ln 2π + ln hₜ + ε²ₜ/hₜ) (T. Bollerslev, Generalized
 * autoregressive conditional heteroskedasticity, J. Econometrics 31 (1986), 307–327).
 *
 * @throws CovarianceError when there is no return, a return is not finite, ω is not positive, α or β
 * is negative, α + β is not below 1, or the first variance is not positive.
 *
 * @example
 * garchVolatility(Float64Array.of(0.02, -0.02), { omega: 2e-5, alpha: 0.08, beta: 0.9 }).longRun // 0.0316…
 */
export function garchVolatility(
  returns: Float64Array,
  parameters: GarchParameters,
): GarchVolatility {
  const variances = new Float64Array(returns.length)
  const next = garchVariancesInto(variances, returns, parameters)
  const { omega, alpha, beta, mean = 0 } = parameters
  let sum = 0
  for (let t = 0; t < returns.length; t++) {
    const variance = variances[t] ?? 0
    const residual = (returns[t] ?? 0) - mean
    sum += LOG_TWO_PI + log(variance) + (residual * residual) / variance
  }
  return {
    first: Math.sqrt(variances[0] ?? 0),
    last: Math.sqrt(variances[variances.length - 1] ?? 0),
    next: Math.sqrt(next),
    longRun: Math.sqrt(omega / (1 - alpha - beta)),
    logLikelihood: -0.5 * sum,
  }
}

/**
 * Writes hₜ, the variance that {@link garchVolatility} forecasts before each return, and gives the
 * one made after the last. Allocates no array.
 *
 * @throws CovarianceError as {@link garchVolatility}, or when `variances` has another length.
 *
 * @example
 * garchVariancesInto(new Float64Array(1), Float64Array.of(0.02), { omega: 2e-5, alpha: 0.1, beta: 0.8 }) // 3.8e-4
 */
export function garchVariancesInto(
  variances: Float64Array,
  returns: Float64Array,
  parameters: GarchParameters,
): number {
  checkReturns(returns, 1)
  const { omega, alpha, beta, mean = 0 } = parameters
  if (!(omega > 0 && omega < Infinity && alpha >= 0 && beta >= 0 && alpha + beta < 1)) {
    throw new CovarianceError(
      `ω = ${omega}, α = ${alpha}, β = ${beta} is no stationary GARCH(1,1). Give ω > 0, α ≥ 0, β ≥ 0 with α + β < 1, or use ewmaVolatility, which is the case α + β = 1.`,
    )
  }
  if (!Number.isFinite(mean)) {
    throw new CovarianceError(`The mean return is ${mean}. Give a finite mean, or none for 0.`)
  }
  const first = parameters.firstVariance ?? meanSquare(returns, mean)
  checkFirstVariance(first)
  if (first === 0) {
    throw new CovarianceError(
      'The first variance is 0: the log-likelihood does not exist. Give returns that move, or a positive firstVariance.',
    )
  }
  return varianceRecursionInto(variances, returns, { mean, omega, alpha, beta, first })
}
