import { mulDivDown, mulDivUp } from '@plimsoll/model'
import { FACTOR_SCALE, INDEX_SCALE, mulFactor, mulPrice, presentValue } from './arithmetic.js'
import type { Collateral, MarginState, MarketState, RateCurve } from './state.js'

/** Part of what is lent that is borrowed, at the stored indices, scaled by 1e18; may exceed it. */
export function utilization({
  supplyIndex,
  borrowIndex,
  totalSupply,
  totalBorrow,
}: MarketState): bigint {
  const supplied = mulDivDown(totalSupply, supplyIndex, INDEX_SCALE)
  const borrowed = mulDivDown(totalBorrow, borrowIndex, INDEX_SCALE)
  return supplied === 0n ? 0n : mulDivDown(borrowed, FACTOR_SCALE, supplied)
}

/** The rate per second of a curve at a utilization, scaled by 1e18. */
export function rateOf({ kink, base, slopeLow, slopeHigh }: RateCurve, used: bigint): bigint {
  if (used <= kink) return base + mulFactor(slopeLow, used)
  return base + mulFactor(slopeLow, kink) + mulFactor(slopeHigh, used - kink)
}

/**
 * The market with interest accrued to `at`: one simple step from the last accrual, at the rates of the
 * stored utilization however long ago that was, as every call that moves the base token does first.
 */
export function accrued(market: MarketState, at: number): MarketState {
  if (at <= market.lastAccrual) return market
  const used = utilization(market)
  const seconds = BigInt(at - market.lastAccrual)
  const grown = (index: bigint, curve: RateCurve): bigint =>
    index + mulFactor(index, rateOf(curve, used) * seconds)
  return {
    ...market,
    supplyIndex: grown(market.supplyIndex, market.supplyCurve),
    borrowIndex: grown(market.borrowIndex, market.borrowCurve),
    lastAccrual: at,
  }
}

/** Value with 8 decimals of what is held of an asset. */
export const valueHeld = ({ balance, price, scale }: Collateral): bigint =>
  mulPrice(balance, price, scale)

type CollateralFactor = 'borrowCollateralFactor' | 'liquidateCollateralFactor'

/** The part of the collateral that counts under a factor, with 8 decimals. */
export function capacity(collateral: readonly Collateral[], factor: CollateralFactor): bigint {
  return collateral.reduce((sum, asset) => sum + mulFactor(valueHeld(asset), asset[factor]), 0n)
}

/** Raw base units that are owed at a market's indices; 0 where some are lent. */
export function owed({ principal }: MarginState, market: MarketState): bigint {
  return principal < 0n ? -presentValue(principal, market) : 0n
}

/** Value of what is owed at a market's indices, with 8 decimals. */
export function debtValue(state: MarginState, market: MarketState): bigint {
  return mulPrice(owed(state, market), state.basePrice, market.baseScale)
}

/** An account valued as the contract does; amounts in raw base units, values with 8 decimals. */
export type AccountValue = {
  /** The market, accrued to the state's time. */
  readonly market: MarketState
  readonly supplied: bigint
  readonly borrowed: bigint
  /** What the contract's own views of liquidity count as owed: interest only to the last accrual. */
  readonly storedBorrowed: bigint
  readonly debtValue: bigint
  readonly borrowCapacity: bigint
  readonly liquidationCapacity: bigint
  /** liquidationCapacity − debtValue: absorbed below 0. */
  readonly liquidity: bigint
  /** The same, as the contract's `isLiquidatable` sees it. */
  readonly storedLiquidity: bigint
  /** liquidationCapacity ÷ debtValue, scaled by 1e18, floored; null where no value is owed. */
  readonly healthFactor: bigint | null
}

/** Values an account with interest accrued to the state's time. */
export function accountValue(state: MarginState): AccountValue {
  const market = accrued(state.market, state.at)
  const due = debtValue(state, market)
  const liquidationCapacity = capacity(state.collateral, 'liquidateCollateralFactor')
  return {
    market,
    supplied: state.principal > 0n ? presentValue(state.principal, market) : 0n,
    borrowed: owed(state, market),
    storedBorrowed: owed(state, state.market),
    debtValue: due,
    borrowCapacity: capacity(state.collateral, 'borrowCollateralFactor'),
    liquidationCapacity,
    liquidity: liquidationCapacity - due,
    storedLiquidity: liquidationCapacity - debtValue(state, state.market),
    healthFactor: due === 0n ? null : (liquidationCapacity * FACTOR_SCALE) / due,
  }
}

/** Whether `absorb`, which accrues interest first, finds too little collateral; pauses not counted. */
export const isLiquidatable = (state: MarginState): boolean => accountValue(state).liquidity < 0n

/** The contract's view of the same: interest only to the last accrual. */
export const isLiquidatableView = (state: MarginState): boolean =>
  accountValue(state).storedLiquidity < 0n

/** Whether the account may owe what it does, at the stored indices: withdrawing collateral asks this. */
export function isBorrowCollateralized(state: MarginState): boolean {
  return capacity(state.collateral, 'borrowCollateralFactor') >= debtValue(state, state.market)
}

/** The highest price of an asset at which something holds: `null` when it does at every price, 0 at none. */
export type BoundaryPrice = bigint | null

/** The highest price of one collateral asset at which the account can be absorbed, at the state's time. */
export function boundaryPrice(state: MarginState, index: number): BoundaryPrice {
  return boundaryAt(state, index, accountValue(state).market)
}

/** The same for the contract's view, which does not accrue. */
export function boundaryPriceOfView(state: MarginState, index: number): BoundaryPrice {
  return boundaryAt(state, index, state.market)
}

function boundaryAt(state: MarginState, index: number, market: MarketState): BoundaryPrice {
  const others = state.collateral.filter((_asset, other) => other !== index)
  const missing = debtValue(state, market) - capacity(others, 'liquidateCollateralFactor')
  const asset = state.collateral[index]
  if (missing <= 0n) return 0n
  if (asset === undefined || asset.balance === 0n || asset.liquidateCollateralFactor === 0n) {
    return null
  }
  // Its value may reach, but not pass, the most that still counts for less than is missing.
  const enough = mulDivUp(missing, FACTOR_SCALE, asset.liquidateCollateralFactor)
  return mulDivUp(enough, asset.scale, asset.balance) - 1n
}
