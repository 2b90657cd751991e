import type { MarketState } from '@plimsoll/model'
import { compareMargin } from '@plimsoll/risk/compare'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { adjustedVolatility, unifiedSystem } from '@plimsoll/risk/unified'
import { describe, expect, it } from 'vitest'
import { aggregateLosses } from '../../packages/risk/src/unified/aggregate.js'
import { BTC, collateral, ETH, NOW_MS, option, perp } from './toyWorld.js'
import { asked, held, MARKET, RANGE, scaledOf } from './unifiedWorld.js'

describe('adjustedVolatility', () => {
  it('is the largest of the present, the present with a quarter of stress, and the floor', () => {
    expect(adjustedVolatility({ volatility: 0.4, stressed: 1.2, floor: 0.5 })).toBeCloseTo(0.6, 15)
    expect(adjustedVolatility({ volatility: 0.2, stressed: 0.3, floor: 0.5 })).toBe(0.5)
    expect(adjustedVolatility({ volatility: 1.6, stressed: 1.2, floor: 0.5 })).toBe(1.6)
  })

  it('follows a calmer market down no further than stress and floor allow', () => {
    const calm = (volatility: number): MarketState => ({
      ...MARKET,
      volatilities: MARKET.volatilities.map((row) => ({
        ...row,
        volatility,
        stressed: 1,
        floor: 0.3,
      })),
    })
    const at = (volatility: number) =>
      asked(held(perp('ethIndex', '1')), {}, calm(volatility)).parts.underlyings[0]?.used
    expect(at(0.8)?.raw).toBe(0.8)
    expect(at(0.8)?.adjusted).toBeCloseTo(0.85, 15)
    expect(at(0.01)).toMatchObject({ raw: 0.01, adjusted: 0.3 })
  })
})

describe('unifiedSystem', () => {
  it('stands beside other systems with the same figure as the portfolio has', () => {
    const legs = [option(), perp('ethIndex', '1.2'), perp('btcIndex', '0.1')]
    const comparison = compareMargin(held(...legs), {
      systems: [unifiedSystem(MARKET)],
      nowMs: NOW_MS,
    })
    const [row] = comparison.systems
    if (row?.ok !== true) throw new RangeError('no row')
    const { maintenance, initial, parts } = asked(held(...legs))
    expect(row.name).toBe('Plimsoll unified')
    expect(row.maintenance?.requirement).toBeCloseTo(maintenance ?? NaN, 9)
    expect(row.initial?.requirement).toBeCloseTo(initial ?? NaN, 9)
    expect(row.maintenance?.saving).toBeGreaterThan(0.1)
    expect(row.worst).toEqual({ ...parts.worst, label: 'each underlying its own worst' })
    expect(parts.worst?.label).toMatch(/^spot:BTC: spot −8\.1 %.*; spot:ETH: .*; together$/)
    expect(row.contributions.map(({ leg }) => leg).sort()).toEqual(
      parts.contributions.map(({ leg }) => leg),
    )
  })

  it('is labelled where its calibration is the shipped one', () => {
    const { name, source } = unifiedSystem(DEFAULT_MARKET_STATE)
    expect(name).toBe('Plimsoll unified (default calibration)')
    expect(source).toMatch(/as of 2026-11-24, until 2027-02-22$/)
  })

  it('says what it leaves out, how it was made, and which of its calibration is the shipped one', () => {
    const calibrated = (...kinds: readonly ('default' | 'observed')[]): MarketState => ({
      ...MARKET,
      volatilities: MARKET.volatilities.map((row, index) => ({
        ...row,
        calibration: kinds[index] ?? 'observed',
      })),
    })
    expect(unifiedSystem(MARKET)).toMatchObject({
      id: 'unified',
      fidelity: { grade: 'modelled' },
      notModelled: ['pegs of spot'],
    })
    expect(unifiedSystem(calibrated('default', 'observed')).name).toBe('Plimsoll unified')
    expect(unifiedSystem(calibrated('default', 'default')).name).toMatch(/default calibration/)
  })

  it('gives the profit of each leg in what binds, a gain of a hedge among them', () => {
    const legs = [perp('ethIndex', '10'), { ...perp('ethIndex', '-4'), id: 'hedge' }]
    const [row] = compareMargin(held(...legs), {
      systems: [unifiedSystem(MARKET)],
      nowMs: NOW_MS,
    }).systems
    if (row?.ok !== true) throw new RangeError('no row')
    const profits = new Map(row.contributions.map(({ leg, profit }) => [leg, profit]))
    const fall = 2001.25 * (1 - Math.exp(-RANGE.eth))
    expect(profits.get('toy/1/a#perp-ethIndex')).toBeCloseTo(-10 * fall, 8)
    expect(profits.get('toy/1/a#hedge')).toBeCloseTo(4 * fall, 8)
    expect(row.worst?.label).toBe('spot −10.9 %, volatility 0 %')
  })

  it('has no worst case, and no profit of −0, where nothing is lost', () => {
    const legs = [perp('ethIndex', '1'), { ...perp('ethIndex', '-1'), id: 'hedge' }]
    const [row] = compareMargin(held(...legs), {
      systems: [unifiedSystem(MARKET)],
      nowMs: NOW_MS,
    }).systems
    if (row?.ok !== true) throw new RangeError('no row')
    expect(row.worst).toBeNull()
    for (const { profit } of row.contributions) expect(Object.is(profit, -0)).toBe(false)
  })

  it('asks the sum of parts that add up', () => {
    const margin = asked(held(perp('ethIndex', '3'), collateral('usdc', '100')))
    expect(scaledOf(margin)).toBe(margin.maintenance)
  })
})

describe('aggregateLosses', () => {
  const two = (a: number, b: number, correlation: number) =>
    aggregateLosses(
      [
        { factor: BTC, isKnown: true, fall: a, rise: 0 },
        { factor: ETH, isKnown: true, fall: b, rise: 0 },
      ],
      () => correlation,
      0,
    ).amount

  it('meets published totals of ISDA SIMM without stress', () => {
    // simm-lib, SimmTenDayTest C58, C59 and C56 (SIMM 2.5), in USD.
    expect(Math.abs(two(288e6, 66e6, 0.6633) - 335_434_066)).toBeLessThan(1)
    expect(Math.abs(two(224e6, 222e6, 0.69) - 409_981_268)).toBeLessThan(1)
    expect(Math.abs(two(132e6, 198e6, 0.99) - 329_207_047)).toBeLessThan(1)
  })
})
