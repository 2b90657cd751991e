import type { FactorId, MarketState, Provenance } from '@plimsoll/model'
import { cholesky } from '../covariance/cholesky.js'
import { NotPositiveDefiniteError } from '../covariance/errors.js'
import { nearestCorrelation } from '../covariance/nearestCorrelation.js'
import { adjustedVolatility } from '../unified/calibration.js'
import { CalibrationError } from './errors.js'

const DAYS_A_YEAR = 365
/** Least eigenvalue of a correlation that had to be moved: far below what anybody measures. */
const LEAST_EIGENVALUE = 1e-8

/** How spot factors move together in a day. */
export type FactorModel = {
  readonly factors: readonly FactorId[]
  /** Daily standard deviations of log moves, stress and floor included: [factors]. */
  readonly daily: Float64Array
  /** [factors × factors] */
  readonly correlation: Float64Array
  /** Lower Cholesky root of the daily covariance, row-major: [factors × factors]. */
  readonly root: Float64Array
  /** Factors that the market state does not list: the class default moves them. */
  readonly unlisted: readonly FactorId[]
  /** Whether any volatility comes from a shipped calibration or a class default. */
  readonly usesDefault: boolean
  /** Frobenius distance by which the correlation was moved to be one; 0 where it was one. */
  readonly moved: number
  /** Sources of the volatilities in use, by factor. */
  readonly provenance: readonly Provenance[]
}

/** Choices of {@link factorModel}. */
export type FactorModelOptions = {
  /**
   * Which way each factor costs: 1 where its fall does, −1 where its rise does. A pair that nobody
   * measured is correlated 1 against it: both move the costly way together. All 1 unless given.
   */
  readonly directions?: readonly (1 | -1)[]
  /** Weight of that worst correlation in every pair, 0 to 1; 0 unless given. */
  readonly correlationStress?: number
}

/**
 * The joint move of spot factors in a day by a market state: volatilities with stress and floor
 * (max(raw, ¾ raw + ¼ stressed, floor)), measured correlations mixed with the worst one, the nearest
 * correlation (Higham 2002) where the mix is none, and its Cholesky root. Pegs have no place here: they
 * hold, and then they do not.
 *
 * @example
 * const { root } = factorModel(market, [factorId('spot:BTC'), factorId('spot:ETH')])
 *
 * @throws CalibrationError when a factor is no spot factor or named twice, or an option is out of range.
 */
export function factorModel(
  market: MarketState,
  factors: readonly FactorId[],
  options: FactorModelOptions = {},
): FactorModel {
  const { directions = factors.map(() => 1 as const), correlationStress: stress = 0 } = options
  checkFactors(factors)
  if (directions.length !== factors.length || !(stress >= 0 && stress <= 1)) {
    throw new CalibrationError(
      `${directions.length} directions and a correlation stress of ${stress} do not fit ${factors.length} factors. Give one direction a factor, and a stress from 0 to 1.`,
    )
  }
  const rows = new Map(market.volatilities.map((row) => [row.factor, row]))
  const used = factors.map((factor) => rows.get(factor) ?? market.defaults.spot)
  const daily = Float64Array.from(used, (row) => adjustedVolatility(row) / Math.sqrt(DAYS_A_YEAR))
  const size = factors.length
  const measured = new Map(market.correlations.map((row) => [row.factors.join(' '), row.value]))
  const correlation = new Float64Array(size * size)
  for (const [row, a] of factors.entries()) {
    for (const [column, b] of factors.entries()) {
      const worst = (directions[row] ?? 1) * (directions[column] ?? 1)
      const known =
        rows.has(a) && rows.has(b) ? measured.get(a < b ? `${a} ${b}` : `${b} ${a}`) : undefined
      correlation[row * size + column] =
        row === column ? 1 : (1 - stress) * (known ?? worst) + stress * worst
    }
  }
  const { root, matrix, moved } = rootOf(correlation, daily)
  return {
    factors,
    daily,
    correlation: matrix,
    root,
    unlisted: factors.filter((factor) => !rows.has(factor)),
    usesDefault: factors.some((factor) => rows.get(factor)?.calibration !== 'observed'),
    moved,
    provenance: used.map(({ provenance }) => provenance),
  }
}

/** The root of the covariance; of the nearest correlation where the given one has none. */
function rootOf(correlation: Float64Array, daily: Float64Array) {
  if (daily.length === 0) return { root: daily, matrix: correlation, moved: 0 }
  try {
    return { root: cholesky(covarianceOf(correlation, daily)), matrix: correlation, moved: 0 }
  } catch (error) {
    if (!(error instanceof NotPositiveDefiniteError)) throw error
    const { correlation: matrix, distance } = nearestCorrelation(correlation, {
      minimumEigenvalue: LEAST_EIGENVALUE,
    })
    return { root: cholesky(covarianceOf(matrix, daily)), matrix, moved: distance }
  }
}

function covarianceOf(correlation: Float64Array, daily: Float64Array): Float64Array {
  const size = daily.length
  return correlation.map(
    (value, index) => value * (daily[Math.floor(index / size)] ?? 0) * (daily[index % size] ?? 0),
  )
}

function checkFactors(factors: readonly FactorId[]): void {
  const odd = factors.find(
    (factor, index) => !factor.startsWith('spot:') || factors.indexOf(factor) !== index,
  )
  if (odd === undefined) return
  throw new CalibrationError(
    `A factor model of prices cannot hold "${odd}" here. Name every spot factor once; pegs and volatilities are stressed apart.`,
  )
}
