import { writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

// The picture of the README: `FORCE_COLOR=1 node examples/demo/dist/main.js | pnpm picture`.
// Terminal text with colours comes in, docs/report.svg comes out.

const PICTURE = new URL('../docs/report.svg', import.meta.url)
const [LINE, CHARACTER, MARGIN] = [19, 8.43, 24]
const COLORS: { readonly [code: string]: string } = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '35': '#d2a8ff',
}

const COLOR_CODE = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`, 'g')

type Look = { readonly fill: string; readonly bold: boolean; readonly dim: boolean }
const PLAIN: Look = { fill: '#e6edf3', bold: false, dim: false }

function after(look: Look, code: string): Look {
  if (code === '0') return PLAIN
  if (code === '1') return { ...look, bold: true }
  if (code === '2') return { ...look, dim: true }
  if (code === '22') return { ...look, bold: false, dim: false }
  if (code === '39') return { ...look, fill: PLAIN.fill }
  return { ...look, fill: COLORS[code] ?? look.fill }
}

function escaped(part: string): string {
  return part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function spans(line: string): string {
  let look = PLAIN
  return line
    .split(COLOR_CODE)
    .map((part, index) => {
      if (index % 2 === 1) {
        for (const code of part.split(';')) look = after(look, code)
        return ''
      }
      if (part === '') return ''
      const weight = look.bold ? ' font-weight="bold"' : ''
      const faint = look.dim ? ' opacity="0.65"' : ''
      return `<tspan fill="${look.fill}"${weight}${faint}>${escaped(part)}</tspan>`
    })
    .join('')
}

const input = await text(process.stdin)
const start = input.indexOf('Plimsoll · margin report')
const end = input.indexOf('━━ 4')
const shown = input.slice(input.lastIndexOf('\n', start) + 1, end === -1 ? undefined : end)
const lines = shown.trimEnd().split('\n')
const columns = Math.max(...lines.map((line) => line.replace(COLOR_CODE, '').length))
const [width, height] = [columns * CHARACTER + 2 * MARGIN, lines.length * LINE + 2 * MARGIN]
const rows = lines.map(
  (line, row) =>
    `<text x="${MARGIN}" y="${MARGIN + (row + 0.75) * LINE}" xml:space="preserve">${spans(line)}</text>`,
)
writeFileSync(
  PICTURE,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height.toFixed(0)}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14"><rect width="100%" height="100%" rx="10" fill="#0d1117"/>${rows.join('')}</svg>\n`,
)
