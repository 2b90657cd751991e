import pc from 'picocolors'

/** How text may look: with ANSI colours, and with characters beyond ASCII. */
export type Style = { readonly color: boolean; readonly unicode: boolean }

/** What a piece of text means; colours follow from it. */
export type Tone = 'good' | 'warning' | 'critical' | 'unknown' | 'strong' | 'quiet'

/** Paints a text by its meaning; without colours it comes back as it was. */
export function paint(style: Style, tone: Tone, text: string): string {
  const colors = pc.createColors(style.color)
  switch (tone) {
    case 'good':
      return colors.green(text)
    case 'warning':
      return colors.yellow(text)
    case 'critical':
      return colors.bold(colors.red(text))
    case 'unknown':
      return colors.magenta(text)
    case 'strong':
      return colors.bold(text)
    case 'quiet':
      return colors.dim(text)
  }
}

const ASCII: { readonly [character: string]: string } = {
  '−': '-',
  '·': '-',
  '→': '->',
  '─': '-',
  '┃': '|',
  '┆': ':',
  '●': 'o',
  '…': '..',
  '≥': '>=',
  '’': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  '\u00a0': ' ',
}

/** A text in the characters that the style allows. */
export function typeset(style: Style, text: string): string {
  return style.unicode
    ? text
    : text.replace(/[−·→─┃┆●…≥’“”×\u00a0]/g, (character) => ASCII[character] ?? character)
}
