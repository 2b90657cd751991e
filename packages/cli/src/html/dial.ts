import type { Markup } from './markup.js'
import { html } from './markup.js'

const [CENTRE, RADIUS, WIDTH] = [130, 84, 16]
const TICKS = [0, 25, 50, 75]

/** What the dial shows: a score or, where it is not known, what it is at most. */
export type DialValue = { readonly score: number | null; readonly upperBound: number }

/**
 * The load-line mark as a dial: the ring is filled clockwise by the score, or dashed up to its upper
 * bound where the score is not known; the line of Plimsoll goes through its middle.
 */
export function dial({ score, upperBound }: DialValue): Markup {
  const shown = score ?? upperBound
  const text = score === null ? `≤ ${upperBound.toFixed(0)}` : score.toFixed(0)
  return html`<svg class="dial" viewBox="0 0 260 ${2 * CENTRE}" width="260" height="260">
<circle class="dial-track" cx="${CENTRE}" cy="${CENTRE}" r="${RADIUS}" stroke-width="${WIDTH}"/>
${arc(shown, score === null)}
${TICKS.map(tick)}
<path class="dial-line" d="M14 ${CENTRE}H246"/>
<text class="dial-score${score === null ? ' dial-long' : ''}" x="${CENTRE}" y="${CENTRE - 18}">${text}</text>
<text class="dial-unit" x="${CENTRE}" y="${CENTRE + 32}">${score === null ? 'not known' : 'of 100'}</text>
</svg>`
}

function arc(score: number, isBound: boolean): Markup {
  const part = Math.min(100, Math.max(0, score))
  const shape = isBound ? 'dial-arc dial-bound' : 'dial-arc'
  if (part >= 100) {
    return html`<circle class="${shape}" cx="${CENTRE}" cy="${CENTRE}" r="${RADIUS}" stroke-width="${WIDTH}"/>`
  }
  const [x, y] = onRing(part, RADIUS)
  return html`<path class="${shape}" stroke-width="${WIDTH}" d="M${CENTRE} ${CENTRE - RADIUS}A${RADIUS} ${RADIUS} 0 ${part > 50 ? 1 : 0} 1 ${x} ${y}"/>`
}

function tick(score: number): Markup {
  const [x1, y1] = onRing(score, RADIUS + WIDTH / 2 + 1)
  const [x2, y2] = onRing(score, RADIUS + WIDTH / 2 + 6)
  return html`<path class="dial-tick" d="M${x1} ${y1}L${x2} ${y2}"/>`
}

/** A point of the ring, clockwise from the top, to a hundredth. */
function onRing(score: number, radius: number): readonly [number, number] {
  const angle = (score / 100) * 2 * Math.PI
  return [
    hundredth(CENTRE + radius * Math.sin(angle)),
    hundredth(CENTRE - radius * Math.cos(angle)),
  ]
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100
}
