import type { RiskReport } from '@plimsoll/model'
import type { AssessAgainOptions, Assessed } from '@plimsoll/risk/score'
import { assessAgain } from '@plimsoll/risk/score'
import type { Config } from '@wagmi/core'
import { getPlimsollClient } from './getPlimsollClient.js'
import type { WatchPortfolioErrorType, WatchPortfolioParameters } from './watchPortfolio.js'
import { watchPortfolio } from './watchPortfolio.js'

export type WatchRiskReportParameters<config extends Config = Config> = Omit<
  WatchPortfolioParameters<config>,
  'onPortfolio'
> & {
  /** Called with the report of every portfolio that is current. */
  readonly onReport: (report: RiskReport) => void
  /** What `assessAgain` is asked beside the adapters' modules; the instant is that of the report. */
  readonly assess?: Partial<Omit<AssessAgainOptions, 'modules' | 'nowMs'>>
}
/** Ends the watch. */
export type WatchRiskReportReturnType = () => void
export type WatchRiskReportErrorType = WatchPortfolioErrorType

/**
 * Watches what the owners hold and assesses every portfolio: with a market state the score is that of the
 * last full assessment while it holds, and `report.risk.scored` says of when.
 *
 * @example
 * const unwatch = watchRiskReport(config, {
 *   owners: ['0x…'],
 *   adapters: [harbour],
 *   assess: { market: DEFAULT_MARKET_STATE },
 *   onReport: (report) => show(report.risk?.health.score),
 *   onStale: ({ error }) => showUnknown(error.shortMessage),
 * })
 *
 * @throws what watchPortfolio throws
 */
export function watchRiskReport<config extends Config>(
  config: config,
  parameters: WatchRiskReportParameters<config>,
): WatchRiskReportReturnType {
  const { onReport, assess: options = {}, ...watch } = parameters
  const { modules } = getPlimsollClient(config, parameters)
  let full: Assessed | null = null
  return watchPortfolio<config>(config, {
    ...watch,
    onPortfolio: (portfolio) => {
      const nowMs = parameters.clock?.now() ?? Date.now()
      const next = assessAgain(portfolio, full, { ...options, modules, nowMs })
      full = next.full
      onReport(next.report)
    },
  })
}
