import { black76Price } from '@plimsoll/risk/pricing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OptionBook } from '../book.js'
import { MarginInputError } from '../book.js'
import { depegCharge, OKX_DEPEG_EXAMPLE } from './depeg.js'
import {
  OKX_INITIAL_FACTOR,
  OKX_MOVES_2025,
  type OkxParameters,
  portfolioMargin,
} from './margin.js'

const parameters: OkxParameters = {
  ...OKX_MOVES_2025['bitcoin-ether'],
  depegTiers: OKX_DEPEG_EXAMPLE,
  initialFactor: OKX_INITIAL_FACTOR,
}
const future = (size: number): OptionBook => ({
  spot: 60_000,
  options: [],
  linear: [{ size, price: 60_000 }],
})

describe('depegCharge', () => {
  it.each([
    [0, 0],
    [400_000, 3_000],
    [1_000_000, 7_500],
    [5_000_000, 77_500],
    [10_000_000, 202_500],
  ])('charges every slice of %s USD its own factor: %s', (hedged, charge) => {
    expect(depegCharge(hedged, OKX_DEPEG_EXAMPLE)).toBe(charge)
  })

  it('never falls with the notional, and grows at most at the last factor', () => {
    const notional = fc.double({ min: 0, max: 1e8, noNaN: true })
    fc.assert(
      fc.property(notional, notional, (hedged, more) => {
        const added =
          depegCharge(hedged + more, OKX_DEPEG_EXAMPLE) - depegCharge(hedged, OKX_DEPEG_EXAMPLE)
        expect(added).toBeGreaterThanOrEqual(0)
        expect(added).toBeLessThanOrEqual(0.025 * more + 1e-6)
      }),
    )
  })

  it('refuses slices out of order, and notional beyond them', () => {
    const first = { upTo: 100, factor: 0.01 }
    expect(() => depegCharge(1, [first, first])).toThrow(MarginInputError)
    expect(() => depegCharge(101, [first])).toThrow(MarginInputError)
    expect(depegCharge(100, [first])).toBe(1)
    expect(() => depegCharge(1, [{ ...first, factor: -1 }])).toThrow('factor -1')
    expect(() => depegCharge(Number.NaN, [first])).toThrow('hedged notional NaN')
  })
})

describe('portfolioMargin', () => {
  it.each([1, -1])('is the largest move of spot on a future of size %s', (size) => {
    const margin = portfolioMargin(future(size), parameters, 0)
    expect(margin).toMatchObject({ maintenance: 7_200, spotShock: 7_200, extremeMove: null })
    expect(margin.initial).toBeCloseTo(9_360, 9)
    expect(margin.worst).toEqual({ spotMove: -0.12 * size, volatilityMove: 0, profit: -7_200 })
  })

  it.each([
    ['bitcoin-ether', 7_200, 14_400],
    ['large', 10_800, 21_600],
    ['other', 15_000, 30_000],
  ] as const)('moves %s by %s in MR1 and %s in MR6', (group, shock, extreme) => {
    const margin = portfolioMargin(
      future(1),
      { ...parameters, ...OKX_MOVES_2025[group], extremeShare: 1 },
      0,
    )
    expect(margin.spotShock).toBeCloseTo(shock, 9)
    expect(margin.extremeMove).toBeCloseTo(extreme, 9)
    expect(margin.maintenance).toBeCloseTo(extreme, 9)
  })

  it('takes the greater of MR1 and a share of MR6, and adds MR9', () => {
    const ask = (extremeShare: number): number =>
      portfolioMargin(future(1), { ...parameters, extremeShare }, 1_000_000).maintenance
    expect(ask(0.4)).toBe(7_200 + 7_500)
    expect(ask(0.75)).toBe(10_800 + 7_500)
  })

  it('reprices options at the moved spot', () => {
    const option = { right: 'put' as const, strike: 58_000, years: 0.05 }
    const held = { ...option, forward: 60_000, size: -2, impliedVolatility: 0.5, mark: 1_000 }
    const price = (forward: number): number =>
      black76Price({ ...option, forward, volatility: 0.5, discount: 1 })
    const { maintenance } = portfolioMargin(
      { spot: 60_000, options: [held], linear: [] },
      parameters,
      0,
    )
    expect(maintenance).toBeCloseTo(2 * (price(52_800) - price(60_000)), 8)
  })

  it('names what it leaves out, MR6 only while its share is not known', () => {
    const { notModelled } = portfolioMargin(future(1), parameters, 0)
    const named = notModelled.map((part) => part.slice(0, 3)).sort()
    expect(named).toEqual(['MR1', 'MR2', 'MR3', 'MR4', 'MR5', 'MR6', 'MR7', 'MR8'])
    const known = portfolioMargin(future(1), { ...parameters, extremeShare: 0.5 }, 0)
    expect(known.notModelled).toEqual(notModelled.filter((part) => !part.startsWith('MR6')))
  })

  it.each([
    ['a negative move', { spotMoves: [0, -0.04] }],
    ['no move', { spotMoves: [] }],
    ['a move of more than everything', { spotMoves: [1.5] }],
    ['a share that is no number', { extremeShare: Number.NaN }],
    ['an extreme move that is no number', { extremeMove: Number.NaN }],
    ['a negative factor', { initialFactor: -1 }],
  ])('refuses %s', (_what, wrong) => {
    expect(() => portfolioMargin(future(1), { ...parameters, ...wrong }, 0)).toThrow(
      MarginInputError,
    )
  })
})
