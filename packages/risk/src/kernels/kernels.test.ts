import type { MaintenanceTest, ThresholdTest } from '@plimsoll/model'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maintenance, tieredMaintenance } from './maintenance.js'
import { threshold } from './threshold.js'

const TODAY = new Float64Array([1, 1, 1])

function sidesOf(test: ThresholdTest | MaintenanceTest, multipliers = TODAY): readonly number[] {
  const out = new Float64Array(2)
  if (test.kernel === 'threshold') threshold(test, multipliers, out)
  else maintenance(test, multipliers, out)
  return [...out]
}

const loan: ThresholdTest = {
  kernel: 'threshold',
  strict: true,
  collateral: [
    { mark: 0, value: 1000, weight: 0.8 },
    { mark: 1, value: 500, weight: 0.6 },
    { mark: -1, value: 100, weight: 1 },
  ],
  debt: [
    { mark: 2, value: 700 },
    { mark: -1, value: 50 },
  ],
  averageStep: null,
}

describe('threshold', () => {
  it('is Σ value × weight against Σ debt', () => {
    expect(sidesOf(loan)).toEqual([1200, 750])
  })

  it('moves every term with its mark, and constants with none', () => {
    expect(sidesOf(loan, new Float64Array([0.5, 2, 3]))).toEqual([400 + 600 + 100, 2100 + 50])
  })

  it('gives no number where a mark has no multiplier', () => {
    expect(sidesOf(loan, new Float64Array([1, 1]))[1]).toBeNaN()
  })

  it('rounds an average weight down to the step', () => {
    const averaged = { ...loan, averageStep: 0.01 }
    // (800 + 300 + 100) / 1600 = 0.75 exactly
    expect(sidesOf(averaged)).toEqual([1600 * 0.75, 750])
    // (880 + 300 + 100) / 1700 = 0.7529…
    expect(sidesOf(averaged, new Float64Array([1.1, 1, 1]))[0]).toBeCloseTo(1700 * 0.75, 9)
    // (720 + 300 + 100) / 1500 = 0.7466…
    expect(sidesOf(averaged, new Float64Array([0.9, 1, 1]))[0]).toBeCloseTo(1500 * 0.74, 9)
  })

  it('keeps an average of equal weights, whatever the worths', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9999 }),
        (values, bps) => {
          const test: ThresholdTest = {
            ...loan,
            collateral: values.map((value) => ({ mark: -1, value, weight: bps / 10_000 })),
            averageStep: 1e-4,
          }
          const total = values.reduce((sum, value) => sum + value, 0)
          expect(sidesOf(test)[0]).toBe(total * (bps * 1e-4))
        },
      ),
    )
  })

  it('falls a whole step for a speck of lower weight', () => {
    const test: ThresholdTest = {
      ...loan,
      collateral: [
        { mark: -1, value: 1e6, weight: 0.83 },
        { mark: -1, value: 1e-6, weight: 0.8299 },
      ],
      averageStep: 1e-4,
    }
    expect(sidesOf(test)[0]).toBeCloseTo(1e6 * 0.8299, 3)
    const higher = {
      ...test,
      collateral: [...test.collateral.slice(0, 1), { mark: -1, value: 1e-6, weight: 0.84 }],
    }
    expect(sidesOf(higher)[0]).toBeCloseTo(1e6 * 0.83, 3)
  })

  it('moves the debt and the average with every mark, the first too', () => {
    const owed = { ...loan, debt: [{ mark: 0, value: 100 }] }
    expect(sidesOf(owed, new Float64Array([2, 1, 1]))[1]).toBe(200)
    // (0.8 + 0.79) ÷ 2 is a step of 0.005: a billionth more or less of the first decides.
    const even: ThresholdTest = {
      ...loan,
      collateral: [
        { mark: 0, value: 100, weight: 0.8 },
        { mark: 1, value: 100, weight: 0.79 },
      ],
      averageStep: 0.005,
    }
    const resource = (first: number) => sidesOf(even, new Float64Array([first, 1, 1]))[0]
    expect(resource(1 + 1e-9)).toBeCloseTo(200 * 0.795, 6)
    expect(resource(1)).toBeCloseTo(200 * 0.795, 6)
    expect(resource(1 - 1e-9)).toBeCloseTo(200 * 0.79, 6)
  })

  it('keeps what lies between the steps in a weight', () => {
    const test: ThresholdTest = {
      ...loan,
      collateral: [
        { mark: -1, value: 100, weight: 0.7504 },
        { mark: -1, value: 100 + 1e-7, weight: 0.7496 },
      ],
      averageStep: 0.01,
    }
    expect(sidesOf(test)[0]).toBeCloseTo(200 * 0.74, 6)
  })

  it('has no resource without collateral', () => {
    expect(sidesOf({ ...loan, collateral: [], averageStep: 1e-4 })).toEqual([0, 750])
  })
})

const tiers = [
  { from: 0, rate: 0.02, deduction: 0 },
  { from: 1000, rate: 0.05, deduction: 30 },
]
const positions: MaintenanceTest = {
  kernel: 'maintenance',
  strict: true,
  equity: [
    { mark: -1, value: 300, weight: 1 },
    { mark: 0, value: -900, weight: 1 },
    { mark: 1, value: 2000, weight: 0.5 },
  ],
  positions: [
    { mark: 0, value: -900, tiers },
    { mark: -1, value: 100, tiers },
  ],
  fixedRequirement: 7,
  borrow: null,
}

describe('maintenance', () => {
  it('is equity against fixed and tiered maintenance of the absolute position', () => {
    expect(sidesOf(positions)).toEqual([300 - 900 + 1000, 7 + 18 + 2])
  })

  it('crosses into the next tier with the mark', () => {
    expect(sidesOf(positions, new Float64Array([2, 1, 1]))).toEqual([300 - 1800 + 1000, 7 + 60 + 2])
  })

  it('judges a borrow by its collateral and what of maintenance it must carry', () => {
    const borrow = { collateral: [{ mark: 1, value: 1000, weight: 0.75 }], limit: 0.95 }
    // equity 400 ≥ maintenance 27: nothing is borrowed for it
    expect(sidesOf({ ...positions, borrow })).toEqual([0.95 * (750 + 400), 27])
    // equity −500 < maintenance 27: 527 more
    const short = { ...positions, equity: [{ mark: -1, value: -500, weight: 1 }], borrow }
    expect(sidesOf(short)).toEqual([0.95 * (750 + 27), 27 + 527])
    expect(sidesOf(short, new Float64Array([1, 2, 1]))).toEqual([0.95 * (1500 + 27), 27 + 527])
  })
})

describe('tieredMaintenance', () => {
  it('belongs to the last tier that begins at or below the notional', () => {
    expect(tieredMaintenance(tiers, 0)).toBe(0)
    expect(tieredMaintenance(tiers, 999)).toBeCloseTo(19.98, 12)
    expect(tieredMaintenance(tiers, 1000)).toBe(20)
    expect(tieredMaintenance(tiers, 2000)).toBe(70)
    expect(tieredMaintenance([], 5)).toBe(0)
    // Tiers that do not meet: the bound belongs to the tier that begins there.
    const apart = [
      { from: 0, rate: 0.02, deduction: 0 },
      { from: 1000, rate: 0.05, deduction: 0 },
    ]
    expect(tieredMaintenance(apart, 1000)).toBe(50)
  })
})
