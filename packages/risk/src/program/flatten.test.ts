import type { StandardExpiry, StandardMarket, StandardTest } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { idOf } from '../../../../test/risk/toyWorld.js'
import { KERNELS } from '../kernels/index.js'
import { flattenTests } from './flatten.js'
import type { ProgramAccount } from './program.js'

const parameters = {
  perpRequirement: 0.05,
  baseFactor: 0.8,
  callSpotRequirement: 0.09,
  putSpotRequirement: 0.08,
  putMarkRequirement: 1.1,
  unpairedScale: 1.2,
}

function account(test: StandardTest): ProgramAccount {
  return {
    id: idOf('toy/1/options'),
    compiled: {
      account: idOf('toy/1/options'),
      marks: [],
      tests: [test],
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
