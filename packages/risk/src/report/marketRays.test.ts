import type { Leg } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import {
  account,
  asset,
  cash,
  collateral,
  debt,
  NOW,
  option,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { numeraireOf } from '../valuation/numeraire.js'
import { worldToday } from '../valuation/world.js'
import { marketRays } from './marketRays.js'

/** The rays of an account as text, in their order. */
function raysOf(legs: readonly Leg[], without: readonly string[] = []): readonly string[] {
  const entry = account('toy/1/a', 'toy-perps', legs)
  const whole = portfolioOf([entry])
  const portfolio = { ...whole, marks: whole.marks.filter(({ id }) => !without.includes(id)) }
  const world = worldToday(portfolio, NOW, numeraireOf(portfolio))
  return marketRays(entry, world).map((ray) => (ray.kind === 'factor' ? ray.factor : ray.asset))
}

describe('marketRays', () => {
  it('are every factor, then every asset, each in the order of their names', () => {
    expect(raysOf([collateral('weth', '1'), debt('usdc', '900'), collateral('wbtc', '1')])).toEqual(
      ['peg:USDC/USD', 'spot:BTC', 'spot:ETH', asset('usdc'), asset('wbtc'), asset('weth')],
    )
  })

  it('leave out what makes less than a hundredth of gross worth', () => {
    // 2,000 of ETH beside 198,000 of dollars, owed or held: exactly a hundredth of both.
    for (const dollars of [cash('198000'), debt('usdc', '198000')]) {
      const usdc = ['peg:USDC/USD', asset('usdc')]
      expect(raysOf([collateral('weth', '1'), dollars])).toContain('spot:ETH')
      expect(raysOf([collateral('weth', '0.99'), dollars])).toEqual(usdc)
    }
  })

  it('are none of what has no size', () => {
    expect(raysOf([cash('0')])).toEqual([])
    expect(raysOf([cash('0'), perp('ethIndex', '1')])).toEqual(['spot:ETH', asset('ethIndex')])
  })

  it('are of what cannot be valued, which hides nothing else', () => {
    expect(raysOf([perp('btcIndex', '1'), collateral('weth', '1')], ['toy/1/btcIndex'])).toEqual([
      'spot:ETH',
      asset('btcIndex'),
      asset('weth'),
    ])
  })

  it('count an option by what it moves, though it is worth little', () => {
    // A call far in the money, quoted at next to nothing: it moves as the coins do.
    const call = option({ strike: parseAmount('10'), price: parseAmount('0.01') })
    expect(raysOf([call, cash('3000')])).toContain('spot:ETH')
    expect(raysOf([call, cash('3000')])).toContain(asset('weth'))
  })
})
