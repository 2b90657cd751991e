import type { Portfolio, RiskReport } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'
import type { AssessRiskOptions } from './assessRisk.js'
import { assessRisk } from './assessRisk.js'
import type { Assessed } from './reassess.js'
import { reassess } from './reassess.js'
import type { KeptTolerance } from './risk/tolerance.js'

/** What `assessAgain` needs: the same as `assessRisk`, and when to assess in full. */
export type AssessAgainOptions = AssessRiskOptions & {
  /** Age of a score, in milliseconds, from which it is computed anew. Default 60,000. */
  readonly rescoreMs?: number
  readonly tolerance?: Partial<KeptTolerance>
}

/** A report, and the full assessment to pass with the next portfolio. */
export type AssessedAgain = {
  readonly report: RiskReport
  /** Null where there is no market state, and so no score to keep. */
  readonly full: Assessed | null
}

const DEFAULT_RESCORE_MS = 60_000

/**
 * Assesses one portfolio after another: as quickly as `reassess` while the score of the last full
 * assessment holds, and in full at first, when the score is `rescoreMs` old and when it is withdrawn. So
 * its report never has a withdrawn score.
 *
 * @example
 * let full: Assessed | null = null
 * watchPortfolio(client, {
 *   owners,
 *   onPortfolio: (portfolio) => {
 *     const next = assessAgain(portfolio, full, { modules: client.modules, nowMs: Date.now(), market })
 *     full = next.full
 *     show(next.report)
 *   },
 *   onStale: showUnknown,
 * })
 *
 * @throws ScenarioError when `rescoreMs` is negative or no number
 * @throws what `assessRisk` and `reassess` throw
 */
export function assessAgain(
  portfolio: Portfolio,
  full: Assessed | null,
  options: AssessAgainOptions,
): AssessedAgain {
  const { market, nowMs, rescoreMs = DEFAULT_RESCORE_MS } = options
  if (!(rescoreMs >= 0)) {
    throw new ScenarioError(
      `rescoreMs is ${rescoreMs}. Pass milliseconds, 0 to compute the score every time.`,
    )
  }
  if (market === undefined) return { report: assessRisk(portfolio, options), full: null }
  if (full !== null && nowMs - full.report.nowMs < rescoreMs) {
    const report = reassess(portfolio, full, { ...options, market })
    if (report.risk?.scored.withdrawn.length === 0) return { report, full }
  }
  const report = assessRisk(portfolio, options)
  return { report, full: { portfolio, report } }
}
