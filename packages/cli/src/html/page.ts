import { createHash } from 'node:crypto'
import { contentHash } from '@plimsoll/client'
import { namesOf } from '../render/names.js'
import { instant, short } from '../render/numbers.js'
import type { Canvas } from './canvas.js'
import { loadCanvas } from './canvas.js'
import { outside } from './elements.js'
import type { Markup } from './markup.js'
import { html, trusted } from './markup.js'
import { accountsSection, nettingSection } from './sections/accounts.js'
import { collateralSection } from './sections/collateral.js'
import { exposureSection } from './sections/exposure.js'
import { healthSection } from './sections/health.js'
import { limitsSection } from './sections/limits.js'
import { provenanceSection } from './sections/provenance.js'
import { nearestSection, nodesSection } from './sections/scenarios.js'
import { stressSection } from './sections/stress.js'
import { tailSection } from './sections/tail.js'
import { STYLE_SHEET } from './styleSheet.js'
import type { PageView } from './view.js'

const ICON =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"%3E%3Cg fill="none" stroke="%230b5c8a" stroke-width="4"%3E%3Ccircle cx="16" cy="16" r="10"/%3E%3Cpath d="M1 16h30"/%3E%3C/g%3E%3C/svg%3E'

const CONTENTS: readonly (readonly [string, string])[] = [
  ['health', 'Health'],
  ['accounts', 'Accounts'],
  ['netting', 'Netting'],
  ['stress', 'Spot and volatility'],
  ['tail', 'Tail'],
  ['collateral', 'Haircuts'],
  ['nearest', 'Nearest liquidations'],
  ['nodes', 'Dependencies'],
  ['exposure', 'Exposure'],
  ['limits', 'Not read, doubts'],
  ['provenance', 'Provenance'],
]

/**
 * A report as one page that needs nothing else: no script, nothing from the network, a table with every
 * chart. The same view gives the same text.
 *
 * @example
 * await writeFile('report.html', await renderPage({ report, portfolio, market, thresholds, version }))
 */
export async function renderPage(view: PageView): Promise<string> {
  return page(view, await loadCanvas()).markup
}

function page(view: PageView, canvas: Canvas): Markup {
  const { report, portfolio, version } = view
  const hash = contentHash(report)
  const names = namesOf(portfolio)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="${trusted(ICON.replaceAll('"', '&quot;'))}">
<title>Plimsoll: margin report, ${instant(report.nowMs)}</title>
<style>${trusted(STYLE_SHEET)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header>
<h1>Margin report</h1>
<p>${instant(report.nowMs)} · in ${report.numeraire} · ${outside(report.owners.map(short).join(', '))}</p>
<nav aria-label="Parts of the report"><ul>${CONTENTS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main id="main">
${healthSection(view, names)}
${accountsSection(view, canvas, names)}
${nettingSection(view, canvas)}
${stressSection(view, canvas)}
${tailSection(view, canvas, names)}
${collateralSection(view, canvas, names)}
${nearestSection(view, names)}
${nodesSection(view, names)}
${exposureSection(view)}
${limitsSection(view)}
${provenanceSection(view, hash)}
</main>
<footer><p>plimsoll ${version} · report ${hash}</p></footer>
</body>
</html>
`
}

/** Nothing may be loaded or run; the one style sheet is named by its hash. */
function policy(): string {
  const hash = createHash('sha256').update(STYLE_SHEET).digest('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`
}
