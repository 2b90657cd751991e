export { liquidationIncentiveFactor } from './arithmetic.js'
export { marginStateOf } from './bridge.js'

export {
  findLiquidation,
  type LiquidationCall,
  type LiquidationResult,
  liquidationCall,
} from './liquidation.js'
export { accrued, boundaryPrice, type PositionValue, positionValue } from './margin.js'
export {
  borrow,
  type LoanAmount,
  repay,
  supply,
  supplyCollateral,
  withdraw,
  withdrawCollateral,
} from './operations.js'
export { type AdaptiveRate, adaptiveCurveRate, type CurveInputs } from './rate.js'
export type { MarginState, MarketState, RateModel } from './state.js'
