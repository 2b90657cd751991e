export type * from './adapter.js'
export { defineAdapter } from './adapter.js'
export type { Clock } from './clock.js'
export { systemClock } from './clock.js'
export type { ChainConnection, NodeClient } from './connection.js'
export { MULTICALL3 } from './connection.js'
export { contentHash } from './contentHash.js'
export type {
  Client,
  CreateClientErrorType,
  CreateClientParameters,
  CreateClientReturnType,
} from './createClient.js'
export { createClient } from './createClient.js'
export type {
  CreateReplayClientErrorType,
  CreateReplayClientParameters,
} from './createReplayClient.js'
export { createReplayClient } from './createReplayClient.js'
export type { DeferredModule } from './deferredModule.js'
export { deferredModule, loadModules } from './deferredModule.js'
export * from './errors.js'
export type { FinishReplayErrorType } from './finishReplay.js'
export { finishReplay } from './finishReplay.js'
export type { StalePortfolio } from './freshness.js'
export { lazily } from './lazily.js'
export type { Limits } from './limits.js'
export type * from './marketAdapter.js'
export { defineMarketAdapter } from './marketAdapter.js'
export type {
  ReadMarketErrorType,
  ReadMarketParameters,
  ReadMarketReturnType,
} from './readMarket.js'
export { readMarket } from './readMarket.js'
export type {
  ReadPortfolioErrorType,
  ReadPortfolioParameters,
  ReadPortfolioReturnType,
} from './readPortfolio.js'
export { readPortfolio } from './readPortfolio.js'
export type * from './recording.js'
export { parseRecording, RECORDING_FORMAT, serializeRecording } from './recording.js'
export type { Recorder, RecordReadsReturnType } from './recordReads.js'
export { recordReads } from './recordReads.js'
export type * from './requests.js'
export { ask, contractCall, decodeBy } from './requests.js'
export type {
  AnyAdapter,
  Asked,
  Block,
  Live,
  MarketInput,
  RawAnswer,
  ReadInput,
  ReadSession,
  Source,
  Task,
} from './source.js'
export type {
  WatchPortfolioErrorType,
  WatchPortfolioParameters,
  WatchPortfolioReturnType,
} from './watchPortfolio.js'
export { watchPortfolio } from './watchPortfolio.js'
export type { HostOverrides, HttpOptions, Signer } from './web.js'
export { withAssets } from './withAssets.js'
