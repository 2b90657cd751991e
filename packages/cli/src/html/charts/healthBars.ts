import type { Verdict } from '../../verdict.js'
import type { Drawing } from '../canvas.js'
import { cut, LETTER, letters } from '../canvas.js'
import type { Tone } from '../palette.js'
import { placeholder } from '../palette.js'

/** One account in the chart of healths. */
export type HealthBar = {
  readonly label: string
  /** Null where nothing is required or it is not known. */
  readonly health: number | null
  /** What is written at the end of the bar: the health and the verdict. */
  readonly text: string
  readonly verdict: Verdict
}

const MOST = 3
const ROW = 34
const HIGH_ROW = 50

const TONE: { readonly [V in Verdict]: Tone } = {
  OK: 'good',
  WARNING: 'warning',
  CRITICAL: 'critical',
  UNKNOWN: 'unknown',
}

/** Healths as bars from 0, cut at 3, against the threshold 1 at which venues liquidate. */
export function healthBars(bars: readonly HealthBar[], width: number): Drawing {
  const isWide = width >= 600
  const left = isWide ? 280 : 4
  return {
    width,
    height: bars.length * (isWide ? ROW : HIGH_ROW) + 52,
    option: {
      grid: { left, right: isWide ? 150 : 16, top: 24, bottom: 28 },
      xAxis: {
        type: 'value',
        min: 0,
        max: MOST,
        interval: isWide ? 0.5 : 1,
        axisLabel: letters('quiet'),
        splitLine: { lineStyle: { color: placeholder('line') } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(({ label }) => cut(label, left - 16)),
        axisLabel: { show: isWide, ...letters('ink') },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: placeholder('line') } },
      },
      series: [
        {
          ...BARS,
          showBackground: true,
          backgroundStyle: { color: placeholder('ghost') },
          data: bars.map(({ health, verdict }) => ({
            value: shown(health),
            itemStyle: { color: placeholder(TONE[verdict]) },
          })),
          markLine: THRESHOLD,
        },
        // The words lie above the line of the threshold.
        {
          ...BARS,
          z: 9,
          barGap: '-100%',
          itemStyle: { color: 'transparent' },
          data: bars.map(({ label, health, text }) => ({
            value: shown(health),
            label: isWide ? beside(text) : above(`${cut(label, width - 130)}: ${text}`),
          })),
        },
      ],
    },
  }
}

const GROUND = { backgroundColor: placeholder('card'), padding: [1, 2] } as const

const BARS = { type: 'bar', silent: true, barWidth: 16 } as const

const THRESHOLD = {
  silent: true,
  symbol: 'none',
  animation: false,
  data: [{ xAxis: 1 }],
  lineStyle: { color: placeholder('ink'), width: 2, type: 'solid' },
  label: {
    formatter: 'liquidation at 1',
    position: 'start',
    ...letters('ink'),
    textBorderWidth: 0,
  },
} as const

function shown(health: number | null): number {
  return Math.min(MOST, Math.max(0, health ?? 0))
}

function beside(text: string): object {
  return { ...written(text), position: 'right' }
}

function above(text: string): object {
  return { ...written(text), ...GROUND, position: [0, -LETTER - 5] }
}

function written(text: string): object {
  return { show: true, formatter: () => text, ...letters('ink'), textBorderWidth: 0 }
}
