import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CompileError } from '../errors.js'
import type { PopulationAccount } from './population.js'
import { populationOf } from './population.js'
import { sweepHealths } from './sweepHealths.js'

const ASSETS = 4

const legs = fc.array(
  fc.record({
    asset: fc.integer({ min: 0, max: ASSETS - 1 }),
    weight: fc.double({ min: 0, max: 1e9, noNaN: true }),
  }),
  { maxLength: 4 },
)
const accounts: fc.Arbitrary<readonly PopulationAccount[]> = fc.array(
  fc.record({ collateral: legs, debt: legs }),
  { maxLength: 12 },
)
const prices = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), {
  minLength: ASSETS,
  maxLength: ASSETS,
})

const sumOf = (of: PopulationAccount['debt'], at: readonly number[]): number =>
  of.reduce((sum, { asset, weight }) => sum + weight * (at[asset] ?? NaN), 0)

function healthsOf(given: readonly PopulationAccount[], at: readonly number[]): Float64Array {
  return sweepHealths(populationOf(given), Float64Array.from(at), new Float64Array(given.length))
}

describe('sweepHealths', () => {
  it('is weighted collateral over debt, to the last bit', () => {
    fc.assert(
      fc.property(accounts, prices, (given, at) => {
        const expected = given.map(({ collateral, debt }) => {
          const owed = sumOf(debt, at)
          return owed === 0 ? Infinity : sumOf(collateral, at) / owed
        })
        expect(healthsOf(given, at)).toEqual(Float64Array.from(expected))
      }),
    )
  })

  it('is unknown where a price is missing or no number', () => {
    const held = [{ collateral: [{ asset: 0, weight: 1 }], debt: [{ asset: 1, weight: 1 }] }]
    expect(healthsOf(held, [3])).toEqual(Float64Array.of(NaN))
    expect(healthsOf(held, [NaN, 1])).toEqual(Float64Array.of(NaN))
    expect(healthsOf(held, [Infinity, 1])).toEqual(Float64Array.of(NaN))
    expect(healthsOf(held, [3, 2])).toEqual(Float64Array.of(1.5))
  })

  it('refuses arrays that do not fit', () => {
    const population = populationOf([{ collateral: [{ asset: 0, weight: 1 }], debt: [] }])
    const at = Float64Array.of(1)
    expect(() => sweepHealths(population, at, new Float64Array(2))).toThrow(CompileError)
    const short = { ...population, weights: new Float64Array(0) }
    expect(() => sweepHealths(short, at, new Float64Array(1))).toThrow(/1 legs has 1 assets and 0/)
  })
})

describe('populationOf', () => {
  it('refuses legs that are none', () => {
    const one = (asset: number, weight: number) => () =>
      populationOf([{ collateral: [{ asset, weight }], debt: [] }])
    for (const asset of [-1, 0.5, 65_536, NaN]) expect(one(asset, 1)).toThrow(/Leg 0 is of asset/)
    for (const weight of [-1, NaN, Infinity]) expect(one(0, weight)).toThrow(/Leg 0 weighs/)
    expect(one(65_535, 0)().assets).toEqual(Uint16Array.of(65_535))
  })
})
