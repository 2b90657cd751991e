import { describe, expect, it } from 'vitest'
import { failurePoint } from './failure.js'

const root = Float64Array.of(1, 0, 0, 1)

describe('failurePoint', () => {
  it('shares the square of its distance among the shocks', () => {
    const { distance, shares } = failurePoint(root, Float64Array.of(3, -4), 1)
    expect(distance).toBe(5)
    expect(shares[0]).toBeCloseTo(0.36, 15)
    expect(shares[1]).toBeCloseTo(0.64, 15)
  })

  it('shares nothing out where it is today already', () => {
    const today = Float64Array.of(0, 0)
    const { distance, shares } = failurePoint(root, today, 1)
    expect(distance).toBe(0)
    expect([...shares]).toEqual([0, 0])
    expect(shares).not.toBe(today)
  })
})
