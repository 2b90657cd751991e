import type { EquityGrid } from '@plimsoll/model'
import { compact, points } from '../amounts.js'
import type { Drawing } from '../canvas.js'
import { letters } from '../canvas.js'
import type { Tone } from '../palette.js'
import { placeholder } from '../palette.js'

const ROW = 32
const LEVEL = 0.01

/** Changes of equity by moves of spot and of implied volatility; the longer side lies along the page. */
export function heatMap({ spot, volatility, change }: EquityGrid, width: number): Drawing {
  const isWide = width >= 600
  const largest = Math.max(0, ...change.flat().map((cell) => Math.abs(cell ?? 0)))
  const spots = spot.map(points)
  const volatilities = volatility.map(points)
  const cells = change.flatMap((row, line) =>
    row.map((cell, column) => (isWide ? [column, line, cell ?? NaN] : [line, column, cell ?? NaN])),
  )
  const rows = isWide ? volatilities : spots
  return {
    width,
    height: rows.length * ROW + 58,
    option: {
      grid: { left: isWide ? 92 : 84, right: 4, top: 4, bottom: 54 },
      xAxis: axis(isWide ? spots : volatilities, isWide ? 'spot' : 'implied volatility', 30),
      yAxis: { ...axis(rows, isWide ? 'volatility' : 'spot', 62), inverse: !isWide },
      series: [
        {
          type: 'custom',
          silent: true,
          clip: false,
          data: cells,
          renderItem: cellOf(cells, largest),
        },
      ],
    },
  }
}

type Place = {
  readonly coord: (value: readonly number[]) => readonly number[]
  readonly size?: (value: readonly number[]) => number | readonly number[]
}

function cellOf(cells: readonly (readonly number[])[], largest: number) {
  return ({ dataIndex }: { readonly dataIndex: number }, api: Place): object => {
    const [across = 0, down = 0, value = Number.NaN] = cells[dataIndex] ?? []
    const [x = 0, y = 0] = api.coord([across, down])
    const size = api.size?.([1, 1])
    const [width = 0, height = 0] = typeof size === 'number' ? [size, size] : (size ?? [])
    const isKnown = Number.isFinite(value)
    return {
      type: 'group',
      children: [
        {
          type: 'rect',
          shape: {
            x: x - width / 2 + 1,
            y: y - height / 2 + 1,
            width: width - 2,
            height: height - 2,
            r: 3,
          },
          style: { fill: placeholder(isKnown ? heatTone(value, largest) : 'ghost') },
        },
        {
          type: 'text',
          style: {
            text: isKnown ? compact(value) : '?',
            x,
            y,
            align: 'center',
            verticalAlign: 'middle',
            fill: placeholder('ink'),
            fontSize: 12,
          },
        },
      ],
    }
  }
}

/** Three shades a side, by thirds of the largest change; within 1 % of it there is none. */
function heatTone(value: number, largest: number): Tone {
  const part = largest === 0 ? 0 : Math.abs(value) / largest
  if (part < LEVEL) return 'level'
  const side = value < 0 ? 'loss' : 'gain'
  return part > 2 / 3 ? `${side}3` : part > 1 / 3 ? `${side}2` : `${side}1`
}

function axis(names: readonly string[], name: string, gap: number): object {
  return {
    type: 'category',
    data: names,
    name,
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: letters('quiet'),
    axisLabel: { ...letters('ink', 12), interval: 0 },
    axisTick: { show: false },
    axisLine: { show: false },
  }
}
