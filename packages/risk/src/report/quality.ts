import type {
  AccountId,
  MarginAccount,
  Mark,
  MarkId,
  Portfolio,
  QualityFlag,
} from '@plimsoll/model'
import { asOfMs, UNLISTED } from '@plimsoll/model'
import { byId, compareText } from '../order.js'
import type { Totals } from '../valuation/totals.js'
import type { ResolvedOptions } from './options.js'

type Code = QualityFlag['code']
type Severity = QualityFlag['severity']

function flag(
  code: Code,
  severity: Severity,
  account: AccountId | null,
  message: string,
): QualityFlag {
  return { code, severity, account, message }
}

/** Flags that concern the reading as a whole: what could not be read, expired statements, skew. */
export function portfolioQuality(
  portfolio: Portfolio,
  { nowMs, maxSkewMs }: ResolvedOptions,
): readonly QualityFlag[] {
  const flags: QualityFlag[] = []
  for (const { adapter, chain, owner, error, message } of portfolio.failures) {
    const where = chain === null ? adapter : `${adapter} on chain ${chain}`
    const whose = owner === null ? '' : ` for ${owner}`
    flags.push(flag('unread', 'unknown', null, `${where}${whose}: ${error}: ${message}`))
  }
  for (const { adapter, chain, owner, state, asOf, validForMs } of portfolio.existence) {
    const where = `${adapter}${chain === null ? '' : ` on chain ${chain}`}`
    if (state === 'unknown' || asOf === null) {
      const message = `${where}: it is not known whether ${owner} has accounts there. Read it again.`
      flags.push(flag('unread', 'unknown', null, message))
    } else if (asOfMs(asOf) + validForMs < nowMs) {
      const message = `${where}: that ${owner} has ${state === 'has' ? 'these accounts and no others' : 'no accounts'} was known until ${instant(asOfMs(asOf) + validForMs)} only. Read it again.`
      flags.push(flag('stale', 'unknown', null, message))
    }
  }
  const stated = new Set(portfolio.existence.map(({ owner }) => owner))
  for (const owner of portfolio.owners.filter((id) => !stated.has(id))) {
    const message = `Nothing says where ${owner} has accounts. Read the portfolio with at least one adapter that reads this owner.`
    flags.push(flag('unread', 'unknown', null, message))
  }
  if (portfolio.skewMs > maxSkewMs) {
    const message = `The portfolio was read at instants up to ${portfolio.skewMs} ms apart, more than ${maxSkewMs} ms: prices of different accounts do not belong together.`
    flags.push(flag('skew', 'warning', null, message))
  }
  return flags
}

/** Flags of one account that do not depend on its rule. */
export function accountQuality(
  account: MarginAccount,
  portfolio: Portfolio,
  totals: Totals,
  options: ResolvedOptions,
): readonly QualityFlag[] {
  const { id, label, reconciliation, fidelity } = account
  const flags: QualityFlag[] = [...timeQuality(account, options)]
  if (reconciliation.status === 'unreconciled') {
    const missed = reconciliation.checks
      .filter(({ residual, tolerance }) => residual > tolerance)
      .map(({ name, residual }) => `${name} by ${residual}`)
      .sort()
      .join(', ')
    const message = `${label}: the venue's own numbers are missed (${missed || 'no check is listed'}); its health is not known.`
    flags.push(flag('unreconciled', 'unknown', id, message))
  }
  if (fidelity.grade === 'modelled') {
    const message = `${label}: the rule is modelled from documents and was never compared with the venue.`
    flags.push(flag('modelled', 'warning', id, message))
  }
  const marks = new Map(portfolio.marks.map((mark) => [mark.id, mark]))
  for (const mark of marksOf(account, marks)) flags.push(...markQuality(account, mark, options))
  flags.push(...unlistedQuality(account, portfolio))
  for (const leg of totals.unpriced) {
    const message = leg.owed
      ? `${label}: leg "${leg.id}" has no price and may be owed. Its worth is not known.`
      : `${label}: leg "${leg.id}" has no price and counts as worthless.`
    flags.push(flag('unpriced', leg.owed ? 'unknown' : 'warning', id, message))
  }
  return flags
}

function timeQuality(account: MarginAccount, options: ResolvedOptions): readonly QualityFlag[] {
  const { id, label, asOf } = account
  const { nowMs, maxAgeMs } = options
  const readMs = asOfMs(asOf)
  if (readMs > nowMs) {
    const message = `${label}: it was read at ${instant(readMs)}, after the report's instant ${instant(nowMs)}. Check the clock that gave \`nowMs\`.`
    return [flag('time-mismatch', 'warning', id, message)]
  }
  if (nowMs - readMs > maxAgeMs) {
    const message = `${label}: it was read ${nowMs - readMs} ms ago, more than ${maxAgeMs} ms. Read it again.`
    return [flag('stale', 'warning', id, message)]
  }
  return []
}

/** Marks that an account's legs refer to, once each, in canonical order. */
function marksOf(account: MarginAccount, marks: ReadonlyMap<MarkId, Mark>): readonly Mark[] {
  const ids = new Set<MarkId>()
  for (const leg of account.legs) {
    if (leg.mark !== null) ids.add(leg.mark)
    if (leg.kind === 'option' && leg.forward !== null) ids.add(leg.forward)
  }
  return [...ids]
    .flatMap((id) => {
      const mark = marks.get(id)
      return mark === undefined ? [] : [mark]
    })
    .sort(byId)
}

function markQuality(
  { id, label }: MarginAccount,
  mark: Mark,
  { nowMs }: ResolvedOptions,
): readonly QualityFlag[] {
  const { timeMs, stalenessLimitMs } = mark
  if (stalenessLimitMs === null) return []
  if (timeMs === null) {
    const message = `${label}: mark "${mark.id}" goes stale after ${stalenessLimitMs} ms, but its source gives no time.`
    return [flag('stale', 'unknown', id, message)]
  }
  if (timeMs + stalenessLimitMs >= nowMs) return []
  const message = `${label}: mark "${mark.id}" is of ${instant(timeMs)}, older than its limit of ${stalenessLimitMs} ms.`
  return [flag('stale', 'unknown', id, message)]
}

function unlistedQuality(account: MarginAccount, portfolio: Portfolio): readonly QualityFlag[] {
  const held = new Set(account.legs.map(({ asset }) => asset))
  return portfolio.assets
    .filter(({ id, source }) => source === UNLISTED && held.has(id))
    .sort(byId)
    .map(({ id, symbol }) => {
      const message = `${account.label}: no registry knows ${symbol} (${id}); it has a risk factor of its own, which nothing hedges.`
      return flag('unlisted-asset', 'warning', account.id, message)
    })
}

/** Flags in canonical order, each once. */
export function sortFlags(flags: readonly QualityFlag[]): readonly QualityFlag[] {
  const key = ({ account, code, severity, message }: QualityFlag) =>
    `${account ?? ''}\u0000${code}\u0000${severity}\u0000${message}`
  const unique = new Map(flags.map((entry) => [key(entry), entry]))
  return [...unique].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry)
}

function instant(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString()
}
