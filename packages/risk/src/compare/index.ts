export type {
  ComparedSystem,
  CompareOptions,
  MarginComparison,
  MarginSaving,
} from './compareMargin.js'
export { compareMargin } from './compareMargin.js'
export type * from './positions.js'
export { positionsOf } from './positions.js'
export type { ScenarioRules, ScenarioSystem } from './scenarioSystem.js'
export {
  scenarioLabel,
  scenarioMargin,
  scenarioSystem,
  scenarioTestOf,
  undiscounted,
} from './scenarioSystem.js'
export type { SpanParameters } from './spanStyle.js'
export { spanScenarios, spanStyle } from './spanStyle.js'
export type { MarginSystem, SystemMargin, WorstCase } from './system.js'
export { MarginSystemError } from './system.js'
