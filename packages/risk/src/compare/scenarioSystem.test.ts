import type { Leg } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { toySystem } from '../../../../test/risk/toyMarginSystem.js'
import { account, NOW, option, perp, portfolioOf } from '../../../../test/risk/toyWorld.js'
import { black76Price } from '../pricing/black76.js'
import type { ScenarioSystem } from './index.js'
import {
  MarginSystemError,
  positionsOf,
  scenarioLabel,
  scenarioMargin,
  scenarioSystem,
  scenarioTestOf,
  undiscounted,
} from './index.js'

const held = (...legs: readonly Leg[]) =>
  positionsOf(portfolioOf([account('a', 'toy-perps', legs)]), NOW)
const marginOf = (legs: readonly Leg[], system: ScenarioSystem) =>
  scenarioSystem(system).require(held(...legs))

/** A call on the toy world's forward, worth this much at a volatility of 60 %. */
const callAt = (forward: number, volatility = 0.6) =>
  black76Price({ right: 'call', forward, strike: 2200, volatility, years: 0.25, discount: 1 })

/** Every mark in a test, wherever it stands. */
function marksIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    ['mark', 'spotMark', 'forwardMark'].includes(key) ? [inner] : marksIn(inner),
  )
}

describe('scenarioTestOf', () => {
  it('depends on no mark: the positions carry their prices', () => {
    const test = scenarioTestOf(held(option(), perp('ethIndex', '2')), toySystem())
    const marks = marksIn(test)
    expect(marks).toHaveLength(5)
    expect(new Set(marks)).toEqual(new Set([-1]))
  })

  it('holds the positions and nothing else', () => {
    const test = scenarioTestOf(held(option(), perp('ethIndex', '2')), toySystem())
    expect(test).toMatchObject({ cash: [], collateral: [], depeg: null, strict: true })
    expect(test.stable.value).toBe(1)
    expect(test.books).toMatchObject([{ expiries: [{ futures: [], options: [{ size: -3 }] }] }])
    expect(test.books[0]?.perps).toMatchObject([{ size: 2, delta: 1, limitPrice: null }])
    // Cash or collateral would add to what is left of equity.
    expect(scenarioMargin(scenarioTestOf(held(), toySystem()))).toMatchObject({
      initial: 0,
      maintenance: 0,
    })
  })

  it('refuses an underlying without rules', () => {
    const positions = held(perp('ethIndex', '2'))
    const unlisted = toySystem({ rules: () => null })
    expect(() => scenarioTestOf(positions, unlisted)).toThrow(MarginSystemError)
    expect(() => scenarioTestOf(positions, unlisted)).toThrow(/Toy has no parameters for spot:ETH/)
  })
})

describe('scenarioSystem', () => {
  it('says of itself what it was given', () => {
    const about = {
      id: 'x',
      name: 'X',
      fidelity: { grade: 'modelled' as const },
      source: 'y, 2026-11-30',
      notModelled: ['delivery'],
    }
    expect(scenarioSystem(toySystem(about))).toMatchObject(about)
  })

  it('loses against the quoted price only where the system measures from it', () => {
    const quoted = option({ price: parseAmount('200') })
    const [fromModel, fromQuote] = (['model', 'quote'] as const).map(
      (against) => marginOf([quoted], toySystem({}, { against })).maintenance ?? NaN,
    )
    // Three calls sold: measured from a higher price, the same worst price is a smaller loss.
    const worst = callAt(2001.25 * 1.15, 0.6 * 1.3)
    expect(fromModel).toBeCloseTo(0.8 * 3 * (worst - callAt(2001.25)), 9)
    expect(fromQuote).toBeCloseTo(0.8 * 3 * (worst - 200), 9)
  })

  it('discounts the prices of an option as the rules say at its time to expiry', () => {
    const years: number[] = []
    const discounts = (time: number) => {
      years.push(time)
      return { discount: 0.5, gain: 1, loss: 1 }
    }
    const plain = marginOf([option()], toySystem({}, { discounts: undiscounted }))
    const halved = marginOf([option()], toySystem({}, { discounts }))
    expect(halved.maintenance).toBeCloseTo((plain.maintenance ?? NaN) / 2, 9)
    expect(years).toEqual([0.25])
  })

  it('limits the move of perps in a tail', () => {
    const tail = { spot: 0.5, volatility: 0, skew: 'none', weight: 1, extended: true } as const
    const lost = (perpMoveLimit: number | null) =>
      marginOf([perp('ethIndex', '1')], toySystem({}, { perpMoveLimit }, { scenarios: [tail] }))
    expect(lost(null).initial).toBeCloseTo(2001.25 * 0.5, 9)
    expect(lost(0.2).initial).toBeCloseTo(2001.25 * 0.2, 9)
  })

  it('asks initial and maintenance by their factors', () => {
    const margin = marginOf([perp('ethIndex', '1')], toySystem())
    const loss = 2001.25 * 0.15
    expect(margin.initial).toBeCloseTo(loss, 9)
    expect(margin.maintenance).toBeCloseTo(0.8 * loss, 9)
    expect(margin.contributions).toMatchObject([{ leg: 'a#perp-ethIndex' }])
    expect(margin.contributions[0]?.profit).toBeCloseTo(-loss, 9)
  })
})

describe('the worst case', () => {
  const minimum = (base: number) => ({
    contingencies: [
      {
        kind: 'static' as const,
        name: 'least',
        apply: 'competes' as const,
        margin: 'both' as const,
        perp: base,
        base: 0,
        nakedShort: 0,
      },
    ],
  })
  const worstOf = (legs: readonly Leg[], ...made: Parameters<typeof toySystem>) =>
    marginOf(legs, toySystem(...made)).worst

  it('is none where nothing is lost', () => {
    expect(worstOf([])).toBeNull()
    expect(worstOf([], { across: 'worst' })).toBeNull()
    expect(worstOf([perp('ethIndex', '1'), { ...perp('ethIndex', '-1'), id: 'other' }])).toBeNull()
  })

  it('is the scenario with its loss, before the factor', () => {
    for (const across of ['scenario', 'worst'] as const) {
      const worst = worstOf([perp('ethIndex', '1')], { across })
      expect(worst?.label).toBe('spot −15 %, volatility +30 %')
      expect(worst?.scenario?.spot).toBeCloseTo(0.85, 14)
      expect(worst?.loss).toBeCloseTo(2001.25 * 0.15, 9)
    }
  })

  it('is one scenario of both underlyings where they net, else the worst of each', () => {
    const both = [perp('ethIndex', '1'), perp('btcIndex', '1')]
    expect(worstOf(both)?.label).toBe('spot −15 %, volatility +30 %')
    expect(worstOf(both, { across: 'worst' })).toMatchObject({
      label: 'each underlying its own worst',
      scenario: null,
    })
  })

  it('is a charge where one is larger than every scenario, and not where one is smaller', () => {
    for (const across of ['scenario', 'worst'] as const) {
      const charged = worstOf([perp('ethIndex', '1')], { across }, {}, minimum(0.4))
      expect(charged).toMatchObject({ label: 'a charge beside the scenarios', scenario: null })
      expect(charged?.loss).toBeCloseTo(2001.25 * 0.4, 9)
      const uncharged = worstOf([perp('ethIndex', '1')], { across }, {}, minimum(0.1))
      expect(uncharged?.label).toBe('spot −15 %, volatility +30 %')
    }
  })
})

describe('scenarioLabel', () => {
  const plain = { spot: 1, volatility: 0, skew: 'none', weight: 1, extended: false } as const

  it.each([
    [{}, 'spot 0 %, volatility 0 %'],
    [{ spot: 0.84, volatility: 0.5 }, 'spot −16 %, volatility +50 %'],
    [{ spot: 1.055, volatility: -0.25 }, 'spot +5.5 %, volatility −25 %'],
    [{ spot: 0.55, weight: 0.33 }, 'spot −45 %, volatility 0 %, 33 % of the loss'],
    [{ spot: 1.1, skew: 'linear' as const }, 'spot +10 %, linear skew'],
    [{ skew: 'absolute' as const, weight: 0.5 }, 'spot 0 %, absolute skew, 50 % of the loss'],
  ])('of %o is %s', (changes, label) => {
    expect(scenarioLabel({ ...plain, ...changes })).toBe(label)
  })
})
