import type { FactorCorrelation, FactorId, FactorVolatility, MarketState } from '@plimsoll/model'
import { factorId, PlimsollError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { DEFAULT_MARKET_STATE } from '../unified/defaultMarketState.js'
import { CalibrationError, factorModel } from './index.js'

const [A, B, C, NEW] = ['spot:A', 'spot:B', 'spot:C', 'spot:NEW'].map((name) => factorId(name)) as [
  FactorId,
  FactorId,
  FactorId,
  FactorId,
]
const provenance = (source: string) => ({ source, asOfMs: 1, observed: null })
const row = (
  factor: FactorId,
  volatility: number,
  calibration: FactorVolatility['calibration'],
): FactorVolatility => ({
  factor,
  calibration,
  // ¾ of itself and ¼ of as much: what is used is the volatility.
  volatility,
  stressed: volatility,
  floor: 0,
  provenance: provenance(factor),
})
const pair = (a: FactorId, b: FactorId, value: number): FactorCorrelation => ({
  factors: [a, b],
  value,
  provenance: provenance(`${a} ${b}`),
})
const marketOf = (correlations: readonly FactorCorrelation[]): MarketState => ({
  ...DEFAULT_MARKET_STATE,
  volatilities: [row(A, 0.5, 'observed'), row(B, 0.8, 'observed'), row(C, 1, 'default')],
  correlations,
})
const market = marketOf([pair(A, B, 0.6)])
const perDay = (yearly: number) => yearly / Math.sqrt(365)

describe('factorModel', () => {
  it('is the daily covariance of what is listed, in the order that was asked', () => {
    for (const factors of [
      [A, B],
      [B, A],
    ]) {
      const { daily, correlation, root, moved } = factorModel(market, factors)
      const [first = NaN, second = NaN] = factors.map((factor) => perDay(factor === A ? 0.5 : 0.8))
      expect([...daily]).toEqual([first, second])
      expect([...correlation]).toEqual([1, 0.6, 0.6, 1])
      expect(moved).toBe(0)
      const [a = NaN, zero, b = NaN, c = NaN] = root
      expect(zero).toBe(0)
      expect(a).toBeCloseTo(first, 14)
      expect(a * b).toBeCloseTo(0.6 * first * second, 14)
      expect(b * b + c * c).toBeCloseTo(second * second, 14)
    }
  })

  it('says whose volatility is nobody’s measurement, and where each is from', () => {
    expect(factorModel(market, [A, B])).toMatchObject({ unlisted: [], usesDefault: false })
    expect(factorModel(market, [A, C]).usesDefault).toBe(true)
    const model = factorModel(market, [A, NEW])
    expect(model).toMatchObject({ factors: [A, NEW], unlisted: [NEW], usesDefault: true })
    expect(model.provenance).toEqual([provenance(A), DEFAULT_MARKET_STATE.defaults.spot.provenance])
    expect(model.daily[1]).toBeGreaterThanOrEqual(
      perDay(DEFAULT_MARKET_STATE.defaults.spot.volatility),
    )
  })

  it('correlates what nobody measured against the account, whichever way it costs', () => {
    const between = (a: 1 | -1, b: 1 | -1) =>
      factorModel(market, [A, C], { directions: [a, b] }).correlation[1]
    expect(between(1, 1)).toBeCloseTo(1, 6)
    expect(between(-1, -1)).toBeCloseTo(1, 6)
    expect(between(1, -1)).toBeCloseTo(-1, 6)
    expect(between(-1, 1)).toBeCloseTo(-1, 6)
    expect(factorModel(market, [A, C]).correlation[1]).toBeCloseTo(1, 6)
  })

  it('takes no correlation of a factor whose volatility is not listed', () => {
    const odd = marketOf([pair(A, NEW, 0.1)])
    expect(factorModel(odd, [A, NEW]).correlation[1]).toBeCloseTo(1, 6)
    expect(factorModel(odd, [NEW, A]).correlation[1]).toBeCloseTo(1, 6)
  })

  it('mixes every pair with the worst by the stress', () => {
    const stressed = (correlationStress: number, directions: readonly (1 | -1)[]) =>
      factorModel(market, [A, B], { correlationStress, directions }).correlation[1]
    expect(stressed(0, [1, 1])).toBe(0.6)
    expect(stressed(0.25, [1, 1])).toBeCloseTo(0.75 * 0.6 + 0.25, 14)
    expect(stressed(0.25, [1, -1])).toBeCloseTo(0.75 * 0.6 - 0.25, 14)
    expect(stressed(1, [1, -1])).toBeCloseTo(-1, 6)
  })

  it('moves to the nearest correlation what is none, and says how far', () => {
    const none = marketOf([pair(A, B, 0.9), pair(A, C, 0.9), pair(B, C, -0.9)])
    const { moved, correlation, root } = factorModel(none, [A, B, C])
    expect(moved).toBeGreaterThan(0.1)
    for (const at of [0, 4, 8]) expect(correlation[at]).toBeCloseTo(1, 12)
    expect(root.every(Number.isFinite)).toBe(true)
    const distance = Math.hypot(
      ...[1, 2, 5].flatMap((at, index) => {
        const apart = (correlation[at] ?? NaN) - ([0.9, 0.9, -0.9][index] ?? NaN)
        return [apart, apart]
      }),
    )
    expect(moved).toBeCloseTo(distance, 6)
  })

  it('is empty without factors', () => {
    const { root, daily, correlation, moved, usesDefault } = factorModel(market, [])
    expect([root.length, daily.length, correlation.length, moved]).toEqual([0, 0, 0, 0])
    expect(usesDefault).toBe(false)
  })

  it('does not hide a volatility that is no number', () => {
    const broken = { ...market, volatilities: [row(A, NaN, 'observed')] }
    expect(() => factorModel(broken, [A])).toThrow(PlimsollError)
  })

  it('refuses what is no spot factor or is named twice', () => {
    for (const factors of [[factorId('peg:USDC/USD')], [factorId('iv:A'), A], [A, B, A]]) {
      expect(() => factorModel(market, factors)).toThrow(CalibrationError)
    }
    expect(() => factorModel(market, [A, factorId('peg:USDC/USD')])).toThrow(/"peg:USDC\/USD"/)
  })

  it('refuses directions that do not fit, and a stress beyond 0 to 1', () => {
    for (const options of [
      { directions: [1] as const },
      { directions: [1, 1, -1] as const },
      { correlationStress: -0.1 },
      { correlationStress: 1.1 },
      { correlationStress: NaN },
    ]) {
      expect(() => factorModel(market, [A, B], options)).toThrow(CalibrationError)
    }
  })
})
