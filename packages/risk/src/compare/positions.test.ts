import type { Asset, Leg, Mark } from '@plimsoll/model'
import { markId, parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { AssetName } from '../../../../test/risk/toyWorld.js'
import {
  ASSETS,
  account,
  asset,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  markOf,
  NOW,
  option,
  PRICES,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { black76Price } from '../pricing/black76.js'
import { positionsOf } from './index.js'

const YEAR = 365 * 86_400
const names = Object.keys(PRICES) as AssetName[]

/** The toy world's marks with some at other prices, or left out. */
function marksOf(changed: { readonly [name in AssetName]?: string | null }): readonly Mark[] {
  return names.flatMap((name) => {
    const price = changed[name]
    return price === null ? [] : [markOf(name, price)]
  })
}

function placed(legs: readonly Leg[], changed: Parameters<typeof marksOf>[0] = {}) {
  const portfolio = portfolioOf([account('toy/1/a', 'toy-perps', legs)], {
    marks: marksOf(changed),
  })
  return positionsOf(portfolio, NOW, 'derivatives-and-spot')
}

const messages = (found: ReturnType<typeof placed>) =>
  found.unplaced.map(({ leg, message }) => `${leg}: ${message}`)

describe('positionsOf', () => {
  it('puts underlyings in the order of their names, wherever they are held', () => {
    const accounts = [
      account('toy/1/a', 'toy-perps', [perp('ethIndex', '1')]),
      account('toy/1/b', 'toy-perps', [perp('btcIndex', '2')]),
    ]
    const there = positionsOf(portfolioOf(accounts), NOW)
    expect(there.underlyings.map(({ underlying }) => underlying)).toEqual([BTC, ETH])
    expect(positionsOf(portfolioOf(accounts.toReversed()), NOW)).toEqual(there)
  })

  it('takes the first index in the order of accounts, whatever order they come in', () => {
    const accounts = [
      account('toy/1/b', 'toy-lending', [collateral('weth', '3')]),
      account('toy/1/a', 'toy-perps', [perp('ethIndex', '1')]),
    ]
    for (const given of [accounts, accounts.toReversed()]) {
      const [eth] = positionsOf(portfolioOf(given), NOW, 'derivatives-and-spot').underlyings
      expect(eth?.spot).toBe(2001.25)
      // Coins that are worth 6,000, in units of the index.
      expect(eth?.linear).toEqual([
        { leg: 'toy/1/a#perp-ethIndex', size: 1, price: 2001.25 },
        { leg: 'toy/1/b#collateral-weth', size: 6000 / 2001.25, price: 2001.25 },
      ])
    }
  })

  it('keeps a perp at its own index beside another', () => {
    const [eth] = placed([perp('ethIndex', '1'), perp('weth', '-2')]).underlyings
    expect(eth?.linear.map(({ size, price }) => [size, price])).toEqual([
      [1, 2001.25],
      [-2, 2000],
    ])
  })

  it('leaves out what has no size', () => {
    const none = parseAmount('0')
    const found = placed([option({ size: none }), perp('ethIndex', '0'), collateral('weth', '0')])
    expect(found).toMatchObject({ underlyings: [], unplaced: [] })
  })

  it('counts spot only where it is asked for', () => {
    const portfolio = portfolioOf([account('toy/1/a', 'toy-lending', [collateral('weth', '3')])])
    expect(positionsOf(portfolio, NOW).underlyings).toEqual([])
    expect(positionsOf(portfolio, NOW, 'derivatives-and-spot').underlyings).toHaveLength(1)
  })

  it('leaves out spot without a spot factor, and does not count a peg', () => {
    const found = placed([cash('900'), debt('usdc', '5'), collateral('wsteth', '2')])
    expect(found.unplaced).toEqual([])
    expect(found.underlyings).toMatchObject([
      { underlying: ETH, linear: [{ leg: 'toy/1/a#collateral-wsteth', size: 2, price: 2400.5 }] },
    ])
  })

  it('names what moves with no single spot factor one for one', () => {
    const found = placed([
      collateral('pool', '1'),
      perp('usdc', '10'),
      option({ asset: asset('usdc') }),
    ])
    expect(found.underlyings).toEqual([])
    expect(messages(found)).toEqual([
      `toy/1/a#collateral-pool: ${asset('pool')} does not move one for one with a single spot factor. Give the asset its exposures.`,
      `toy/1/a#option: ${asset('usdc')} does not move one for one with a single spot factor. Give the asset its exposures.`,
      `toy/1/a#perp-usdc: ${asset('usdc')} does not move one for one with a single spot factor. Give the asset its exposures.`,
    ])
  })

  it('names what moves with a share of a factor, or with a peg named like one', () => {
    const exposed = (exposures: Asset['exposures']) =>
      positionsOf(
        portfolioOf([account('toy/1/a', 'toy-lending', [collateral('weth', '1')])], {
          assets: ASSETS.map((each) => (each.id === asset('weth') ? { ...each, exposures } : each)),
        }),
        NOW,
        'derivatives-and-spot',
      )
    expect(exposed([{ factor: ETH, elasticity: 2 }]).unplaced).toHaveLength(1)
    const both = [
      { factor: ETH, elasticity: 1 },
      { factor: BTC, elasticity: 1 },
    ]
    expect(exposed(both).unplaced).toHaveLength(1)
    expect(exposed([]).unplaced).toEqual([])
  })

  it.each([null, '0'])('names legs at a price of %s', (price) => {
    const legs = [perp('ethIndex', '1'), collateral('weth', '2')]
    const found = placed(legs, { ethIndex: price, weth: price })
    expect(found.underlyings).toEqual([])
    expect(messages(found)).toEqual([
      'toy/1/a#collateral-weth: It has no price in the numeraire. Read its mark.',
      'toy/1/a#perp-ethIndex: It has no price in the numeraire. Read its mark.',
    ])
  })

  it.each([null, '0'])('names an option whose forward and index are %s', (price) => {
    const found = placed([option()], { ethIndex: price, weth: price })
    expect(found.underlyings).toEqual([])
    expect(messages(found)).toEqual([
      'toy/1/a#option: It has no forward or index in the numeraire.',
    ])
  })

  it('opens no underlying for an option without a volatility', () => {
    const found = placed([option({ impliedVolatility: null })])
    expect(found.underlyings).toEqual([])
    expect(messages(found)).toEqual(['toy/1/a#option: Its venue gives no implied volatility.'])
  })

  it('takes the index for a forward that is not given, and the forward for an index', () => {
    const [onIndex] = placed([option({ forward: null })]).underlyings
    expect(onIndex).toMatchObject({ spot: 2000, expiries: [{ forward: 2000 }] })
    const [onForward] = placed([option()], { weth: null }).underlyings
    expect(onForward).toMatchObject({ spot: 2001.25, expiries: [{ forward: 2001.25 }] })
    const [onBoth] = placed([option()]).underlyings
    expect(onBoth).toMatchObject({ spot: 2000, expiries: [{ forward: 2001.25 }] })
  })

  it('gathers options by expiry, then by forward', () => {
    const at = (id: string, years: number, forward: 'ethIndex' | 'weth') =>
      option({
        id,
        expiry: NOW + years * YEAR,
        forward: markId(`toy/1/${forward}`),
      })
    const [eth] = placed([
      at('a', 2, 'weth'),
      at('b', 1, 'ethIndex'),
      at('c', 1, 'weth'),
      at('d', 2, 'weth'),
    ]).underlyings
    const shown = eth?.expiries.map(({ years, forward, options }) => [
      years,
      forward,
      options.map(({ leg }) => leg.split('#')[1]).join(),
    ])
    expect(shown).toEqual([
      [1, 2000, 'c'],
      [1, 2001.25, 'b'],
      [2, 2000, 'a,d'],
    ])
  })

  it('prices an option by its venue, else by Black-76', () => {
    const model = { forward: 2001.25, strike: 2200, volatility: 0.6, years: 0.25, discount: 1 }
    const priceOf = (changes: Parameters<typeof option>[0]) =>
      placed([option(changes)]).underlyings[0]?.expiries[0]?.options[0]?.price
    for (const right of ['call', 'put'] as const) {
      expect(priceOf({ right })).toBeCloseTo(black76Price({ ...model, right }), 9)
    }
    expect(priceOf({ price: parseAmount('88.5') })).toBe(88.5)
  })

  it('counts no time after expiry', () => {
    const [eth] = placed([option({ expiry: NOW - 5 })]).underlyings
    expect(eth?.expiries[0]).toMatchObject({ expiry: NOW - 5, years: 0 })
  })
})
