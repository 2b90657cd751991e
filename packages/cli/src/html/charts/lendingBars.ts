import { share } from '../../render/numbers.js'
import type { Drawing } from '../canvas.js'
import { cut, letters } from '../canvas.js'
import { placeholder } from '../palette.js'

/** One collateral: what is lent of its value at the venue, and what we would lend, as fractions. */
export type LendingBar = {
  readonly label: string
  readonly venue: number
  readonly ours: number
}

const ROW = 56

/** Two bars for each collateral: the venue's filled, ours outlined. */
export function lendingBars(bars: readonly LendingBar[], width: number): Drawing {
  const isWide = width >= 600
  const left = isWide ? 280 : 110
  return {
    width,
    height: bars.length * ROW + 40,
    option: {
      grid: { left, right: isWide ? 130 : 92, top: 6, bottom: 28 },
      xAxis: {
        type: 'value',
        min: 0,
        max: 1,
        interval: isWide ? 0.25 : 0.5,
        axisLabel: { ...letters('quiet'), formatter: (value: number) => `${value * 100} %` },
        splitLine: { lineStyle: { color: placeholder('line') } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(({ label }) => cut(label, left - 16)),
        axisLabel: letters('ink'),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: placeholder('line') } },
      },
      series: [
        series(
          'venue',
          bars.map(({ venue }) => venue),
          { color: placeholder('accent') },
        ),
        series(
          'we',
          bars.map(({ ours }) => ours),
          {
            color: placeholder('ghost'),
            borderColor: placeholder('accent'),
            borderWidth: 1.5,
          },
        ),
      ],
    },
  }
}

function series(who: string, values: readonly number[], itemStyle: object): object {
  return {
    type: 'bar',
    silent: true,
    barWidth: 16,
    barGap: '25%',
    itemStyle,
    data: values,
    label: {
      show: true,
      position: 'right',
      formatter: ({ dataIndex }: { readonly dataIndex: number }) =>
        `${who} ${share(values[dataIndex] ?? 0)}`,
      ...letters('ink'),
      textBorderWidth: 0,
    },
  }
}
