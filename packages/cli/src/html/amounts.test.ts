import { describe, expect, it } from 'vitest'
import { axisAmount, compact, compactUnsigned, duration, points } from './amounts.js'

describe('compact', () => {
  it.each([
    [0.3, '0'],
    [-0.5, '−1'],
    [295.4, '+295'],
    [-1182.5, '−1.18k'],
    [999.6, '+1.00k'],
    [9_995, '+10.0k'],
    [99_950, '+100k'],
    [-2_345_678, '−2.35M'],
    [1.2e12, '+1200B'],
  ])('writes %d as %s', (value, text) => {
    expect(compact(value)).toBe(text)
  })

  it('drops the sign of a gain, and trailing zeros at an axis', () => {
    expect(compactUnsigned(12_000)).toBe('12.0k')
    expect([10_000, 1500, 1050, 100, 0].map(axisAmount)).toEqual([
      '10k',
      '1.5k',
      '1.05k',
      '100',
      '0',
    ])
  })
})

describe('points', () => {
  it('writes whole points where they are whole', () => {
    expect([-0.2, 0.025, 0].map(points)).toEqual(['−20\u00a0%', '+2.5\u00a0%', '0\u00a0%'])
  })
})

describe('duration', () => {
  it.each([
    [-5, 'less than a minute'],
    [59_999, 'less than a minute'],
    [60_000, '1 minute'],
    [7_200_000, '2 hours'],
    [86_400_000, '1 day'],
    [25.9 * 86_400_000, '25 days'],
  ])('says %d ms as %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text)
  })
})
