import type { Portfolio, RiskReport } from '@plimsoll/model'
import { composeReport } from './composeReport.js'
import type { AssessOptions } from './options.js'
import type { RiskParameters } from './risk/options.js'
import { riskOptions } from './risk/options.js'
import { portfolioRisk } from './risk/portfolioRisk.js'

/** What `assessRisk` needs beside the portfolio. */
export type AssessRiskOptions = AssessOptions & RiskParameters

/**
 * What `assess` reports of a portfolio, and its risk under a market state: the score, unified margin,
 * nearest liquidations, failures of nodes, tails and haircuts. Without a market state the risk is null.
 *
 * @example
 * const report = assessRisk(portfolio, { modules, nowMs, market: DEFAULT_MARKET_STATE })
 * report.risk?.health.score // 62.3
 *
 * @throws ScenarioError when an option is not a usable number.
 * @throws what `assess` throws
 */
export function assessRisk(portfolio: Portfolio, options: AssessRiskOptions): RiskReport {
  const { market } = options
  return composeReport(portfolio, options, (inputs) =>
    market === undefined ? null : portfolioRisk(inputs, market, riskOptions(options)),
  )
}
