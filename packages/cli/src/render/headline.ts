import type { AccountReport, Health, RiskReport } from '@plimsoll/model'
import type { Thresholds } from '../verdict.js'
import { verdictOf } from '../verdict.js'
import { nearestSides, sideText } from './liquidation.js'
import type { Names } from './names.js'
import { healthNumber, short } from './numbers.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'
import { VERDICT_TONE } from './tone.js'

/** The verdict, and in words which account is weakest and what would liquidate it. */
export function headline(
  report: RiskReport,
  names: Names,
  thresholds: Thresholds,
  style: Style,
): readonly string[] {
  const verdict = verdictOf(report, thresholds)
  const { health } = report
  return [
    `${paint(style, 'strong', 'Margin health')} ${paint(style, VERDICT_TONE[verdict], typeset(style, `${numberText(health)}${verdict}`))}`,
    ...sentences(report, names).map((sentence) => typeset(style, short(sentence))),
  ]
}

function numberText(health: Health): string {
  if (health.value !== null) return `${healthNumber(health.value)}  `
  return health.reason === 'unknown' ? '' : 'none  '
}

/** In words: what can be liquidated, what is unknown, which account is weakest and what liquidates it. */
export function sentences(report: RiskReport, names: Names): readonly string[] {
  const { health, healthUpperBound } = report
  return [
    ...liquidatableSentences(report),
    ...(health.value === null && health.reason === 'unknown'
      ? [
          unknownSentence(report),
          ...(healthUpperBound === null
            ? []
            : [`Of what is known, the lowest health is ${healthNumber(healthUpperBound)}.`]),
        ]
      : []),
    ...(health.value === null && health.reason === 'no-requirement' ? [emptySentence(report)] : []),
    ...weakestSentence(report, names),
  ]
}

/** A failure has a section of its own; repeating it here would bury the headline. */
function unknownSentence({ health, failures }: RiskReport): string {
  if (failures.length > 0) return 'Not everything could be read: see below what and what to do.'
  return health.value === null ? health.message : ''
}

function liquidatableSentences({ accounts }: RiskReport): readonly string[] {
  return accounts
    .filter(({ liquidatable }) => liquidatable === true)
    .map(({ label, venue }) => `${label} (${venue}) can be liquidated now.`)
}

function emptySentence({ accounts }: RiskReport): string {
  return accounts.length === 0
    ? 'No accounts were found: nothing is held where we looked.'
    : 'Nothing is owed, so nothing can be liquidated.'
}

function weakestSentence({ weakest, accounts }: RiskReport, names: Names): readonly string[] {
  const account = accounts.find((entry) => entry.account === weakest)
  if (account === undefined || account.liquidatable === true) return []
  return [`The weakest account is ${account.label} (${account.venue})${fate(account, names)}.`]
}

function fate(account: AccountReport, names: Names): string {
  const [nearest] = nearestSides(account.liquidationPrices, names)
  return nearest === undefined ? '' : `: it is liquidated with ${sideText(nearest)}`
}
