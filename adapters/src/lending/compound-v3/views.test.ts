import { toFunctionSelector } from 'viem'
import { describe, expect, it } from 'vitest'
import { VIEWS } from './views.js'

const SIGNATURES: { readonly [View in keyof typeof VIEWS]: string } = {
  numAssets: 'numAssets()',
  baseToken: 'baseToken()',
  baseFeed: 'baseTokenPriceFeed()',
  borrowMin: 'baseBorrowMin()',
  targetReserves: 'targetReserves()',
  storeFront: 'storeFrontPriceFactor()',
  supplyKink: 'supplyKink()',
  supplyBase: 'supplyPerSecondInterestRateBase()',
  supplySlopeLow: 'supplyPerSecondInterestRateSlopeLow()',
  supplySlopeHigh: 'supplyPerSecondInterestRateSlopeHigh()',
  borrowKink: 'borrowKink()',
  borrowBase: 'borrowPerSecondInterestRateBase()',
  borrowSlopeLow: 'borrowPerSecondInterestRateSlopeLow()',
  borrowSlopeHigh: 'borrowPerSecondInterestRateSlopeHigh()',
  totals: 'totalsBasic()',
  utilization: 'getUtilization()',
  account: 'userBasic(address)',
  collateral: 'userCollateral(address,address)',
  totalCollateral: 'totalsCollateral(address)',
  asset: 'getAssetInfo(uint8)',
  price: 'getPrice(address)',
  liquidatable: 'isLiquidatable(address)',
  owed: 'borrowBalanceOf(address)',
  balance: 'balanceOf(address)',
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
