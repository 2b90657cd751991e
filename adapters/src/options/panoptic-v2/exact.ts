export type { Pair } from './amounts.js'
export type { EngineParameters } from './engine.js'
export { type LiquidationBonus, liquidationBonus } from './liquidation.js'
export {
  type Holdings,
  isSolvent,
  type Margin,
  marginAt,
  type Position,
  positionRequirements,
  solvencyTests,
  type TokenTest,
} from './margin.js'
export { sqrtPriceAt } from './ticks.js'
export { decodeTokenId, type PositionLeg, type PositionTerms, type Token } from './token-id.js'
