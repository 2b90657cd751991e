export type * from './account.js'
export { asOfMs, reconcile } from './account.js'
export * from './amount.js'
export type * from './asset.js'
export { ownFactor, UNLISTED, unlistedAsset } from './asset.js'
export { fromCanonicalJson, toCanonicalJson } from './canonical.js'
export * from './errors.js'
export * from './ids.js'
export { describeIssues } from './issues.js'
export type * from './leg.js'
export type * from './mark.js'
export type * from './market-observations.js'
export {
  checkMarketObservations,
  InvalidMarketObservationsError,
  MARKET_OBSERVATIONS_FORMAT,
  parseMarketObservations,
  serializeMarketObservations,
} from './market-observations.js'
export type * from './market-state.js'
export {
  checkMarketState,
  InvalidMarketStateError,
  MARKET_STATE_FORMAT,
  marketStateExpired,
  parseMarketState,
  serializeMarketState,
} from './market-state.js'
export type * from './native.js'
export type * from './portfolio.js'
export { PORTFOLIO_FORMAT } from './portfolio.js'
export type * from './portfolio-risk.js'
export type * from './program.js'
export type * from './report.js'
export { REPORT_FORMAT } from './report.js'
export type * from './scenario-test.js'
export { portfolioSchema } from './schema.js'
export { checkReferences, parsePortfolio, serializePortfolio } from './serialize.js'
export type * from './venue-module.js'
