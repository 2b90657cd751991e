import type { AccountId, NodeFailure, PortfolioRisk } from '@plimsoll/model'
import type { Names } from '../../render/names.js'
import { money, short } from '../../render/numbers.js'
import { days } from '../../render/risk.js'
import { missing, outside, section, table } from '../elements.js'
import type { Markup, Part } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

const NO_MARKET = 'Not computed: the report has no market state.'

/** The nearest joint move that liquidates each account. */
export function nearestSection({ report }: PageView, names: Names): Markup {
  return section(
    'nearest',
    'Nearest liquidations',
    report.risk === null ? missing(NO_MARKET) : nearestTable(report.risk, names),
  )
}

function nearestTable({ nearestByAccount, health }: PortfolioRisk, names: Names): Markup {
  if (nearestByAccount.length === 0) {
    return missing('No material account whose rule is known can be liquidated.')
  }
  const rows = [...nearestByAccount].sort(
    (a, b) =>
      (a.distance ?? Infinity) - (b.distance ?? Infinity) || (a.account < b.account ? -1 : 1),
  )
  const horizon = (account: AccountId) =>
    health.byAccount.find((entry) => entry.account === account)?.horizonDays
  return html`<p>The likeliest joint move of all factors that liquidates an account, and how far it is.</p>
${table({
  caption: 'Nearest liquidation of every material account',
  columns: [
    { head: 'Account' },
    { head: 'Move' },
    { head: 'Standard deviations', align: 'right' },
    { head: 'Within' },
  ],
  rows: rows.map(({ account, words, distance }) => {
    const within = horizon(account)
    return [
      outside(short(names.account(account))),
      outside(words),
      distance === null ? 'none found' : distance.toFixed(1),
      within === undefined ? 'not known' : days(within),
    ]
  }),
})}`
}

/** What the failure of each dependency costs and liquidates. */
export function nodesSection({ report }: PageView, names: Names): Markup {
  const nodes = report.risk?.nodes ?? []
  return section(
    'nodes',
    'Failures of dependencies',
    nodes.length === 0
      ? missing(report.risk === null ? NO_MARKET : 'No dependency is known.')
      : html`<p>One issuer, oracle, bridge or venue fails; no price moves in answer to it.</p>
${table({
  caption: 'Failure of one dependency',
  columns: [
    { head: 'Node' },
    { head: 'Loss of equity', align: 'right' },
    { head: 'Liquidates' },
    { head: 'At twice its severity' },
  ],
  rows: nodes.map((node) => nodeRow(node, names)),
})}`,
  )
}

function nodeRow({ node, loss, ...liquidated }: NodeFailure, names: Names): readonly Part[] {
  return [
    outside(node),
    money(loss),
    accountsOf(liquidated.liquidatedAtTabled, names),
    accountsOf(liquidated.liquidatedAtTwice, names),
  ]
}

function accountsOf(accounts: readonly AccountId[] | null, names: Names): Part {
  if (accounts === null) return 'not known'
  if (accounts.length === 0) return 'no account'
  return outside(accounts.map((account) => short(names.account(account))).join(', '))
}
