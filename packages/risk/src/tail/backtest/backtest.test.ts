import { describe, expect, it } from 'vitest'
import {
  acerbiSzekelyTests,
  backtest,
  backtestForecasts,
  historicalTail,
  LevelError,
  shortfallCriticalValue,
  TailError,
  TooFewObservationsError,
} from '../index.js'

const constant = (n: number, value: number) => new Float64Array(n).fill(value)

describe('acerbiSzekelyTests', () => {
  it('is 0 when tail losses are as many and as large as forecast', () => {
    const realised = Float64Array.of(-8, 1, 1, 1, 1, 1, 1, 1, 1, 1)
    const record = { realised, valueAtRisk: constant(10, 5), expectedShortfall: constant(10, 8) }
    expect(acerbiSzekelyTests(record, 0.9)).toMatchObject({ hits: 1, z1: 0 })
    expect(acerbiSzekelyTests(record, 0.9).z2).toBeCloseTo(0, 15)
  })

  it('is the mean of the ratios over the hits, and their sum over the hits expected', () => {
    const realised = Float64Array.of(-8, -16, 1, 1, 1)
    const record = { realised, valueAtRisk: constant(5, 5), expectedShortfall: constant(5, 8) }
    const { hits, z1, z2 } = acerbiSzekelyTests(record, 0.8)
    expect([hits, z1]).toEqual([2, 1 - 1.5])
    expect(z2).toBeCloseTo(1 - 3, 14)
  })

  it('takes a loss that equals value at risk for no hit', () => {
    const record = {
      realised: Float64Array.of(-5, 0),
      valueAtRisk: constant(2, 5),
      expectedShortfall: constant(2, 0),
    }
    expect(acerbiSzekelyTests(record, 0.9)).toEqual({ hits: 0, z1: null, z2: 1 })
  })

  it('falls with every further or larger loss', () => {
    const record = (...losses: readonly number[]) => ({
      realised: Float64Array.from({ length: 50 }, (_, index) => -(losses[index] ?? 0)),
      valueAtRisk: constant(50, 5),
      expectedShortfall: constant(50, 8),
    })
    const one = acerbiSzekelyTests(record(8), 0.95)
    expect(acerbiSzekelyTests(record(9), 0.95).z1).toBeLessThan(one.z1 ?? NaN)
    expect(acerbiSzekelyTests(record(8, 8), 0.95).z2).toBeLessThan(one.z2)
  })

  it('refuses records that do not fit', () => {
    const good = {
      realised: Float64Array.of(-9, 1),
      valueAtRisk: constant(2, 5),
      expectedShortfall: constant(2, 8),
    }
    const ask = (over: object) => () => acerbiSzekelyTests({ ...good, ...over }, 0.9)
    expect(ask({ valueAtRisk: constant(3, 5) })).toThrow(/has 3 entries, 2 are needed/)
    expect(ask({ expectedShortfall: constant(1, 5) })).toThrow(TailError)
    expect(ask({ expectedShortfall: constant(2, 0) })).toThrow(/forecast at 0 is 0/)
    expect(ask({ expectedShortfall: constant(2, NaN) })).toThrow(TailError)
    // Also where no hit divides by it.
    expect(ask({ expectedShortfall: Float64Array.of(8, NaN) })).toThrow(/NaN at 1/)
    expect(() => acerbiSzekelyTests(good, 1)).toThrow(LevelError)
    expect(ask({ valueAtRisk: constant(2, NaN) })).toThrow(TailError)
    expect(ask({ realised: Float64Array.of(1, Infinity) })).toThrow(TailError)
    expect(() =>
      acerbiSzekelyTests(
        {
          realised: constant(0, 0),
          valueAtRisk: constant(0, 0),
          expectedShortfall: constant(0, 0),
        },
        0.9,
      ),
    ).toThrow(TooFewObservationsError)
  })
})

describe('shortfallCriticalValue', () => {
  const design = { observations: 250, level: 0.975, degreesOfFreedom: Infinity, significance: 0.05 }

  it('is that of the paper for thin tails and lower for fatter ones', () => {
    expect(shortfallCriticalValue(design)).toBeCloseTo(-0.7, 2)
    const fat = shortfallCriticalValue({ ...design, degreesOfFreedom: 3 })
    expect(fat).toBeLessThan(-0.8)
    expect(shortfallCriticalValue({ ...design, significance: 0.01 })).toBeLessThan(-1)
  })

  it('comes nearer to 0 with more observations', () => {
    expect(shortfallCriticalValue({ ...design, observations: 1000 })).toBeGreaterThan(-0.36)
  })

  it('is the jump to the first hit where a hit is hardly ever expected', () => {
    // P[no hit] > 99 %: Z₂ is 1.
    const rare = { ...design, observations: 1, level: 0.99, significance: 0.05 }
    expect(shortfallCriticalValue(rare)).toBeCloseTo(1, 2)
  })

  it.each([
    { level: 1 },
    { level: 0.4 },
    { significance: 0 },
    { observations: 0 },
    { observations: 1e6 },
    { degreesOfFreedom: 1 },
  ])('refuses %o', (over) => {
    expect(() => shortfallCriticalValue({ ...design, ...over })).toThrow(TailError)
  })
})

/** Fixed numbers that look like returns. */
const profits = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, day) => ((day * 7919 + 13) % 1009) / 1009 - 0.5)

describe('backtest', () => {
  it('forecasts each period from the window before it', () => {
    const series = profits(120)
    const { record, from, observations } = backtest(series, { window: 100, level: 0.95 })
    expect([from, observations]).toEqual([100, 20])
    expect(record.realised).toEqual(series.subarray(100))
    const last = historicalTail(
      series.subarray(19, 119).map((profit) => -profit),
      0.95,
    )
    expect(record.valueAtRisk[19]).toBe(last.valueAtRisk)
    expect(record.expectedShortfall[19]).toBe(last.expectedShortfall)
  })

  it('looks at nothing that comes later', () => {
    const series = profits(150)
    const changed = series.map((profit, day) => (day >= 120 ? -9 : profit))
    const options = { window: 60, level: 0.975 }
    const before = backtest(series, options).record
    const after = backtest(changed, options).record
    // The forecast for day 120 is number 60.
    expect(after.valueAtRisk.subarray(0, 61)).toEqual(before.valueAtRisk.subarray(0, 61))
    expect(after.expectedShortfall.subarray(0, 61)).toEqual(
      before.expectedShortfall.subarray(0, 61),
    )
    expect(after.expectedShortfall[61]).toBeGreaterThan(6)
    expect(after.valueAtRisk[62]).toBe(9)
  })

  it('lets a forecast change neither the past nor the future', () => {
    const series = profits(40)
    const kept = series.slice()
    const careless = backtest(series, {
      window: 10,
      level: 0.9,
      forecast: (history) => {
        const worst = -Math.min(...history)
        history.fill(-100)
        return { valueAtRisk: worst, expectedShortfall: 1.2 * worst }
      },
    })
    expect(series).toEqual(kept)
    expect(Math.max(...careless.record.valueAtRisk)).toBeLessThan(1)
  })

  it('accepts a forecast that is right, and rejects half of it', () => {
    const series = profits(1000)
    const right = { valueAtRisk: 0.45, expectedShortfall: 0.475 }
    const wrong = { valueAtRisk: 0.225, expectedShortfall: 0.2375 }
    const judge = (tail: typeof right) =>
      backtest(series, { window: 100, level: 0.95, forecast: () => tail })
    const good = judge(right)
    expect(good.trafficLight.zone).toBe('green')
    expect(good.coverage.unconditional.pValue).toBeGreaterThan(0.5)
    expect(good.hits.length).toBeGreaterThanOrEqual(good.acceptedHits.least)
    expect(good.hits.length).toBeLessThanOrEqual(good.acceptedHits.most)
    expect(Math.abs(good.shortfall.z2)).toBeLessThan(0.1)
    expect(good.expectedHits).toBeCloseTo(45, 10)
    const bad = judge(wrong)
    expect(bad.trafficLight.zone).toBe('red')
    expect(bad.coverage.unconditional.pValue).toBeLessThan(1e-6)
    expect(bad.hits.length).toBeGreaterThan(bad.acceptedHits.most)
    expect(bad.shortfall.z2).toBeLessThan(-1)
  })

  it('judges the same forecasts as a record', () => {
    const { from, record, ...result } = backtest(profits(300), { window: 250, level: 0.975 })
    expect(backtestForecasts(record, 0.975)).toEqual(result)
    expect(from).toBe(250)
    for (const day of result.hits) {
      expect(record.realised[day]).toBeLessThan(-(record.valueAtRisk[day] ?? NaN))
    }
  })

  it('asks for one forecast a period, from the window before it, and judges two already', () => {
    const windows: (readonly number[])[] = []
    const { observations } = backtest(Float64Array.of(1, 2, 3, 4), {
      window: 2,
      level: 0.9,
      forecast: (history) => {
        windows.push([...history])
        return { valueAtRisk: 1, expectedShortfall: 2 }
      },
    })
    expect(observations).toBe(2)
    expect(windows).toEqual([
      [1, 2],
      [2, 3],
    ])
  })

  it('refuses a level or a P&L before it asks for a forecast', () => {
    const forecast = () => {
      throw new RangeError('asked')
    }
    expect(() => backtest(profits(9), { window: 5, level: 1, forecast })).toThrow(LevelError)
    const broken = profits(9).fill(NaN, 8)
    expect(() => backtest(broken, { window: 5, level: 0.9, forecast })).toThrow(/NaN at 8/)
  })

  it('refuses a record without a period', () => {
    const none = constant(0, 0)
    const record = { realised: none, valueAtRisk: none, expectedShortfall: none }
    expect(() => backtestForecasts(record, 0.9)).toThrow(/has 0 observations/)
  })

  it('refuses what it cannot judge', () => {
    const series = profits(20)
    expect(() => backtest(series, { window: 19, level: 0.9 })).toThrow(
      /20 observations, at least 21/,
    )
    expect(() => backtest(series, { window: 0, level: 0.9 })).toThrow(TailError)
    expect(() => backtest(series, { window: 2.5, level: 0.9 })).toThrow(/window is 2.5/)
    expect(() => backtest(series, { window: 5, level: 0 })).toThrow(LevelError)
    expect(() => backtest(Float64Array.of(1, NaN, 2, 3), { window: 1, level: 0.9 })).toThrow(
      TailError,
    )
    const given = { valueAtRisk: 1, expectedShortfall: 2 }
    const unasked = () => expect.fail('a forecast was asked for what cannot be judged')
    expect(() => backtest(series, { window: 5, level: 1, forecast: unasked })).toThrow(LevelError)
    const gap = series.with(0, NaN)
    expect(() => backtest(gap, { window: 5, level: 0.9, forecast: () => given })).toThrow(TailError)
    const unknown = { valueAtRisk: NaN, expectedShortfall: 1 }
    expect(() => backtest(series, { window: 5, level: 0.9, forecast: () => unknown })).toThrow(
      /NaN at 0/,
    )
  })
})
