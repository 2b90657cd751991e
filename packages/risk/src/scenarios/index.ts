export type {
  BacktestPortfolioOptions,
  LevelBacktest,
  PortfolioBacktest,
} from './backtestPortfolio.js'
export { backtestPortfolio } from './backtestPortfolio.js'
export type { DeltaGammaPreview, DeltaGammaPreviewOptions } from './deltaGammaPreview.js'
export { deltaGammaPreview } from './deltaGammaPreview.js'
export { ScenarioSetError } from './errors.js'
export type { RecordedEvent } from './events.js'
export { eventScenarios, RECORDED_EVENTS } from './events.js'
export { equityGrid, gridScenarios } from './grid.js'
export { filteredScenarios, historicalScenarios } from './historical.js'
export type { MonteCarloParameters, VolatilityMoves } from './monteCarlo.js'
export { monteCarloScenarios } from './monteCarlo.js'
export type { ScenarioLosses } from './reprice.js'
export { repriceSet } from './reprice.js'
export type { ScenarioSet, ScenarioSetKind } from './scenarioSet.js'
export { tailReport } from './tailReport.js'
export type { NamedMoves } from './user.js'
export { userScenarios } from './user.js'
export type { WorstScenario } from './worst.js'
export { worstScenario } from './worst.js'
