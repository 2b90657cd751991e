import type { ForecastRecord, ShortfallTests } from './acerbiSzekely.js'
import { acerbiSzekelyTests, isHit } from './acerbiSzekely.js'
import type { CoverageTests } from './christoffersen.js'
import { christoffersenTests } from './christoffersen.js'
import type { HitRange } from './kupiec.js'
import { nonRejectionRegion } from './kupiec.js'
import type { TrafficLight } from './trafficLight.js'
import { trafficLight } from './trafficLight.js'

/** What came of a series of forecasts. */
export type BacktestResult = {
  readonly level: number
  readonly observations: number
  /** Periods whose loss was beyond value at risk, by their place in the record. */
  readonly hits: readonly number[]
  /** n·(1 − level). */
  readonly expectedHits: number
  /** Numbers of hits that Kupiec's test does not reject at 95 %. */
  readonly acceptedHits: HitRange
  readonly coverage: CoverageTests
  readonly trafficLight: TrafficLight
  /** Z₁ and Z₂ of the expected shortfall forecasts. */
  readonly shortfall: ShortfallTests
}

const CONFIDENCE = 0.95

/**
 * Judges forecasts of value at risk and expected shortfall by what came: hits, Kupiec, Christoffersen,
 * Basel traffic light, Acerbi-Székely.
 *
 * @param record forecasts made before each period, and its P&L
 * @param level of the forecasts, 0.975 say
 *
 * @throws TooFewObservationsError with fewer than 2 periods; TailError when the arrays differ in
 * length, a number is not finite or an expected shortfall is not above 0 at a hit; LevelError when the
 * level is not in (0, 1).
 *
 * @example
 * const { hits, acceptedHits, trafficLight } = backtestForecasts(
 *   { realised, valueAtRisk, expectedShortfall },
 *   0.99,
 * )
 */
export function backtestForecasts(record: ForecastRecord, level: number): BacktestResult {
  const observations = record.realised.length
  const isHits = Array.from(record.realised, (_, period) => isHit(record, period))
  const hits = isHits.flatMap((wasHit, period) => (wasHit ? [period] : []))
  return {
    level,
    observations,
    hits,
    expectedHits: observations * (1 - level),
    coverage: christoffersenTests(isHits, level),
    acceptedHits: nonRejectionRegion(observations, level, CONFIDENCE),
    trafficLight: trafficLight(hits.length, observations, level),
    shortfall: acerbiSzekelyTests(record, level),
  }
}
