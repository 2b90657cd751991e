import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liquidationIncentiveFactor, taylorCompounded, WAD } from './arithmetic.js'
import { findLiquidation, liquidationCall } from './liquidation.js'
import { accrued, boundaryPrice, positionValue } from './margin.js'
import { adaptiveCurveRate } from './rate.js'
import type { MarginState } from './state.js'

const USDC = 10n ** 6n
const DOLLARS = 10n ** 24n
const START = 1_790_000_000
const DAY = 86_400

/** Ten WETH against 20,000 USDC in a market that is 90 % borrowed. */
const LOAN: MarginState = {
  at: START,
  price: 3_000n * DOLLARS,
  collateral: 10n * WAD,
  borrowShares: 20_000n * USDC * 1_000_000n,
  supplyShares: 0n,
  market: {
    lltv: (86n * WAD) / 100n,
    totalSupplyAssets: 1_000_000n * USDC,
    totalSupplyShares: 1_000_000n * USDC * 1_000_000n,
    totalBorrowAssets: 900_000n * USDC,
    totalBorrowShares: 900_000n * USDC * 1_000_000n,
    lastUpdate: START,
    fee: 0n,
    rate: { kind: 'adaptive-curve', rateAtTarget: WAD / 25n / 31_536_000n },
  },
}

describe('positionValue', () => {
  it('is the ratio of what may be owed to what is', () => {
    expect(positionValue(LOAN)).toMatchObject({
      borrowed: 20_000n * USDC,
      maxBorrow: 25_800n * USDC,
      healthFactor: (129n * WAD) / 100n,
      isHealthy: true,
    })
  })

  it('counts virtual shares, which matter in a market of a few units', () => {
    const market = { ...LOAN.market, totalBorrowAssets: 3n, totalBorrowShares: 2_000_000n }
    // ⌈2e6 × (3 + 1) ÷ (2e6 + 1e6)⌉, where three units were lent for two shares each.
    expect(positionValue({ ...LOAN, market, borrowShares: 2_000_000n }).borrowed).toBe(3n)
    expect(positionValue({ ...LOAN, market, borrowShares: 1_000_000n }).borrowed).toBe(2n)
  })

  it('owes one unit as long as any share is left', () => {
    expect(positionValue({ ...LOAN, borrowShares: 1n }).borrowed).toBe(1n)
    expect(positionValue({ ...LOAN, borrowShares: 0n }).healthFactor).toBe(null)
  })
})

describe('accrued', () => {
  it('charges what three terms of the exponential give, and never backwards', () => {
    const year = 31_536_000
    const { borrowRate } = adaptiveCurveRate(LOAN.market, WAD / 25n / 31_536_000n, START + year)
    const growth = taylorCompounded(borrowRate, BigInt(year))
    expect(Number(growth) / 1e18).toBeCloseTo(
      Math.expm1(Number(borrowRate * 31_536_000n) / 1e18),
      6,
    )
    const later = accrued(LOAN.market, START + year)
    expect(later.totalBorrowAssets - LOAN.market.totalBorrowAssets).toBe(
      (LOAN.market.totalBorrowAssets * growth) / WAD,
    )
    expect(accrued(LOAN.market, START - 1)).toBe(LOAN.market)
  })

  it('gives the fee recipient shares and takes nothing from the debt', () => {
    const market = { ...LOAN.market, fee: WAD / 10n }
    const [free, charged] = [LOAN.market, market].map((each) => accrued(each, START + DAY))
    expect(charged?.totalBorrowAssets).toBe(free?.totalBorrowAssets)
    expect(charged?.totalSupplyAssets).toBe(free?.totalSupplyAssets)
    expect(charged?.totalSupplyShares).toBeGreaterThan(free?.totalSupplyShares ?? 0n)
  })

  it('makes a position liquidatable in time, with no move of its price', () => {
    const boundary = boundaryPrice(LOAN) ?? 0n
    const near = { ...LOAN, price: boundary + boundary / 1_000n }
    expect(findLiquidation(near)).toBe(null)
    expect(findLiquidation({ ...near, at: START + 5 * DAY })).toBe(null)
    expect(findLiquidation({ ...near, at: START + 20 * DAY })).not.toBe(null)
  })
})

describe('boundaryPrice', () => {
  it('is where the verdict turns, whatever the position', () => {
    const amount = (most: bigint) => fc.bigInt({ min: 1n, max: most })
    fc.assert(
      fc.property(
        amount(10n ** 24n),
        amount(900_000n * USDC * 1_000_000n),
        fc.bigInt({ min: 1n, max: WAD - 1n }),
        fc.integer({ min: 0, max: 400 * DAY }),
        (collateral, borrowShares, lltv, seconds) => {
          const market = { ...LOAN.market, lltv }
          const state = { ...LOAN, market, collateral, borrowShares, at: START + seconds }
          const price = boundaryPrice(state)
          if (price === null) throw new RangeError('a debt has a boundary')
          expect(positionValue({ ...state, price }).isHealthy).toBe(false)
          expect(positionValue({ ...state, price: price + 1n }).isHealthy).toBe(true)
        },
      ),
    )
  })

  it('is null without debt, and where no price could cover it', () => {
    expect(boundaryPrice({ ...LOAN, borrowShares: 0n })).toBe(null)
    expect(boundaryPrice({ ...LOAN, collateral: 0n })).toBe(null)
  })
})

describe('liquidationCall', () => {
  const underwater = { ...LOAN, price: 2_300n * DOLLARS }

  it('pays the incentive of the threshold, at most 15 %', () => {
    expect(liquidationIncentiveFactor((86n * WAD) / 100n)).toBe(1_043_841_336_116_910_229n)
    expect(liquidationIncentiveFactor((385n * WAD) / 1_000n)).toBe((115n * WAD) / 100n)
  })

  it('takes any amount, as soon as the position is not healthy', () => {
    expect(liquidationCall(LOAN, { seizedAssets: 1n, repaidShares: 0n })).toMatchObject({
      reason: 'position is healthy',
    })
    const least = liquidationCall(underwater, { seizedAssets: 1n, repaidShares: 0n })
    expect(least).toMatchObject({ ok: true, seizedAssets: 1n, repaidAssets: 1n })
  })

  it('writes off what is left when the collateral is gone, and the lenders bear it', () => {
    const low = { ...LOAN, price: 1_500n * DOLLARS }
    const result = liquidationCall(low, { seizedAssets: low.collateral, repaidShares: 0n })
    if (!result.ok) throw new RangeError(result.reason)
    const { badDebtAssets, repaidAssets, after } = result
    expect(badDebtAssets).toBeGreaterThan(5_000n * USDC)
    expect(repaidAssets + badDebtAssets).toBe(20_000n * USDC)
    expect(after).toMatchObject({ collateral: 0n, borrowShares: 0n })
    expect(after.market.totalSupplyAssets).toBe(low.market.totalSupplyAssets - badDebtAssets)
  })

  it('lets collateral be seized for nothing at a price of 0, and repays nothing for it', () => {
    const worthless = { ...LOAN, price: 0n }
    expect(liquidationCall(worthless, { seizedAssets: 0n, repaidShares: 1n }).ok).toBe(false)
    expect(findLiquidation(worthless)).toEqual({ seizedAssets: LOAN.collateral, repaidShares: 0n })
  })
})
