import type { FactorId, Leg, MarketState } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import { UNIFIED_DEFAULTS, UnifiedMarginError } from '@plimsoll/risk/unified'
import { describe, expect, it } from 'vitest'
import { addOnOf } from '../../packages/risk/src/unified/addOns.js'
import { calibrationOf } from '../../packages/risk/src/unified/calibration.js'
import { parametersOf } from '../../packages/risk/src/unified/parameters.js'
import { pegCharge } from '../../packages/risk/src/unified/pegs.js'
import { unifiedScenarios } from '../../packages/risk/src/unified/scenarios.js'
import {
  account,
  asset,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  mark,
  NOW,
  NOW_MS,
  option,
  PEG_STAKED,
  PEG_USDC,
  perp,
  portfolioOf,
} from './toyWorld.js'
import { asked, held, MARKET, RANGE } from './unifiedWorld.js'

const SPOT = 2001.25
const provenance = { source: 'test', asOfMs: NOW_MS, observed: null }

describe('unifiedScenarios', () => {
  const calm = { up: 0, down: 0 }
  const rows = (...given: Parameters<typeof unifiedScenarios>) =>
    unifiedScenarios(...given).map(({ spot, volatility, weight, extended, direction }) => [
      Number(Math.log(spot).toFixed(6)),
      volatility,
      weight,
      extended,
      direction,
    ])

  it('are today, moves both ways up to the range, and extreme ones of which a share counts', () => {
    expect(rows(0.0025, calm, 0.3)).toEqual([
      [0, 0, 1, false, 0],
      [-0.0025, 0, 1, false, -1],
      [0.0025, 0, 1, false, 1],
      [-0.01, 0, 0.3, true, -1],
      [0.01, 0, 0.3, true, 1],
    ])
    expect(unifiedScenarios(0.0025, calm, 0)).toHaveLength(3)
  })

  it('have extreme moves only beyond the range', () => {
    const extreme = rows(0.01, calm, 0.3).filter(([, , , extended]) => extended)
    expect(extreme.map(([move]) => move)).toEqual([-0.02, 0.02])
  })

  it('have each move with every shock of volatility that is one', () => {
    const at = (up: number, down: number) =>
      rows(0.0025, { up, down }, 0).map(([, volatility]) => volatility)
    expect(at(0.5, 0.25)).toEqual([0, 0.5, -0.25, 0, 0.5, -0.25, 0, 0.5, -0.25])
    expect(at(0.5, 0)).toEqual([0, 0.5, 0, 0.5, 0, 0.5])
    expect(at(0, 0.25)).toEqual([0, -0.25, 0, -0.25, 0, -0.25])
  })
})

describe('pegCharge', () => {
  const { used, stress } = calibrationOf(MARKET, UNIFIED_DEFAULTS, NOW_MS).peg(PEG_USDC)
  const charge = (...held: readonly (readonly [value: number, elasticity: number])[]) =>
    pegCharge(
      {
        factor: PEG_USDC,
        holdings: held.map(([value, elasticity], index) => ({
          leg: `leg${index}`,
          quantity: value,
          value,
          elasticity,
        })),
      },
      { ...stress, down: 0.1, up: 0.1 },
      used,
    )
  const none = { factor: PEG_USDC, loss: 0, direction: null, move: 0, used, byLeg: [] }

  it('is nothing, either way, where nothing is lost', () => {
    expect(charge()).toEqual(none)
    expect(charge([100, 1], [-100, 1])).toEqual(none)
    // −200 of the peg and 100 of its square gain by both moves.
    expect(charge([-200, 1], [100, 2])).toEqual(none)
  })

  it('is the worse of a fall and a rise, by leg', () => {
    const owned = charge([100, 1], [-20, 1])
    expect(owned).toMatchObject({ direction: 'fall', move: -0.1, used })
    expect(owned.loss).toBeCloseTo(8, 12)
    expect(owned.byLeg.map(({ loss }) => Number(loss.toFixed(12)))).toEqual([10, -2])
    // What loses by both moves.
    expect(charge([201, 1], [-100, 2])).toMatchObject({ direction: 'fall', move: -0.1 })
    expect(charge([199, 1], [-100, 2])).toMatchObject({ direction: 'rise', move: 0.1 })
  })
})

describe('addOnOf', () => {
  const points = [
    { notional: 0, price: 1 },
    { notional: 1000, price: 0.8 },
  ]
  const linear = (
    ...rows: readonly (readonly [leg: string, value: number, elasticity: number])[]
  ) => ({
    factor: ETH,
    options: [],
    linear: rows.map(([leg, value, elasticity]) => ({ leg, value, elasticity, quantity: 1 })),
  })
  const depth = { factor: ETH, dailyVolume: 1000, points, provenance }

  it('trades the larger of what is long and what is short, each by its legs', () => {
    const long = linear(['a', 300, 1], ['b', 200, 0.5], ['c', -100, 1], ['d', 0, 1])
    expect(addOnOf(long, depth, 70, 0.1)).toEqual({
      factor: ETH,
      quantity: 400,
      liquidity: expect.closeTo(400 * 0.04, 12) as number,
      concentration: 70,
      multiplier: 2,
      shares: [
        { leg: 'a', share: 0.75 },
        { leg: 'b', share: 0.25 },
      ],
    })
    const short = linear(['a', 100, 1], ['b', -400, 1])
    expect(addOnOf(short, depth, 70, 0.1)).toMatchObject({
      quantity: 400,
      shares: [{ leg: 'b', share: 1 }],
    })
  })

  it('takes what is long of two sides alike', () => {
    const even = linear(['a', 100, 1], ['b', -100, 1])
    expect(addOnOf(even, depth, 0, 0.1)?.shares).toEqual([{ leg: 'a', share: 1 }])
  })

  it('is null where nothing has to be traded', () => {
    expect(addOnOf(linear(), depth, 70, 0.1)).toBeNull()
    expect(addOnOf(linear(['a', 0, 1]), depth, 70, 0.1)).toBeNull()
  })

  it('asks nothing for what of a depth is not known', () => {
    const position = linear(['a', 400, 1])
    expect(addOnOf(position, { ...depth, points: [] }, 70, 0.1)).toMatchObject({
      liquidity: 0,
      multiplier: 2,
    })
    expect(addOnOf(position, { ...depth, dailyVolume: null }, 70, 0.1)).toMatchObject({
      concentration: 0,
      multiplier: 1,
    })
  })
})

describe('parametersOf', () => {
  it.each([
    ['horizonDays', 61],
    ['tailMultiplier', 101],
    ['tailMultiplier', 0.9],
    ['correlationStress', 1.1],
    ['extremeCover', -0.1],
    ['shortOptionMinimum', 1.1],
    ['initialFactor', 11],
    ['volumeFraction', 0],
  ])('refuses a %s of %s', (name, value) => {
    expect(() => parametersOf({ [name]: value })).toThrow(UnifiedMarginError)
  })
})

describe('contributions', () => {
  const deep = (...factors: readonly FactorId[]): MarketState => ({
    ...MARKET,
    depths: factors.map((factor) => ({
      factor,
      dailyVolume: 40_000,
      points: [
        { notional: 0, price: 1 },
        { notional: 100_000, price: 0.9 },
      ],
      provenance,
    })),
  })

  it('are each what its leg asks, with its add-ons, and marginal without them', () => {
    const market = deep(ETH)
    const { parts } = asked(held(perp('ethIndex', '10'), collateral('usdc', '1000')), {}, market)
    const loss = 10 * SPOT * (1 - Math.exp(-RANGE.eth))
    const value = 10 * SPOT
    const addOn = value * ((0.1 * value) / 200_000) + (Math.sqrt(value / 4000) - 1) * loss
    expect(parts.addOn).toBeCloseTo(addOn, 8)
    expect(parts.maintenance).toBeCloseTo(loss + 100 + addOn, 8)
    expect(parts.initial).toBeCloseTo(1.25 * (loss + 100) + addOn, 8)
    const [usdc, eth] = parts.contributions
    expect(usdc).toMatchObject({ leg: 'toy/1/a#collateral-usdc', quantity: 1000 })
    expect(usdc?.component).toBeCloseTo(100, 9)
    expect(usdc?.marginal).toBeCloseTo(0.1, 12)
    expect(eth).toMatchObject({ leg: 'toy/1/a#perp-ethIndex', quantity: 10 })
    expect(eth?.component).toBeCloseTo(loss + addOn, 8)
    expect(eth?.marginal).toBeCloseTo(loss / 10, 9)
  })

  it('add up what one leg loses by spot and by peg, and share an underlying by loss', () => {
    const { parts } = asked(held(collateral('wsteth', '10'), debt('weth', '4')))
    const fall = 1 - Math.exp(-RANGE.eth)
    const [staked, owed] = parts.contributions
    expect(staked?.component).toBeCloseTo(24_005 * fall + 24_005 * 0.15, 8)
    expect(staked?.marginal).toBeCloseTo(2400.5 * (fall + 0.15), 9)
    expect(owed).toMatchObject({ quantity: -4 })
    expect(owed?.component).toBeCloseTo(-8000 * fall, 8)
    expect(owed?.marginal).toBeCloseTo(2000 * fall, 9)
    expect(parts.pegs.map(({ factor }) => factor)).toEqual([PEG_STAKED])
  })

  it('are in proportion to components where underlyings diversify', () => {
    const { parts } = asked(
      held(
        perp('ethIndex', '10'),
        { ...perp('ethIndex', '-4'), id: 'hedge' },
        perp('btcIndex', '-1'),
      ),
    )
    const eth = parts.underlyings.find(({ factor }) => factor === ETH)
    const of = (leg: string) => parts.contributions.find(({ leg: id }) => id.endsWith(leg))
    expect(eth?.component).toBeLessThan(eth?.fall.loss ?? NaN)
    expect(of('#perp-ethIndex')?.component).toBeCloseTo((10 / 6) * (eth?.component ?? NaN), 8)
    expect(of('#hedge')?.component).toBeCloseTo((-4 / 6) * (eth?.component ?? NaN), 8)
  })

  it('say which input an implied volatility came from, only where there is an option', () => {
    const { underlyings } = asked(held(option(), perp('btcIndex', '1'))).parts
    expect(underlyings.map((row) => [row.factor, row.impliedVolatility?.factor])).toEqual([
      [BTC, undefined],
      [ETH, 'iv:ETH'],
    ])
    expect(underlyings[0]?.impliedVolatility).toBeNull()
  })

  it('have no add-on for what has to trade nothing, though its depth is known', () => {
    const hedged = held(collateral('weth', '1'), { ...collateral('wbtc', '0'), id: 'none' })
    expect(asked(hedged, {}, deep(ETH, BTC)).parts.addOns.map(({ factor }) => factor)).toEqual([
      ETH,
    ])
  })
})

describe('equity, excess and netting', () => {
  it('are of placed legs, and excess is what equity has beyond the margin', () => {
    const margin = asked(held(perp('ethIndex', '1'), collateral('usdc', '1000')))
    expect(margin.equity).toBeCloseTo(1000 + SPOT, 8)
    expect(margin.excess).toBe((margin.equity ?? NaN) - (margin.maintenance ?? NaN))
  })

  it('are null, each for its own reason', () => {
    const unpriced = asked(held({ ...debt('weth', '1'), mark: null }), { siloedByVenues: 10 })
    expect(unpriced).toMatchObject({ equity: null, maintenance: null, initial: null, excess: null })
    expect(unpriced.venues).toEqual({ siloed: 10, notGranted: null })
    const expired = { ...MARKET, expiresAtMs: NOW_MS - 1 }
    const late = asked(held(collateral('usdc', '1000')), {}, expired)
    expect(late).toMatchObject({ equity: 1000, maintenance: null, excess: null, venues: null })
    expect(late.parts.maintenance).toBeCloseTo(100, 9)
  })

  it('show what accounts ask alone, of all their legs', () => {
    const both = portfolioOf([
      account('toy/1/a', 'toy-perps', [perp('ethIndex', '10'), collateral('usdc', '1000')]),
      account('toy/1/b', 'toy-perps', [perp('ethIndex', '-4')]),
    ])
    const fall = SPOT * (1 - Math.exp(-RANGE.eth))
    const rise = SPOT * (Math.exp(RANGE.eth) - 1)
    const { netting } = asked(both, { siloedByVenues: 5000 })
    expect(netting.byAccount.map(({ alone }) => Number(alone.toFixed(6)))).toEqual(
      [10 * fall + 100, 4 * rise].map((alone) => Number(alone.toFixed(6))),
    )
    expect(netting.siloed).toBeCloseTo(10 * fall + 100 + 4 * rise, 8)
    expect(netting.netted).toBeCloseTo(6 * fall + 100, 8)
    expect(netting.notGranted).toBeCloseTo(4 * (fall + rise), 8)
    expect(netting.capitalEfficiency).toBeCloseTo(
      (6 * fall + 100) / (10 * fall + 100 + 4 * rise),
      12,
    )
    const { venues, maintenance } = asked(both, { siloedByVenues: 5000 })
    expect(venues?.notGranted).toBe(5000 - (maintenance ?? NaN))
  })
})

describe('holdings', () => {
  it('leave out what is empty, and put the rest in the order of its ids', () => {
    const legs = [
      perp('ethIndex', '1'),
      collateral('weth', '0'),
      option({ size: parseAmount('0') }),
    ]
    const { parts, collateral: rows } = asked(held(...legs, debt('usdc', '5'), cash('0')))
    expect(parts.contributions.map(({ leg }) => leg)).toEqual([
      'toy/1/a#debt-usdc',
      'toy/1/a#perp-ethIndex',
    ])
    expect(rows).toEqual([])
  })

  it('charge the peg of the one cash asset for a perp, and none without cash', () => {
    expect(asked(held(perp('ethIndex', '1'))).parts.pegs).toEqual([])
    expect(asked(held(perp('ethIndex', '1'), cash('1'))).parts.pegs).toMatchObject([
      { factor: PEG_USDC, direction: 'fall', loss: expect.closeTo(0.1 * (SPOT + 1), 9) as number },
    ])
  })

  it('do not charge for an option that expired with nothing the time that it had', () => {
    const over = option({ expiry: NOW - 1, size: parseAmount('1'), strike: parseAmount('1900') })
    expect(asked(held(over)).equity).toBeCloseTo(SPOT - 1900, 9)
  })

  it('weight collateral, shares and cash that are there, not what is owed', () => {
    const share: Leg = {
      kind: 'share',
      id: 'share',
      asset: asset('weth'),
      mark: mark('weth'),
      amount: parseAmount('1'),
    }
    const owed = debt('wbtc', '1')
    const { collateral: rows } = asked(held(share, cash('10'), owed, perp('ethIndex', '1')))
    expect(rows.map(({ leg }) => leg)).toEqual(['toy/1/a#cash-usdc', 'toy/1/a#share'])
    expect(asked(held(cash('-10'))).collateral).toEqual([])
  })
})
