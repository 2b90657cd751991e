/** How a market's borrow rate is known. Rates are per second, scaled by 1e18. */
export type RateModel =
  /** A market without a rate model never charges interest. */
  | { readonly kind: 'none' }
  /** AdaptiveCurveIrm: the rate follows from what it stores and from the time since. */
  | { readonly kind: 'adaptive-curve'; readonly rateAtTarget: bigint }
  /** Another contract: what it said at `at` (Unix seconds), held from then on. */
  | { readonly kind: 'observed'; readonly borrowRate: bigint; readonly at: number }

/** One market as the contract stores it; ratios scaled by 1e18, times in Unix seconds. */
export type MarketState = {
  readonly lltv: bigint
  readonly totalSupplyAssets: bigint
  readonly totalSupplyShares: bigint
  readonly totalBorrowAssets: bigint
  readonly totalBorrowShares: bigint
  readonly lastUpdate: number
  /** Part of the interest that goes to the fee recipient. */
  readonly fee: bigint
  readonly rate: RateModel
}

/** One position in one market at one time: everything that the contract's arithmetic reads. */
export type MarginState = {
  readonly market: MarketState
  /** The oracle's price: raw loan units per raw collateral unit, scaled by 1e36. */
  readonly price: bigint
  readonly collateral: bigint
  readonly borrowShares: bigint
  /** Lent to the market; it carries no debt. */
  readonly supplyShares: bigint
  /** Unix seconds: interest accrues to it. */
  readonly at: number
}
