import { CovarianceError } from './errors.js'

/** Returns of several factors over time: one row an observation, oldest first, one column a factor. */
export type Observations = {
  /** Returns as fractions, [rows × columns], row-major. */
  readonly values: Float64Array
  /** Number of observations. */
  readonly rows: number
  /** Number of factors. */
  readonly columns: number
}

/**
 * Observations of equally long rows of returns, oldest first.
 *
 * @throws CovarianceError when there is no row or no column, the rows differ in length, or a return
 * is not finite.
 *
 * @example
 * observationsOf([[0.01, 0.02], [-0.03, 0.01]]) // { values: [0.01, 0.02, -0.03, 0.01], rows: 2, columns: 2 }
 */
export function observationsOf(rows: readonly (readonly number[])[]): Observations {
  const columns = rows[0]?.length ?? 0
  const ragged = rows.findIndex((row) => row.length !== columns)
  if (ragged >= 0) {
    throw new CovarianceError(
      `Observation ${ragged} has ${rows[ragged]?.length} returns, the first has ${columns}. Align the histories on common dates first.`,
    )
  }
  const observations = { values: Float64Array.from(rows.flat()), rows: rows.length, columns }
  checkObservations(observations, 1)
  return observations
}

/** @throws CovarianceError unless the shape holds, with enough rows, and every return is finite. */
export function checkObservations(observations: Observations, leastRows: number): void {
  const { values, rows, columns } = observations
  if (!Number.isInteger(columns) || columns < 1 || values.length !== rows * columns) {
    throw new CovarianceError(
      `${values.length} returns are not ${rows} observations of ${columns} factors. Give rows × columns returns of at least one factor.`,
    )
  }
  checkReturns(values, 0)
  if (rows < leastRows) {
    throw new CovarianceError(
      `${rows} observations are too few: at least ${leastRows} are needed. Read a longer history.`,
    )
  }
}

/** @throws CovarianceError unless there are enough returns and every one is finite. */
export function checkReturns(returns: Float64Array, leastRows: number): void {
  if (returns.length < leastRows) {
    throw new CovarianceError(
      `${returns.length} returns are too few: at least ${leastRows} are needed. Read a longer history.`,
    )
  }
  const bad = returns.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    throw new CovarianceError(
      `Return ${bad} is ${returns[bad]}. Leave out the dates on which a price is missing.`,
    )
  }
}

/** Mean of every column, [columns]; the mean of a constant column is its value, to the last bit. */
function columnMeans({ values, rows, columns }: Observations): Float64Array {
  const means = new Float64Array(columns)
  for (let start = columns; start < values.length; start += columns) {
    for (let j = 0; j < columns; j++) {
      means[j] = (means[j] ?? 0) + ((values[start + j] ?? 0) - (values[j] ?? 0))
    }
  }
  for (let j = 0; j < columns; j++) means[j] = (values[j] ?? 0) + (means[j] ?? 0) / rows
  return means
}

/** Observations less the mean of their column. */
export function centred(observations: Observations): Observations {
  const { values, rows, columns } = observations
  const means = columnMeans(observations)
  const deviations = values.map((value, index) => value - (means[index % columns] ?? 0))
  return { values: deviations, rows, columns }
}
