import type { NodeFailure, PortfolioRisk, RiskReport } from '@plimsoll/model'
import { counted } from '../counted.js'
import type { Names } from './names.js'
import { count, money, percent, share } from './numbers.js'
import { section } from './section.js'
import type { Style } from './style.js'
import { table } from './table.js'
import { wrapLast } from './wrap-last.js'

const DAY_MS = 86_400_000
const MOST_COLLATERAL = 8

/** The score with what stands beside it, and what collateral counts for; nothing without a market state. */
export function riskLines(
  { risk, nowMs }: RiskReport,
  names: Names,
  style: Style,
): readonly string[] {
  if (risk === null) return []
  return [...scoreLines(risk, nowMs, names, style), ...collateralLines(risk, names, style)]
}

function scoreLines(
  risk: PortfolioRisk,
  nowMs: number,
  names: Names,
  style: Style,
): readonly string[] {
  const { health, nearest, unified, tail, nettedBuffer, scored } = risk
  const { score, upperBound } = health
  const rows: (readonly string[])[] = [
    [
      'Score, 0 to 100',
      `${score === null ? `unknown, at most ${upperBound.toFixed(0)}` : score.toFixed(0)}${secondsAgo(nowMs - scored.atMs)}`,
      health.reason,
    ],
    [
      'Binding account',
      risk.binding === null ? '·' : names.account(risk.binding),
      likelihood(risk),
    ],
    [
      'Nearest liquidation',
      nearest === null ? 'none' : nearest.words,
      nearest === null || nearest.distance === null
        ? ''
        : `${names.account(nearest.account)}, ${nearest.distance.toFixed(1)} deviations`,
    ],
    [
      'Netted buffer',
      nettedBuffer === null ? 'unknown' : `${nettedBuffer.toFixed(1)} times`,
      tail === null
        ? unknownTail(risk)
        : `equity over a day's expected shortfall of ${money(tail.expectedShortfall.loss)} (97.5 %)`,
    ],
    [
      'Unified maintenance',
      unified.maintenance === null ? 'unknown' : money(unified.maintenance),
      `${money(unified.siloed)} account by account, by the same rule; no venue grants the difference`,
    ],
    ['Worst node', ...worstNode(risk, names)],
    ['Market', `${age(nowMs - risk.market.asOfMs)} old`, risk.market.source],
  ]
  const columns = [
    { head: 'Margin health', align: 'left' },
    { head: '', align: 'left' },
    { head: '', align: 'left' },
  ] as const
  return section(style, 'Score · under a market state', table(style, columns, rows.map(wrapLast)))
}

/** How likely the binding account is liquidated; empty where it is not known. */
export function likelihood({ health, binding }: PortfolioRisk): string {
  const found = health.byAccount.find(({ account }) => account === binding)
  if (found?.probability == null) return ''
  const { estimate, upper } = found.probability
  return `liquidated within ${days(found.horizonDays)} with a chance of ${chance(estimate)}, ${atMost(upper)}`
}

/** A probability; below 1 in 10,000 it is not told. */
export function chance(probability: number): string {
  return probability < 1e-4 ? 'less than 0.01 %' : share(probability)
}

/** A probability as an upper limit. */
export function atMost(probability: number): string {
  return probability < 1e-4 ? chance(probability) : `at most ${chance(probability)}`
}

/** `a day`, `3 days`. */
export function days(whole: number): string {
  return whole === 1 ? 'a day' : `${whole} days`
}

function worstNode(
  { nodes, worstNode: worst, scored }: PortfolioRisk,
  names: Names,
): readonly [string, string] {
  if (scored.withdrawn.length > 0) return ['unknown', '']
  const found = nodes.find(({ node }) => node === worst)
  if (found === undefined) return ['none', '']
  const loss = found.loss === null ? 'an unknown amount' : money(found.loss)
  return [found.node, `its failure costs ${loss}${victims(found, names)}`]
}

function victims(failure: NodeFailure, names: Names): string {
  const at = (accounts: readonly string[] | null, when: string) =>
    accounts === null || accounts.length === 0
      ? ''
      : ` and liquidates ${accounts.join(', ')}${when}`
  const named = (accounts: NodeFailure['liquidatedAtTabled']) =>
    accounts === null ? null : accounts.map(names.account)
  return (
    at(named(failure.liquidatedAtTabled), '') ||
    at(named(failure.liquidatedAtTwice), ' at twice its severity')
  )
}

function collateralLines(
  { collateral }: PortfolioRisk,
  names: Names,
  style: Style,
): readonly string[] {
  const lent = collateral.filter(({ venueLends }) => venueLends !== null)
  if (lent.length === 0) return []
  const rows = [...lent]
    .sort((a, b) => b.value - a.value || (a.leg < b.leg ? -1 : 1))
    .slice(0, MOST_COLLATERAL)
    .map((row) => [
      names.asset(row.asset),
      names.account(row.account),
      money(row.value),
      share(row.venueLends ?? 0),
      share(row.lend),
      row.liquidatorTolerance === null ? '·' : percent(-row.liquidatorTolerance),
    ])
  const columns = [
    { head: 'Collateral', align: 'left' },
    { head: 'Account', align: 'left' },
    { head: 'Value', align: 'right' },
    { head: 'Venue lends', align: 'right' },
    { head: 'We would', align: 'right' },
    { head: 'Liquidator breaks even at', align: 'right' },
  ] as const
  const title =
    lent.length > rows.length
      ? `Collateral · the ${rows.length} largest of ${lent.length}`
      : 'Collateral · what the venue lends against what we would'
  return section(style, title, table(style, columns, rows))
}

function unknownTail({ scored }: PortfolioRisk): string {
  return scored.withdrawn.length > 0 ? 'withdrawn with the score' : 'a leg has no price'
}

/** How old a score is that was kept from an earlier assessment. */
function secondsAgo(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return seconds <= 0 ? '' : `, ${count(seconds)} s old`
}

function age(ms: number): string {
  if (ms < 0) return '0 days'
  return counted(Math.floor(ms / DAY_MS), 'day')
}
