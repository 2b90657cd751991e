import type { Style } from './style.js'
import { paint, typeset } from './style.js'

/** A blank line, a title, and lines that stand below it. */
export function section(style: Style, title: string, lines: readonly string[]): readonly string[] {
  const rows = lines.flatMap((line) => line.split('\n'))
  return ['', paint(style, 'strong', typeset(style, title)), ...rows.map((row) => `  ${row}`)]
}
