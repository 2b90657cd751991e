import type { Leg, MarginAccount } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import { assess, netDeltas, worldToday } from '@plimsoll/risk'
import { compareMargin, spanStyle } from '@plimsoll/risk/compare'
import { black76Greeks, impliedVolatility, normalCdf } from '@plimsoll/risk/pricing'
import { describe, expect, it } from 'vitest'
import { MODULES } from './toyModules.js'
import { account, BTC, cash, ETH, NOW, NOW_MS, option, perp, portfolioOf } from './toyWorld.js'

// Named after the published defects of other projects: what they got wrong has to be right here.
const span = spanStyle(() => ({
  priceScanRange: 0.15,
  volatilityScanRange: 0.3,
  extremeMove: 3,
  extremeCover: 0.33,
  shortOptionMinimum: 0,
  initialFactor: 1.1,
}))

function required(...legs: readonly Leg[]): number {
  const { systems } = compareMargin(portfolioOf([account('a', 'toy-perps', legs)]), {
    systems: [span],
    nowMs: NOW_MS,
  })
  const [row] = systems
  return row?.ok === true ? (row.maintenance?.requirement ?? NaN) : NaN
}

const put = (size: string) =>
  option({ id: 'put', right: 'put', strike: parseAmount('2000'), size: parseAmount(size) })

describe('tensor-normcdf', () => {
  it('Φ is right to 1e-12, and so is the delta at the money', () => {
    // Φ(1), Φ(−2) and Φ(0.1) to 16 digits: Abramowitz and Stegun, table 26.1, extended.
    expect(Math.abs(normalCdf(1) - 0.8413447460685429)).toBeLessThan(1e-15)
    expect(Math.abs(normalCdf(-2) - 0.0227501319481792)).toBeLessThan(1e-15)
    const { delta } = black76Greeks({
      right: 'call',
      forward: 100,
      strike: 100,
      volatility: 0.2,
      years: 1,
      discount: 1,
    })
    expect(Math.abs(delta - 0.539827837277029)).toBeLessThan(1e-12)
  })
})

describe('tensor-option-side-as-delta', () => {
  it('a long put lowers what a long perp requires, a short put raises it', () => {
    const alone = required(perp('ethIndex', '3'))
    expect(required(perp('ethIndex', '3'), put('3'))).toBeLessThan(alone * 0.7)
    expect(required(perp('ethIndex', '3'), put('-3'))).toBeGreaterThan(alone * 1.2)
  })
})

describe('tensor-short-gamma-sign', () => {
  it('what is sold has negative gamma: a sold straddle loses on both sides', () => {
    const inputs = { forward: 2000, strike: 2000, volatility: 0.6, years: 0.25, discount: 1 }
    expect(black76Greeks({ right: 'call', ...inputs }).gamma).toBeGreaterThan(0)
    const straddle = (size: string) =>
      required(
        option({ id: 'call', strike: parseAmount('2000'), size: parseAmount(size) }),
        put(size),
      )
    expect(straddle('-1')).toBeGreaterThan(1.5 * straddle('1'))
  })

  it('time is an argument: the same inputs give the same report at any hour', () => {
    const portfolio = portfolioOf([account('a', 'toy-perps', [option()])])
    const at = (nowMs: number) => compareMargin(portfolio, { systems: [span], nowMs }).systems
    expect(at(NOW_MS)).toEqual(at(NOW_MS))
    expect(at(NOW_MS)).not.toEqual(at(NOW_MS + 86_400_000))
  })
})

describe('tensor-cross-market-delta', () => {
  it('deltas of two markets are values by underlying, never units added up', () => {
    const portfolio = portfolioOf([
      account('a', 'toy-perps', [perp('ethIndex', '30'), perp('btcIndex', '-1')]),
    ])
    const deltas = netDeltas(portfolio, worldToday(portfolio, NOW, 'USD'))
    const values = new Map([...deltas].map(({ factor, net }) => [factor, net]))
    expect(values.get(ETH)).toBeCloseTo(30 * 2001.25, 9)
    expect(values.get(BTC)).toBeCloseTo(-60_010, 9)
    expect(required(perp('ethIndex', '30'), perp('btcIndex', '-1'))).toBeGreaterThan(
      required(perp('ethIndex', '30')),
    )
  })
})

describe('delta-neutral-not-margin-neutral', () => {
  const tiers = { 'perp-ethIndex': [[0, 500]] }
  const side = (id: string, size: string, quote: string): MarginAccount =>
    account(id, 'toy-perps', [perp('ethIndex', size), cash(quote)], { tiers })

  it('a hedged pair on two accounts still has a finite line on each side', () => {
    const portfolio = portfolioOf([
      side('toy/1/long', '10', '-16000'),
      side('toy/1/short', '-10', '24000'),
    ])
    const { accounts, requirement } = assess(portfolio, { modules: MODULES, nowMs: NOW_MS })
    const prices = accounts.map(({ liquidationPrices }) =>
      liquidationPrices.find(({ ray }) => ray.kind === 'factor' && ray.factor === ETH),
    )
    expect(prices[0]?.below).toBeGreaterThan(0)
    expect(prices[1]?.above).toBeLessThan(Infinity)
    expect(prices[1]?.above).toBeGreaterThan(2001.25)
    // tensor-health-ignores-sides: netted and siloed stand apart, and neither account is in danger now.
    expect(requirement?.netted).toBe(0)
    expect(requirement?.siloed).toBeCloseTo(0.05 * 20 * 2001.25, 6)
    expect(accounts.every(({ liquidatable }) => liquidatable === false)).toBe(true)
  })
})

describe('implied volatility at extremes', () => {
  it.each([
    [0.2, 300, 0.25],
    [3, 20, 1],
    [0.05, 101, 0.001],
    [8, 100, 2],
  ])('of %s at strike %s and %s years comes back', (volatility, strike, years) => {
    const option76 = { right: 'call', forward: 100, strike, years, discount: 1 } as const
    const { price } = black76Greeks({ ...option76, volatility })
    expect(Math.abs(impliedVolatility({ ...option76, price }) / volatility - 1)).toBeLessThan(1e-9)
  })
})
