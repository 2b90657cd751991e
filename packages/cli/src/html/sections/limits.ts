import { groupsOf, whereOf } from '../../render/failures.js'
import { short } from '../../render/numbers.js'
import { shownFlags } from '../../render/report.js'
import { outside, section, verdictMark } from '../elements.js'
import type { Markup } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** What could not be read, and what limits the claims of the report. */
export function limitsSection({ report }: PageView): Markup {
  const groups = groupsOf(report.failures)
  const flags = shownFlags(report)
  return section(
    'limits',
    'Not read, and doubts',
    html`<h3>Not read</h3>
${
  groups.length === 0
    ? html`<p>Everything that was asked for could be read.</p>`
    : html`<ul>${groups.map(
        ({ first, adapters, messages }) =>
          html`<li>${verdictMark('UNKNOWN')} <strong>${outside(whereOf(first, adapters))}: ${outside(first.error)}</strong><ul>${messages.map((message) => html`<li>${outside(short(message))}</li>`)}</ul></li>\n`,
      )}</ul>`
}
<h3>Doubts</h3>
${
  flags.length === 0
    ? html`<p>No flag limits what is said here.</p>`
    : html`<ul>${flags.map(
        ({ code, severity, message }) =>
          html`<li><strong>${severity}, ${code}</strong>: ${outside(short(message))}</li>\n`,
      )}</ul>`
}`,
  )
}
