import type { MarketState, Portfolio, PortfolioRisk, RiskReport } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'
import type { AssessRiskOptions } from './assessRisk.js'
import { composeReport } from './composeReport.js'
import { keptRisk } from './risk/keptRisk.js'
import { riskOptions } from './risk/options.js'
import type { KeptTolerance } from './risk/tolerance.js'
import { keptTolerance } from './risk/tolerance.js'

/** What `reassess` needs beside the portfolios: the same as `assessRisk`, with a market state. */
export type ReassessOptions = AssessRiskOptions & {
  /** The one of the full assessment: under another its score is withdrawn. */
  readonly market: MarketState
  /** How far things may move before the kept score is withdrawn. */
  readonly tolerance?: Partial<KeptTolerance>
}

/** A portfolio and what `assessRisk` said of it under a market state. */
export type Assessed = { readonly portfolio: Portfolio; readonly report: RiskReport }

/**
 * Assesses a portfolio again, as quickly as every block or tick needs it: native health, liquidation
 * prices, exposures, requirements, unified margin, the grid and haircuts are computed as `assessRisk` does;
 * the score, the nearest liquidations, the failures of nodes and the tail are those of the last full
 * assessment, and `risk.scored` says of when.
 *
 * A kept score never looks better than what is known now. It is withdrawn (null, with the reasons in
 * `risk.scored.withdrawn` and an upper bound) as soon as an account can be liquidated that could not, a
 * material health fell, a price or implied volatility moved, or the score aged by more than a tolerance; an
 * account appeared or went; legs or rules are others; something is unread that was not; or market state,
 * horizon or seed are others. Then, and from time to time, call `assessRisk`.
 *
 * @example
 * const full = { portfolio, report: assessRisk(portfolio, { modules, nowMs, market }) }
 * const report = reassess(next, full, { modules, nowMs: nowMs + 12_000, market })
 * report.risk?.scored // { atMs: nowMs, withdrawn: [] }
 *
 * @throws ScenarioError when `full` is no full assessment of its own portfolio under a market state, or a
 * tolerance or option is not a usable number
 * @throws what `assessRisk` throws
 */
export function reassess(
  portfolio: Portfolio,
  full: Assessed,
  options: ReassessOptions,
): RiskReport {
  const { market } = options
  const tolerance = keptTolerance(options.tolerance ?? {})
  const asked = riskOptions(options)
  const report = checkFull(full)
  return composeReport(portfolio, options, (inputs) =>
    keptRisk({ portfolio: full.portfolio, report }, { inputs, market, options: asked }, tolerance),
  )
}

/** Drift must not add up from one re-assessment to the next: each starts from a full one. */
function checkFull({ portfolio, report }: Assessed): RiskReport & { readonly risk: PortfolioRisk } {
  const { risk, nowMs } = report
  if (risk === null) {
    throw new ScenarioError('The earlier report has no risk. Assess it with a market state.')
  }
  if (risk.scored.atMs !== nowMs || risk.scored.withdrawn.length > 0) {
    throw new ScenarioError(
      'The earlier report is itself a re-assessment. Pass the last one that assess made.',
    )
  }
  const ids = new Set(portfolio.accounts.map(({ id }) => id))
  const isOwn =
    ids.size === report.accounts.length && report.accounts.every(({ account }) => ids.has(account))
  if (!isOwn) {
    throw new ScenarioError(
      'The earlier report is not of the earlier portfolio. Pass the portfolio that was assessed with its report.',
    )
  }
  return { ...report, risk }
}
