import type { AccountReport, Fidelity, Portfolio } from '@plimsoll/model'
import type { ComparedSystem, MarginComparison } from '@plimsoll/risk/compare'
import type { Names } from './names.js'
import { factorName, namesOf } from './names.js'
import { healthText, money, share, short } from './numbers.js'
import { notes, section, wrapped } from './section.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'
import { table } from './table.js'

/** Everything that a rendered comparison of margins depends on. */
export type MarginView = {
  readonly accounts: readonly AccountReport[]
  readonly comparison: MarginComparison | null
  /** Whether parameters of BTC stood in for those that a system does not publish. */
  readonly assumed: boolean
  readonly portfolio: Portfolio
  readonly style: Style
}

/** What each account's venue asks, and what margin systems would ask for all positions in one account. */
export function renderMargin(view: MarginView): string {
  const { comparison, portfolio, style, assumed } = view
  const names = namesOf(portfolio)
  const lines = [
    paint(style, 'strong', 'What the venues ask'),
    ...accountLines(view),
    ...(comparison === null ? [] : comparisonLines(comparison, names, style, assumed)),
  ]
  return lines.map((line) => line.trimEnd()).join('\n')
}

function accountLines({ accounts, style }: MarginView): readonly string[] {
  if (accounts.length === 0) return ['  No accounts.']
  const columns = [
    { head: 'Account', align: 'left' },
    { head: 'Equity', align: 'right' },
    { head: 'Initial', align: 'right' },
    { head: 'Maintenance', align: 'right' },
    { head: 'Excess', align: 'right' },
    { head: 'Health', align: 'right' },
  ] as const
  return table(
    style,
    columns,
    accounts.map((account) => [
      short(account.label),
      money(account.equity),
      account.initialMargin === null ? '–' : money(account.initialMargin),
      account.maintenanceMargin === null ? '–' : money(account.maintenanceMargin),
      account.excess === null ? '–' : money(account.excess),
      healthText(account.health),
    ]),
  ).map((line) => `  ${line}`)
}

function comparisonLines(
  comparison: MarginComparison,
  names: Names,
  style: Style,
  assumed: boolean,
): readonly string[] {
  const { positions, systems } = comparison
  const count = positions.underlyings.reduce(
    (sum, { linear, expiries }) =>
      sum + linear.length + expiries.reduce((part, { options }) => part + options.length, 0),
    0,
  )
  const on = positions.underlyings.map(({ underlying }) => factorName(underlying)).join(', ')
  const title = `The same ${count} positions${on === '' ? '' : ` on ${on}`} in one account of each system, ${comparison.numeraire}`
  const judged = systems.filter((system) => system.ok)
  return [
    ...section(
      style,
      title,
      judged.length === 0
        ? ['No system could judge them.']
        : table(
            style,
            COLUMNS,
            judged.map((system) => row(system, names)),
          ),
    ),
    ...section(
      style,
      'Read it so',
      wrapped(typeset(style, assumed ? `${ADVICE} ${ASSUMED}` : ADVICE)),
    ),
    ...section(style, 'Sources', notes(style, systems.map(source))),
    ...(comparison.complete
      ? []
      : section(
          style,
          'Not in these figures',
          notes(
            style,
            positions.unplaced.map(({ leg, message }) => ({
              head: short(leg),
              messages: [message],
            })),
          ),
        )),
  ]
}

const COLUMNS = [
  { head: 'System', align: 'left' },
  { head: 'Initial', align: 'right' },
  { head: 'Maintenance', align: 'right' },
  { head: 'each alone', align: 'right' },
  { head: 'saving', align: 'right' },
  { head: 'Worst case', align: 'left' },
  { head: 'Close first', align: 'left' },
] as const

const ADVICE =
  'Requirements are equity to hold, marks of options included. "Each alone" is what the same system asks for every position on its own: the isolated sum. Nobody grants the netting of positions that are held at different venues.'

const ASSUMED =
  'Where a system publishes no parameters for an underlying, its parameters of BTC stand in.'

function row(system: Extract<ComparedSystem, { ok: true }>, names: Names): readonly string[] {
  const { name, initial, maintenance, worst, contributions } = system
  const [most] = [...contributions].sort((a, b) => a.profit - b.profit)
  return [
    system.notModelled.length > 0 ? `${name} *` : name,
    initial === null ? '–' : money(initial.requirement),
    maintenance === null ? '–' : money(maintenance.requirement),
    maintenance === null ? '–' : money(maintenance.isolated),
    maintenance?.saving == null ? '–' : share(maintenance.saving),
    worst === null ? 'nothing loses' : worst.label,
    most === undefined || most.profit >= 0 ? '–' : short(legName(most.leg, names)),
  ]
}

/** `<account id>#<leg id>` as the account's label and the leg. */
function legName(leg: string, names: Names): string {
  const [account = '', id = ''] = leg.split('#')
  return `${names.account(account as Parameters<Names['account']>[0])}: ${id}`
}

function source(system: ComparedSystem): { head: string; messages: readonly string[] } {
  return {
    head: `${system.name} (${grade(system.fidelity)})`,
    messages: [
      system.ok ? `${system.source}.` : system.error.message,
      ...(system.notModelled.length > 0
        ? [`Lower bound, without ${system.notModelled.join(', ')}.`]
        : []),
    ],
  }
}

function grade(fidelity: Fidelity): string {
  return fidelity.grade === 'verified' ? `verified by ${fidelity.cases} cases` : fidelity.grade
}
