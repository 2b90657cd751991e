export { marginStateOf } from './bridge.js'
export {
  type Absorption,
  absorb,
  isForSale,
  quoteCollateral,
  reserves,
  storeFrontDiscount,
} from './liquidation.js'
export {
  type AccountValue,
  accountValue,
  accrued,
  type BoundaryPrice,
  boundaryPrice,
  boundaryPriceOfView,
  isBorrowCollateralized,
  isLiquidatable,
  isLiquidatableView,
  rateOf,
  utilization,
} from './margin.js'
export { supplyBase, supplyCollateral, withdrawBase, withdrawCollateral } from './operations.js'
export type {
  Collateral,
  CollateralAsset,
  MarginState,
  MarketState,
  Pauses,
  RateCurve,
} from './state.js'
