import type { Thresholds } from '../verdict.js'
import { bandOf } from '../verdict.js'
import { healthNumber } from './numbers.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'
import { VERDICT_TONE } from './tone.js'

const LEAST = 0.8
const MOST = 3
const WIDTH = 48

/** The cell of a health on a logarithmic scale from 0.8 to 3; beyond it, the last cell of its side. */
export function gaugeCell(health: number): number {
  const part = Math.log(health / LEAST) / Math.log(MOST / LEAST)
  return Math.min(WIDTH - 1, Math.max(0, Math.floor(part * WIDTH)))
}

/**
 * Health against its load line: `┃` is the venue's liquidation threshold, `┆` are the critical and
 * the warning threshold, `●` is the health. No line where there is no number.
 */
export function gauge(
  health: number | null,
  thresholds: Thresholds,
  style: Style,
): readonly string[] {
  if (health === null || !(health > 0)) return []
  const cells = Array.from({ length: WIDTH }, () => '─')
  cells[gaugeCell(thresholds.warn)] = '┆'
  cells[gaugeCell(thresholds.critical)] = '┆'
  cells[gaugeCell(1)] = '┃'
  const at = placed(health)
  const tone = VERDICT_TONE[bandOf({ value: health }, thresholds)]
  const bar = [
    typeset(style, cells.slice(0, at).join('')),
    paint(style, tone, typeset(style, '●')),
    typeset(style, cells.slice(at + 1).join('')),
  ].join('')
  const legend = `┃ liquidation, ┆ ${healthNumber(thresholds.critical)} and ${healthNumber(thresholds.warn)}`
  return [`${bar}  ${paint(style, 'quiet', typeset(style, legend))}`]
}

/** The cell of the mark: never on the threshold's own cell unless it is the threshold. */
function placed(health: number): number {
  const line = gaugeCell(1)
  const cell = gaugeCell(health)
  if (health === 1 || cell !== line) return cell
  return health > 1 ? line + 1 : line - 1
}
