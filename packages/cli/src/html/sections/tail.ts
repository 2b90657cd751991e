import type { TailReport } from '@plimsoll/model'
import type { Names } from '../../render/names.js'
import { count, money, short } from '../../render/numbers.js'
import { days } from '../../render/risk.js'
import type { Canvas } from '../canvas.js'
import { lossHistogram } from '../charts/lossHistogram.js'
import { facts, figure, folded, missing, outside, section } from '../elements.js'
import type { Markup } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** Losses by full reprice with value at risk and expected shortfall. */
export function tailSection({ report }: PageView, canvas: Canvas, names: Names): Markup {
  const { risk } = report
  const why =
    risk === null
      ? 'Not computed: the report has no market state.'
      : 'Not known: a leg that may be owed has no price.'
  const tail = risk?.tail ?? null
  return section(
    'tail',
    'Tail of losses',
    tail === null ? missing(why) : tailParts(tail, canvas, names),
  )
}

function tailParts(tail: TailReport, canvas: Canvas, names: Names): Markup {
  const { histogram, valueAtRisk, expectedShortfall, liquidityAdjusted } = tail
  const losses = `Value at risk 99 %: ${money(valueAtRisk.loss)}; expected shortfall 97.5 %: ${money(expectedShortfall.loss)}`
  const [least = 0] = histogram.edges
  return html`<p>${count(tail.scenarios)} scenarios over ${days(tail.horizonDays)}, every leg repriced. ${tail.method}.</p>
${figure(canvas, {
  id: 'tail-histogram',
  title: `How often which loss, on a logarithmic scale. ${losses}`,
  alternative: `Histogram of losses from ${money(least)} to ${money(histogram.edges.at(-1) ?? 0)}. ${losses}.`,
  draw: (width) => lossHistogram(tail, width),
  table: {
    caption: 'Scenarios by loss',
    columns: [
      { head: 'Loss from', align: 'right' },
      { head: 'to', align: 'right' },
      { head: 'Scenarios', align: 'right' },
    ],
    rows: histogram.counts.map((scenarios, bin) => [
      money(histogram.edges[bin] ?? null),
      money(histogram.edges[bin + 1] ?? null),
      count(scenarios),
    ]),
  },
})}
${facts([
  ['Value at risk, 99 %', money(valueAtRisk.loss)],
  ['Expected shortfall, 97.5 %', money(expectedShortfall.loss)],
  [
    'After the cost of selling',
    liquidityAdjusted === null ? 'not known: no depth is given' : money(liquidityAdjusted),
  ],
])}
${folded({
  caption: 'Parts of the expected shortfall by account',
  columns: [{ head: 'Account' }, { head: 'Part', align: 'right' }],
  rows: tail.byAccount.map(({ account, component }) => [
    outside(short(names.account(account))),
    money(component),
  ]),
})}`
}
