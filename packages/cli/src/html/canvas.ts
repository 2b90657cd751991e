import type { EChartsCoreOption } from 'echarts/core'
import type { Markup } from './markup.js'
import { trusted, visible } from './markup.js'
import { placeholder, withTones } from './palette.js'

/** Size of letters in charts, pixels. */
export const LETTER = 13

/** A chart as it is described to ECharts, with the size that it is drawn in. */
export type Drawing = {
  readonly width: number
  readonly height: number
  readonly option: EChartsCoreOption
}

/** Draws charts as SVG: the same drawing gives the same text. */
export type Canvas = { readonly draw: (id: string, drawing: Drawing) => Markup }

/** ECharts with the parts that are used, without a browser. It is large, so it is loaded on demand. */
export async function loadCanvas(): Promise<Canvas> {
  const [core, { BarChart, CustomChart }, { GridComponent, MarkLineComponent }, { SVGRenderer }] =
    await Promise.all([
      import('echarts/core'),
      import('echarts/charts'),
      import('echarts/components'),
      import('echarts/renderers'),
    ])
  core.use([BarChart, CustomChart, GridComponent, MarkLineComponent, SVGRenderer])
  return {
    draw: (id, { width, height, option }) => {
      const chart = core.init(null, null, { renderer: 'svg', ssr: true, width, height })
      try {
        chart.setOption({ animation: false, ...option })
        return trusted(settled(id, chart.renderToSVGString()))
      } finally {
        chart.dispose()
      }
    },
  }
}

/**
 * A drawing that fits the page: sizes of letters as attributes, since the page's policy allows no
 * style of an element's own; nothing for a pointer; ids by the chart in place of a running number.
 */
function settled(id: string, svg: string): string {
  const plain = svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => letterAttributes(style))
    .replace(/ class="[^"]*"/g, '')
    .replace(/ ecmeta_\w+="[^"]*"/g, '')
    .replace(/ (pointer-events|baseProfile|version|xmlns:xlink)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/\n+/g, '\n')
    .trim()
  return withTones(plain)
}

function letterAttributes(style: string): string {
  return [...style.matchAll(/(font-size|font-weight):([\w.]+)/g)]
    .map(([, name = '', value = '']) => ` ${name}="${value}"`)
    .join('')
}

/** Letters of a tone, for ECharts. */
export function letters(
  tone: 'ink' | 'quiet',
  size: number = LETTER,
): { readonly color: string; readonly fontSize: number } {
  return { color: placeholder(tone), fontSize: size }
}

const LETTERS = new Intl.Segmenter('en')

/** A label that fits a width, cut where it does not. */
export function cut(text: string, width: number): string {
  const most = Math.max(4, Math.floor(width / (LETTER * 0.56)))
  const characters = Array.from(LETTERS.segment(visible(text)), ({ segment }) => segment)
  return characters.length <= most ? visible(text) : `${characters.slice(0, most - 1).join('')}…`
}
