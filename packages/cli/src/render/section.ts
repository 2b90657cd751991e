import { stripVTControlCharacters } from 'node:util'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'

/** A blank line, a title, and lines that stand below it. */
export function section(style: Style, title: string, lines: readonly string[]): readonly string[] {
  const rows = lines.flatMap((line) => line.split('\n'))
  return ['', paint(style, 'strong', typeset(style, title)), ...rows.map((row) => `  ${row}`)]
}

const WIDTH = 100

/** A head and the messages below it; on one line where there is one message and both fit. */
export function notes(
  style: Style,
  entries: readonly { readonly head: string; readonly messages: readonly string[] }[],
): readonly string[] {
  return entries.flatMap(({ head, messages }) => {
    const [text = '', ...others] = messages.map((message) => typeset(style, message))
    const isShort = stripVTControlCharacters(head).length + 2 + text.length <= WIDTH
    if (isShort && others.length === 0) return [`${head}  ${text}`]
    return [head, ...[text, ...others].flatMap((each) => wrapped(each).map((line) => `  ${line}`))]
  })
}

/** A text in lines of at most 100 characters, broken between words. */
export function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`
    } else {
      lines.push(word)
    }
  }
  return lines
}
