import { describe, expect, it } from 'vitest'
import { loan, withReserves } from '../../../../test/aave-v3/loan.js'
import { boundaryPrice } from './boundary.js'
import { liquidationCall } from './liquidation.js'
import { userAccountData } from './margin.js'
import { findLiquidation } from './verdict.js'

const CALL = {
  collateralAsset: 'WETH',
  debtAsset: 'USDC',
  debtToCover: 'max',
  receiveAToken: true,
} as const

/** 10 WETH at 1,600 USD against 15,000 USDC, threshold 82.5 %: health 0.88. */
const underwater = loan({ revision: 10, wethPriceE8: 1_600n * 10n ** 8n })

describe('findLiquidation', () => {
  it('is a call that liquidates when health is below 1', () => {
    expect(userAccountData(underwater).healthFactor).toBe(880_000_000_000_000_000n)
    expect(findLiquidation(underwater)).toEqual(CALL)
  })

  it('is null when health is exactly 1, and at 1 and a unit', () => {
    const boundary = boundaryPrice(underwater, 'WETH')
    expect(boundary?.side).toBe('falling')
    const price = (boundary?.price ?? 0n) + 1n
    expect(findLiquidation(loan({ revision: 10, wethPriceE8: price - 1n }))).not.toBeNull()
    expect(findLiquidation(loan({ revision: 10, wethPriceE8: price }))).toBeNull()
    expect(
      userAccountData(loan({ revision: 10, wethPriceE8: price })).healthFactor,
    ).toBeGreaterThanOrEqual(10n ** 18n)
  })

  it.each([
    ['a paused reserve', { paused: true }, 'a reserve is paused'],
    ['an inactive reserve', { active: false }, 'a reserve is not active'],
    ['a grace period that ends now', { gracePeriodUntil: underwater.at }, 'grace period'],
  ])('is null for %s, whatever health is', (_what, change, reason) => {
    const state = withReserves(underwater, change)
    expect(findLiquidation(state)).toBeNull()
    expect(liquidationCall(state, CALL)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(reason),
    })
  })

  it('is a call again one second after the grace period, and for frozen reserves', () => {
    const over = withReserves(underwater, { gracePeriodUntil: underwater.at - 1 })
    expect(findLiquidation(over)).not.toBeNull()
    expect(findLiquidation(withReserves(underwater, { frozen: true }))).not.toBeNull()
  })

  it('knows no grace period up to 3.0', () => {
    const state = loan({ revision: 1, wethPriceE8: 1_600n * 10n ** 8n })
    expect(findLiquidation(withReserves(state, { gracePeriodUntil: state.at }))).not.toBeNull()
  })

  it('is null without a price, where the oracle reverts', () => {
    const state = loan({ revision: 10, wethPriceE8: 0n })
    expect(findLiquidation(state)).toBeNull()
    expect(liquidationCall(state, CALL)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('no price'),
    })
  })

  it('waits for the sentinel until health is below 0.95', () => {
    const held = (priceE8: bigint): unknown => {
      const state = loan({ revision: 10, wethPriceE8: priceE8 })
      const sentinel = { liquidation: false, borrow: false }
      return findLiquidation({ ...state, pool: { ...state.pool, sentinel } })
    }
    const at95 = 172_727_272_728n
    expect(held(at95)).toBeNull()
    expect(held(at95 - 1_000n)).not.toBeNull()
    const allowed = loan({ revision: 10, wethPriceE8: at95 })
    const sentinel = { liquidation: true, borrow: true }
    expect(findLiquidation({ ...allowed, pool: { ...allowed.pool, sentinel } })).not.toBeNull()
  })

  it('does not count supply that is not used as collateral', () => {
    const [weth, usdc] = underwater.positions
    if (weth === undefined || usdc === undefined) throw new RangeError('two positions')
    const state = { ...underwater, positions: [{ ...weth, usedAsCollateral: false }, usdc] }
    expect(userAccountData(state)).toMatchObject({ totalCollateralBase: 0n, healthFactor: 0n })
    expect(findLiquidation(state)).toBeNull()
  })
})

describe('liquidationCall, pool revision 11', () => {
  // By hand from the rules of 3.7: seizures floor, the protocol's fee ceils.
  // 3 USDC units (0.000003 USD) at bonus 105 %: base = F(3 × 1e8 × 1e18 / (1,600e8 × 1e6)) = 1_875_000_000,
  // with bonus F(1_875_000_000 × 1.05) = 1_968_750_000, fee U((1_968_750_000 − F(1_968_750_000 / 1.05)) × 10 %).
  it('floors what is seized and ceils the fee', () => {
    const state = loan({ revision: 11, wethPriceE8: 1_600n * 10n ** 8n })
    expect(liquidationCall(state, { ...CALL, debtToCover: 3n })).toMatchObject({
      ok: true,
      repaid: 3n,
      seized: 1_968_750_000n,
      protocolFee: 9_375_000n,
    })
    const odd = loan({ revision: 11, wethPriceE8: 1_601n * 10n ** 8n })
    // base = F(3e26 / 1.601e17) = 1_873_828_856; × 1.05 = 1_967_520_298.8; / 1.05 = 1_873_828_855.23…
    expect(liquidationCall(odd, { ...CALL, debtToCover: 3n })).toMatchObject({
      seized: 1_967_520_298n,
      protocolFee: 9_369_145n,
    })
  })
})
