import { InvalidRuleError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { Pair } from './amounts.js'
import type { EngineParameters } from './engine.js'
import { type Holdings, isSolvent, type Margin, marginAt, solvencyTests } from './margin.js'

const ENGINE: EngineParameters = {
  sellerRatio: 2_000_000n,
  buyerRatio: 1_000_000n,
  loanMargin: 1_000_000n,
  targetUtilization: 6_666_667n,
  saturatedUtilization: 9_000_000n,
  crossBuffers: [5_000_000n, 2_500_000n],
  maxBonus: 2_000_000n,
  decreaseBuffer: 10_666_667n,
  maxTicksDelta: 724n,
}
const ONE = 10_000_000n

const marginOf = (balance: Pair, required: Pair, utilizations: Pair = [0n, 0n]): Margin => ({
  balance,
  required,
  utilizations,
})
const testsAt = (tick: number, margin: Margin, buffer = ONE): readonly (readonly bigint[])[] =>
  solvencyTests(ENGINE, margin, tick, buffer).map(({ resource, requirement }) => [
    resource,
    requirement,
  ])

describe('solvencyTests', () => {
  it('lends the crossing part of a surplus, rounded down, to the other token', () => {
    expect(testsAt(0, marginOf([0n, 103n], [50n, 0n]))).toEqual([
      [25n, 50n],
      [103n, 0n],
    ])
    expect(testsAt(0, marginOf([101n, 0n], [0n, 50n]))).toEqual([
      [101n, 0n],
      [50n, 50n],
    ])
    expect(testsAt(0, marginOf([101n, 0n], [0n, 50n], [9_250n, 0n]))).toEqual([
      [101n, 0n],
      [25n, 50n],
    ])
  })

  it('takes the surplus above the raised requirement, which rounds up', () => {
    expect(testsAt(0, marginOf([11n, 0n], [1n, 1n], [0n, 0n]), 10_666_667n)).toEqual([
      [11n, 2n],
      [4n, 2n],
    ])
  })

  it('counts in token0 below tick 0 and in token1 from there', () => {
    const units = (tick: number) =>
      solvencyTests(ENGINE, marginOf([1n, 1n], [1n, 1n]), tick).map(({ unit }) => unit)
    expect(units(-1)).toEqual([0, 0])
    expect(units(0)).toEqual([1, 1])
    expect(units(1)).toEqual([1, 1])
  })

  it('rounds what is held down and what is required up when it converts', () => {
    // One unit of token0 is 2.718… of token1, of which 2 are held and 3 required.
    expect(testsAt(10_000, marginOf([1n, 0n], [1n, 0n]))).toEqual([
      [2n, 3n],
      [0n, 0n],
    ])
    expect(testsAt(-10_000, marginOf([0n, 1n], [0n, 1n]))).toEqual([
      [0n, 0n],
      [2n, 3n],
    ])
    expect(testsAt(10_000, marginOf([3n, 0n], [1n, 0n]))[1]).toEqual([2n, 0n])
    expect(testsAt(-10_000, marginOf([0n, 5n], [0n, 1n]))[0]).toEqual([2n, 0n])
  })
})

const HOLDINGS: Holdings = {
  positions: [],
  assets: [0n, 0n],
  interest: [0n, 0n],
  shortPremia: [0n, 0n],
  longPremia: [0n, 0n],
}

describe('isSolvent', () => {
  it('needs both tokens to meet their requirement, equality included', () => {
    const at = (assets: Pair, longPremia: Pair): boolean =>
      isSolvent(ENGINE, { ...HOLDINGS, assets, longPremia }, 0)
    expect(at([10n, 10n], [10n, 10n])).toBe(true)
    expect(at([9n, 10n], [10n, 10n])).toBe(false)
    expect(at([10n, 9n], [10n, 10n])).toBe(false)
    expect(at([9n, 14n], [10n, 10n])).toBe(true)
    expect(at([9n, 13n], [10n, 10n])).toBe(false)
  })
})

describe('marginAt', () => {
  it('pays interest from the assets', () => {
    const margin = marginAt(ENGINE, { ...HOLDINGS, assets: [7n, 9n], interest: [7n, 2n] }, 0)
    expect(margin).toEqual(marginOf([0n, 7n], [0n, 0n]))
  })

  it('requires the assets themselves when the interest is more', () => {
    const holdings = {
      ...HOLDINGS,
      assets: [7n, 0n],
      interest: [8n, 3n],
      shortPremia: [2n, 1n],
    } as const
    expect(marginAt(ENGINE, holdings, 0)).toEqual(marginOf([2n, 1n], [7n, 0n]))
  })

  it('refuses what does not fit the venue’s words', () => {
    const most = (1n << 128n) - 1n
    expect(marginAt(ENGINE, { ...HOLDINGS, assets: [most, 0n] }, 0).balance[0]).toBe(most)
    const more = { ...HOLDINGS, assets: [most, 0n], shortPremia: [1n, 0n] } as const
    expect(() => marginAt(ENGINE, more, 0)).toThrow(InvalidRuleError)
  })
})
