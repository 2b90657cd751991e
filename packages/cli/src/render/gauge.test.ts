import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_THRESHOLDS } from '../verdict.js'
import { gauge } from './gauge.js'

const style = { color: false, unicode: true }
const barOf = (health: number) => gauge(health, DEFAULT_THRESHOLDS, style)[0]?.split('  ')[0] ?? ''

// Named after a published defect: a bar that jumps about 1.00 and takes "none" for 0.
describe('hf-bar-and-none: gauge', () => {
  it('has no bar where there is no number', () => {
    expect(gauge(null, DEFAULT_THRESHOLDS, style)).toEqual([])
  })

  it('puts the mark on the side of the load line on which the health is', () => {
    const health = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(health, (value) => {
        const mark = barOf(value).indexOf('●')
        const line = barOf(5).indexOf('┃')
        expect(Math.sign(mark - line)).toBe(Math.sign(value - 1))
      }),
    )
  })

  it('never moves the mark to the left when the health rises', () => {
    const health = fc.double({ min: 0.01, max: 100, noNaN: true })
    fc.assert(
      fc.property(health, health, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(barOf(low).indexOf('●')).toBeLessThanOrEqual(barOf(high).indexOf('●'))
      }),
    )
  })

  it('is always as long', () => {
    expect(new Set([0.1, 0.8, 1, 1.05, 2, 3, 40].map((value) => barOf(value).length)).size).toBe(1)
  })
})
