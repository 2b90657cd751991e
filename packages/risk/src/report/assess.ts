import type { Portfolio, RiskReport } from '@plimsoll/model'
import { composeReport } from './composeReport.js'
import type { AssessOptions } from './options.js'
import { riskOptions } from './risk/options.js'
import { portfolioRisk } from './risk/portfolioRisk.js'

/**
 * Assesses a portfolio at an instant: native health of every account by its venue's own rule,
 * liquidation prices, exposures, siloed and netted maintenance, and everything that limits what may
 * be claimed. Deterministic: the same portfolio, in any order, gives the same report.
 *
 * Health is exact where the account's module answers; anything unread, stale, unreconciled or not
 * understood makes it, and the headline, unknown. Economics use the same marks as the venues: a
 * market state of its own will be another argument between portfolio and options.
 *
 * @example
 * const report = assess(portfolio, { modules, nowMs: 1_790_000_000_000 })
 * report.health // { value: 1.31 }
 *
 * @throws CompileError when two modules claim one rule.
 * @throws ScenarioError when an option is not a usable number.
 */
export function assess(portfolio: Portfolio, options: AssessOptions): RiskReport {
  const { market } = options
  return composeReport(portfolio, options, (inputs) =>
    market === undefined ? null : portfolioRisk(inputs, market, riskOptions(options)),
  )
}
