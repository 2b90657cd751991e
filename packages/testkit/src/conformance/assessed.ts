import type {
  AccountId,
  AccountReport,
  Health,
  Leg,
  Portfolio,
  QualityFlag,
  RiskReport,
} from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'

/** One read, with all that is judged of it. */
export type Assessed = {
  readonly portfolio: Portfolio
  /** Canonical text of the portfolio. */
  readonly text: string
  readonly report: RiskReport
}

/** Relative difference that rounding alone may make. */
const ROUNDING = 1e-9

/**
 * What looks better in `after` than in `before`, in words; empty when nothing does. An account that
 * became unknown, unreconciled or flagged is no better; one that vanished without a failure is.
 */
export function improvements(before: Assessed, after: Assessed): readonly string[] {
  return [
    ...vanished(before, after),
    ...healthier(before, after),
    ...headline(before, after),
    ...richer(before, after),
    ...flagsLost(before, after),
    ...existenceLost(before, after),
  ]
}

/** Accounts of `before` that `after` neither holds nor accounts for by a failure or `unknown`. */
export function vanished(before: Assessed, after: Assessed): readonly string[] {
  const kept = new Set(after.portfolio.accounts.map(({ id }) => id))
  return before.portfolio.accounts
    .filter(({ id, owner }) => !kept.has(id) && !admitsGap(after.portfolio, owner))
    .map(({ id }) => `account ${id} vanished without a failure`)
}

/** Whether a portfolio says that something of the owner could not be read. */
export function admitsGap(portfolio: Portfolio, owner: string): boolean {
  return (
    portfolio.failures.some((failure) => failure.owner === null || failure.owner === owner) ||
    portfolio.existence.some((entry) => entry.owner === owner && entry.state === 'unknown')
  )
}

/** Whether a read admits in any way that something is missing or wrong that `before` did not. */
export function admitsMore(before: Assessed, after: Assessed): boolean {
  return (
    after.portfolio.failures.length > before.portfolio.failures.length ||
    unknowns(after) > unknowns(before) ||
    newFlags(before, after).length > 0
  )
}

/** Flags of the report of `after` that the report of `before` has not, or has fewer of. */
export function newFlags(before: Assessed, after: Assessed): readonly QualityFlag[] {
  const had = counted(before.report.quality)
  const has = counted(after.report.quality)
  return after.report.quality.filter(
    (flag) => (has.get(flagKey(flag)) ?? 0) > (had.get(flagKey(flag)) ?? 0),
  )
}

function counted(flags: readonly QualityFlag[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const flag of flags) counts.set(flagKey(flag), (counts.get(flagKey(flag)) ?? 0) + 1)
  return counts
}

function unknowns({ portfolio }: Assessed): number {
  return (
    portfolio.existence.filter(({ state }) => state === 'unknown').length +
    portfolio.accounts
      .flatMap(({ flags }) => flags)
      .filter(({ severity }) => severity === 'unknown').length
  )
}

function healthier(before: Assessed, after: Assessed): readonly string[] {
  const flagged = flaggedAccounts(before, after)
  return before.report.accounts.flatMap((was) => {
    const is = after.report.accounts.find(({ account }) => account === was.account)
    if (is === undefined || flagged.has(is.account) || !better(was.health, is.health)) return []
    return [`account ${was.account}: health ${healthText(was.health)} → ${healthText(is.health)}`]
  })
}

/** Accounts of which `after` says, and `before` did not, that something is not known. */
function flaggedAccounts(before: Assessed, after: Assessed): ReadonlySet<AccountId | null> {
  return new Set(
    newFlags(before, after)
      .filter(({ severity }) => severity === 'unknown')
      .map(({ account }) => account),
  )
}

function headline(before: Assessed, after: Assessed): readonly string[] {
  if (!better(before.report.health, after.report.health)) return []
  return [
    `headline: health ${healthText(before.report.health)} → ${healthText(after.report.health)}`,
  ]
}

/** Where nothing is required, more of anything is what looks better. */
function richer(before: Assessed, after: Assessed): readonly string[] {
  const flagged = flaggedAccounts(before, after)
  return before.portfolio.accounts.flatMap((was) => {
    const is = after.portfolio.accounts.find(({ id }) => id === was.id)
    if (is === undefined || flagged.has(is.id) || !isUnrequired(before, was.id)) return []
    return was.legs.flatMap((leg) => {
      const now = is.legs.find(({ id }) => id === leg.id)
      const grew = now !== undefined && amountOf(now) > amountOf(leg)
      return grew ? [`account ${was.id}: leg ${leg.id} grew to ${amountOf(now)}`] : []
    })
  })
}

function isUnrequired({ report }: Assessed, id: AccountId): boolean {
  const health = report.accounts.find(({ account }) => account === id)?.health
  return health?.value === null && health.reason === 'no-requirement'
}

function amountOf(leg: Leg): number {
  if (leg.kind === 'debt') return -toNumber(leg.amount)
  return leg.kind === 'perp' || leg.kind === 'option' ? 0 : toNumber(leg.amount)
}

function flagsLost(before: Assessed, after: Assessed): readonly string[] {
  const has = new Set(after.report.quality.map(flagKey))
  const lost = before.report.quality
    .filter((flag) => !has.has(flagKey(flag)) && isKnown(after, flag.account))
    .filter(({ account }) => !warnsAnew(account, before, after))
    .map((flag) => `flag "${flag.code}" of ${flag.account ?? 'the portfolio'} is gone`)
  return [...lost, ...before.report.accounts.flatMap((was) => accountFlagsLost(was, after))]
}

function accountFlagsLost(was: AccountReport, after: Assessed): readonly string[] {
  const is = after.report.accounts.find(({ account }) => account === was.account)
  if (is === undefined || !isKnown(after, is.account)) return []
  const has = new Set(is.flags.map(({ code }) => code))
  if (gained(was, is)) return []
  return was.flags
    .filter(({ code, severity }) => severity !== 'note' && !has.has(code))
    .map(({ code }) => `flag "${code}" of account ${was.account} is gone`)
}

/** Whether one warning took the place of another. */
function warnsAnew(account: AccountId | null, before: Assessed, after: Assessed): boolean {
  if (account === null) return false
  const was = before.report.accounts.find((entry) => entry.account === account)
  const is = after.report.accounts.find((entry) => entry.account === account)
  return was !== undefined && is !== undefined && gained(was, is)
}

function gained(was: AccountReport, is: AccountReport): boolean {
  const had = new Set(was.flags.map(({ code }) => code))
  return is.flags.some(({ code, severity }) => severity !== 'note' && !had.has(code))
}

/** Whether `after` still claims to know all of what the flag was about. */
function isKnown({ portfolio, report }: Assessed, account: AccountId | null): boolean {
  if (account === null) return !isUnknown(report.health)
  const is = report.accounts.find((entry) => entry.account === account)
  return is !== undefined && !isUnknown(is.health) && !admitsGap(portfolio, is.owner)
}

function isUnknown(health: Health): boolean {
  return health.value === null && health.reason === 'unknown'
}

function existenceLost(before: Assessed, after: Assessed): readonly string[] {
  return before.portfolio.existence
    .filter(({ state }) => state !== 'none')
    .flatMap((was) => {
      const is = after.portfolio.existence.find(
        ({ adapter, chain, owner }) =>
          adapter === was.adapter && chain === was.chain && owner === was.owner,
      )
      if (is === undefined) return [`existence of ${was.owner} is no longer stated`]
      const admitted = admitsGap(after.portfolio, was.owner)
      return is.state === 'none' && !admitted
        ? [`existence of ${was.owner}: ${was.state} → none, without a failure`]
        : []
    })
}

function flagKey({ code, account, severity }: QualityFlag): string {
  return `${code} ${severity} ${account ?? ''}`
}

/** Unknown is worse than any number, nothing required better than any. */
function rank(health: Health): number {
  if (health.value !== null) return health.value
  return health.reason === 'unknown' ? -Infinity : Infinity
}

function better(was: Health, is: Health): boolean {
  const [from, to] = [rank(was), rank(is)]
  if (!Number.isFinite(from) || !Number.isFinite(to)) return to > from
  return to > from + Math.abs(from) * ROUNDING
}

/** A health for people. */
export function healthText(health: Health): string {
  return health.value === null ? health.reason : String(health.value)
}
