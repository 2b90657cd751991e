import type { Verdict } from '../verdict.js'
import type { Canvas, Drawing } from './canvas.js'
import type { Markup, Part } from './markup.js'
import { html } from './markup.js'

/** A column of a table; figures are aligned to the right. */
export type Column = { readonly head: string; readonly align?: 'right' }

/** A table with its head; the first cell of a row names it. */
export type Table = {
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Part[])[]
}

/** A part of the page under a heading. Its id is also the end of a link. */
export function section(id: string, title: string, content: Part): Markup {
  return html`<section class="card" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`
}

/** A table that can be scrolled by keyboard where it is wider than the page. */
export function table({ caption, columns, rows }: Table): Markup {
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ head, align }) => html`<th scope="col"${side(align)}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, index) => cellOf(cell, index, columns[index]))}</tr>\n`)}</tbody>
</table></div>
`
}

function cellOf(content: Part, index: number, column: Column | undefined): Markup {
  return index === 0
    ? html`<th scope="row"${side(column?.align)}>${content}</th>`
    : html`<td${side(column?.align)}>${content}</td>`
}

function side(align: 'right' | undefined): Markup {
  return align === 'right' ? html` class="figure"` : html``
}

/** A picture, what it shows in words, and its table. */
export type Figure = {
  readonly id: string
  readonly title: string
  /** For who does not see the picture. */
  readonly alternative: string
  readonly draw: (width: number) => Drawing
  readonly table: Table
}

const WIDE = 960
const NARROW = 340

/** A chart, drawn once for wide and once for narrow pages, with its table to open below it. */
export function figure(
  canvas: Canvas,
  { id, title, alternative, draw, table: data }: Figure,
): Markup {
  return html`<figure id="${id}">
<figcaption>${title}</figcaption>
<div class="chart" role="img" aria-label="${alternative}">
<div class="wide">${canvas.draw(`${id}-wide`, draw(WIDE))}</div>
<div class="narrow">${canvas.draw(`${id}-narrow`, draw(NARROW))}</div>
</div>
${folded(data)}</figure>
`
}

/** A table that is opened on demand. */
export function folded(data: Table): Markup {
  return html`<details><summary>Table: ${data.caption}</summary>
${table(data)}</details>
`
}

/** A verdict as a word with its colour. */
export function verdictMark(verdict: Verdict): Markup {
  return html`<span class="verdict verdict-${verdict.toLowerCase()}">${verdict}</span>`
}

/** A name that comes from outside, in the direction of its own script. */
export function outside(text: string): Markup {
  return html`<bdi>${text}</bdi>`
}

/** Names and values. */
export function facts(entries: readonly (readonly [string, Part])[]): Markup {
  return html`<dl class="facts">
${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
`
}

/** Why a part of the page has nothing to show. */
export function missing(why: string): Markup {
  return html`<p class="missing">${why}</p>
`
}
