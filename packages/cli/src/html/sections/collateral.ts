import type { CollateralReport } from '@plimsoll/model'
import type { Names } from '../../render/names.js'
import { money, percent, share, short } from '../../render/numbers.js'
import type { Canvas } from '../canvas.js'
import { lendingBars } from '../charts/lendingBars.js'
import { figure, missing, outside, section, table } from '../elements.js'
import type { Markup } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** Collateral that is drawn, the largest first; the table holds all. */
const DRAWN = 10

type Lent = CollateralReport & { readonly venueLends: number }

/** What venues lend against collateral, and what we would. */
export function collateralSection({ report }: PageView, canvas: Canvas, names: Names): Markup {
  const { risk } = report
  const rows = [...(risk?.collateral ?? [])].sort(
    (a, b) => b.value - a.value || (a.leg < b.leg ? -1 : 1),
  )
  const lent = rows.filter((row): row is Lent => row.venueLends !== null).slice(0, DRAWN)
  const why =
    risk === null ? 'Not computed: the report has no market state.' : 'No collateral is held.'
  return section(
    'collateral',
    'Haircuts',
    rows.length === 0
      ? missing(why)
      : html`${lent.length === 0 ? missing('No venue here lends against single assets: there is nothing to compare with.') : lendingFigure(lent, canvas, names)}
${table(collateralTable(rows, names))}`,
  )
}

function lendingFigure(lent: readonly Lent[], canvas: Canvas, names: Names): Markup {
  const bars = lent.map((row) => ({
    label: `${names.asset(row.asset)}, ${short(names.account(row.account))}`,
    venue: row.venueLends,
    ours: row.lend,
  }))
  return html`<ul>${lent.map((row) => html`<li>${lendingWords(row, names)}</li>\n`)}</ul>
${figure(canvas, {
  id: 'lending',
  title:
    'Lent of the value of collateral: by the venue (filled), and what we would lend (outlined)',
  alternative: `Bars of what is lent. ${bars.map(({ label, venue, ours }) => `${label}: venue ${share(venue)}, we ${share(ours)}`).join('; ')}.`,
  draw: (width) => lendingBars(bars, width),
  table: {
    caption: 'Lent of the value of collateral',
    columns: [
      { head: 'Collateral' },
      { head: 'The venue lends', align: 'right' },
      { head: 'We would lend', align: 'right' },
    ],
    rows: bars.map(({ label, venue, ours }) => [outside(label), share(venue), share(ours)]),
  },
})}`
}

function lendingWords(row: Lent, names: Names): Markup {
  const how = row.venueLends > row.lend ? 'where we would lend only' : 'and we would lend'
  return html`${outside(names.asset(row.asset))} in ${outside(short(names.account(row.account)))}: the venue lends ${share(row.venueLends)} ${how} ${share(row.lend)}.`
}

function collateralTable(rows: readonly CollateralReport[], names: Names) {
  const right = 'right' as const
  return {
    caption: 'Collateral and its haircuts',
    columns: [
      { head: 'Collateral' },
      { head: 'Account' },
      { head: 'Value', align: right },
      { head: 'Volatility', align: right },
      { head: 'Liquidity', align: right },
      { head: 'Peg', align: right },
      { head: 'Haircut', align: right },
      { head: 'We would lend', align: right },
      { head: 'The venue lends', align: right },
      { head: 'Liquidator breaks even at', align: right },
    ],
    rows: rows.map((row) => [
      outside(names.asset(row.asset)),
      outside(short(names.account(row.account))),
      money(row.value),
      share(row.volatility),
      row.liquidity === null ? 'no depth known' : share(row.liquidity),
      share(row.peg),
      share(row.haircut),
      share(row.lend),
      row.venueLends === null ? 'no such rule' : share(row.venueLends),
      row.liquidatorTolerance === null ? 'not known' : percent(-row.liquidatorTolerance),
    ]),
  }
}
