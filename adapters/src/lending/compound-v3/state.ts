/** One of the two interest curves: per-second rates and the kink, scaled by 1e18. */
export type RateCurve = {
  readonly kink: bigint
  readonly base: bigint
  readonly slopeLow: bigint
  readonly slopeHigh: bigint
}

/** A collateral asset of a market; factors scaled by 1e18. */
export type CollateralAsset = {
  /** Raw units of one whole token. */
  readonly scale: bigint
  readonly borrowCollateralFactor: bigint
  readonly liquidateCollateralFactor: bigint
  /** Part of its value that an absorption credits. */
  readonly liquidationFactor: bigint
  /** Most raw units that all accounts together may supply. */
  readonly supplyCap: bigint
  readonly totalSupplied: bigint
}

/** Actions that the market's guardian has stopped. */
export type Pauses = {
  readonly supply: boolean
  readonly withdraw: boolean
  readonly absorb: boolean
  readonly buy: boolean
}

/** One market (Comet) as the contract stores it; times in Unix seconds. */
export type MarketState = {
  /** Raw units of one whole base token. */
  readonly baseScale: bigint
  /** Indices at the last accrual, scaled by 1e15. */
  readonly supplyIndex: bigint
  readonly borrowIndex: bigint
  /** Sums of principals. */
  readonly totalSupply: bigint
  readonly totalBorrow: bigint
  readonly lastAccrual: number
  readonly supplyCurve: RateCurve
  readonly borrowCurve: RateCurve
  readonly baseBorrowMin: bigint
  readonly storeFrontPriceFactor: bigint
  readonly targetReserves: bigint
  /** Base tokens that the market holds. */
  readonly baseHeld: bigint
  readonly pauses: Pauses
}

/** What an account has of one collateral asset, and its price with 8 decimals. */
export type Collateral = CollateralAsset & {
  readonly balance: bigint
  readonly price: bigint
}

/** One account in one market at one time: everything that the contract's arithmetic reads. */
export type MarginState = {
  readonly market: MarketState
  /** Price of the base token with 8 decimals. */
  readonly basePrice: bigint
  /** Above 0 what is lent, below what is owed, in units of the respective index. */
  readonly principal: bigint
  /** In the market's order. */
  readonly collateral: readonly Collateral[]
  /** Unix seconds: interest accrues to it. */
  readonly at: number
}
