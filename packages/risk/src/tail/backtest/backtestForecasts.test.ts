import { describe, expect, it } from 'vitest'
import { LevelError, TailError, TooFewObservationsError } from '../errors.js'
import { backtestForecasts } from './backtestForecasts.js'

const record = {
  realised: Float64Array.of(1, -3, 2, -2, -5),
  valueAtRisk: Float64Array.of(2, 2, 2, 2, 2),
  expectedShortfall: Float64Array.of(3, 3, 3, 3, 3),
}

describe('backtestForecasts', () => {
  it('names the periods whose loss was beyond value at risk, not at it', () => {
    const found = backtestForecasts(record, 0.9)
    expect(found).toMatchObject({ level: 0.9, observations: 5, hits: [1, 4] })
    expect(found.expectedHits).toBeCloseTo(0.5, 14)
    expect(found.shortfall.hits).toBe(2)
    expect(
      backtestForecasts({ ...record, realised: Float64Array.of(1, 1, 1, 1, 1) }, 0.9).hits,
    ).toEqual([])
  })

  it.each([0, 1, NaN, 97.5])('refuses a level of %s', (level) => {
    expect(() => backtestForecasts(record, level)).toThrow(LevelError)
  })

  it('refuses records that are too short, do not fit each other, or hold what is no number', () => {
    const none = {
      realised: Float64Array.of(),
      valueAtRisk: Float64Array.of(),
      expectedShortfall: Float64Array.of(),
    }
    expect(() => backtestForecasts(none, 0.9)).toThrow(TooFewObservationsError)
    for (const changed of [
      { valueAtRisk: Float64Array.of(2, 2) },
      { expectedShortfall: Float64Array.of(3, 3, 3, 3, 3, 3) },
      { realised: Float64Array.of(1, -3, NaN, -2, -5) },
      { valueAtRisk: Float64Array.of(2, 2, Infinity, 2, 2) },
      { expectedShortfall: Float64Array.of(3, 3, 3, 3, 0) },
    ]) {
      expect(() => backtestForecasts({ ...record, ...changed }, 0.9)).toThrow(TailError)
    }
  })
})
