import { UnsupportedVenueStateError } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { debtIndex, RAY, revisionOf, supplyIndex } from './arithmetic.js'

const KNOWN = Array.from({ length: 11 }, (_, index) => index + 1)

describe('revisionOf', () => {
  it('knows every revision', () => {
    expect(KNOWN.map((revision) => revisionOf(revision).averagesThreshold)).toEqual([
      ...Array.from({ length: 8 }, () => true),
      ...Array.from({ length: 3 }, () => false),
    ])
  })

  it.each([0, 12, -1, 1.5, Number.NaN])(
    'rejects revision %d, and says which are known',
    (revision) => {
      expect(() => revisionOf(revision)).toThrow(UnsupportedVenueStateError)
      expect(() => revisionOf(revision)).toThrow('1 to 11')
    },
  )
})

const reserve = fc.record({
  liquidityIndex: fc.bigInt(RAY, 3n * RAY),
  liquidityRate: fc.bigInt(0n, RAY),
  variableBorrowIndex: fc.bigInt(RAY, 3n * RAY),
  variableBorrowRate: fc.bigInt(0n, RAY),
  lastUpdate: fc.integer({ min: 1_500_000_000, max: 1_800_000_000 }),
})
const seconds = fc.integer({ min: 0, max: 400 * 86_400 })

describe('accrual', () => {
  it('leaves the stored indexes as they are at the time of the last update', () => {
    fc.assert(
      fc.property(reserve, fc.constantFrom(...KNOWN), (state, revision) => {
        expect(supplyIndex(state, state.lastUpdate)).toBe(state.liquidityIndex)
        const index = debtIndex(revisionOf(revision), state, state.lastUpdate)
        expect(index).toBe(state.variableBorrowIndex)
      }),
    )
  })

  it('never lowers an index as time passes', () => {
    fc.assert(
      fc.property(reserve, seconds, seconds, fc.constantFrom(...KNOWN), (state, a, b, revision) => {
        const [first, second] = a < b ? [a, b] : [b, a]
        const rules = revisionOf(revision)
        const at = (passed: number): number => state.lastUpdate + passed
        expect(supplyIndex(state, at(second))).toBeGreaterThanOrEqual(supplyIndex(state, at(first)))
        expect(debtIndex(rules, state, at(second))).toBeGreaterThanOrEqual(
          debtIndex(rules, state, at(first)),
        )
      }),
    )
  })

  it('of both kinds agrees with e^(rate × time) to a hundredth of a percent over a month at 20 %', () => {
    const month = 30 * 86_400
    const rate = (RAY * 20n) / 100n
    const state = {
      liquidityIndex: RAY,
      liquidityRate: 0n,
      variableBorrowIndex: RAY,
      variableBorrowRate: rate,
      lastUpdate: 0,
    }
    const expected = Math.exp((0.2 * month) / 31_536_000)
    for (const revision of [1, 10]) {
      const index = Number(debtIndex(revisionOf(revision), state, month)) / 1e27
      expect(Math.abs(index / expected - 1)).toBeLessThan(1e-4)
    }
  })

  it('rejects a time before the last update, and one between seconds', () => {
    const state = {
      liquidityIndex: RAY,
      liquidityRate: RAY,
      variableBorrowIndex: RAY,
      variableBorrowRate: RAY,
      lastUpdate: 1_000,
    }
    for (const at of [999, 1_000.5, Number.NaN]) {
      expect(() => supplyIndex(state, at)).toThrow(UnsupportedVenueStateError)
      expect(() => debtIndex(revisionOf(10), state, at)).toThrow(UnsupportedVenueStateError)
    }
  })
})
