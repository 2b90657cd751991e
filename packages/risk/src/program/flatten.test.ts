import type {
  CompiledTest,
  MaintenanceTest,
  StandardExpiry,
  StandardMarket,
  StandardTest,
  ThresholdTest,
} from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { toySystem } from '../../../../test/risk/toyMarginSystem.js'
import {
  idOf,
  NOW,
  option,
  portfolioOf,
  account as toyAccount,
} from '../../../../test/risk/toyWorld.js'
import { positionsOf, scenarioTestOf } from '../compare/index.js'
import { KERNELS } from '../kernels/index.js'
import { flattenTests } from './flatten.js'
import type { FlatTests, ProgramAccount } from './program.js'
import { COMBINE, OPCODE } from './program.js'

const parameters = {
  perpRequirement: 0.05,
  baseFactor: 0.8,
  callSpotRequirement: 0.09,
  putSpotRequirement: 0.08,
  putMarkRequirement: 1.1,
  unpairedScale: 1.2,
}

function account(...tests: readonly CompiledTest[]): ProgramAccount {
  return {
    id: idOf('toy/1/options'),
    compiled: {
      account: idOf('toy/1/options'),
      marks: [],
      tests,
      combine: 'any',
      errorBound: 0,
    },
    error: null,
    // The account's marks 0, 1 and 2 are the program's marks 5, 3 and 4.
    marks: Uint32Array.from([5, 3, 4]),
  }
}

const expiry = (years: number, forward: number): StandardExpiry => ({
  years,
  forward,
  forwardMark: 2,
  forwardFixed: 1,
  options: [
    { right: 'call', size: -1, strike: 2000, impliedVolatility: 0.5 },
    { right: 'put', size: -1, strike: 2000, impliedVolatility: 0.5 },
    { right: 'call', size: 2, strike: 2000, impliedVolatility: 0.5 },
    { right: 'call', size: 2, strike: 2000, impliedVolatility: 0.6 },
    { right: 'call', size: -1, strike: 1800, impliedVolatility: 0.7 },
  ],
})
const market = (spotMark: number, spot: number, base: number): StandardMarket => ({
  spot,
  spotMark,
  perp: { size: 1, price: spot, mark: 1 },
  base,
  parameters,
  expiries: [expiry(0.2, 2100), expiry(0.1, 2100), expiry(0.1, 2050)],
})
const test: StandardTest = {
  kernel: 'standard',
  strict: true,
  cash: [
    { mark: 0, value: 2 },
    { mark: -1, value: 9 },
    { mark: 0, value: 1 },
    { mark: 1, value: 7 },
  ],
  stable: { mark: 2, value: 1 },
  credit: 0,
  markets: [market(0, 2000, 1), market(1, 60_000, 1), market(1, 60_000, -1), market(1, 50_000, 3)],
  pinned: [0, 1],
}

const reversed = <Item>(items: readonly Item[]): readonly Item[] => [...items].reverse()

describe('flattenTests', () => {
  const flat = flattenTests([account(test)], 9, KERNELS).standard[0]

  it('puts a standard test on the marks of the program, in canonical order', () => {
    expect(flat?.cash).toEqual([
      { mark: 3, value: 7 },
      { mark: 5, value: 1 },
      { mark: 5, value: 2 },
      { mark: 9, value: 9 },
    ])
    expect(flat?.stable).toEqual({ mark: 4, value: 1 })
    expect(flat?.pinned).toEqual([3, 5])
    expect(flat?.markets.map(({ spotMark, spot, base }) => [spotMark, spot, base])).toEqual([
      [3, 50_000, 3],
      [3, 60_000, -1],
      [3, 60_000, 1],
      [5, 2000, 1],
    ])
    const [first] = flat?.markets ?? []
    expect(first?.perp?.mark).toBe(3)
    expect(
      first?.expiries.map(({ years, forward, forwardMark }) => [years, forward, forwardMark]),
    ).toEqual([
      [0.1, 2050, 4],
      [0.1, 2100, 4],
      [0.2, 2100, 4],
    ])
    expect(first?.expiries[0]?.options).toEqual([
      { right: 'call', size: -1, strike: 1800, impliedVolatility: 0.7 },
      { right: 'call', size: -1, strike: 2000, impliedVolatility: 0.5 },
      { right: 'call', size: 2, strike: 2000, impliedVolatility: 0.5 },
      { right: 'call', size: 2, strike: 2000, impliedVolatility: 0.6 },
      { right: 'put', size: -1, strike: 2000, impliedVolatility: 0.5 },
    ])
  })

  it('is the same in any order', () => {
    const other: StandardTest = {
      ...test,
      cash: reversed(test.cash),
      pinned: reversed(test.pinned ?? []),
      markets: reversed(test.markets).map((item) => ({
        ...item,
        expiries: reversed(item.expiries).map((entry) => ({
          ...entry,
          options: reversed(entry.options),
        })),
      })),
    }
    expect(flattenTests([account(other)], 9, KERNELS).standard[0]).toEqual(flat)
  })

  it('leaves out what is not there', () => {
    const [only] = test.markets
    const bare: StandardTest = {
      kernel: 'standard',
      strict: false,
      cash: [],
      stable: { mark: -1, value: 1 },
      credit: 0,
      markets: only === undefined ? [] : [{ ...only, perp: null }],
    }
    const { standard, strict } = flattenTests([account(bare)], 9, KERNELS)
    expect(standard[0]?.markets[0]?.perp).toBeNull()
    expect(standard[0]?.stable.mark).toBe(9)
    expect(standard[0]).not.toHaveProperty('pinned')
    expect([...strict]).toEqual([0])
  })
})

/** Terms of one side of a test, as mark, value, weight and their product. */
function termsOf(flat: FlatTests, side: number): readonly (readonly number[])[] {
  const terms: number[][] = []
  for (let term = flat.range[side] ?? 0; term < (flat.range[side + 1] ?? 0); term++) {
    const row = [flat.termMark, flat.termValue, flat.termWeight, flat.termWeighted]
    terms.push(row.map((column) => column[term] ?? NaN))
  }
  return terms
}

const loan: ThresholdTest = {
  kernel: 'threshold',
  strict: true,
  // Marks 0 and 1 are 5 and 3 in the program; a mark of −1 does not move.
  collateral: [
    { mark: 0, value: 100, weight: 0.8 },
    { mark: 1, value: 70, weight: 0.5 },
    { mark: 0, value: 50, weight: 0.6 },
    { mark: 0, value: 30, weight: 0.8 },
    { mark: -1, value: 10, weight: 0.9 },
  ],
  debt: [
    { mark: 0, value: 20 },
    { mark: 1, value: 5 },
    { mark: 0, value: 7 },
  ],
  averageStep: null,
}
const tiers = [
  { from: 0, rate: 0.01, deduction: 0 },
  { from: 1000, rate: 0.02, deduction: 10 },
]
const perps: MaintenanceTest = {
  kernel: 'maintenance',
  strict: false,
  equity: [
    { mark: 0, value: 10, weight: 1 },
    { mark: -1, value: 500, weight: 1 },
    { mark: 0, value: -4, weight: 0.5 },
  ],
  positions: [
    { mark: 0, value: -10, tiers },
    { mark: 1, value: 30, tiers: tiers.slice(0, 1) },
    { mark: 0, value: -90, tiers: tiers.slice(0, 1) },
  ],
  fixedRequirement: 12,
  borrow: null,
}

describe('flattenTests of loans', () => {
  it('adds up what moves together, in the order of marks', () => {
    const flat = flattenTests([account(loan)], 9, KERNELS)
    expect([...flat.opcode]).toEqual([OPCODE.threshold])
    expect([...flat.limit]).toEqual([0])
    const collateral = termsOf(flat, 0)
    expect(collateral.map(([mark]) => mark)).toEqual([3, 5, 9])
    for (const [index, worth] of [35, 134, 9].entries()) {
      expect(collateral[index]?.[3]).toBeCloseTo(worth, 12)
      expect(collateral[index]?.[2]).toBe(1)
    }
    expect(termsOf(flat, 1)).toEqual([
      [3, 5, 1, 5],
      [5, 27, 1, 27],
    ])
  })

  it('keeps weights apart where the venue averages them, in steps', () => {
    const flat = flattenTests([account({ ...loan, averageStep: 0.1 })], 9, KERNELS)
    expect([...flat.opcode]).toEqual([OPCODE.averagedThreshold])
    expect([...flat.constant]).toEqual([0.1])
    expect(termsOf(flat, 0)).toEqual([
      [3, 70, 5, 350],
      [5, 50, 6, 300],
      [5, 130, 8, 1040],
      [9, 10, 9, 90],
    ])
  })

  it.each([null, 0.1])('is the same in any order, to the last bit: step %s', (averageStep) => {
    const uneven: ThresholdTest = {
      ...loan,
      averageStep,
      collateral: [0.1, 0.7, 0.2, 1e9, 0.3].map((value) => ({ mark: 0, value, weight: 0.5 })),
      debt: [0.1, 0.7, 0.2, 1e9, 0.3].map((value) => ({ mark: 0, value })),
    }
    for (const test of [{ ...loan, averageStep }, uneven]) {
      const other = {
        ...test,
        collateral: reversed(test.collateral),
        debt: reversed(test.debt),
      }
      expect(flattenTests([account(other)], 9, KERNELS)).toEqual(
        flattenTests([account(test)], 9, KERNELS),
      )
    }
  })
})

describe('flattenTests of perps', () => {
  const flat = flattenTests([account(perps)], 9, KERNELS)

  it('puts positions by mark, then by value, each with its tiers and its size without sign', () => {
    expect([...flat.positionMark]).toEqual([3, 5, 5])
    expect([...flat.positionValue]).toEqual([30, 90, 10])
    expect([...flat.positionStart]).toEqual([0, 3])
    expect([...flat.tierStart]).toEqual([0, 1, 2, 4])
    expect([...flat.tierFrom]).toEqual([0, 0, 0, 1000])
    expect([...flat.tierRate]).toEqual([0.01, 0.01, 0.01, 0.02])
    expect([...flat.tierDeduction]).toEqual([0, 0, 0, 10])
  })

  it('holds equity, and what is required at any price', () => {
    expect(termsOf(flat, 0)).toEqual([
      [5, 8, 1, 8],
      [9, 500, 1, 500],
    ])
    expect(termsOf(flat, 1)).toEqual([])
    expect([...flat.constant]).toEqual([12])
    expect([...flat.strict]).toEqual([0])
    expect([...flat.opcode]).toEqual([OPCODE.maintenance])
  })

  it('holds what a borrow is judged by', () => {
    const borrow = { collateral: [{ mark: 1, value: 40, weight: 0.5 }], limit: 0.95 }
    const borrowed = flattenTests([account({ ...perps, borrow })], 9, KERNELS)
    expect([...borrowed.opcode]).toEqual([OPCODE.borrowMaintenance])
    expect([...borrowed.limit]).toEqual([0.95])
    expect(termsOf(borrowed, 1)).toEqual([[3, 20, 1, 20]])
  })

  it('is the same in any order', () => {
    const other = {
      ...perps,
      equity: reversed(perps.equity),
      positions: reversed(perps.positions),
    }
    expect(flattenTests([account(other)], 9, KERNELS)).toEqual(flat)
  })
})

describe('flattenTests of several accounts', () => {
  const scenario = scenarioTestOf(
    positionsOf(portfolioOf([toyAccount('a', 'toy-perps', [option()])]), NOW),
    toySystem(),
  )
  const unknown: ProgramAccount = { ...account(), compiled: null }
  const flat = flattenTests([account(loan, test), unknown, account(scenario, perps)], 9, KERNELS)

  it('keeps tests in the order of accounts, with places for those of other kernels', () => {
    expect([...flat.accountStart]).toEqual([0, 2, 2, 4])
    expect([...flat.combine]).toEqual([COMBINE.any, COMBINE.unknown, COMBINE.any])
    expect([...flat.opcode]).toEqual([
      OPCODE.threshold,
      OPCODE.standard,
      OPCODE.scenario,
      OPCODE.maintenance,
    ])
    expect([...flat.constant]).toEqual([0, 0, 0, 12])
    expect([...flat.limit]).toEqual([0, 0, 0, 0])
    expect(flat.standard.map((each) => each?.kernel ?? null)).toEqual([
      null,
      'standard',
      null,
      null,
    ])
    expect(flat.scenario.map((each) => each?.kernel ?? null)).toEqual([
      null,
      null,
      'scenario',
      null,
    ])
    // Two sides of each test; those of other kernels are empty.
    expect([...flat.range]).toEqual([0, 3, 5, 5, 5, 5, 5, 7, 7])
  })

  it('leaves out the tests of a kernel that is not there', () => {
    const bare = flattenTests([account(test, scenario)], 9, {})
    expect(bare.standard).toEqual([null, null])
    expect(bare.scenario).toEqual([null, null])
  })
})
