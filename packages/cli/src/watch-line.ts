import type { StalePortfolio } from '@plimsoll/client'
import type { AccountId, AsOf, Health, Portfolio, RiskReport } from '@plimsoll/model'
import type { Thresholds, Verdict } from './verdict.js'
import { verdictOf } from './verdict.js'

/** Version of a line that `watch --json` prints. */
export const WATCH_FORMAT = 'plimsoll-watch/1'

/** What a watch says at one instant. */
export type WatchLine = {
  readonly format: typeof WATCH_FORMAT
  /** Whether what is said is known to be so now. */
  readonly status: 'current' | 'stale'
  /** Unix milliseconds up to which it was known to be so; null while it is. */
  readonly sinceMs: number | null
  /** Unix milliseconds. */
  readonly nowMs: number
  /** When it was read; empty where nothing has been. */
  readonly asOf: readonly AsOf[]
  readonly health: Health
  readonly score: {
    /** Null where it is not known. */
    readonly value: number | null
    /** It is at most this. */
    readonly upperBound: number
    /** Unix milliseconds at which it was computed. */
    readonly atMs: number
  } | null
  readonly weakest: {
    readonly account: AccountId
    readonly label: string
    readonly venue: string
  } | null
  readonly verdict: Verdict
}

/** What a watch says of a report on what is current. */
export function currentLine(
  report: RiskReport,
  portfolio: Portfolio,
  thresholds: Thresholds,
): WatchLine {
  const { nowMs, health, risk } = report
  const weakest = report.accounts.find(({ account }) => account === report.weakest)
  return {
    format: WATCH_FORMAT,
    status: 'current',
    sinceMs: null,
    nowMs,
    asOf: portfolio.asOf,
    health,
    score:
      risk === null
        ? null
        : {
            value: risk.health.score,
            upperBound: risk.health.upperBound,
            atMs: risk.scored.atMs,
          },
    weakest:
      weakest === undefined
        ? null
        : { account: weakest.account, label: weakest.label, venue: weakest.venue },
    verdict: verdictOf(report, thresholds),
  }
}

/** What a watch says when nothing is known to be current: that nothing is known. */
export function staleLine({ portfolio, sinceMs, error }: StalePortfolio, nowMs: number): WatchLine {
  return {
    format: WATCH_FORMAT,
    status: 'stale',
    sinceMs,
    nowMs,
    asOf: portfolio?.asOf ?? [],
    health: { value: null, reason: 'unknown', message: error.shortMessage },
    score: null,
    weakest: null,
    verdict: 'UNKNOWN',
  }
}
