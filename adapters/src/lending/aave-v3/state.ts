/** Rules and switches of a pool. */
export type PoolState = {
  /** `POOL_REVISION`: 1 is Aave 3.0, 10 is 3.6. */
  readonly revision: number
  /** One unit of the base currency in oracle units: 1e8 where prices have 8 decimals. */
  readonly baseUnit: bigint
  /** What the price sentinel allows; null without one. */
  readonly sentinel: { readonly liquidation: boolean; readonly borrow: boolean } | null
}

/** One reserve as the pool stores it. Ratios in bps, indexes and rates in ray, times in Unix seconds. */
export type ReserveState = {
  /** Position in the pool's list, and bit pair in a user's configuration. */
  readonly id: number
  readonly decimals: number
  readonly ltv: bigint
  readonly liquidationThreshold: bigint
  /** 10 500 gives the liquidator 5 % more than he repays. */
  readonly liquidationBonus: bigint
  readonly liquidationProtocolFee: bigint
  readonly active: boolean
  readonly frozen: boolean
  readonly paused: boolean
  readonly borrowingEnabled: boolean
  readonly siloedBorrowing: boolean
  readonly borrowableInIsolation: boolean
  /** Isolation mode, in units of 1e-2 of the base currency; 0 outside it. */
  readonly debtCeiling: bigint
  readonly isolationModeTotalDebt: bigint
  /** Up to 3.1: the one category of the asset. */
  readonly eModeCategory: number
  readonly liquidityIndex: bigint
  readonly liquidityRate: bigint
  readonly variableBorrowIndex: bigint
  readonly variableBorrowRate: bigint
  readonly lastUpdate: number
  /** No liquidation up to and including this time; 0 for none. */
  readonly gracePeriodUntil: number
  /** Whether anyone owes this asset: without debt the borrow index stands still. */
  readonly hasVariableDebt: boolean
}

/** An efficiency mode. Bitmaps are indexed by reserve id; up to 3.1 they are 0 and unused. */
export type EModeState = {
  readonly id: number
  readonly ltv: bigint
  readonly liquidationThreshold: bigint
  readonly liquidationBonus: bigint
  readonly collateralBitmap: bigint
  readonly borrowableBitmap: bigint
  /** 3.6 and later: collateral whose LTV counts as 0. */
  readonly ltvZeroBitmap: bigint
  /** 3.7 and later: assets outside the collateral bitmap get LTV 0 and keep their threshold. */
  readonly isolated: boolean
  /** Up to 3.1: id of the mark that prices every asset of the category; null without one. */
  readonly priceMark: string | null
}

/** What one user has in one reserve. */
export type Position = {
  /** Asset id of the underlying. */
  readonly asset: string
  /** Identity of the price: positions with the same one move together. */
  readonly priceId: string
  /** Oracle price of one whole token, in units of the base currency. */
  readonly price: bigint
  readonly reserve: ReserveState
  readonly scaledSupply: bigint
  readonly scaledDebt: bigint
  /** Stable-rate debt (up to 3.1) with interest at the state's time; not accrued further. */
  readonly stableDebt: bigint
  /** The bit `used as collateral` of the user's configuration. */
  readonly usedAsCollateral: boolean
  /** The bit `borrowing` of the user's configuration. */
  readonly borrowing: boolean
}

/** One user of one pool at one time: everything that the pool's arithmetic reads. */
export type MarginState = {
  readonly pool: PoolState
  readonly eMode: EModeState | null
  /** In the order of reserve ids. */
  readonly positions: readonly Position[]
  /** Unix seconds: interest accrues to it. */
  readonly at: number
}
