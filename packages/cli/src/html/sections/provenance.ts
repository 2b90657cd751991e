import type { AsOf, PortfolioRisk } from '@plimsoll/model'
import { count, instant } from '../../render/numbers.js'
import { duration } from '../amounts.js'
import { facts, missing, outside, section } from '../elements.js'
import type { Markup, Part } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** Where the numbers come from, how old they are, and how to check them. */
export function provenanceSection({ report, portfolio, version }: PageView, hash: string): Markup {
  const { risk, nowMs } = report
  return section(
    'provenance',
    'Where this comes from',
    html`${facts([
      ['Assessed for', instant(nowMs)],
      ['Read', portfolio.asOf.length === 0 ? 'nothing' : portfolio.asOf.map(readAt)],
      ['Spread of the readings', duration(portfolio.skewMs)],
      ...(risk === null ? [] : marketFacts(risk, nowMs)),
      ['Format', report.format],
      ['SHA-256 of the report', html`<code>${hash}</code>`],
      ['Made by', `plimsoll ${version}`],
    ])}
${risk === null ? missing('No market state was given.') : null}
<p>The hash is that of the canonical JSON of the report (<code>plimsoll report --json</code>). Heat maps of single underlyings are computed for this page from the same portfolio and market state, and are no part of it. <code>plimsoll report --record FILE</code> keeps everything that a report came from, and <code>plimsoll replay FILE</code> computes it again.</p>
`,
  )
}

function readAt(asOf: AsOf): Markup {
  const text =
    asOf.kind === 'block'
      ? `block ${count(asOf.number)} of chain ${asOf.chain}`
      : instant(asOf.timeMs)
  return html`<span class="line">${text}</span> `
}

function marketFacts(risk: PortfolioRisk, nowMs: number): readonly (readonly [string, Part])[] {
  const { market, dataAgeMs, health } = risk
  const { oldest } = market
  const { paths, stepsPerDay, degreesOfFreedom, seed, method } = health.simulation
  return [
    ['Oldest account', `${duration(dataAgeMs)} old`],
    ['Market state', outside(market.source)],
    ['Market as of', `${instant(market.asOfMs)}, ${duration(nowMs - market.asOfMs)} old`],
    ['Market expires', instant(market.expiresAtMs)],
    [
      'Oldest market number',
      oldest === null ? 'none is used' : outside(`${instant(oldest.asOfMs)}: ${oldest.source}`),
    ],
    [
      'Simulation',
      `${count(paths)} paths, ${stepsPerDay} steps a day, Student-t with ${degreesOfFreedom} degrees of freedom, seed ${seed}, ${method}`,
    ],
  ]
}
