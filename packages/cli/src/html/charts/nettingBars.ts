import { axisAmount } from '../amounts.js'
import type { Drawing } from '../canvas.js'
import { LETTER, letters } from '../canvas.js'
import { placeholder } from '../palette.js'

/** What is asked for everything together, and what more is asked because nothing is netted. */
export type NettingBar = {
  readonly label: string
  readonly netted: number
  /** Not below 0. */
  readonly notGranted: number
}

const ROW = 58

/** What one account would need, and beside it the netting that no venue grants. */
export function nettingBars(bars: readonly NettingBar[], width: number): Drawing {
  const most = Math.max(1, ...bars.map(({ netted, notGranted }) => netted + notGranted))
  const data = (of: (bar: NettingBar) => number) => bars.map(of)
  return {
    width,
    height: bars.length * ROW + 30,
    option: {
      grid: { left: 4, right: 12, top: 4, bottom: 28 },
      xAxis: {
        type: 'value',
        min: 0,
        max: most * 1.02,
        splitNumber: width < 600 ? 3 : 8,
        axisLabel: { ...letters('quiet'), formatter: axisAmount, showMaxLabel: false },
        splitLine: { lineStyle: { color: placeholder('line') } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(({ label }) => label),
        axisLabel: { show: false },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: placeholder('line') } },
      },
      series: [
        {
          type: 'bar',
          stack: 'asked',
          silent: true,
          barWidth: 20,
          itemStyle: { color: placeholder('accent') },
          data: data(({ netted }) => netted),
          label: {
            show: true,
            position: [2, -LETTER - 4],
            formatter: ({ dataIndex }: { readonly dataIndex: number }) =>
              bars[dataIndex]?.label ?? '',
            ...letters('ink'),
            textBorderWidth: 0,
          },
        },
        {
          type: 'bar',
          stack: 'asked',
          silent: true,
          itemStyle: {
            color: placeholder('ghost'),
            borderColor: placeholder('accent'),
            borderType: 'dashed',
            borderWidth: 1.5,
          },
          data: data(({ notGranted }) => notGranted),
        },
      ],
    },
  }
}
