export type { LiquidationStep } from './liquidation.js'
export { liquidationOrder } from './liquidation.js'
