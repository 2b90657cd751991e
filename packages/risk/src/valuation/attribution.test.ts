import type { CompiledAccount, CompiledTest, VenueModule } from '@plimsoll/model'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  book,
  linear,
  row,
  stress,
  collateral as stressCollateral,
} from '../../../../test/risk/stressBooks.js'
import { wallet } from '../../../../test/risk/toyModules.js'
import {
  account,
  asset,
  collateral,
  mark,
  NOW,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { compile } from '../program/compile.js'
import { attributeRequirement } from './attribution.js'
import { requirement } from './requirement.js'
import { worldToday } from './world.js'

const ENTRY = account('toy/1/given', 'given', [collateral('weth', '1'), perp('btcIndex', '-0.01')])

/** The program of one account that its module compiles to the given tests. */
function programOf(tests: readonly CompiledTest[], combine: CompiledAccount['combine'] = 'any') {
  const module: VenueModule = {
    ...wallet,
    tag: 'given',
    compile: ({ account: { id } }) => ({
      account: id,
      marks: [mark('weth'), mark('btcIndex')],
      tests,
      combine,
      errorBound: 1e-12,
    }),
  }
  return compile(portfolioOf([ENTRY]), { modules: [module], at: NOW })
}

function attributed(tests: readonly CompiledTest[], combine?: CompiledAccount['combine']) {
  const result = attributeRequirement(programOf(tests, combine), 0)
  return result === null
    ? null
    : { byAsset: Object.fromEntries(result.byAsset), unnetted: result.unnetted }
}

const loan = (worth: number, owed: number): CompiledTest => ({
  kernel: 'threshold',
  strict: true,
  collateral: [{ mark: 0, value: worth, weight: 0.75 }],
  debt: [{ mark: -1, value: owed }],
  averageStep: null,
})
const tiers = [
  { from: 0, rate: 0.02, deduction: 0 },
  { from: 1000, rate: 0.05, deduction: 30 },
]
const PARAMETERS = {
  perpRequirement: 0.05,
  baseFactor: 0.8,
  callSpotRequirement: 0.09,
  putSpotRequirement: 0.09,
  putMarkRequirement: 0.09,
  unpairedScale: 1.1,
}

describe('attributeRequirement', () => {
  it('takes the test that binds: the worst of any, the best of all', () => {
    const tests = [loan(4000, 1000), loan(2000, 1400), loan(400, 100)]
    expect(attributed(tests)).toEqual({ byAsset: { [asset('weth')]: 500 }, unnetted: 0 })
    const all = [loan(2000, 1400), loan(4000, 1000), loan(8000, 5000)]
    expect(attributed(all, 'all')).toEqual({ byAsset: { [asset('weth')]: 1000 }, unnetted: 0 })
  })

  it('passes over tests that require nothing', () => {
    expect(attributed([loan(4000, 0)])).toEqual({ byAsset: {}, unnetted: 0 })
    expect(attributed([loan(4000, 0), loan(2000, 1400)])?.byAsset).toEqual({ [asset('weth')]: 500 })
    expect(attributed([])).toEqual({ byAsset: {}, unnetted: 0 })
  })

  it('splits perps by position, with haircuts, fixed amounts and borrow collateral', () => {
    const test: CompiledTest = {
      kernel: 'maintenance',
      strict: true,
      equity: [
        { mark: -1, value: 500, weight: 1 },
        { mark: 0, value: 1000, weight: 0.9 },
        { mark: 1, value: -2000, weight: 0.5 },
      ],
      positions: [
        { mark: 1, value: -2000, tiers },
        { mark: 0, value: 500, tiers },
        { mark: -1, value: 100, tiers },
      ],
      fixedRequirement: 7,
      borrow: { collateral: [{ mark: 0, value: 400, weight: 0.75 }], limit: 0.95 },
    }
    expect(attributed([test])).toEqual({
      byAsset: { [asset('btcIndex')]: 70, [asset('weth')]: expect.closeTo(10 + 100 + 100, 9) },
      unnetted: 7 + 2,
    })
    expect(attributed([{ ...test, borrow: null }])?.byAsset).toEqual({
      [asset('btcIndex')]: 70,
      [asset('weth')]: expect.closeTo(10 + 100, 9),
    })
  })

  it('splits a standard account into perps, collateral, and options that nothing nets', () => {
    const linear: CompiledTest = {
      kernel: 'standard',
      strict: true,
      cash: [{ mark: -1, value: 5000 }],
      stable: { mark: -1, value: 1 },
      credit: 0,
      markets: [
        {
          spot: 2000,
          spotMark: 0,
          perp: { size: -0.1, price: 60_010, mark: 1 },
          base: 2,
          expiries: [],
          parameters: PARAMETERS,
        },
      ],
    }
    const expected = {
      [asset('weth')]: expect.closeTo(800, 9),
      [asset('btcIndex')]: expect.closeTo(300.05, 9),
    }
    expect(attributed([linear])).toEqual({ byAsset: expected, unnetted: expect.closeTo(0, 9) })
    const [market] = linear.markets
    if (market === undefined) return
    const expiry = {
      years: 0,
      forward: 2000,
      forwardMark: 0,
      forwardFixed: 0,
      options: [{ right: 'call', size: -1, strike: 2500, impliedVolatility: 0.5 } as const],
    }
    const withOption = { ...linear, markets: [{ ...market, expiries: [expiry] }] }
    // A short call out of the money at expiry asks 9 % of spot.
    expect(attributed([withOption])).toEqual({
      byAsset: expected,
      unnetted: expect.closeTo(180, 9),
    })
  })

  it("gives the haircuts of a scenario test to their assets, the grid's to its one underlying", () => {
    const held = book({
      spotMark: 1,
      perps: [linear('perp', 1, { mark: 1 })],
      scenarios: [row(0.9)],
    })
    const other = stressCollateral('other', 200, { value: { mark: 0, value: 200 } })
    const test = stress([held], { stable: { mark: -1, value: 0.5 }, collateral: [other] })
    expect(attributed([test])).toEqual({
      byAsset: {
        [asset('weth')]: expect.closeTo(40, 9),
        [asset('btcIndex')]: expect.closeTo(8, 9),
      },
      unnetted: 0,
    })
    // One scenario hits all books at once: what they ask for together is no asset's.
    expect(attributed([{ ...test, books: [held, { ...held, name: 'second' }] }])).toEqual({
      byAsset: { [asset('weth')]: expect.closeTo(40, 9) },
      unnetted: expect.closeTo(16, 9),
    })
  })

  it('leaves out perps that are not held, and counts collateral in the settlement asset', () => {
    const test: CompiledTest = {
      kernel: 'standard',
      strict: true,
      cash: [],
      stable: { mark: -1, value: 0.5 },
      credit: 0,
      markets: [
        { spot: 2000, spotMark: 0, perp: null, base: 2, expiries: [], parameters: PARAMETERS },
      ],
    }
    expect(attributed([test])).toEqual({
      byAsset: { [asset('weth')]: expect.closeTo(8000 - 3200, 9) },
      unnetted: expect.closeTo(0, 9),
    })
  })

  it('asks nothing of equity that counts in full, and names no asset for it', () => {
    const test: CompiledTest = {
      kernel: 'maintenance',
      strict: true,
      equity: [
        { mark: 0, value: 10, weight: 1 },
        { mark: 1, value: 0, weight: 0.5 },
      ],
      positions: [],
      fixedRequirement: 7,
      borrow: null,
    }
    expect(attributed([test])).toEqual({ byAsset: {}, unnetted: 7 })
  })

  it('gives what a test without a book asks to no asset', () => {
    const other = stressCollateral('other', 200, { value: { mark: 0, value: 200 } })
    const test = stress([], { stable: { mark: -1, value: 1 }, collateral: [other] })
    expect(attributed([test])).toEqual({
      byAsset: { [asset('weth')]: expect.closeTo(20, 9) },
      unnetted: expect.closeTo(0, 9),
    })
  })

  it('has the same bits in any order of terms', () => {
    const weights = [
      { mark: 0, value: 0.1, weight: 0.3 },
      { mark: 1, value: 0.7, weight: 0.1 },
      { mark: 0, value: 0.3, weight: 0.7 },
      { mark: -1, value: 0.2, weight: 0.9 },
      { mark: 1, value: 0.1, weight: 0.2 },
      { mark: 0, value: 1.1, weight: 0.6 },
    ]
    const of = (terms: typeof weights) => {
      const collateral = terms.map(({ mark: at, value }, index) =>
        stressCollateral(`leg ${index}`, value, {
          value: { mark: at, value },
          maintenanceHaircut: value / 3,
        }),
      )
      return [
        attributed([{ ...loan(0, 0.1), collateral: terms } as CompiledTest]),
        attributed([
          {
            kernel: 'maintenance',
            strict: true,
            equity: terms,
            positions: terms.map((term) => ({ ...term, tiers })),
            fixedRequirement: 0.7,
            borrow: { collateral: terms, limit: 0.95 },
          },
        ]),
        attributed([stress([], { stable: { mark: -1, value: 0.7 }, collateral })]),
      ]
    }
    const expected = of(weights)
    fc.assert(
      fc.property(fc.shuffledSubarray(weights, { minLength: weights.length }), (turned) => {
        expect(of(turned)).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  it('is unknown where a number is, or for a row that is not there', () => {
    expect(attributeRequirement(programOf([]), 5)).toBeNull()
    const huge = {
      ...loan(1e308, 1e308),
      collateral: [{ mark: 0, value: 1e308, weight: 1e10 }],
    } as CompiledTest
    expect(attributed([huge])).toBeNull()
  })
})

describe('requirement', () => {
  it('never nets more than the exposure of the account that asks', () => {
    const program = programOf([loan(100_000, 1400)])
    const result = requirement(
      portfolioOf([ENTRY]),
      program,
      worldToday(portfolioOf([]), NOW, 'USD'),
    )
    // 25,000 is asked of ETH, of which the account holds 2,000: no more could ever be netted.
    expect(result?.siloed).toBeCloseTo(25_000, 9)
    const owned = requirement(
      portfolioOf([{ ...ENTRY, legs: [...ENTRY.legs, perp('ethIndex', '-1')] }]),
      program,
      worldToday(portfolioOf([]), NOW, 'USD'),
    )
    expect(owned?.netted).toBeCloseTo(25_000 - 4001.25 + 4001.25 * (1.25 / 4001.25), 6)
  })
})
