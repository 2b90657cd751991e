import type { Leg } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { compareMargin, MarginSystemError, spanStyle } from '@plimsoll/risk/compare'
import { describe, expect, it } from 'vitest'
import { account, NOW_MS, option, perp, portfolioOf } from '../../../../test/risk/toyWorld.js'
import { exampleAccount } from '../testing/example.js'
import { renderMargin } from './margin.js'

const span = spanStyle(() => ({
  priceScanRange: 0.15,
  volatilityScanRange: 0.3,
  extremeMove: 3,
  extremeCover: 0.33,
  shortOptionMinimum: 0,
  initialFactor: 1.1,
}))
const refusing: MarginSystem = {
  ...span,
  name: 'Refusing',
  require: () => {
    throw new MarginSystemError('Refusing has no parameters for spot:ETH. Give them.')
  },
}

function rendered(systems: readonly MarginSystem[], ...legs: readonly Leg[]): string {
  const portfolio = portfolioOf([account('toy/1/a', 'toy-perps', legs)])
  return renderMargin({
    accounts: [exampleAccount('exchange', { value: 1.4 })],
    comparison: compareMargin(portfolio, { systems, nowMs: NOW_MS }),
    assumed: false,
    portfolio,
    style: { color: false, unicode: true },
  }).replaceAll('\u00a0', ' ')
}

describe('renderMargin', () => {
  it('shows what the venues ask, then each system with what it saves and what it leans on', () => {
    const text = rendered([span], option({ size: parseAmount('-3') }), perp('ethIndex', '1'))
    expect(text).toMatch(/Example exchange +250,000 +– +120,000 +130,000 +1\.40/)
    expect(text).toContain('The same 2 positions on ETH in one account of each system, USD')
    expect(text).toMatch(
      /SPAN-style \* +[\d.]+ +[\d.]+ +[\d,]+ +\d+\.\d % +spot \+15 %, volatility \+30 % +Toy toy\/1\/a: option/,
    )
    expect(text).toContain('Lower bound, without calendar spread charges')
    expect(text).toContain('Nobody grants the netting')
  })

  it('says why a system could not judge, without a figure', () => {
    const text = rendered([refusing, span], perp('ethIndex', '1'))
    expect(text).toMatch(/Refusing \(modelled\)[\s\S]*Refusing has no parameters for spot:ETH/)
    expect(text).not.toMatch(/Refusing +\d/)
  })

  it('names what is not in the figures', () => {
    const text = rendered([span], option({ impliedVolatility: null }))
    expect(text).toMatch(/Not in these figures\n +toy\/1\/a#option +Its venue gives no implied/)
    expect(text).toContain('nothing loses')
  })
})
