import type { Leg } from '@plimsoll/model'
import { factorId, parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import {
  asset,
  cash,
  collateral,
  debt,
  ETH,
  mark,
  markOf,
  NOW,
  option,
  optionModel,
  PEG_STAKED,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { ScenarioError } from '../errors.js'
import { black76Price } from '../pricing/black76.js'
import { legWorth, mayBeLiability } from './legs.js'
import { worldToday, worldUnder } from './world.js'

const today = worldToday(portfolioOf([]), NOW, 'USD')

describe('legWorth', () => {
  it('is signed: owned positive, owed negative, perps and cash as they are', () => {
    expect(legWorth(collateral('weth', '2'), today, today)).toBe(4000)
    expect(legWorth(debt('weth', '2'), today, today)).toBe(-4000)
    expect(legWorth(perp('ethIndex', '-2'), today, today)).toBe(-4002.5)
    expect(legWorth(cash('-7'), today, today)).toBe(-7)
    expect(legWorth({ ...collateral('weth', '2'), kind: 'share' } as Leg, today, today)).toBe(4000)
  })

  it('is unknown without a mark in the numeraire, unless nothing is held', () => {
    expect(legWorth({ ...debt('weth', '2'), mark: null }, today, today)).toBeNull()
    expect(
      legWorth({ ...collateral('weth', '2'), mark: mark('weth', 'gone') }, today, today),
    ).toBeNull()
    expect(legWorth({ ...collateral('weth', '0'), mark: null }, today, today)).toBe(0)
    expect(legWorth({ ...perp('ethIndex', '0'), mark: mark('weth', 'gone') }, today, today)).toBe(0)
    const euros = { ...today, numeraire: 'EUR' }
    expect(legWorth(collateral('weth', '2'), euros, euros)).toBeNull()
  })

  it('of a holding without a mark is at the lowest mark of its asset, and never of a debt', () => {
    const marks = [markOf('weth', '2000', 'b'), markOf('weth', '1990', 'a'), markOf('weth', '2010')]
    const priced = worldToday(portfolioOf([], { marks }), NOW, 'USD')
    const [wallet, owed] = [collateral('weth', '2'), debt('weth', '2')]
    expect(legWorth({ ...wallet, mark: null }, priced, priced)).toBe(3980)
    expect(legWorth({ ...owed, mark: null }, priced, priced)).toBeNull()
    expect(legWorth({ ...collateral('wbtc', '2'), mark: null }, priced, priced)).toBeNull()
    const fallen = worldUnder(priced, { factors: { [ETH]: -0.5 } })
    expect(legWorth({ ...wallet, mark: null }, priced, fallen)).toBe(1990)
  })

  it('moves with a scenario', () => {
    const world = worldUnder(today, {
      factors: { [ETH]: -0.25, [PEG_STAKED]: -0.5 },
      assets: { [asset('weth')]: 1 },
      marks: { [mark('wbtc')]: -0.5 },
    })
    expect(legWorth(collateral('weth', '1'), today, world)).toBe(3000)
    expect(legWorth(collateral('wsteth', '1'), today, world)).toBeCloseTo(2400.5 * 0.375, 9)
    expect(legWorth(collateral('wbtc', '1'), today, world)).toBe(30_000)
    expect(legWorth(collateral('pool', '1'), today, world)).toBeCloseTo(125.75 * Math.sqrt(0.75), 9)
  })

  it('prices an option by Black-76 on its forward where the venue gives no price', () => {
    expect(legWorth(option(), today, today)).toBeCloseTo(
      -3 * black76Price(optionModel(2001.25, 0.6)),
      12,
    )
  })

  it("keeps the venue's price today, and adds the change of the model", () => {
    const priced = option({ price: parseAmount('150.5') })
    expect(legWorth(priced, today, today)).toBe(-451.5)
    const world = worldUnder(today, { factors: { [ETH]: 0.1, [factorId('iv:ETH')]: 0.5 } })
    const change =
      black76Price(optionModel(2001.25 * 1.1, 0.9)) - black76Price(optionModel(2001.25, 0.6))
    expect(legWorth(priced, today, world)).toBeCloseTo(-3 * (150.5 + change), 9)
    expect(legWorth(option(), today, world)).toBeCloseTo(
      -3 * black76Price(optionModel(2001.25 * 1.1, 0.9)),
      9,
    )
  })

  it('never prices an option below 0', () => {
    const cheap = option({ price: parseAmount('0.01') })
    const world = worldUnder(today, { factors: { [ETH]: -0.5 } })
    expect(legWorth(cheap, today, world)).toBe(-0)
  })

  it('prices an expired option at its payoff, and on spot without a forward', () => {
    expect(
      legWorth(
        option({ expiry: NOW - 5, forward: null, strike: parseAmount('1900') }),
        today,
        today,
      ),
    ).toBe(-300)
  })

  it('cannot move an option without volatility or forward', () => {
    const bare = option({ impliedVolatility: null, price: parseAmount('10') })
    const world = worldUnder(today, { factors: { [ETH]: 0.1 } })
    expect(legWorth(bare, today, today)).toBe(-30)
    expect(legWorth(bare, today, world)).toBeNull()
    expect(legWorth(option({ impliedVolatility: null }), today, today)).toBeNull()
    expect(legWorth(option({ forward: null, mark: null }), today, today)).toBeNull()
  })
})

describe('worldUnder', () => {
  it('refuses shocks that are no relative moves', () => {
    expect(() => worldUnder(today, { factors: { [ETH]: -1.5 } })).toThrow(ScenarioError)
    const inverse = {
      ...today,
      assets: new Map([
        ...today.assets,
        ...[...today.assets.values()]
          .filter(({ id }) => id === asset('weth'))
          .map(
            (item) => [item.id, { ...item, exposures: [{ factor: ETH, elasticity: -1 }] }] as const,
          ),
      ]),
    }
    const world = worldUnder(inverse, { factors: { [ETH]: -1 } })
    expect(() => legWorth(collateral('weth', '1'), inverse, world)).toThrow(ScenarioError)
  })
})

describe('mayBeLiability', () => {
  it.each<[string, Leg, boolean]>([
    ['a debt', debt('weth', '1'), true],
    ['a debt of nothing', debt('weth', '0'), false],
    ['a perp', perp('ethIndex', '1'), true],
    ['a closed perp', perp('ethIndex', '0'), false],
    ['negative cash', cash('-1'), true],
    ['cash', cash('1'), false],
    ['no cash', cash('0'), false],
    ['a closed option', option({ size: parseAmount('0') }), false],
    ['collateral', collateral('weth', '1'), false],
    ['a share', { ...collateral('weth', '2'), kind: 'share' } as Leg, false],
    ['a short option', option(), true],
    ['a long option', option({ size: parseAmount('1') }), false],
  ])('%s', (_name, leg, expected) => {
    expect(mayBeLiability(leg)).toBe(expected)
  })
})
