import type { Leg } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  account,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  NOW_MS,
  option,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { black76Price } from '../pricing/black76.js'
import type { MarginSystem, SpanParameters } from './index.js'
import { compareMargin, MarginSystemError, positionsOf, spanScenarios, spanStyle } from './index.js'

const PARAMETERS: SpanParameters = {
  priceScanRange: 0.15,
  volatilityScanRange: 0.3,
  extremeMove: 3,
  extremeCover: 0.33,
  shortOptionMinimum: 0.01,
  initialFactor: 1.1,
}
const span = spanStyle((underlying) => (underlying === ETH ? PARAMETERS : null))
const held = (...legs: readonly Leg[]) => portfolioOf([account('toy/1/a', 'toy-perps', legs)])
const compared = (portfolio: ReturnType<typeof held>, system = span) => {
  const [row] = compareMargin(portfolio, { systems: [system], nowMs: NOW_MS }).systems
  if (row?.ok !== true) throw row?.error ?? new RangeError('no row')
  return row
}

describe('spanScenarios', () => {
  it('are fourteen thirds of the range and two extremes', () => {
    const rows = spanScenarios(PARAMETERS)
    expect(rows).toHaveLength(16)
    expect(rows.filter(({ weight }) => weight === 1)).toHaveLength(14)
    expect(rows.at(-2)).toMatchObject({ spot: 1.45, volatility: 0, weight: 0.33 })
    expect(rows.at(-1)).toMatchObject({ spot: 0.55, volatility: 0, weight: 0.33 })
  })

  it('never take a price below 0', () => {
    const [last] = spanScenarios({ ...PARAMETERS, priceScanRange: 0.5 }).slice(-1)
    expect(last?.spot).toBe(0)
  })

  it('scan every third of the range either way, with volatility up and down', () => {
    const rows = spanScenarios({ ...PARAMETERS, priceScanRange: 0.3 })
    const moves = rows.slice(0, 14).map(({ spot, volatility }) => [spot, volatility])
    const expected = [1, 1.1, 0.9, 1.2, 0.8, 1.3, 0.7].flatMap((spot) => [
      [spot, 0.3],
      [spot, -0.3],
    ])
    for (const [index, [spot = NaN, volatility = NaN]] of expected.entries()) {
      expect(moves[index]?.[0]).toBeCloseTo(spot, 14)
      expect(moves[index]?.[1]).toBe(volatility)
    }
    // No tail relieves what a future loses.
    expect(rows.some(({ extended }) => extended)).toBe(false)
  })
})

describe('spanStyle', () => {
  it('says that it is modelled, and what it leaves out', () => {
    expect(span).toMatchObject({ id: 'span', fidelity: { grade: 'modelled' } })
    expect(span.notModelled.join()).toMatch(/calendar spread.*delivery.*inter-commodity/)
    expect(compared(held(option()))).toMatchObject({
      id: 'span',
      name: 'SPAN-style',
      source: span.source,
      notModelled: span.notModelled,
    })
  })
})

describe('compareMargin', () => {
  it('asks for a sold call what the worst of sixteen scenarios costs', () => {
    const price = (move: number, volatility: number) =>
      black76Price({
        right: 'call',
        forward: 2001.25 * (1 + move),
        strike: 2200,
        volatility,
        years: 0.25,
        discount: 1,
      })
    const today = price(0, 0.6)
    const losses = [0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1, -1].flatMap((third) =>
      [0.78, 0.42].map((volatility) => 3 * (price(third * 0.15, volatility) - today)),
    )
    const extreme = 0.33 * 3 * (price(0.45, 0.6) - today)
    const row = compared(held(option()))
    expect(row.maintenance?.requirement).toBeCloseTo(Math.max(...losses, extreme), 9)
    expect(row.initial?.requirement).toBeCloseTo(1.1 * Math.max(...losses, extreme), 9)
    expect(row.worst?.label).toBe('spot +15 %, volatility +30 %')
  })

  it('asks at least the short-option minimum', () => {
    const row = compared(held(option({ strike: parseAmount('90000') })))
    expect(row.maintenance?.requirement).toBeCloseTo(3 * 0.01 * 2000, 9)
    expect(row.worst?.label).toBe('a charge beside the scenarios')
  })

  it('shows what a hedge on another account saves, which no venue grants', () => {
    const hedged = portfolioOf([
      account('toy/1/options', 'toy-perps', [option()]),
      account('toy/1/perps', 'toy-perps', [perp('ethIndex', '1.2')]),
    ])
    const row = compared(hedged)
    const alone = [held(option()), held(perp('ethIndex', '1.2'))].map(
      (portfolio) => compared(portfolio).maintenance?.requirement ?? 0,
    )
    expect(row.maintenance?.isolated).toBeCloseTo((alone[0] ?? 0) + (alone[1] ?? 0), 9)
    const { requirement = NaN, isolated = NaN, saving } = row.maintenance ?? {}
    expect(saving).toBeGreaterThan(0.3)
    expect(saving).toBeCloseTo(1 - requirement / isolated, 14)
    // The initial margin is a tenth more, alone and together.
    expect(row.initial?.isolated).toBeCloseTo(1.1 * isolated, 9)
    expect(row.initial?.saving).toBeCloseTo(saving ?? NaN, 12)
    expect(row.contributions.map(({ leg }) => leg).sort()).toEqual([
      'toy/1/options#option',
      'toy/1/perps#perp-ethIndex',
    ])
  })

  it('says of a system that does not list an underlying that it cannot judge, not less', () => {
    const { systems } = compareMargin(held(option(), perp('btcIndex', '1')), {
      systems: [span],
      nowMs: NOW_MS,
    })
    expect(systems[0]).toMatchObject({ ok: false, error: { name: 'MarginSystemError' } })
    expect(() => span.require(positionsOf(held(perp('btcIndex', '1')), 0))).toThrow(
      MarginSystemError,
    )
  })

  it('has no saving of a margin that the system does not ask', () => {
    const maintenanceOnly: MarginSystem = {
      ...span,
      require: (positions) => ({ ...span.require(positions), initial: null }),
    }
    const row = compared(held(option()), maintenanceOnly)
    expect(row.initial).toBeNull()
    expect(row.maintenance?.requirement).toBeGreaterThan(0)
  })

  it('lets pass what is no refusal of the system', () => {
    const broken = {
      ...span,
      require: () => {
        throw new RangeError('a bug')
      },
    }
    const options = { systems: [broken], nowMs: NOW_MS }
    expect(() => compareMargin(held(option()), options)).toThrow(RangeError)
  })

  it('is incomplete with a position that cannot be placed, and names it', () => {
    const comparison = compareMargin(
      held(option({ impliedVolatility: null }), perp('pool', '1'), perp('ethIndex', '1')),
      { systems: [span], nowMs: NOW_MS },
    )
    expect(comparison.complete).toBe(false)
    expect(comparison.positions.unplaced).toMatchObject(
      [
        { leg: 'toy/1/a#option', message: /volatility/ },
        { leg: 'toy/1/a#perp-pool', message: /one for one/ },
      ].map(({ leg, message }) => ({ leg, message: expect.stringMatching(message) as string })),
    )
  })

  it('asks nothing where there is nothing, and has no saving then', () => {
    const row = compared(held(cash('1000')))
    expect(row.maintenance).toEqual({ requirement: 0, isolated: 0, saving: null })
    expect(row.worst).toBeNull()
  })

  it('counts spot that is held or owed on demand', () => {
    const loan = held(collateral('weth', '3'), debt('usdc', '900'), perp('ethIndex', '-3'))
    const kinds = (positions: 'derivatives' | 'derivatives-and-spot') =>
      compareMargin(loan, { systems: [span], nowMs: NOW_MS, positions })
    expect(kinds('derivatives').positions.underlyings[0]?.linear).toHaveLength(1)
    const both = kinds('derivatives-and-spot')
    expect(both.positions.underlyings.map(({ underlying }) => underlying)).toEqual([ETH])
    expect(both.complete).toBe(true)
    const [row] = both.systems
    // The venue's index and the market's price of the same coin differ by 1.25 USD.
    expect(row?.ok === true && row.maintenance?.requirement).toBeCloseTo(3 * 1.25 * 0.15, 9)
  })

  it('never asks more than for every leg alone, in whatever order the legs come', () => {
    const leg = fc.record({
      right: fc.constantFrom('call' as const, 'put' as const),
      strike: fc.integer({ min: 1000, max: 4000 }),
      size: fc.integer({ min: -50, max: 50 }).filter((size) => size !== 0),
    })
    fc.assert(
      fc.property(fc.array(leg, { minLength: 1, maxLength: 6 }), (made) => {
        const legs = made.map(({ right, strike, size }, index) =>
          option({
            id: `option-${index}`,
            right,
            strike: parseAmount(String(strike)),
            size: parseAmount(String(size)),
          }),
        )
        const { maintenance } = compared(held(...legs))
        const isolated = maintenance?.isolated ?? NaN
        expect(maintenance?.requirement).toBeLessThanOrEqual(isolated * (1 + 1e-12))
        expect(compared(held(...legs.toReversed())).maintenance).toEqual(maintenance)
      }),
      { numRuns: 50 },
    )
  })

  it('lists two underlyings apart, without credit between them', () => {
    const both = spanStyle(() => PARAMETERS)
    const portfolio = held(perp('ethIndex', '10'), perp('btcIndex', '-0.5'))
    const row = compared(portfolio, both)
    expect(row.maintenance?.requirement).toBeCloseTo(0.15 * (10 * 2001.25 + 0.5 * 60_010), 9)
    expect(row.worst?.label).toBe('each underlying its own worst')
    expect(positionsOf(portfolio, 0).underlyings.map(({ underlying }) => underlying)).toEqual([
      BTC,
      ETH,
    ])
  })
})
