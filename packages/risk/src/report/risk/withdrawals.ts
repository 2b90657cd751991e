import type {
  AccountReport,
  MarketState,
  Portfolio,
  PortfolioRisk,
  QualityFlag,
  RiskReport,
} from '@plimsoll/model'
import { marketStateExpired, toNumber } from '@plimsoll/model'
import { byId } from '../../order.js'
import { numeraireOf } from '../../valuation/numeraire.js'
import { worldToday } from '../../valuation/world.js'
import { changedLegs } from './changedLegs.js'
import { isLost } from './health.js'
import type { RiskInputs } from './inputs.js'
import type { RiskOptions } from './options.js'
import type { KeptTolerance } from './tolerance.js'

/** What a score was made of: the portfolio, and what `assessRisk` said of it under a market state. */
export type FullAssessment = {
  readonly portfolio: Portfolio
  readonly report: RiskReport & { readonly risk: PortfolioRisk }
}

/** What is compared with it. */
export type Present = {
  readonly inputs: RiskInputs
  readonly market: MarketState
  readonly options: RiskOptions
}

/** Why the score of a full assessment does not hold any more, one sentence each; empty where it does. */
export function withdrawals(
  full: FullAssessment,
  now: Present,
  tolerance: KeptTolerance,
): readonly string[] {
  return [
    ...settings(full.report, now, tolerance),
    ...reading(full.report.quality, now.inputs.quality),
    ...accounts(full, now.inputs, tolerance),
    ...prices(full.portfolio, now.inputs.portfolio, tolerance),
  ]
}

/** Time, market state and parameters. */
function settings(
  { risk }: FullAssessment['report'],
  { inputs, market, options }: Present,
  { ageMs }: KeptTolerance,
): readonly string[] {
  const { atMs } = risk.scored
  const reasons: string[] = []
  const age = inputs.nowMs - atMs
  if (age < 0) reasons.push('It was computed for a later instant than this one.')
  if (age > ageMs) reasons.push(`It is ${age} ms old, more than ${ageMs} ms.`)
  const isSame =
    market.source === risk.market.source &&
    market.asOfMs === risk.market.asOfMs &&
    market.expiresAtMs === risk.market.expiresAtMs
  if (!isSame) reasons.push('It was computed under another market state.')
  if (isSame && marketStateExpired(market, inputs.nowMs) && !marketStateExpired(market, atMs)) {
    reasons.push('Its market state has expired.')
  }
  const { simulation, byAccount } = risk.health
  const isAsAsked =
    simulation.seed === options.seed &&
    simulation.stepsPerDay === options.stepsPerDay &&
    simulation.degreesOfFreedom === options.degreesOfFreedom &&
    byAccount.every(({ account, horizonDays }) => options.horizonOf(account) === horizonDays)
  if (!isAsAsked) reasons.push('It was computed with another seed, horizon or distribution.')
  return reasons
}

/** What is unread or unknown now and was not, or the other way round. */
function reading(before: readonly QualityFlag[], now: readonly QualityFlag[]): readonly string[] {
  const was = unknowns(before)
  const is = unknowns(now)
  const isKnownNow = [...was].some((message) => !is.has(message))
  return [
    ...[...is].filter((message) => !was.has(message)),
    ...(isKnownNow ? ['Something is known now that was not then.'] : []),
  ]
}

function unknowns(quality: readonly QualityFlag[]): ReadonlySet<string> {
  const unknown = quality.filter(({ severity }) => severity === 'unknown')
  return new Set(unknown.map(({ message }) => message))
}

function accounts(
  { portfolio, report }: FullAssessment,
  { portfolio: present, today, accounts: reports }: RiskInputs,
  tolerance: KeptTolerance,
): readonly string[] {
  const reported = new Map(report.accounts.map((entry) => [entry.account, entry]))
  const held = new Map(portfolio.accounts.map((account) => [account.id, account]))
  const holds = new Map(present.accounts.map((account) => [account.id, account]))
  const world = worldToday(portfolio, Math.floor(report.nowMs / 1000), numeraireOf(portfolio))
  const gone = report.accounts.filter(({ account }) => !holds.has(account))
  const changes = reports.flatMap((now): readonly string[] => {
    const before = reported.get(now.account)
    const [was, is] = [held.get(now.account), holds.get(now.account)]
    if (before === undefined || was === undefined || is === undefined) {
      return [`${now.label}: the account was not there.`]
    }
    const changed = changedLegs({ account: was, world }, { account: is, world: today }, tolerance)
    const all = [...worsened(before, now, tolerance), ...(changed === null ? [] : [changed])]
    return all.map((what) => `${now.label}: ${what}.`)
  })
  return [...gone.map(({ label }) => `${label}: the account is gone.`), ...changes]
}

/** What the account's own rule says worse of it than it did. */
function worsened(
  before: AccountReport,
  now: AccountReport,
  tolerance: KeptTolerance,
): readonly string[] {
  const wasLost = isLost(before.liquidatable, before.equity)
  if (now.liquidatable === true && before.liquidatable !== true) return ['it can be liquidated']
  if (isLost(now.liquidatable, now.equity) && !wasLost) return ['it is worth less than nothing']
  if (!now.material) return []
  if (!before.material) return ['it was too small to matter']
  const [was, is] = [before.health, now.health]
  if (is.value === null) return []
  if (was.value === null) return was.reason === 'unknown' ? [] : ['it required no margin']
  return was.value - is.value > tolerance.health * Math.abs(was.value - 1)
    ? [`its health fell from ${was.value.toFixed(3)} to ${is.value.toFixed(3)}`]
    : []
}

function prices(before: Portfolio, now: Portfolio, tolerance: KeptTolerance): readonly string[] {
  const marks = new Map(now.marks.map((mark) => [mark.id, mark]))
  const moved = [...before.marks].sort(byId).flatMap((mark): readonly string[] => {
    const is = marks.get(mark.id)
    if (is === undefined || is.numeraire !== mark.numeraire) return [`Mark "${mark.id}" is gone.`]
    const [was, price] = [toNumber(mark.mid), toNumber(is.mid)]
    if (Math.abs(price - was) <= tolerance.price * Math.abs(was)) return []
    return [`Mark "${mark.id}" moved from ${was} to ${price}.`]
  })
  const [first, second, ...others] = moved
  if (first === undefined || second === undefined) return moved
  return [first, others.length === 0 ? second : `So did ${others.length + 1} more.`]
}
