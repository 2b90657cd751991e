import type { FactorHistory } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { CalibrationError } from './errors.js'
import { commonReturns, DAY_MS, dailyCloses, logReturns } from './histories.js'

const HOUR = DAY_MS / 24
const MIDNIGHT = 20_000 * DAY_MS

const historyOf = (
  prices: readonly number[],
  changes: Partial<FactorHistory> = {},
): FactorHistory => ({
  factor: factorId('spot:A'),
  intervalMs: DAY_MS,
  toMs: MIDNIGHT,
  prices,
  provenance: { source: 'test', asOfMs: MIDNIGHT, observed: null },
  ...changes,
})

describe('logReturns', () => {
  it('are the logarithms of what each close is of the one before', () => {
    const returns = logReturns(historyOf([1, Math.E, 1]))
    expect(returns).toHaveLength(2)
    expect(returns[0]).toBeCloseTo(1, 14)
    expect(returns[1]).toBeCloseTo(-1, 14)
    expect(logReturns(historyOf([7]))).toHaveLength(0)
    expect(logReturns(historyOf([]))).toHaveLength(0)
  })

  it('refuse what is no price, and name it', () => {
    expect(() => logReturns(historyOf([0, 1]))).toThrow(/the close 0 at place 0/)
    expect(() => logReturns(historyOf([1, 2, Infinity]))).toThrow(/the close Infinity at place 2/)
    expect(() => logReturns(historyOf([1, NaN]))).toThrow(CalibrationError)
  })

  it.each([0, -1, NaN, Infinity])('refuse an interval of %s', (intervalMs) => {
    expect(() => logReturns(historyOf([1, 2], { intervalMs }))).toThrow(/an interval of/)
  })
})

describe('dailyCloses', () => {
  it('are daily closes as they are, whatever their hour', () => {
    for (const toMs of [MIDNIGHT, MIDNIGHT + HOUR / 3]) {
      const history = historyOf([1, 2, 3], { toMs })
      expect(dailyCloses(history)).toEqual(history)
    }
  })

  it('are those at midnight of hourly ones', () => {
    const prices = Array.from({ length: 60 }, (_, hour) => hour)
    const daily = dailyCloses(historyOf(prices, { intervalMs: HOUR, toMs: MIDNIGHT + 5 * HOUR }))
    expect(daily).toMatchObject({ intervalMs: DAY_MS, toMs: MIDNIGHT, prices: [6, 30, 54] })
  })

  it('are those at the hour of the last where none is at midnight', () => {
    const prices = Array.from({ length: 50 }, (_, hour) => hour)
    const toMs = MIDNIGHT + 5.5 * HOUR
    const daily = dailyCloses(historyOf(prices, { intervalMs: HOUR, toMs }))
    expect(daily).toMatchObject({ toMs, prices: [1, 25, 49] })
  })

  it.each([7 * HOUR, 2 * DAY_MS, 1.5 * DAY_MS])('are none of an interval of %s ms', (interval) => {
    expect(dailyCloses(historyOf([1, 2, 3], { intervalMs: interval }))).toBeNull()
  })
})

describe('commonReturns', () => {
  const longer = historyOf([8, 1, 2, 4, 8, 16])
  const shorter = historyOf([9, 3, 9, 3], { toMs: MIDNIGHT - DAY_MS })

  it('are on the closes that all share, the newest last', () => {
    // Closes of four days to the day before the last: 1, 2, 4, 8 beside 9, 3, 9, 3.
    const common = commonReturns([longer, shorter], 3)
    expect(common).toMatchObject({
      observations: { rows: 3, columns: 2 },
      fromMs: MIDNIGHT - 4 * DAY_MS,
      toMs: MIDNIGHT - DAY_MS,
    })
    const values = [...(common?.observations.values ?? [])]
    const [two, three] = [Math.log(2), Math.log(3)]
    for (const [index, value] of [two, -three, two, three, two, -three].entries()) {
      expect(values[index]).toBeCloseTo(value, 14)
    }
    expect(values).toHaveLength(6)
  })

  it('are none where fewer than asked are shared', () => {
    expect(commonReturns([longer, shorter], 4)).toBeNull()
  })

  it('are none without a history, or where instants or intervals differ', () => {
    expect(commonReturns([], 0)).toBeNull()
    for (const changes of [
      { toMs: MIDNIGHT - DAY_MS / 2 },
      { intervalMs: DAY_MS / 2 },
      { intervalMs: 2 * DAY_MS },
    ]) {
      const other = historyOf([9, 3, 9, 3, 9], changes)
      expect(commonReturns([longer, other], 1)).toBeNull()
      expect(commonReturns([other, longer], 1)).toBeNull()
    }
  })
})
