import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adjustedExposure,
  basketHaircut,
  combinedHaircut,
  compareHaircut,
  concentrationMultiplier,
  concentrationRisk,
  HaircutError,
  liquidationIncentiveFactor,
  liquidatorTolerance,
  worstPegScenario,
} from './index.js'

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const efficiency = { threshold: 0.95, bonus: 0.01, slippage: 0 }

describe('combinedHaircut', () => {
  it('is at least the largest part and in [0, 1]', () => {
    fc.assert(
      fc.property(fc.array(fraction, { maxLength: 4 }), (parts) => {
        const combined = combinedHaircut(parts)
        expect(combined).toBeGreaterThanOrEqual(Math.max(0, ...parts) - 3e-16)
        expect(combined).toBeLessThanOrEqual(1)
      }),
    )
    expect(() => combinedHaircut([0.1, 1.1])).toThrow(/haircut is 1.1/)
  })
})

describe('compareHaircut', () => {
  it('says that the venue lends 95 % against what we would lend 81 %', () => {
    const compared = compareHaircut({ volatility: 0.18, liquidity: 0.01, peg: 0 }, efficiency)
    expect(compared.venueLends).toBe(0.95)
    expect(compared.wouldLend).toBeCloseTo(0.8118, 15)
    expect(compared.excess).toBeCloseTo(0.1382, 15)
    expect(compared.tolerance).toBeCloseTo(0.0405, 15)
    expect(compared.marketBreaksTolerance).toBe(true)
    expect(compared.pegBreaksTolerance).toBe(false)
  })

  it('keeps the peg out of the market haircut, and finds certain bad debt when it fails', () => {
    const compared = compareHaircut({ volatility: 0.02, liquidity: 0.01, peg: 0.15 }, efficiency)
    expect(compared.market).toBeCloseTo(0.0298, 15)
    expect(compared.failed).toBeCloseTo(1 - 0.9702 * 0.85, 15)
    expect(compared.marketBreaksTolerance).toBe(false)
    expect(compared.pegBreaksTolerance).toBe(true)
  })

  it('does not break a tolerance that it just reaches', () => {
    const terms = { threshold: 0.5, bonus: 0, slippage: 0 }
    const reached = compareHaircut({ volatility: 0.5, liquidity: 0, peg: 0.5 }, terms)
    expect(reached).toMatchObject({ tolerance: 0.5, market: 0.5 })
    expect(reached).toMatchObject({ marketBreaksTolerance: false, pegBreaksTolerance: false })
  })

  it('claims nothing of a peg that no table knows', () => {
    const compared = compareHaircut({ volatility: 0.02, liquidity: 0.01, peg: null }, efficiency)
    expect(compared.failed).toBeNull()
    expect(compared.pegBreaksTolerance).toBeNull()
  })
})

describe('worstPegScenario', () => {
  const table = [
    { node: 'asset:a', loss: 0.05, event: 'redemption closes', date: '2025-02-01' },
    { node: 'asset:a', loss: 0.15, event: 'a bridge fails', date: '2026-04-18' },
    { node: 'asset:a', loss: 0.15, event: 'a second bridge fails', date: '2026-05-18' },
    { node: 'asset:b', loss: 2, event: 'a slip of the pen', date: '2026-01-01' },
  ]

  it('takes the worst of a node, and the first of equals', () => {
    expect(worstPegScenario(table, 'asset:a')?.event).toBe('a bridge fails')
  })

  it('answers null, not 0, where the table says nothing', () => {
    expect(worstPegScenario(table, 'asset:c')).toBeNull()
  })

  it('refuses a loss of more than everything, of the node that is asked for', () => {
    expect(() => worstPegScenario(table, 'asset:b')).toThrow(/slip of the pen.* is 2/)
  })
})

describe('liquidatorTolerance', () => {
  it('is negative where even an immediate liquidation leaves bad debt', () => {
    expect(liquidatorTolerance({ threshold: 0.95, bonus: 0.1, slippage: 0 })).toBeLessThan(0)
    expect(liquidatorTolerance({ threshold: 0.83, bonus: 0.05, slippage: 0.01 })).toBeCloseTo(
      0.1185,
      15,
    )
  })

  it.each([
    { threshold: 1.2, bonus: 0, slippage: 0 },
    { threshold: 0.8, bonus: -0.1, slippage: 0 },
    { threshold: 0.8, bonus: 0, slippage: NaN },
  ])('refuses %o', (terms) => {
    expect(() => liquidatorTolerance(terms)).toThrow(HaircutError)
  })
})

describe('liquidationIncentiveFactor', () => {
  it('shrinks to 1 as the threshold nears 1, and never exceeds its maximum', () => {
    const terms = { cursor: 0.3, maximum: 1.15 }
    expect(liquidationIncentiveFactor({ ...terms, threshold: 1 })).toBe(1)
    expect(liquidationIncentiveFactor({ ...terms, threshold: 0.385 })).toBe(1.15)
    expect(liquidationIncentiveFactor({ ...terms, threshold: 0.86 })).toBeCloseTo(1 / 0.958, 15)
  })

  it.each([
    ['liquidation threshold', { threshold: 86 }],
    ['cursor', { cursor: 30 }],
    ['greatest factor', { maximum: 0 }],
  ])('refuses a %s that is none', (called, change) => {
    const terms = { threshold: 0.86, cursor: 0.3, maximum: 1.15, ...change }
    expect(() => liquidationIncentiveFactor(terms)).toThrow(`The ${called} is`)
  })
})

describe('concentration', () => {
  it('asks for nothing more until a position exceeds what the market takes', () => {
    const market = { averageDailyVolume: 1000, fraction: 0.1 }
    expect(concentrationMultiplier({ quantity: 100, ...market })).toBe(1)
    expect(concentrationMultiplier({ quantity: 900, ...market })).toBe(3)
    expect(concentrationMultiplier({ quantity: -900, ...market })).toBe(3)
    expect(() =>
      concentrationMultiplier({ quantity: 1, averageDailyVolume: 0, fraction: 1 }),
    ).toThrow(/average daily volume is 0/)
    expect(() => concentrationMultiplier({ quantity: NaN, ...market })).toThrow(HaircutError)
    expect(() => concentrationMultiplier({ quantity: 1, ...market, fraction: 0 })).toThrow(
      /fraction of the volume is 0/,
    )
  })

  it('nets sensitivities before it compares them with the threshold', () => {
    expect(concentrationRisk([90, -50], 10)).toBe(2)
    expect(concentrationRisk([-90, 50], 10)).toBe(2)
    expect(concentrationRisk([90, -90], 10)).toBe(1)
    expect(() => concentrationRisk([1, NaN], 10)).toThrow(/add up to NaN/)
    expect(() => concentrationRisk([1], 0)).toThrow(/threshold is 0/)
  })
})

describe('adjustedExposure', () => {
  const secured = {
    exposure: 100,
    collateral: 90,
    exposureHaircut: 0,
    collateralHaircut: 0.15,
    currencyHaircut: 0.08,
  }

  it('is what haircuts leave open, never less than nothing', () => {
    expect(adjustedExposure(secured)).toBeCloseTo(100 - 90 * 0.77, 12)
    expect(adjustedExposure({ ...secured, collateral: 1000 })).toBe(0)
  })

  it('never lets collateral add to the exposure', () => {
    const worthless = { ...secured, collateralHaircut: 1, currencyHaircut: 0.08 }
    expect(adjustedExposure(worthless)).toBe(100)
  })

  it.each([
    ['exposure', { exposure: -1 }],
    ['exposure', { exposure: Infinity }],
    ['collateral', { collateral: -1 }],
    ['haircut of the exposure', { exposureHaircut: -0.25 }],
    ['haircut of the collateral', { collateralHaircut: 15 }],
    ['haircut for the currency', { currencyHaircut: 8 }],
    ['haircut for the currency', { currencyHaircut: -0.08 }],
  ])('refuses what is no %s', (called, change) => {
    expect(() => adjustedExposure({ ...secured, ...change })).toThrow(`The ${called} is`)
  })
})

describe('basketHaircut', () => {
  it('weighs the parts by their value', () => {
    const parts = [
      { value: 300, haircut: 0.15 },
      { value: 100, haircut: 0.25 },
    ]
    expect(basketHaircut(parts)).toBe(0.175)
    expect(() => basketHaircut([])).toThrow(/holds nothing/)
    expect(() => basketHaircut([{ value: 1, haircut: NaN }])).toThrow(HaircutError)
    expect(() => basketHaircut([...parts, { value: -1, haircut: 0 }])).toThrow(
      /value of a part is -1/,
    )
  })
})
