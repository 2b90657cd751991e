import { CovarianceError } from './errors.js'
import { type EwmaParameters, ewmaVariancesInto } from './ewmaVolatility.js'
import { checkObservations, type Observations } from './observations.js'

/**
 * Filtered historical returns: each past return at today's volatility, rₜ·σₙ₊₁/σₜ, σₜ being the EWMA
 * forecast made before t (J. Hull & A. White, Incorporating volatility updating into the historical
 * simulation method for value-at-risk, J. Risk 1 (1998), 5–19).
 *
 * @throws CovarianceError as {@link ewmaVolatility}.
 *
 * @example
 * filteredReturns(Float64Array.of(0.02, -0.02), { lambda: 0.94 }) // [0.02, -0.02]
 */
export function filteredReturns(returns: Float64Array, parameters: EwmaParameters): Float64Array {
  const variances = new Float64Array(returns.length)
  const next = ewmaVariancesInto(variances, returns, parameters)
  return filteredReturnsInto(variances, returns, variances, next)
}

/**
 * Filtered observations of several factors: every column at its own volatility of today, the dates
 * kept together so that the factors of a scenario moved together (G. Barone-Adesi, K. Giannopoulos &
 * L. Vosper, VaR without correlations for portfolios of derivative securities, J. Futures Markets 19
 * (1999), 583–602). The seed of each column is its own mean square.
 *
 * @throws CovarianceError as {@link ewmaVolatility}, or when the observations are malformed.
 *
 * @example
 * filteredObservations(observationsOf([[0.02, 0.1], [-0.02, -0.1]]), { lambda: 0.94 }).values // [0.02, 0.1, -0.02, -0.1]
 */
export function filteredObservations(
  observations: Observations,
  { lambda }: Pick<EwmaParameters, 'lambda'>,
): Observations {
  checkObservations(observations, 1)
  const { values, rows, columns } = observations
  const filtered = new Float64Array(values.length)
  const column = new Float64Array(rows)
  const variances = new Float64Array(rows)
  for (let j = 0; j < columns; j++) {
    for (let t = 0; t < rows; t++) column[t] = values[t * columns + j] ?? 0
    const next = ewmaVariancesInto(variances, column, { lambda })
    filteredReturnsInto(column, column, variances, next)
    for (let t = 0; t < rows; t++) filtered[t * columns + j] = column[t] ?? 0
  }
  return { values: filtered, rows, columns }
}

/**
 * Writes rₜ·√(next/σ²ₜ) with the variances of any filter (EWMA or GARCH), and gives the array that it
 * wrote to; that may be one of its inputs. Allocates nothing.
 *
 * @throws CovarianceError when the lengths differ, or when a return is not 0 where its variance is.
 *
 * @example
 * filteredReturnsInto(new Float64Array(1), Float64Array.of(0.02), Float64Array.of(1e-4), 4e-4) // [0.04]
 */
export function filteredReturnsInto(
  filtered: Float64Array,
  returns: Float64Array,
  variances: Float64Array,
  nextVariance: number,
): Float64Array {
  if (filtered.length !== returns.length || variances.length !== returns.length) {
    throw new CovarianceError(
      `${returns.length} returns, ${variances.length} variances and ${filtered.length} places differ. Give arrays of one length.`,
    )
  }
  for (let t = 0; t < returns.length; t++) {
    const value = returns[t] ?? 0
    const variance = variances[t] ?? 0
    if (value !== 0 && !(variance > 0)) {
      throw new CovarianceError(
        `Return ${t} is ${value} where the forecast variance is ${variance}. Seed the filter with a positive variance.`,
      )
    }
    filtered[t] = value === 0 ? 0 : value * Math.sqrt(nextVariance / variance)
  }
  return filtered
}
