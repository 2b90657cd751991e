import { factorId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import {
  ASSETS,
  asset,
  BTC,
  ETH,
  mark,
  markOf,
  NOW,
  PEG_STAKED,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { exposuresOf, volatilityMultiplier, worldToday } from './world.js'

const turned = ASSETS.map((entry) => ({ ...entry, exposures: [...entry.exposures].reverse() }))
const worldOf = (assets: typeof ASSETS) => worldToday(portfolioOf([], { assets }), NOW, 'USD')

describe('worldToday', () => {
  it('has the lowest mark of an asset in the numeraire, of equal ones the first by id', () => {
    const marks = [
      markOf('weth', '2000', 'b'),
      markOf('weth', '2000', 'a'),
      markOf('weth', '2000', 'c'),
      markOf('weth', '2100', '0'),
      { ...markOf('weth', '1', 'e'), numeraire: 'EUR' },
    ]
    for (const listed of [marks, [...marks].reverse()]) {
      const { lowest } = worldToday(portfolioOf([], { marks: listed }), NOW, 'USD')
      expect([...lowest]).toEqual([[asset('weth'), mark('weth', 'a')]])
    }
  })
})

describe('exposuresOf', () => {
  it('are in the order of their factors, whatever the registry says', () => {
    for (const world of [worldOf(ASSETS), worldOf(turned)]) {
      expect(exposuresOf(world, asset('pool')).map(({ factor }) => factor)).toEqual([BTC, ETH])
      expect(exposuresOf(world, asset('wsteth')).map(({ factor }) => factor)).toEqual([
        PEG_STAKED,
        ETH,
      ])
    }
  })

  it('are none for an asset that is not held', () => {
    expect(exposuresOf(worldOf([]), asset('weth'))).toEqual([])
  })
})

describe('volatilityMultiplier', () => {
  it('multiplies the shocks of the spot factors, and of no peg', () => {
    const world = worldOf(ASSETS)
    const shocks = { [factorId('iv:ETH')]: 0.5, [factorId('iv:BTC')]: -0.2 }
    expect(volatilityMultiplier(world, { factors: shocks }, asset('pool'))).toBeCloseTo(1.2, 15)
    expect(volatilityMultiplier(world, { factors: shocks }, asset('wsteth'))).toBe(1.5)
    const peg = { [factorId(`iv:${PEG_STAKED.slice('spot:'.length)}`)]: 1 }
    expect(volatilityMultiplier(world, { factors: peg }, asset('wsteth'))).toBe(1)
    expect(volatilityMultiplier(world, {}, asset('usdc'))).toBe(1)
  })
})
