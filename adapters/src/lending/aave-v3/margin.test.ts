import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loan, withReserves } from '../../../../test/aave-v3/loan.js'
import { userAccountData } from './margin.js'
import { repaymentForHealth } from './repay-to-health.js'
import type { EModeState, MarginState } from './state.js'

const WETH = 3_000n * 10n ** 8n
const MODE: EModeState = {
  id: 1,
  ltv: 9_000n,
  liquidationThreshold: 9_300n,
  liquidationBonus: 10_100n,
  collateralBitmap: 0b01n,
  borrowableBitmap: 0b10n,
  ltvZeroBitmap: 0n,
  isolated: false,
  priceMark: null,
}

const inMode = (state: MarginState, eMode: Partial<EModeState> = {}): MarginState => ({
  ...state,
  eMode: { ...MODE, ...eMode },
})

describe('userAccountData', () => {
  it('is what getUserAccountData would say, in its own units', () => {
    expect(userAccountData(loan({ revision: 10, wethPriceE8: WETH }))).toEqual({
      totalCollateralBase: 3_000_000_000_000n,
      totalDebtBase: 1_500_000_000_000n,
      availableBorrowsBase: 900_000_000_000n,
      currentLiquidationThreshold: 8_250n,
      ltv: 8_000n,
      healthFactor: 1_650_000_000_000_000_000n,
      hasZeroLtvCollateral: false,
    })
  })

  it('has no health factor without debt', () => {
    const { healthFactor } = userAccountData(loan({ revision: 10, wethPriceE8: WETH, usdc: 0n }))
    expect(healthFactor).toBeNull()
  })

  it('takes threshold and LTV from the e-mode for assets of its bitmap alone', () => {
    const state = loan({ revision: 10, wethPriceE8: WETH })
    expect(userAccountData(inMode(state))).toMatchObject({
      currentLiquidationThreshold: 9_300n,
      ltv: 9_000n,
    })
    expect(userAccountData(inMode(state, { collateralBitmap: 0b10n }))).toMatchObject({
      currentLiquidationThreshold: 8_250n,
      ltv: 8_000n,
    })
  })

  it('up to 3.1 goes by the category of the asset', () => {
    const state = loan({ revision: 4, wethPriceE8: WETH })
    expect(userAccountData(inMode(state)).currentLiquidationThreshold).toBe(8_250n)
    const listed = withReserves(state, { eModeCategory: 1 })
    expect(userAccountData(inMode(listed)).currentLiquidationThreshold).toBe(9_300n)
  })

  it('keeps the threshold where 3.6 sets the LTV of a collateral to 0', () => {
    const state = inMode(loan({ revision: 10, wethPriceE8: WETH }), { ltvZeroBitmap: 0b01n })
    expect(userAccountData(state)).toMatchObject({
      ltv: 0n,
      currentLiquidationThreshold: 9_300n,
      hasZeroLtvCollateral: true,
      availableBorrowsBase: 0n,
    })
  })

  it('gives assets outside an isolated e-mode of 3.7 LTV 0, and leaves their threshold', () => {
    const state = loan({ revision: 11, wethPriceE8: WETH })
    const outside = inMode(state, { isolated: true, collateralBitmap: 0b10n })
    expect(userAccountData(outside)).toMatchObject({
      ltv: 0n,
      currentLiquidationThreshold: 8_250n,
      hasZeroLtvCollateral: true,
    })
    expect(userAccountData(inMode(state, { isolated: true })).ltv).toBe(9_000n)
  })

  it('up to 3.5 leaves out a reserve whose own threshold is 0, and counts it since', () => {
    const without = (revision: number): MarginState =>
      inMode(withReserves(loan({ revision, wethPriceE8: WETH }), { liquidationThreshold: 0n }))
    expect(userAccountData(without(9)).totalCollateralBase).toBe(0n)
    expect(userAccountData(without(10)).totalCollateralBase).toBe(3_000_000_000_000n)
  })

  const amounts = {
    weth: fc.bigInt(1n, 10n ** 21n),
    usdc: fc.bigInt(1n, 10n ** 13n),
    more: fc.bigInt(0n, 10n ** 21n),
    price: fc.bigInt(1n, 10n ** 13n),
    revision: fc.integer({ min: 1, max: 11 }),
  }

  it('never falls when collateral is added', () => {
    fc.assert(
      fc.property(fc.record(amounts), ({ weth, usdc, more, price, revision }) => {
        const health = (held: bigint): bigint | null =>
          userAccountData(loan({ revision, wethPriceE8: price, weth: held, usdc })).healthFactor
        expect(health(weth + more)).toBeGreaterThanOrEqual(health(weth) ?? 0n)
      }),
    )
  })

  it('never rises when debt is added', () => {
    fc.assert(
      fc.property(fc.record(amounts), ({ weth, usdc, more, price, revision }) => {
        const health = (owed: bigint): bigint | null =>
          userAccountData(loan({ revision, wethPriceE8: price, weth, usdc: owed })).healthFactor
        expect(health(usdc + more)).toBeLessThanOrEqual(health(usdc) ?? 0n)
      }),
    )
  })
})

describe('repaymentForHealth', () => {
  it('brings health to the target from below, within a unit of the debt', () => {
    const target = 2n * 10n ** 18n
    fc.assert(
      fc.property(
        fc.bigInt(1_600n * 10n ** 8n, 3_600n * 10n ** 8n),
        fc.integer({ min: 1, max: 11 }),
        (wethPriceE8, revision) => {
          const state = loan({ revision, wethPriceE8 })
          const repaid = repaymentForHealth(state, 'USDC', target)
          const after = (amount: bigint): bigint =>
            userAccountData(loan({ revision, wethPriceE8, usdc: 15_000_000_000n - amount }))
              .healthFactor ?? 0n
          // One raw unit of USDC is 1e-6 USD of 8,000 at least: 1e-10 of health.
          expect(after(repaid)).toBeLessThanOrEqual(target + 10n ** 9n)
          expect(after(repaid + 2n)).toBeGreaterThanOrEqual(target - 10n ** 9n)
        },
      ),
    )
  })

  it('is 0 when health is higher already', () => {
    expect(repaymentForHealth(loan({ revision: 10, wethPriceE8: WETH }), 'USDC', 10n ** 18n)).toBe(
      0n,
    )
  })

  it('says when nothing, or not enough, is owed', () => {
    const state = loan({ revision: 10, wethPriceE8: WETH })
    expect(() => repaymentForHealth(state, 'WETH', 2n * 10n ** 18n)).toThrow(
      'nothing of it is owed',
    )
    expect(() => repaymentForHealth(state, 'USDC', 0n)).toThrow('not positive')
    const poor = loan({ revision: 10, wethPriceE8: 0n })
    expect(repaymentForHealth(poor, 'USDC', 10n ** 18n)).toBe(15_000_000_000n)
  })
})
