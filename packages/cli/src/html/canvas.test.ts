import { beforeAll, describe, expect, it } from 'vitest'
import type { Canvas } from './canvas.js'
import { cut, loadCanvas } from './canvas.js'
import { healthBars } from './charts/healthBars.js'
import { heatMap } from './charts/heatMap.js'
import { lossHistogram } from './charts/lossHistogram.js'

const EVIL = '"><script>alert(1)</script>'
const BARS = [
  { label: EVIL, health: 12, text: '12 OK', verdict: 'OK' },
  { label: 'two', health: null, text: 'unknown', verdict: 'UNKNOWN' },
] as const

describe('a canvas', () => {
  let canvas: Canvas

  beforeAll(async () => {
    canvas = await loadCanvas()
  })

  it('draws the same text each time, under the id of the chart', () => {
    const draw = () => canvas.draw('bars', healthBars(BARS, 900)).markup
    expect(draw()).toBe(draw())
    expect(draw()).not.toMatch(/\bzr\d/)
  })

  it('leaves nothing that the policy of the page forbids, and no colour of one scheme', () => {
    const { markup } = canvas.draw('bars', healthBars(BARS, 900))
    expect(markup).not.toMatch(/style=|<style|class=|ecmeta|#f00d|href=/)
    expect(markup).toContain('var(--good)')
    expect(markup).toContain('font-size="13px"')
  })

  it('escapes names, and cuts what does not fit', () => {
    const { markup } = canvas.draw('bars', healthBars(BARS, 900))
    expect(markup).not.toContain('<script')
    expect(markup).toContain('&lt;script&gt;')
    expect(cut('a long name of an account', 80)).toBe('a long na…')
    expect(cut('short', 80)).toBe('short')
  })

  it('writes a signed figure into every cell, and a question mark where it is not known', () => {
    const grid = {
      spot: [-0.5, 0, 0.5],
      volatility: [0, 0.5],
      change: [
        [-2000, 0, 1500],
        [null, 1, 2000],
      ],
    }
    for (const width of [960, 340]) {
      const { markup } = canvas.draw('map', heatMap(grid, width))
      for (const figure of ['−2.00k', '>0<', '+1.50k', '>?<', '+1<', '+2.00k', '−50 %']) {
        expect(markup.replaceAll('\u00a0', ' ')).toContain(figure)
      }
      expect(markup).toContain('var(--loss3)')
      expect(markup).toContain('var(--gain3)')
    }
  })

  it('marks value at risk and expected shortfall, of one bin too', () => {
    const tail = {
      method: '',
      horizonDays: 1,
      scenarios: 10,
      expectedShortfall: { level: 0.975, loss: 120 },
      valueAtRisk: { level: 0.99, loss: 100 },
      liquidityAdjusted: null,
      byAccount: [],
    } as const
    const histograms = [
      { edges: [0, 50, 100], counts: [9, 1] },
      { edges: [0, 0], counts: [10] },
    ]
    for (const histogram of histograms) {
      const { markup } = canvas.draw('tail', lossHistogram({ ...tail, histogram }, 960))
      expect(markup).toContain('VaR 99 %: 100')
      expect(markup).toContain('ES 97.5 %: 120')
      expect(markup).not.toContain('NaN')
    }
  })
})
