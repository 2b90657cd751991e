import { checkLength, checkLevel, checkSeries } from '../checks.js'
import { TailError } from '../errors.js'

/** Acerbi and Székely's statistics of expected shortfall. */
export type ShortfallTests = {
  readonly hits: number
  /**
   * 1 − mean of loss/ES over the hits: 0 expected, negative where losses beyond VaR are larger than
   * forecast; null without a hit.
   */
  readonly z1: number | null
  /**
   * 1 − Σ(loss/ES over the hits)/(n(1 − level)): 0 expected, negative where hits are too many or too
   * large. Compare with {@link shortfallCriticalValue}.
   */
  readonly z2: number
}

/** Forecasts and what came: one entry for each period, oldest first, in one unit. */
export type ForecastRecord = {
  /** P&L that came, negative where money was lost. */
  readonly realised: Float64Array
  /** Value at risk forecast for the period before it began, as a loss. */
  readonly valueAtRisk: Float64Array
  /** Expected shortfall forecast with it, above 0. */
  readonly expectedShortfall: Float64Array
}

/**
 * Statistics Z₁ and Z₂ of a series of expected shortfall forecasts; a hit is a P&L below −VaR.
 * (C. Acerbi and B. Székely, "Backtesting expected shortfall", Risk, December 2014, tests 1 and 2.)
 *
 * @throws TooFewObservationsError without a period; TailError when the arrays differ in length, a
 * number is not finite or an expected shortfall is not above 0; LevelError when the level is not in
 * (0, 1).
 *
 * @example
 * const { z2 } = acerbiSzekelyTests(record, 0.975)
 * z2 < shortfallCriticalValue({ observations: 250, level: 0.975, degreesOfFreedom: 4, significance: 0.05 })
 */
export function acerbiSzekelyTests(record: ForecastRecord, level: number): ShortfallTests {
  checkLevel(level)
  checkRecord(record)
  const { realised, expectedShortfall } = record
  let hits = 0
  let sum = 0
  realised.forEach((profit, period) => {
    if (!isHit(record, period)) return
    const shortfall = expectedShortfall[period] ?? NaN
    if (!(shortfall > 0)) {
      throw new TailError(
        `The expected shortfall forecast at ${period} is ${shortfall}. The tests divide by it: leave out periods without risk.`,
      )
    }
    hits += 1
    sum += profit / shortfall
  })
  return {
    hits,
    z1: hits === 0 ? null : sum / hits + 1,
    z2: sum / (realised.length * (1 - level)) + 1,
  }
}

/** Whether the loss of a period was beyond its value at risk. */
export function isHit(record: ForecastRecord, period: number): boolean {
  return (record.realised[period] ?? NaN) < -(record.valueAtRisk[period] ?? NaN)
}

/** @throws TailError unless the arrays have one length and are finite. */
function checkRecord({ realised, valueAtRisk, expectedShortfall }: ForecastRecord): void {
  checkSeries('The record of P&L', realised, 1)
  checkLength('The record of value at risk', valueAtRisk.length, realised.length)
  checkLength('The record of expected shortfall', expectedShortfall.length, realised.length)
  checkSeries('The record of value at risk', valueAtRisk, 1)
  checkSeries('The record of expected shortfall', expectedShortfall, 1)
}
