import { mulDivDown, mulDivUp } from '@plimsoll/model'

export const WAD: bigint = 10n ** 18n
/** Scale of oracle prices. */
export const ORACLE_PRICE_SCALE: bigint = 10n ** 36n
/** Beyond this no stored amount goes. */
export const MAX_UINT128: bigint = (1n << 128n) - 1n

/** Shares and assets that a market counts on top of the real ones. */
const VIRTUAL_SHARES = 1_000_000n
const VIRTUAL_ASSETS = 1n

const LIQUIDATION_CURSOR = 3n * 10n ** 17n
const MAX_LIQUIDATION_INCENTIVE_FACTOR = 115n * 10n ** 16n

/** One side of a market: what is lent, or what is owed. */
export type Total = { readonly assets: bigint; readonly shares: bigint }

export const toSharesDown = (assets: bigint, total: Total): bigint =>
  mulDivDown(assets, total.shares + VIRTUAL_SHARES, total.assets + VIRTUAL_ASSETS)
export const toSharesUp = (assets: bigint, total: Total): bigint =>
  mulDivUp(assets, total.shares + VIRTUAL_SHARES, total.assets + VIRTUAL_ASSETS)
export const toAssetsDown = (shares: bigint, total: Total): bigint =>
  mulDivDown(shares, total.assets + VIRTUAL_ASSETS, total.shares + VIRTUAL_SHARES)
export const toAssetsUp = (shares: bigint, total: Total): bigint =>
  mulDivUp(shares, total.assets + VIRTUAL_ASSETS, total.shares + VIRTUAL_SHARES)

/** e^(rate × seconds) − 1 as the contract approximates it: three terms, scaled by 1e18. */
export function taylorCompounded(rate: bigint, seconds: bigint): bigint {
  const first = rate * seconds
  const second = mulDivDown(first, first, 2n * WAD)
  const third = mulDivDown(second, first, 3n * WAD)
  return first + second + third
}

/** What a liquidator receives for each unit repaid, scaled by 1e18: min(1.15, 1 ÷ (1 − 0.3 × (1 − LLTV))). */
export function liquidationIncentiveFactor(lltv: bigint): bigint {
  const factor = mulDivDown(WAD, WAD, WAD - mulDivDown(LIQUIDATION_CURSOR, WAD - lltv, WAD))
  return smaller(factor, MAX_LIQUIDATION_INCENTIVE_FACTOR)
}

/** The smaller of two integers. */
export function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

/** a − b, but not below 0: what is repaid may be one unit more than the market counts. */
export function floorSubtract(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}

/** Whether an amount fits where the contract stores it. */
export function fits(amount: bigint): boolean {
  return amount <= MAX_UINT128
}
