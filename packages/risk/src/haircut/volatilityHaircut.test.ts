import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  antiProcyclicalMargins,
  flooredVolatility,
  HaircutError,
  scaleHaircut,
  volatilityHaircut,
} from './index.js'

const ROUNDING = 3e-16
const amount = (max: number) => fc.double({ min: 0, max, noNaN: true })

describe('volatilityHaircut', () => {
  it('is what a Student-t of four degrees of freedom loses in two days of 99 in 100', () => {
    const inputs = { quantile: 2.649491906789312, dailyVolatility: 0.05045, holdingDays: 2 }
    expect(volatilityHaircut(inputs)).toBeCloseTo(0.1722412201488855, 14)
  })

  it('is in [0, 1] and never falls with the volatility or the holding period', () => {
    fc.assert(
      fc.property(
        amount(5),
        amount(3),
        amount(60),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (quantile, dailyVolatility, holdingDays, factor) => {
          const haircut = volatilityHaircut({ quantile, dailyVolatility, holdingDays })
          expect(haircut).toBeGreaterThanOrEqual(0)
          expect(haircut).toBeLessThanOrEqual(1)
          const riskier = { quantile, dailyVolatility: factor * dailyVolatility, holdingDays }
          expect(volatilityHaircut(riskier)).toBeGreaterThanOrEqual(haircut - ROUNDING)
          const longer = { quantile, dailyVolatility, holdingDays: factor * holdingDays }
          expect(volatilityHaircut(longer)).toBeGreaterThanOrEqual(haircut - ROUNDING)
        },
      ),
    )
  })

  it('takes nothing where nothing can happen', () => {
    const inputs = { quantile: 2.6, dailyVolatility: 0.05, holdingDays: 2 }
    expect(volatilityHaircut({ ...inputs, dailyVolatility: 0 })).toBe(0)
    expect(volatilityHaircut({ ...inputs, holdingDays: 0 })).toBe(0)
  })

  it.each([
    ['quantile', -1],
    ['dailyVolatility', NaN],
    ['holdingDays', Infinity],
  ])('refuses a %s of %s', (name, value) => {
    const inputs = { quantile: 2, dailyVolatility: 0.05, holdingDays: 1, [name]: value }
    expect(() => volatilityHaircut(inputs)).toThrow(HaircutError)
  })
})

describe('flooredVolatility', () => {
  it('follows the market up at once and keeps a quarter of the stress on the way down', () => {
    const calm = { stressed: 0.12, longRun: 0.04 }
    expect(flooredVolatility({ raw: 0.2, ...calm })).toBe(0.2)
    expect(flooredVolatility({ raw: 0.04, ...calm })).toBe(0.06)
    expect(flooredVolatility({ raw: 0, ...calm, stressed: 0 })).toBe(0.04)
  })

  it('is never below any tool that it is made of, except the buffer', () => {
    fc.assert(
      fc.property(amount(1), amount(1), amount(1), (raw, stressed, longRun) => {
        const volatility = flooredVolatility({ raw, stressed, longRun })
        const tools = antiProcyclicalMargins({ raw, stressed, longRun })
        expect(volatility).toBe(Math.max(raw, tools.stressWeight, tools.floor))
        expect(tools.buffer).toBe(1.25 * raw)
      }),
    )
  })

  it.each(['raw', 'stressed', 'longRun'])('refuses an unknown %s', (name) => {
    const inputs = { raw: 0.1, stressed: 0.1, longRun: 0.1, [name]: NaN }
    expect(() => flooredVolatility(inputs)).toThrow(/is NaN/)
  })
})

describe('scaleHaircut', () => {
  it('leaves the haircut of a table at its own holding period, revalued daily', () => {
    const own = { haircut: 0.15, tableDays: 10, minimumDays: 10, revaluationDays: 1 }
    expect(scaleHaircut(own)).toBe(0.15)
    expect(scaleHaircut({ ...own, minimumDays: 40 })).toBe(0.3)
    expect(scaleHaircut({ ...own, revaluationDays: 31 })).toBe(0.3)
  })

  it('never takes more than everything', () => {
    const long = { haircut: 0.5, tableDays: 10, minimumDays: 100, revaluationDays: 1 }
    expect(scaleHaircut(long)).toBe(1)
  })

  it.each([
    ['haircut', 1.5, 'haircut'],
    ['haircut', -0.1, 'haircut'],
    ['tableDays', 0, 'holding period of the table'],
    ['tableDays', Infinity, 'holding period of the table'],
    ['minimumDays', -1, 'minimum holding period'],
    ['revaluationDays', NaN, 'time between revaluations'],
  ])('refuses a %s of %s, and says which it is', (name, value, called) => {
    const inputs = { haircut: 0.1, tableDays: 10, minimumDays: 5, revaluationDays: 1 }
    const refused = () => scaleHaircut({ ...inputs, [name]: value })
    expect(refused).toThrow(HaircutError)
    expect(refused).toThrow(`The ${called} is ${value}.`)
  })

  it('refuses what would be held for no time at all', () => {
    const rushed = { haircut: 0.1, tableDays: 10, minimumDays: 0.25, revaluationDays: 0.5 }
    expect(() => scaleHaircut(rushed)).toThrow(/less one day is -0.25/)
  })
})
