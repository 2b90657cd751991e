import type { Portfolio } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import type { WhatIf, WhatIfAccount } from '@plimsoll/risk'
import type { Thresholds, Verdict } from '../verdict.js'
import { bandOf } from '../verdict.js'
import type { Casualty, Scenario } from '../what-if.js'
import type { Names } from './names.js'
import { factorName, namesOf } from './names.js'
import { healthText, money, percent, short } from './numbers.js'
import { section } from './section.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'
import { table } from './table.js'
import { VERDICT_TONE } from './tone.js'

/** Everything that a rendered what-if depends on. */
export type WhatIfView = {
  readonly result: WhatIf
  readonly casualties: readonly Casualty[]
  readonly portfolio: Portfolio
  readonly thresholds: Thresholds
  readonly style: Style
}

/** What a joint move of prices does, for people: who falls first, then every account before and after. */
export function renderWhatIf(view: WhatIfView): string {
  const { result, portfolio, style } = view
  const names = namesOf(portfolio)
  const lines = [
    paint(style, 'strong', typeset(style, `What if ${scenarioText(result.scenario, names)}?`)),
    '',
    ...fallLines(view, names).map((line) => typeset(style, short(line))),
    typeset(
      style,
      `Equity ${money(result.equityBefore)} → ${money(result.equity)} ${result.numeraire}`,
    ),
    ...accountLines(view),
  ]
  return lines.map((line) => line.trimEnd()).join('\n')
}

function fallLines({ result, casualties }: WhatIfView, names: Names): readonly string[] {
  const already = result.accounts.filter(({ liquidatableBefore }) => liquidatableBefore === true)
  const unknown = result.accounts.filter(({ liquidatable }) => liquidatable === null)
  const [first, ...later] = casualties
  return [
    ...already.map(({ label }) => `${label} can be liquidated today already.`),
    ...(first === undefined
      ? already.length === 0
        ? ['No account that is known becomes liquidatable.']
        : []
      : [`First to fall: ${fallText(first, result.scenario, names)}.`]),
    ...later.map((casualty) => `Then ${fallText(casualty, result.scenario, names)}.`),
    ...unknown.map(({ label }) => `Of ${label} it is not known.`),
  ]
}

function fallText({ account, part }: Casualty, scenario: Scenario, names: Names): string {
  const moves = movesOf(scenario, names).map(({ name, move }) => `${name} ${percent(move * part)}`)
  return `${names.account(account)}, at ${moves.join(', ')}`
}

function scenarioText(scenario: Scenario, names: Names): string {
  return movesOf(scenario, names)
    .map(({ name, move }) => `${name} moves ${percent(move)}`)
    .join(' and ')
}

function movesOf(
  { factors = {}, assets = {}, marks = {} }: Scenario,
  names: Names,
): readonly { readonly name: string; readonly move: number }[] {
  return [
    ...Object.entries(factors).map(([id, move]) => ({ name: factorName(factorId(id)), move })),
    ...Object.entries(assets).map(([id, move]) => ({ name: names.assetNamed(id), move })),
    ...Object.entries(marks).map(([id, move]) => ({ name: `mark ${id}`, move })),
  ]
}

function accountLines({ result, thresholds, style }: WhatIfView): readonly string[] {
  const columns = [
    { head: 'Account', align: 'left' },
    { head: 'Health', align: 'right' },
    { head: 'after', align: 'right' },
    { head: 'Equity', align: 'right' },
    { head: 'after', align: 'right' },
    { head: 'Verdict after', align: 'left' },
  ] as const
  const rows = [...result.accounts].sort(byDanger).map((account) => {
    const tone = VERDICT_TONE[verdictAfter(account, thresholds)]
    return [
      short(account.label),
      healthText(account.healthBefore),
      paint(style, tone, healthText(account.health)),
      money(account.equityBefore),
      money(account.equity),
      paint(style, tone, verdictText(account)),
    ]
  })
  return section(style, 'Accounts', table(style, columns, rows))
}

function verdictText({ liquidatable, health }: WhatIfAccount): string {
  if (liquidatable === null) return 'unknown'
  if (liquidatable) return 'liquidatable'
  return health.value === null && health.reason === 'no-requirement' ? 'owes nothing' : 'stands'
}

/** The verdict on one account after the move. */
export function verdictAfter(account: WhatIfAccount, thresholds: Thresholds): Verdict {
  if (account.liquidatable === true) return 'CRITICAL'
  return account.liquidatable === null ? 'UNKNOWN' : bandOf(account.health, thresholds)
}

function byDanger(a: WhatIfAccount, b: WhatIfAccount): number {
  return rank(a) - rank(b) || (a.account < b.account ? -1 : 1)
}

function rank({ health, liquidatable }: WhatIfAccount): number {
  if (health.value !== null) return health.value
  return liquidatable === false ? Number.MAX_VALUE : -1
}
