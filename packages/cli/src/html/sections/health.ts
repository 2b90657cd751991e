import type { MarginHealthReport, NearestLiquidation, PortfolioRisk } from '@plimsoll/model'
import { sentences } from '../../render/headline.js'
import { liquidationLines } from '../../render/liquidation.js'
import type { Names } from '../../render/names.js'
import { healthText, money, short } from '../../render/numbers.js'
import { atMost, chance, days, likelihood } from '../../render/risk.js'
import { verdictOf } from '../../verdict.js'
import { duration } from '../amounts.js'
import { bandOfScore } from '../bands.js'
import { dial } from '../dial.js'
import type { Table } from '../elements.js'
import { facts, folded, missing, outside, section, verdictMark } from '../elements.js'
import type { Markup, Part } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** The score on its dial, what holds it down, the binding account and what liquidates it. */
export function healthSection(view: PageView, names: Names): Markup {
  const { report, thresholds } = view
  const { risk } = report
  const words = sentences(report, names).map(
    (sentence) => html`<p>${outside(short(sentence))}</p>\n`,
  )
  return section(
    'health',
    'Margin health',
    html`<div class="health">
${risk === null ? null : dialFigure(risk.health)}
<div class="words">
<p class="headline">${verdictMark(verdictOf(report, thresholds))} · lowest native health ${healthText(report.health)}${upTo(view)}</p>
${risk === null ? missing(NO_SCORE) : scoreWords(risk.health)}
${words}
${risk === null ? null : bindingWords(view, risk, names)}
</div>
</div>
${facts(figures(view, names))}`,
  )
}

const NO_SCORE =
  'There is no score: the report was made without a market state. Make it without --no-market.'

function upTo({ report }: PageView): string {
  const { health, healthUpperBound } = report
  if (health.value !== null || health.reason !== 'unknown' || healthUpperBound === null) return ''
  return `, at most ${healthText({ value: healthUpperBound })}`
}

function dialFigure(health: MarginHealthReport): Markup {
  const { score, upperBound } = health
  const alternative =
    score === null
      ? `Load-line dial: the score is not known, at most ${upperBound.toFixed(0)} of 100.`
      : `Load-line dial: score ${score.toFixed(0)} of 100, ${bandOfScore(score).name}.`
  return html`<figure id="dial"><div class="chart" role="img" aria-label="${alternative}">${dial(health)}</div>
${folded(scoreTable(health))}</figure>`
}

function scoreWords(health: MarginHealthReport): Markup {
  const { score, upperBound, reason, unknown } = health
  if (score === null) {
    return html`<p class="score">Score <strong>not known</strong>, at most ${upperBound.toFixed(0)} of 100 (${bandOfScore(upperBound).name} at best)</p>
<p>What is not known:</p>
<ul>${unknown.map((text) => html`<li>${outside(short(text))}</li>\n`)}</ul>
`
  }
  return html`<p class="score">Score ${score.toFixed(0)} of 100: <strong>${bandOfScore(score).name}</strong></p>
<p>${outside(reason)}</p>
${capWords(health)}`
}

const CAPS: { readonly [Limit in 'structure' | 'calibration']: string } = {
  structure: 'A structural cap',
  calibration: 'The cap of a default calibration',
}

/** What holds the score below what the market alone would say; nothing where nothing does. */
function capWords({ limitedBy, score, marketScore }: MarginHealthReport): Part {
  if (limitedBy !== 'structure' && limitedBy !== 'calibration') return null
  if (score === null || marketScore === null) return null
  return html`<p>${CAPS[limitedBy]} holds it at ${score.toFixed(0)}; the market alone would give ${marketScore.toFixed(0)}.</p>
`
}

function scoreTable(health: MarginHealthReport): Table {
  const { score, upperBound, marketScore, limitedBy, nodes, probability, simulation } = health
  const number = (value: number | null) => (value === null ? 'not known' : value.toFixed(1))
  return {
    caption: 'Score, 0 to 100',
    columns: [{ head: 'Figure' }, { head: 'Value', align: 'right' }],
    rows: [
      ['Score', number(score)],
      ['Band', score === null ? 'not known' : bandOfScore(score).name],
      ['At most', number(upperBound)],
      ['By the market alone', number(marketScore)],
      ['Held down by', limitedBy ?? 'nothing'],
      ['Nodes of the cap', nodes.length === 0 ? 'none' : outside(nodes.join(', '))],
      [
        'Probability that any material account is liquidated',
        probability === null
          ? 'not known'
          : `${chance(probability.estimate)} (95 % interval ${chance(probability.lower)} to ${chance(probability.upper)})`,
      ],
      ['Simulated paths', String(simulation.paths)],
      ['Seed', String(simulation.seed)],
    ],
  }
}

function bindingWords({ report }: PageView, risk: PortfolioRisk, names: Names): Part {
  const account = report.accounts.find((entry) => entry.account === risk.binding)
  if (account === undefined) {
    return html`<p>${risk.health.score === null ? 'Which account is binding is not known.' : 'No account is binding: none can be liquidated.'}</p>
`
  }
  const nearest = risk.nearestByAccount.find((entry) => entry.account === account.account)
  return html`<p><strong>Binding account: ${outside(short(account.label))}</strong> (${outside(account.venue)}), ${likelihood(risk)}.</p>
<p>What liquidates it: ${outside(nearest === undefined ? 'not known' : moveWords(nearest))}; by one price alone: ${outside(liquidationLines(account, names).join(', '))}.</p>
`
}

/** The nearest joint move with how far it is. */
function moveWords({ kind, words, distance }: NearestLiquidation): string {
  return kind !== 'nearest' || distance === null
    ? words
    : `${words} (${distance.toFixed(1)} standard deviations)`
}

function figures({ report }: PageView, names: Names): readonly (readonly [string, Part])[] {
  const { equity, grossAssets, debt, notional, risk, numeraire } = report
  const entries: (readonly [string, Part])[] = [
    [`Equity, ${numeraire}`, money(equity)],
    ['Assets', money(grossAssets)],
    ['Debt', money(debt)],
    ['Notional', money(notional)],
  ]
  if (risk === null) return entries
  const { tail, nettedBuffer, nearest, worstNode, dataAgeMs, health } = risk
  return [
    ...entries,
    [
      'Expected shortfall, 97.5 %',
      tail === null
        ? 'not known'
        : `${money(tail.expectedShortfall.loss)} in ${days(tail.horizonDays)}`,
    ],
    [
      'Netted buffer',
      nettedBuffer === null ? 'not known' : `${nettedBuffer.toFixed(1)} times the shortfall`,
    ],
    [
      'Nearest liquidation',
      nearest === null
        ? 'none'
        : html`${outside(short(names.account(nearest.account)))}: ${outside(nearest.words)}`,
    ],
    ['Worst node', worstNode === null ? 'none' : outside(worstNode)],
    ['Age of the data', duration(dataAgeMs)],
    [
      'Chance of a liquidation',
      health.probability === null ? 'not known' : atMost(health.probability.upper),
    ],
  ]
}
