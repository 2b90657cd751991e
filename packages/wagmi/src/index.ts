export type {
  GetPlimsollClientErrorType,
  GetPlimsollClientParameters,
  GetPlimsollClientReturnType,
} from './actions/getPlimsollClient.js'
export { getPlimsollClient } from './actions/getPlimsollClient.js'
export type {
  GetPortfolioErrorType,
  GetPortfolioParameters,
  GetPortfolioReturnType,
} from './actions/getPortfolio.js'
export { getPortfolio } from './actions/getPortfolio.js'
export type {
  GetRiskReportErrorType,
  GetRiskReportParameters,
  GetRiskReportReturnType,
} from './actions/getRiskReport.js'
export { getRiskReport } from './actions/getRiskReport.js'
export type {
  WatchPortfolioErrorType,
  WatchPortfolioParameters,
  WatchPortfolioReturnType,
} from './actions/watchPortfolio.js'
export { watchPortfolio } from './actions/watchPortfolio.js'
export type {
  WatchRiskReportErrorType,
  WatchRiskReportParameters,
  WatchRiskReportReturnType,
} from './actions/watchRiskReport.js'
export { watchRiskReport } from './actions/watchRiskReport.js'
export type {
  GetPortfolioOptions,
  GetPortfolioQueryKey,
  GetPortfolioQueryOptions,
} from './query/getPortfolioQueryOptions.js'
export {
  getPortfolioQueryKey,
  getPortfolioQueryOptions,
} from './query/getPortfolioQueryOptions.js'
export type {
  GetRiskReportOptions,
  GetRiskReportQueryKey,
  GetRiskReportQueryOptions,
} from './query/getRiskReportQueryOptions.js'
export {
  getRiskReportQueryKey,
  getRiskReportQueryOptions,
} from './query/getRiskReportQueryOptions.js'
export type { QueryContext, QueryOptions, QueryParameter } from './query/queryOptions.js'
