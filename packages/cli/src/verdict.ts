import type { AccountReport, Health, Portfolio, RiskReport } from '@plimsoll/model'

/** Health below which a report warns, and below which it is critical. */
export type Thresholds = { readonly warn: number; readonly critical: number }

/** The defaults of `--warn` and `--critical`. */
export const DEFAULT_THRESHOLDS: Thresholds = { warn: 1.25, critical: 1.05 }

/** What a monitor makes of a report. */
export type Verdict = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN'

/** Where a health stands against the thresholds. */
export function bandOf(health: Health, { warn, critical }: Thresholds): Verdict {
  if (health.value === null) return health.reason === 'unknown' ? 'UNKNOWN' : 'OK'
  if (health.value < critical) return 'CRITICAL'
  return health.value < warn ? 'WARNING' : 'OK'
}

/**
 * The verdict on a whole report. CRITICAL comes first: an account that can be liquidated now, or a
 * material one below the critical threshold, is no less urgent because something else is unknown.
 * Then UNKNOWN: anything unread or unknown may hide worse. Then WARNING, then OK.
 */
export function verdictOf(report: RiskReport, thresholds: Thresholds): Verdict {
  const material = report.accounts.filter((account) => account.material)
  return worstOf([
    ...material.map((account) => accountVerdict(account, thresholds)),
    ...report.accounts.map(({ liquidatable }) => (liquidatable === true ? 'CRITICAL' : 'OK')),
    isUnknown(report) ? 'UNKNOWN' : 'OK',
  ])
}

/** The verdict that comes first: CRITICAL, UNKNOWN, WARNING, OK. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  const order = ['CRITICAL', 'UNKNOWN', 'WARNING'] as const
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'OK'
}

/** UNKNOWN where anything that the owners hold may be unread, else OK. */
export function unreadVerdict({ failures, existence }: Portfolio): Verdict {
  const isUnread = failures.length > 0 || existence.some(({ state }) => state === 'unknown')
  return isUnread ? 'UNKNOWN' : 'OK'
}

/** The verdict on one account. */
export function accountVerdict(account: AccountReport, thresholds: Thresholds): Verdict {
  return account.liquidatable === true ? 'CRITICAL' : bandOf(account.health, thresholds)
}

function isUnknown({ health, failures, quality }: RiskReport): boolean {
  return (
    (health.value === null && health.reason === 'unknown') ||
    failures.length > 0 ||
    quality.some(({ severity }) => severity === 'unknown')
  )
}
