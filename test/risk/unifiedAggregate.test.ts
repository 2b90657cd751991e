import type { FactorId } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DirectedLoss } from '../../packages/risk/src/unified/aggregate.js'
import { aggregateLosses } from '../../packages/risk/src/unified/aggregate.js'
import { RUNS } from './arbitraries.js'
import { ETH } from './toyWorld.js'

const runs = { numRuns: RUNS }

/** A limit, but for rounding of sums of this size. */
const rounded = (limit: number, scale: number) => limit + 1e-11 * Math.max(scale, 1)

describe('aggregateLosses', () => {
  const names: readonly FactorId[] = ['A', 'B', 'C', 'D', 'E'].map((name) =>
    factorId(`spot:${name}`),
  )
  const amount = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1e6, noNaN: true }))
  const losses: fc.Arbitrary<readonly DirectedLoss[]> = fc
    .array(fc.record({ fall: amount, rise: amount, isKnown: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((rows) =>
      rows.map((row, index) => ({ ...row, factor: names[index] ?? factorId('spot:F') })),
    )
  const rho = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: 25,
    maxLength: 25,
  })
  const between = (values: readonly number[]) => (a: FactorId, b: FactorId) => {
    const [one, other] = [names.indexOf(a), names.indexOf(b)]
    return values[Math.min(one, other) * 5 + Math.max(one, other)] ?? null
  }
  const stress = fc.double({ min: 0, max: 1, noNaN: true })
  const worse = ({ fall, rise }: DirectedLoss) => Math.max(fall, rise)

  it('is between the largest loss and their sum, and its parts add up', () => {
    fc.assert(
      fc.property(losses, rho, stress, (rows, values, s) => {
        const found = aggregateLosses(rows, between(values), s)
        const sum = rows.reduce((total, row) => total + worse(row), 0)
        expect(found.amount).toBeGreaterThanOrEqual(Math.max(...rows.map(worse)) * (1 - 1e-12))
        expect(found.amount).toBeLessThanOrEqual(rounded(sum, sum))
        const parts = found.parts.reduce((total, { component }) => total + component, 0)
        expect(Math.abs(parts - found.amount)).toBeLessThanOrEqual(1e-10 * found.amount)
      }),
      runs,
    )
  })

  it('is not below what any correlation from −stress to +stress gives, whichever way each moves', () => {
    fc.assert(
      fc.property(losses, rho, stress, (rows, values, s) => {
        const { amount: found } = aggregateLosses(rows, between(values), s)
        for (let ways = 0; ways < 2 ** rows.length; ways++) {
          const signed = rows.map(({ fall, rise }, index) => ((ways >> index) & 1 ? -rise : fall))
          for (const target of [1, 0, -1]) {
            let square = 0
            for (const [i, a] of signed.entries()) {
              for (const [j, b] of signed.entries()) {
                const measured =
                  between(values)(rows[i]?.factor ?? ETH, rows[j]?.factor ?? ETH) ?? 0
                square += a * b * (i === j ? 1 : (1 - s) * measured + s * target)
              }
            }
            expect(Math.sqrt(Math.max(0, square))).toBeLessThanOrEqual(rounded(found, found))
          }
        }
      }),
      runs,
    )
  })

  it('never falls when a loss rises', () => {
    fc.assert(
      fc.property(losses, rho, stress, fc.nat(4), amount, (rows, values, s, index, more) => {
        const grown = rows.map((row, at) =>
          at === index ? { ...row, fall: row.fall + more } : row,
        )
        const before = aggregateLosses(rows, between(values), s).amount
        const after = aggregateLosses(grown, between(values), s).amount
        expect(before).toBeLessThanOrEqual(rounded(after, before))
      }),
      runs,
    )
  })

  /** Underlyings that lose alike, each pair correlated alike. */
  const alike = (...rows: readonly (readonly [fall: number, rise: number])[]) => {
    const all = rows.map(([fall, rise], index) => ({
      factor: factorId(`spot:N${index}`),
      isKnown: true,
      fall,
      rise,
    }))
    return (correlation: number) => aggregateLosses(all, () => correlation, 0)
  }
  const times = (count: number, fall: number, rise: number) =>
    Array.from({ length: count }, () => [fall, rise] as const)

  it('takes the dearest choice of ways, not the dearest way of each', () => {
    const together = alike([10, 20], [30, 25])(0.5)
    expect(together.amount).toBeCloseTo(Math.sqrt(20 ** 2 + 25 ** 2 + 20 * 25), 12)
    expect(together.parts.map(({ direction }) => direction)).toEqual(['rise', 'rise'])
    expect(together.parts[0]?.component).toBeCloseTo((20 * (20 + 12.5)) / together.amount, 12)
    expect(together.parts[1]?.component).toBeCloseTo((25 * (25 + 10)) / together.amount, 12)
    const apart = alike([10, 20], [30, 25])(-0.5)
    expect(apart.amount).toBeCloseTo(Math.sqrt(20 ** 2 + 30 ** 2 + 20 * 30), 12)
    expect(apart.parts.map(({ direction }) => direction)).toEqual(['rise', 'fall'])
  })

  it('counts a fall where both ways cost the same, nothing among them', () => {
    expect(alike([7, 7])(0)).toEqual({
      amount: 7,
      parts: [{ direction: 'fall', component: 7 }],
    })
    expect(alike([0, 0])(0)).toEqual({
      amount: 0,
      parts: [{ direction: 'fall', component: 0 }],
    })
    expect(alike([0, 3])(0).parts).toEqual([{ direction: 'rise', component: 3 }])
    expect(alike()(0)).toEqual({ amount: 0, parts: [] })
  })

  it('tries every choice of up to eight underlyings that lose both ways', () => {
    // Against each other they cost ½: four move one way, four the other.
    expect(alike(...times(8, 1, 1))(-0.5).amount).toBeCloseTo(Math.sqrt(8 + 4 * 4), 12)
    const withOneSided = alike(...times(8, 1, 1), [1, 0], [0, 1])(-0.5)
    expect(withOneSided.amount).toBeCloseTo(Math.sqrt(10 + 5 * 5), 12)
  })

  it('of more, takes each pair that one of them is in for the dearer way', () => {
    const nine = alike(...times(9, 1, 2))(-0.5)
    expect(nine.amount).toBeCloseTo(2 * Math.sqrt(9 + 9 * 8 * 0.5), 12)
    expect(new Set(nine.parts.map(({ direction }) => direction))).toEqual(new Set(['rise']))
    const withOneSided = alike(...times(9, 2, 1), [2, 0], [2, 0])(-0.5)
    const pairs = 11 * 10 - 2 // The two that lose one way do so together, which costs nothing.
    expect(withOneSided.amount).toBeCloseTo(2 * Math.sqrt(11 + pairs * 0.5), 12)
  })

  it('beyond eight underlyings that lose both ways asks no less than any choice of ways', () => {
    const twoSided = Array.from({ length: 9 }, (_, index) => ({
      factor: factorId(`spot:N${index}`),
      isKnown: true,
      fall: 100 + index,
      rise: 101 + 2 * index,
    }))
    const oneSided = { factor: factorId('spot:ONE'), isKnown: true, fall: 500, rise: 0 }
    const flat = () => 0.3
    const found = aggregateLosses([...twoSided, oneSided], flat, 0.25)
    for (let ways = 0; ways < 512; ways++) {
      const chosen = twoSided.map((row, index) =>
        (ways >> index) & 1 ? { ...row, fall: 0 } : { ...row, rise: 0 },
      )
      const { amount: least } = aggregateLosses([...chosen, oneSided], flat, 0.25)
      expect(found.amount).toBeGreaterThanOrEqual(least)
    }
  })

  it('is a norm with the shipped correlations, whichever way each underlying moves', () => {
    const factors = DEFAULT_MARKET_STATE.volatilities.map(({ factor }) => factor)
    const c = (a: FactorId, b: FactorId, sameWay: boolean) => {
      const row = DEFAULT_MARKET_STATE.correlations.find(
        ({ factors: pair }) => pair.includes(a) && pair.includes(b),
      )
      if (a === b || row === undefined) return 1
      return Math.max(0, 0.25 + (sameWay ? 0.75 : -0.75) * row.value)
    }
    expect(factors).toHaveLength(3)
    for (let ways = 0; ways < 8; ways++) {
      const way = (index: number) => (ways >> index) & 1
      const m = factors.map((a, i) => factors.map((b, j) => c(a, b, way(i) === way(j))))
      const at = (i: number, j: number) => m[i]?.[j] ?? NaN
      for (const [i, j] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const) {
        expect(1 - at(i, j) ** 2).toBeGreaterThanOrEqual(0)
      }
      const determinant =
        1 + 2 * at(0, 1) * at(0, 2) * at(1, 2) - at(0, 1) ** 2 - at(0, 2) ** 2 - at(1, 2) ** 2
      expect(determinant).toBeGreaterThanOrEqual(0)
    }
  })
})
