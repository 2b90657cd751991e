import { toFunctionSelector } from 'viem'
import { describe, expect, it } from 'vitest'
import { VIEWS } from './views.js'

const PARAMS = '(address,address,address,address,uint256)'
const MARKET = '(uint128,uint128,uint128,uint128,uint128,uint128)'

const SIGNATURES: { readonly [View in keyof typeof VIEWS]: string } = {
  params: 'idToMarketParams(bytes32)',
  market: 'market(bytes32)',
  position: 'position(bytes32,address)',
  price: 'price()',
  rateAtTarget: 'rateAtTarget(bytes32)',
  borrowRate: `borrowRateView(${PARAMS},${MARKET})`,
  symbol: 'symbol()',
  decimals: 'decimals()',
  dollarOracle: 'getPriceOracle()',
  dollarUnit: 'BASE_CURRENCY_UNIT()',
  dollarPrice: 'getAssetPrice(address)',
}

describe('VIEWS', () => {
  it('are the selectors of the contracts’ functions', () => {
    for (const [view, signature] of Object.entries(SIGNATURES)) {
      const { selector } = VIEWS[view as keyof typeof VIEWS]
      expect(selector, signature).toBe(toFunctionSelector(`function ${signature}`))
    }
  })
})
