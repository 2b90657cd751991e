import { OperationError } from '@plimsoll/model'
import {
  fits,
  floorSubtract,
  toAssetsDown,
  toAssetsUp,
  toSharesDown,
  toSharesUp,
} from './arithmetic.js'
import { accrued, borrowTotal, overflows, positionValue, supplyTotal } from './margin.js'
import type { MarginState, MarketState } from './state.js'

/** How much of the loan asset: assets in raw units, or shares of the market. */
export type LoanAmount = { readonly assets: bigint } | { readonly shares: bigint }

/** The state after collateral is supplied. No interest accrues. @throws OperationError when it would revert */
export function supplyCollateral(state: MarginState, assets: bigint): MarginState {
  const collateral = state.collateral + assets
  refuse('supply collateral', assets <= 0n, 'the amount must be above 0')
  refuse('supply collateral', !fits(collateral), 'the amount is more than the contract can store')
  return { ...state, collateral }
}

/** The state after collateral is withdrawn. @throws OperationError when it would revert */
export function withdrawCollateral(state: MarginState, assets: bigint): MarginState {
  const what = 'withdraw collateral'
  refuse(what, assets <= 0n, 'the amount must be above 0')
  refuse(what, assets > state.collateral, `the collateral is ${state.collateral}`)
  const after = {
    ...state,
    market: accrued(state.market, state.at),
    collateral: state.collateral - assets,
  }
  requireHealthy(what, after)
  return after
}

/** The state after the loan asset is borrowed. @throws OperationError when it would revert */
export function borrow(state: MarginState, amount: LoanAmount): MarginState {
  const market = accrued(state.market, state.at)
  const { assets, shares } = bothOf('borrow', amount, borrowTotal(market), toSharesUp, toAssetsDown)
  const after = {
    ...state,
    borrowShares: state.borrowShares + shares,
    market: {
      ...market,
      totalBorrowAssets: market.totalBorrowAssets + assets,
      totalBorrowShares: market.totalBorrowShares + shares,
    },
  }
  requireStorable('borrow', after.market)
  requireHealthy('borrow', after)
  requireLiquidity('borrow', after.market)
  return after
}

/** The state after debt is repaid; by shares it leaves none behind. @throws OperationError when it would revert */
export function repay(state: MarginState, amount: LoanAmount): MarginState {
  const market = accrued(state.market, state.at)
  const { assets, shares } = bothOf('repay', amount, borrowTotal(market), toSharesDown, toAssetsUp)
  refuse(
    'repay',
    shares > state.borrowShares,
    `${shares} shares are more than the ${state.borrowShares} owed; repay "max" to owe nothing`,
  )
  return {
    ...state,
    borrowShares: state.borrowShares - shares,
    market: {
      ...market,
      totalBorrowAssets: floorSubtract(market.totalBorrowAssets, assets),
      totalBorrowShares: market.totalBorrowShares - shares,
    },
  }
}

/** The state after the loan asset is lent to the market. @throws OperationError when it would revert */
export function supply(state: MarginState, amount: LoanAmount): MarginState {
  const market = accrued(state.market, state.at)
  const { assets, shares } = bothOf('supply', amount, supplyTotal(market), toSharesDown, toAssetsUp)
  const after = {
    ...state,
    supplyShares: state.supplyShares + shares,
    market: {
      ...market,
      totalSupplyAssets: market.totalSupplyAssets + assets,
      totalSupplyShares: market.totalSupplyShares + shares,
    },
  }
  requireStorable('supply', after.market)
  return after
}

/** The state after what was lent is withdrawn. @throws OperationError when it would revert */
export function withdraw(state: MarginState, amount: LoanAmount): MarginState {
  const market = accrued(state.market, state.at)
  const total = supplyTotal(market)
  const { assets, shares } = bothOf('withdraw', amount, total, toSharesUp, toAssetsDown)
  refuse(
    'withdraw',
    shares > state.supplyShares,
    `${shares} shares are more than the ${state.supplyShares} lent`,
  )
  refuse('withdraw', assets > market.totalSupplyAssets, 'the market does not hold as much')
  const after = {
    ...state,
    supplyShares: state.supplyShares - shares,
    market: {
      ...market,
      totalSupplyAssets: market.totalSupplyAssets - assets,
      totalSupplyShares: market.totalSupplyShares - shares,
    },
  }
  requireLiquidity('withdraw', after.market)
  return after
}

type Convert = (amount: bigint, total: ReturnType<typeof borrowTotal>) => bigint

/** Assets and shares of an amount that names one of them. */
function bothOf(
  what: string,
  amount: LoanAmount,
  total: ReturnType<typeof borrowTotal>,
  toShares: Convert,
  toAssets: Convert,
): { readonly assets: bigint; readonly shares: bigint } {
  const byAssets = 'assets' in amount
  refuse(what, (byAssets ? amount.assets : amount.shares) <= 0n, 'the amount must be above 0')
  return byAssets
    ? { assets: amount.assets, shares: toShares(amount.assets, total) }
    : { assets: toAssets(amount.shares, total), shares: amount.shares }
}

function requireHealthy(what: string, state: MarginState): void {
  // Without debt the contract does not even ask the oracle.
  if (state.borrowShares === 0n) return
  refuse(what, overflows(state), 'the oracle price overflows')
  const { isHealthy, maxBorrow, borrowed } = positionValue(state)
  refuse(what, !isHealthy, `the debt would be ${borrowed} where ${maxBorrow} may be owed`)
}

function requireLiquidity(what: string, market: MarketState): void {
  const missing = market.totalBorrowAssets - market.totalSupplyAssets
  refuse(what, missing > 0n, `the market lacks ${missing} of liquidity`)
}

function requireStorable(what: string, market: MarketState): void {
  const { totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares } = market
  const totals = [totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares]
  refuse(what, !totals.every(fits), 'the market would hold more than the contract can store')
}

function refuse(what: string, condition: boolean, reason: string): void {
  if (!condition) return
  throw new OperationError(
    `Morpho would revert ${what}: ${reason}. Change the amount or do another operation first.`,
    { details: 'The owner’s wallet and authorisations are not judged here.' },
  )
}
