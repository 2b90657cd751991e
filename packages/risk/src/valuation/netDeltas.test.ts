import type { Leg } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import {
  account,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  idOf,
  mark,
  NOW,
  option,
  optionModel,
  PEG_USDC,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { black76Delta } from '../pricing/black76.js'
import { legDeltas, legWorth } from './legs.js'
import { netDeltas } from './netDeltas.js'
import { worldToday, worldUnder } from './world.js'

const today = worldToday(portfolioOf([]), NOW, 'USD')

describe('netDeltas', () => {
  it('nets a hedge across accounts and keeps the gross', () => {
    const portfolio = portfolioOf([
      account('toy/1/a', 'toy-lending', [collateral('weth', '10'), debt('usdc', '5000')]),
      account('toy/1/b', 'toy-perps', [perp('ethIndex', '-8'), cash('20000')]),
      account('toy/1/c', 'toy-lending', [collateral('pool', '100')]),
    ])
    const deltas = netDeltas(portfolio, today)
    expect(deltas.map(({ factor }) => factor)).toEqual([PEG_USDC, BTC, ETH])
    expect(deltas[0]).toMatchObject({ net: 15_000, gross: 25_000 })
    expect(deltas[1]).toMatchObject({ net: 6287.5, gross: 6287.5 })
    expect(deltas[2]).toEqual({
      factor: ETH,
      net: 20_000 - 16_010 + 6287.5,
      gross: 20_000 + 16_010 + 6287.5,
      byAccount: { 'toy/1/a': 20_000, 'toy/1/b': -16_010, 'toy/1/c': 6287.5 },
    })
  })

  it('takes options by their Black-76 delta on the forward', () => {
    const [delta] = netDeltas(portfolioOf([account('toy/1/a', 'x', [option()])]), today)
    expect(delta?.factor).toBe(ETH)
    expect(delta?.net).toBeCloseTo(-3 * 2001.25 * black76Delta(optionModel(2001.25, 0.6)), 8)
    expect(delta?.gross).toBeCloseTo(-(delta?.net ?? NaN), 12)
    const put = netDeltas(portfolioOf([account('toy/1/a', 'x', [option({ right: 'put' })])]), today)
    expect(put[0]?.net).toBeGreaterThan(0)
  })

  it('is the slope of the worth', () => {
    for (const leg of [
      option(),
      option({ right: 'put', size: parseAmount('2') }),
      collateral('wsteth', '3'),
      perp('ethIndex', '-4'),
    ]) {
      const step = 1e-6
      const up = legWorth(leg, today, worldUnder(today, { factors: { [ETH]: step } })) ?? NaN
      const down = legWorth(leg, today, worldUnder(today, { factors: { [ETH]: -step } })) ?? NaN
      const delta = legDeltas(leg, today)?.get(ETH) ?? NaN
      expect(Math.abs((up - down) / (2 * step) - delta)).toBeLessThan(1e-3)
    }
  })

  it('moves with what the mark prices, not with what the leg is called', () => {
    const factors = (leg: Leg) => [...(legDeltas(leg, today)?.keys() ?? [])]
    expect(factors({ ...collateral('usdc', '1'), mark: mark('wbtc') })).toEqual([BTC])
    expect(factors(option({ forward: mark('btcIndex') }))).toEqual([BTC])
    expect(factors(option({ forward: null, mark: mark('wbtc') }))).toEqual([BTC])
    // What is held without a mark of its own is priced by its asset.
    expect(factors({ ...collateral('weth', '1'), mark: null })).toEqual([ETH])
    expect(factors({ ...perp('ethIndex', '0'), mark: mark('wbtc', 'gone') })).toEqual([ETH])
  })

  it('leaves out what counts elsewhere and what has no price', () => {
    const backed: Leg = {
      ...collateral('weth', '1'),
      backedBy: { kind: 'account', account: idOf('toy/1/b') },
    }
    const portfolio = portfolioOf([
      account('toy/1/a', 'toy-wallet', [
        backed,
        option({ impliedVolatility: null, price: parseAmount('1') }),
      ]),
      account('toy/1/b', 'toy-wallet', [collateral('wbtc', '1')]),
    ])
    expect(netDeltas(portfolio, today).map(({ factor }) => factor)).toEqual([BTC])
  })
})
