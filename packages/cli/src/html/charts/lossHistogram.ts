import type { TailReport } from '@plimsoll/model'
import { axisAmount, compactUnsigned } from '../amounts.js'
import type { Drawing } from '../canvas.js'
import { letters } from '../canvas.js'
import { placeholder } from '../palette.js'

const HEIGHT = 300
const LEAST = 0.5
/** Room that the words of a mark need, pixels. */
const WORDS = 125

/** A loss that is marked in the histogram. */
type Mark = { readonly loss: number; readonly text: string }

/** Losses by full reprice, counted on a logarithmic scale, with value at risk and expected shortfall. */
export function lossHistogram(tail: TailReport, width: number): Drawing {
  const { edges, counts } = tail.histogram
  const [least = 0] = edges
  const most = edges.at(-1) ?? 0
  const room = least === most ? 1 : 0
  const highest = 10 ** Math.ceil(Math.log10(Math.max(10, ...counts)))
  const isWide = width >= 600
  const marks = [
    { loss: tail.valueAtRisk.loss, text: `VaR 99 %: ${compactUnsigned(tail.valueAtRisk.loss)}` },
    {
      loss: tail.expectedShortfall.loss,
      text: `ES 97.5 %: ${compactUnsigned(tail.expectedShortfall.loss)}`,
    },
  ]
  return {
    width,
    height: HEIGHT,
    option: {
      grid: { left: 62, right: 18, top: 52, bottom: 50 },
      xAxis: {
        type: 'value',
        min: least - room,
        max: most + room,
        splitNumber: isWide ? 8 : 3,
        name: 'loss (a gain is negative)',
        nameLocation: 'middle',
        nameGap: 30,
        nameTextStyle: letters('quiet'),
        axisLabel: {
          ...letters('quiet'),
          formatter: axisAmount,
          showMinLabel: false,
          showMaxLabel: false,
        },
        splitLine: { show: false },
        axisLine: { lineStyle: { color: placeholder('line') } },
      },
      yAxis: {
        type: 'log',
        min: LEAST,
        max: highest,
        axisLabel: {
          ...letters('quiet'),
          formatter: (value: number) => (value < 1 ? '' : axisAmount(value)),
        },
        splitLine: { lineStyle: { color: placeholder('line') } },
      },
      series: [
        bars(counts.map((count, bin) => [edges[bin] ?? 0, edges[bin + 1] ?? 0, count])),
        lines(marks, highest, width),
      ],
    },
  }
}

type Place = { readonly coord: (value: readonly number[]) => readonly number[] }
type Item = { readonly dataIndex: number }

function bars(bins: readonly (readonly number[])[]): object {
  return {
    type: 'custom',
    silent: true,
    clip: false,
    data: bins,
    renderItem: ({ dataIndex }: Item, api: Place): object | null => {
      const [from = 0, to = 0, count = 0] = bins[dataIndex] ?? []
      if (count === 0) return null
      const [left = 0, top = 0] = api.coord([from, count])
      const [right = 0, bottom = 0] = api.coord([to, LEAST])
      return {
        type: 'rect',
        shape: {
          x: left + 0.5,
          y: top,
          width: Math.max(2, right - left - 1),
          height: bottom - top,
        },
        style: { fill: placeholder('accent') },
      }
    },
  }
}

/** Each mark a line, dashed the one and solid the other, its words at a height of their own. */
function lines(marks: readonly Mark[], highest: number, width: number): object {
  const order = [...marks].sort((a, b) => a.loss - b.loss)
  return {
    type: 'custom',
    silent: true,
    clip: false,
    data: order.map(({ loss }) => [loss, highest]),
    renderItem: ({ dataIndex }: Item, api: Place): object | null => {
      const mark = order[dataIndex]
      if (mark === undefined) return null
      const [x = 0, top = 0] = api.coord([mark.loss, highest])
      const [, bottom = 0] = api.coord([mark.loss, LEAST])
      const side = sideOf(x, dataIndex, width)
      const above = top - 14 - 18 * dataIndex
      return {
        type: 'group',
        children: [
          // On a line of the ground's colour, so that it is seen on the bars.
          upright(x, above + 8, bottom, { stroke: placeholder('card'), lineWidth: 6 }),
          upright(x, above + 8, bottom, {
            stroke: placeholder('critical'),
            lineWidth: 2,
            lineDash: dataIndex === 0 ? [5, 4] : null,
          }),
          {
            type: 'text',
            style: {
              text: mark.text,
              x: x + side * 6,
              y: above,
              align: side < 0 ? 'right' : 'left',
              verticalAlign: 'middle',
              fill: placeholder('ink'),
              fontSize: 13,
            },
          },
        ],
      }
    },
  }
}

/** Words of the smaller loss stand left of its line, clear of the other, those of the larger right of it. */
function sideOf(x: number, index: number, width: number): -1 | 1 {
  if (index === 0) return x > WORDS ? -1 : 1
  return x > width - WORDS ? -1 : 1
}

function upright(x: number, y1: number, y2: number, style: object): object {
  return { type: 'line', shape: { x1: x, y1, x2: x, y2 }, style }
}
