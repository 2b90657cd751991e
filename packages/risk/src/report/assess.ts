import type { Portfolio, RiskReport } from '@plimsoll/model'
import { composeReport } from './composeReport.js'
import type { AssessOptions } from './options.js'

/**
 * Assesses a portfolio at an instant: native health of every account by its venue's own rule,
 * liquidation prices, exposures, siloed and netted maintenance, and everything that limits what may
 * be claimed. Deterministic: the same portfolio, in any order, gives the same report. Its `risk` is null:
 * `assessRisk` of `@plimsoll/risk/score` adds the score under a market state, and weighs more in a browser.
 *
 * Health is exact where the account's module answers; anything unread, stale, unreconciled or not
 * understood makes it, and the headline, unknown. Economics use the same marks as the venues.
 *
 * @example
 * const report = assess(portfolio, { modules, nowMs: 1_790_000_000_000 })
 * report.health // { value: 1.31 }
 *
 * @throws CompileError when two modules claim one rule.
 * @throws ScenarioError when an option is not a usable number.
 */
export function assess(portfolio: Portfolio, options: AssessOptions): RiskReport {
  return composeReport(portfolio, options, () => null)
}
