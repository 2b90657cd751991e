import type { AccountReport, Portfolio, QualityFlag, RiskReport } from '@plimsoll/model'
import type { Thresholds } from '../verdict.js'
import { accountVerdict } from '../verdict.js'
import { failureLines } from './failures.js'
import { gauge } from './gauge.js'
import { headline } from './headline.js'
import { liquidationLines } from './liquidation.js'
import type { Names } from './names.js'
import { factorName, namesOf } from './names.js'
import { count, healthText, instant, money, share, short } from './numbers.js'
import { riskLines } from './risk.js'
import { notes, section } from './section.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'
import { table } from './table.js'
import { VERDICT_TONE } from './tone.js'

/** Everything that a rendered report depends on. */
export type ReportView = {
  readonly report: RiskReport
  /** The portfolio that was assessed: names of assets, and when it was read. */
  readonly portfolio: Portfolio
  readonly thresholds: Thresholds
  readonly style: Style
}

/**
 * A report for people. Pure: the same view gives the same text.
 *
 * @example
 * console.log(renderReport({ report, portfolio, thresholds: DEFAULT_THRESHOLDS, style }))
 */
export function renderReport(view: ReportView): string {
  const { report, portfolio, thresholds, style } = view
  const names = namesOf(portfolio)
  const lines = [
    ...titleLines(view),
    '',
    ...headline(report, names, thresholds, style),
    ...gauge(report.health.value, thresholds, style),
    '',
    ...totalsLines(report, style),
    ...accountLines(view, names),
    ...deltaLines(report, style),
    ...requirementLines(report, style),
    ...riskLines(report, names, style),
    ...qualityLines(report, style),
    ...failureLines(report.failures, style),
  ]
  return lines.map((line) => line.trimEnd()).join('\n')
}

function titleLines({ report, portfolio, style }: ReportView): readonly string[] {
  const read = portfolio.asOf.map((asOf) =>
    asOf.kind === 'block'
      ? `block ${count(asOf.number)} of chain ${asOf.chain}`
      : instant(asOf.timeMs),
  )
  const title = `Plimsoll · margin report · ${instant(report.nowMs)} · ${report.numeraire}`
  const owners = `Owner ${report.owners.map(short).join(', ')}`
  const when = read.length === 0 ? 'nothing was read' : `as of ${read.join(', ')}`
  return [
    paint(style, 'strong', typeset(style, title)),
    paint(style, 'quiet', typeset(style, `${owners} · ${when}`)),
  ]
}

function totalsLines(report: RiskReport, style: Style): readonly string[] {
  const { equity, grossAssets, debt, notional } = report
  const parts = [
    `Equity ${money(equity)}`,
    `assets ${money(grossAssets)}`,
    `debt ${money(debt)}`,
    `notional ${money(notional)}`,
  ]
  return [typeset(style, parts.join(' · '))]
}

function accountLines({ report, thresholds, style }: ReportView, names: Names): readonly string[] {
  if (report.accounts.length === 0) return []
  const severalOwners = report.owners.length > 1
  const rows = [...report.accounts].sort(byDanger).map((account) => {
    const verdict = accountVerdict(account, thresholds)
    return [
      short(account.label) + (account.material ? '' : ' (small)'),
      account.venue,
      ...(severalOwners ? [short(account.owner)] : []),
      paint(style, VERDICT_TONE[verdict], healthText(account.health)),
      money(account.equity),
      requires(account) ? money(account.maintenanceMargin) : NOTHING,
      liquidationLines(account, names).join('\n'),
      fidelityText(account),
    ]
  })
  const columns = [
    { head: 'Account', align: 'left' },
    { head: 'Venue', align: 'left' },
    ...(severalOwners ? [{ head: 'Owner', align: 'left' } as const] : []),
    { head: 'Health', align: 'right' },
    { head: 'Equity', align: 'right' },
    { head: 'Maintenance', align: 'right' },
    { head: 'Liquidation', align: 'left' },
    { head: 'Fidelity', align: 'left' },
  ] as const
  return section(style, 'Accounts', table(style, columns, rows))
}

const NOTHING = '·'

/** Whether its venue requires anything of an account. */
export function requires({ health }: AccountReport): boolean {
  return health.value !== null || health.reason !== 'no-requirement'
}

/** Weakest first; unknown before known; what requires nothing last; then by id. */
export function byDanger(a: AccountReport, b: AccountReport): number {
  return rank(a) - rank(b) || (a.account < b.account ? -1 : 1)
}

function rank({ health, liquidatable }: AccountReport): number {
  if (liquidatable === true) return -2
  if (health.value !== null) return health.value
  return health.reason === 'unknown' ? -1 : Number.MAX_VALUE
}

/** How far the numbers of an account may be relied on. */
export function fidelityText({ fidelity, reconciliation }: AccountReport): string {
  const grade = fidelity.grade === 'verified' ? `verified (${fidelity.cases})` : fidelity.grade
  return reconciliation.status === 'not-reported' ? grade : `${grade}, ${reconciliation.status}`
}

/** Exposures below one unit of the numeraire say nothing. */
const LEAST_DELTA = 1

function deltaLines({ netDeltas, numeraire }: RiskReport, style: Style): readonly string[] {
  const shown = netDeltas
    .filter(({ gross }) => gross >= LEAST_DELTA)
    .sort((a, b) => Math.abs(b.net) - Math.abs(a.net) || (a.factor < b.factor ? -1 : 1))
  if (shown.length === 0) return []
  const columns = [
    { head: 'Factor', align: 'left' },
    { head: 'Net', align: 'right' },
    { head: 'Gross', align: 'right' },
  ] as const
  const rows = shown.map(({ factor, net, gross }) => [factorName(factor), money(net), money(gross)])
  const title = `Net exposure · ${numeraire} per +100 % of the factor, all accounts`
  return section(style, title, table(style, columns, rows))
}

function requirementLines({ requirement }: RiskReport, style: Style): readonly string[] {
  if (requirement === null) return []
  const { siloed, netted, notGranted } = requirement
  const rows = [
    ['What the venues ask, each for itself', money(siloed), ''],
    ['What one cross-margin venue would ask', money(netted), ''],
    [
      'Netting no venue grants',
      money(notGranted),
      notGranted > 0 ? `${share(notGranted / siloed)} of what they ask` : '',
    ],
  ]
  const columns = [
    { head: 'Maintenance', align: 'left' },
    { head: 'Amount', align: 'right' },
    { head: '', align: 'left' },
  ] as const
  return section(
    style,
    'Requirement · a hedge elsewhere saves no account',
    table(style, columns, rows),
  )
}

function qualityLines(report: RiskReport, style: Style): readonly string[] {
  const shown = shownFlags(report)
  if (shown.length === 0) return []
  const entries = shown.map(({ code, severity, message }) => ({
    head: paint(style, severity === 'unknown' ? 'unknown' : 'warning', code),
    messages: [short(message)],
  }))
  return section(style, 'Quality', notes(style, entries))
}

/** Flags that no failure says already, those first that keep something from being known. */
export function shownFlags(report: RiskReport): readonly QualityFlag[] {
  return report.quality
    .filter((flag) => !isFailure(flag, report))
    .sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'unknown' ? -1 : 1))
}

/** What a failure says already: it has a section of its own. */
function isFailure({ code, message }: QualityFlag, { failures }: RiskReport): boolean {
  const about = failures.map(({ adapter, chain }) =>
    chain === null ? adapter : `${adapter} on chain ${chain}`,
  )
  return code === 'unread' && about.some((where) => message.startsWith(where))
}
