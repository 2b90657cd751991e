import { divDown, mulDivDown, mulDivUp } from '@plimsoll/model'
import {
  ORACLE_PRICE_SCALE,
  smaller,
  type Total,
  taylorCompounded,
  toAssetsDown,
  toAssetsUp,
  toSharesDown,
  WAD,
} from './arithmetic.js'
import { type AdaptiveRate, adaptiveCurveRate } from './rate.js'
import type { MarginState, MarketState } from './state.js'

/** The largest word: a product beyond it reverts. */
const MAX_WORD = (1n << 256n) - 1n

/** What is owed to a market. */
export const borrowTotal = (market: MarketState): Total => ({
  assets: market.totalBorrowAssets,
  shares: market.totalBorrowShares,
})
/** What is lent to a market. */
export const supplyTotal = (market: MarketState): Total => ({
  assets: market.totalSupplyAssets,
  shares: market.totalSupplyShares,
})

/** The average borrow rate since the last update, and the market's rate model once it is charged. */
function rateUntil(
  market: MarketState,
  at: number,
): { readonly borrowRate: bigint; readonly next: MarketState['rate'] } {
  const { rate } = market
  if (rate.kind !== 'adaptive-curve') {
    return { borrowRate: rate.kind === 'none' ? 0n : rate.borrowRate, next: rate }
  }
  const { borrowRate, rateAtTarget }: AdaptiveRate = adaptiveCurveRate(
    market,
    rate.rateAtTarget,
    at,
  )
  return { borrowRate, next: { kind: 'adaptive-curve', rateAtTarget } }
}

/** The market with interest and fee shares accrued to `at`, as every call on it that moves loan tokens does first. */
export function accrued(market: MarketState, at: number): MarketState {
  if (at <= market.lastUpdate) return market
  const { borrowRate, next } = rateUntil(market, at)
  const growth = taylorCompounded(borrowRate, BigInt(at - market.lastUpdate))
  const interest = mulDivDown(market.totalBorrowAssets, growth, WAD)
  const totalSupplyAssets = market.totalSupplyAssets + interest
  const fee = mulDivDown(interest, market.fee, WAD)
  const feeShares = toSharesDown(fee, {
    assets: totalSupplyAssets - fee,
    shares: market.totalSupplyShares,
  })
  return {
    ...market,
    totalSupplyAssets,
    totalBorrowAssets: market.totalBorrowAssets + interest,
    totalSupplyShares: market.totalSupplyShares + feeShares,
    lastUpdate: at,
    rate: next,
  }
}

/** A position valued as the contract does, in raw units of the loan asset, at the state's time. */
export type PositionValue = {
  readonly market: MarketState
  readonly supplied: bigint
  readonly borrowed: bigint
  /** The whole collateral at the oracle's price. */
  readonly collateralValue: bigint
  readonly maxBorrow: bigint
  /** maxBorrow ÷ borrowed, scaled by 1e18, floored; null without debt. */
  readonly healthFactor: bigint | null
  /** The contract's own verdict: maxBorrow ≥ borrowed. */
  readonly isHealthy: boolean
}

/** Values a position with interest accrued to the state's time. */
export function positionValue(state: MarginState): PositionValue {
  const market = accrued(state.market, state.at)
  const borrowed = toAssetsUp(state.borrowShares, borrowTotal(market))
  const collateralValue = mulDivDown(state.collateral, state.price, ORACLE_PRICE_SCALE)
  const maxBorrow = mulDivDown(collateralValue, market.lltv, WAD)
  return {
    market,
    supplied: toAssetsDown(state.supplyShares, supplyTotal(market)),
    borrowed,
    collateralValue,
    maxBorrow,
    healthFactor: borrowed === 0n ? null : (maxBorrow * WAD) / borrowed,
    isHealthy: maxBorrow >= borrowed,
  }
}

/** Whether the contract's own product of collateral and price would not fit its words: every call reverts. */
export function overflows({ collateral, price }: MarginState): boolean {
  return collateral * price > MAX_WORD
}

/**
 * The highest oracle price at which the position can be liquidated, at the state's time; null when
 * no price above 0 turns the verdict (no debt, or nothing that could cover it).
 */
export function boundaryPrice(state: MarginState): bigint | null {
  const { borrowed, market } = positionValue(state)
  if (borrowed === 0n || state.collateral === 0n || market.lltv === 0n) return null
  const needed = mulDivUp(borrowed, WAD, market.lltv)
  const price = mulDivUp(needed, ORACLE_PRICE_SCALE, state.collateral) - 1n
  const highest = divDown(MAX_WORD, state.collateral)
  return smaller(price, highest)
}
