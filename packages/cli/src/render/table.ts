import { stripVTControlCharacters } from 'node:util'
import Table from 'cli-table3'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'

/** A column: its head, and to which side its cells lean. */
export type Column = { readonly head: string; readonly align: 'left' | 'right' }

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A table with a rule below its head and no other lines. Cells may hold colours and line breaks. */
export function table(
  style: Style,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const layout = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ align }) => align),
  })
  layout.push(columns.map(({ head }) => head))
  layout.push(...rows.map((row) => row.map((cell) => typeset(style, cell))))
  const lines = layout.toString().split('\n')
  const width = Math.max(...lines.map(visibleWidth))
  const [head = '', ...body] = lines.map((line) => line.trimEnd())
  return [paint(style, 'strong', head), typeset(style, '─'.repeat(width)), ...body]
}

function visibleWidth(line: string): number {
  return stripVTControlCharacters(line).trimEnd().length
}
