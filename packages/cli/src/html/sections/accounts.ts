import type { AccountReport, PortfolioRisk, Requirement } from '@plimsoll/model'
import { liquidationLines } from '../../render/liquidation.js'
import type { Names } from '../../render/names.js'
import { healthText, money, share, short } from '../../render/numbers.js'
import { byDanger, fidelityText, requires } from '../../render/report.js'
import { atMost, days } from '../../render/risk.js'
import { accountVerdict } from '../../verdict.js'
import type { Canvas } from '../canvas.js'
import { healthBars } from '../charts/healthBars.js'
import type { NettingBar } from '../charts/nettingBars.js'
import { nettingBars } from '../charts/nettingBars.js'
import type { Table } from '../elements.js'
import { figure, missing, outside, section, table, verdictMark } from '../elements.js'
import type { Markup, Part } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** Accounts that are drawn; the table holds all. */
const DRAWN = 20

/** Health of every account against its venue's threshold, and what is asked siloed and netted. */
export function accountsSection(view: PageView, canvas: Canvas, names: Names): Markup {
  const accounts = [...view.report.accounts].sort(byDanger)
  const content =
    accounts.length === 0
      ? missing('No accounts were found where we looked.')
      : html`${healthFigure(accounts, view, canvas, names)}${table(accountTable(accounts, view, names))}`
  return section('accounts', 'Margin by account', content)
}

function healthFigure(
  accounts: readonly AccountReport[],
  { thresholds }: PageView,
  canvas: Canvas,
  names: Names,
): Markup {
  const drawn = accounts.slice(0, DRAWN)
  const bars = drawn.map((account) => {
    const verdict = accountVerdict(account, thresholds)
    const { health } = account
    const text = requires(account) ? `${healthText(health)} ${verdict}` : 'owes nothing'
    return { label: short(account.label), health: health.value, text, verdict }
  })
  const described = bars.map(({ label, text }) => `${label} ${text}`).join('; ')
  return figure(canvas, {
    id: 'health-by-account',
    title:
      drawn.length < accounts.length
        ? `Health of the ${DRAWN} accounts nearest to liquidation, of ${accounts.length}`
        : 'Health by account: every venue liquidates below 1; bars end at 3',
    alternative: `Bars of health by account against the threshold 1: ${described}.`,
    draw: (width) => healthBars(bars, width),
    table: {
      caption: 'Health by account',
      columns: [
        { head: 'Account' },
        { head: 'Health', align: 'right' },
        { head: 'Verdict' },
        { head: 'Nearest liquidation prices' },
      ],
      rows: drawn.map((account) => [
        outside(short(account.label)),
        healthText(account.health),
        verdictMark(accountVerdict(account, thresholds)),
        liquidationOf(account, names),
      ]),
    },
  })
}

function accountTable(
  accounts: readonly AccountReport[],
  { report, thresholds }: PageView,
  names: Names,
): Table {
  const { risk, numeraire, owners } = report
  const severalOwners = owners.length > 1
  return {
    caption: `Accounts, in ${numeraire}`,
    columns: [
      { head: 'Account' },
      { head: 'Venue' },
      ...(severalOwners ? [{ head: 'Owner' }] : []),
      { head: 'Verdict' },
      { head: 'Health', align: 'right' },
      { head: 'Equity', align: 'right' },
      { head: 'Initial', align: 'right' },
      { head: 'Maintenance', align: 'right' },
      { head: 'Part of the netted model', align: 'right' },
      { head: 'Chance of liquidation' },
      { head: 'Liquidation' },
      { head: 'Fidelity' },
    ],
    rows: accounts.map((account) => [
      outside(`${short(account.label)}${account.material ? '' : ' (small)'}`),
      outside(account.venue),
      ...(severalOwners ? [outside(short(account.owner))] : []),
      verdictMark(accountVerdict(account, thresholds)),
      healthText(account.health),
      money(account.equity),
      requires(account) ? marginOf(account.initialMargin) : 'none',
      requires(account) ? marginOf(account.maintenanceMargin) : 'none',
      componentOf(account, risk),
      probabilityOf(account, risk),
      liquidationOf(account, names),
      outside(fidelityText(account)),
    ]),
  }
}

function liquidationOf(account: AccountReport, names: Names): Part {
  return requires(account) ? outside(liquidationLines(account, names).join(', ')) : 'owes nothing'
}

/** A venue may have no such margin. */
function marginOf(value: number | null): string {
  return value === null ? 'not given' : money(value)
}

function componentOf({ account }: AccountReport, risk: PortfolioRisk | null): string {
  const found = risk?.unified.byAccount.find((entry) => entry.account === account)
  return found === undefined ? 'not computed' : money(found.component)
}

function probabilityOf({ account }: AccountReport, risk: PortfolioRisk | null): string {
  const found = risk?.health.byAccount.find((entry) => entry.account === account)
  if (found === undefined) return 'not computed'
  if (found.probability === null) return 'not known'
  return `${atMost(found.probability.upper)} in ${days(found.horizonDays)}`
}

const NOT_KNOWN = 'What the venues ask together is not known: see what could not be read.'

/** What the venues ask, each for itself, against what one account would need. */
export function nettingSection({ report }: PageView, canvas: Canvas): Markup {
  const { requirement, risk } = report
  const isNothing = requirement?.siloed === 0 && (risk?.unified.siloed ?? 0) === 0
  const rows = [
    ...(requirement === null ? [] : [{ name: "The venues' own rules", ...requirement }]),
    ...(risk === null ? [] : [{ name: 'One model for all', ...risk.unified }]),
  ]
  return section(
    'netting',
    'Siloed against netted',
    isNothing || rows.length === 0
      ? missing(isNothing ? 'No venue asks for anything.' : NOT_KNOWN)
      : html`<p>A hedge at another venue saves no account: what one cross-margin venue would net away is asked all the same.</p>
${requirement === null ? missing('By the venues’ own rules it is not known: not everything could be judged.') : null}
${nettingFigure(rows, canvas)}`,
  )
}

type Named = Requirement & { readonly name: string }

function nettingFigure(rows: readonly Named[], canvas: Canvas): Markup {
  const bars = rows.map(({ name, siloed, netted, notGranted }): NettingBar => {
    const label = `${name}: ${money(netted)} of ${money(siloed)}`
    return { label, netted, notGranted: Math.max(0, notGranted) }
  })
  return figure(canvas, {
    id: 'netting-chart',
    title:
      'Maintenance margin netted (filled), of siloed: what no venue nets is in the dashed outline',
    alternative: `Bars of maintenance margin, netted of siloed. ${bars.map(({ label }) => label).join('; ')}.`,
    draw: (width) => nettingBars(bars, width),
    table: {
      caption: 'Siloed and netted maintenance margin',
      columns: [
        { head: 'Basis' },
        { head: 'Siloed', align: 'right' },
        { head: 'Netted', align: 'right' },
        { head: 'Netting no venue grants', align: 'right' },
        { head: 'Netted of siloed', align: 'right' },
      ],
      rows: rows.map(({ name, siloed, netted, notGranted, capitalEfficiency }) => [
        name,
        money(siloed),
        money(netted),
        money(notGranted),
        capitalEfficiency === null ? 'nothing is required' : share(capitalEfficiency),
      ]),
    },
  })
}
