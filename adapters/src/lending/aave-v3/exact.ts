export { type Boundary, boundaryPrice, withPrice } from './boundary.js'
export { marginStateOf } from './bridge.js'
export { type LiquidationResult, liquidationCall } from './liquidation.js'
export {
  type PositionValue,
  type UserAccountData,
  userAccountData,
  valuePositions,
} from './margin.js'
export { borrow, repay, setEMode, supply, withdraw } from './operations.js'
export { repaymentForHealth } from './repay-to-health.js'
export { decodeReserve, type SharedReserve } from './reserve.js'
export type { EModeState, MarginState, PoolState, Position, ReserveState } from './state.js'
export { findLiquidation, type LiquidationCall } from './verdict.js'
