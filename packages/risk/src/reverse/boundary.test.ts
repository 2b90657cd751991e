import { describe, expect, it } from 'vitest'
import { boundaryAlong, boundaryBetween, boundaryNear, fails } from './boundary.js'
import { limitState } from './limitState.js'

const root = Float64Array.of(1)
const stateOf = (surplus: (move: number) => number) =>
  limitState(([move = NaN]) => surplus(move), 1, root, 1)
/** Fails from a fall of two standard deviations. */
const falling = stateOf((move) => 2 + move)
const down = Float64Array.of(-1)

describe('fails', () => {
  it('holds where nothing is left above maintenance, not where nothing is known', () => {
    expect(fails(falling, Float64Array.of(-1.999))).toBe(false)
    expect(fails(falling, Float64Array.of(-2))).toBe(true)
    expect(
      fails(
        stateOf(() => NaN),
        down,
      ),
    ).toBe(false)
  })
})

describe('boundaryBetween', () => {
  it('is the least length that fails, to the last bit', () => {
    expect(boundaryBetween(falling, down, 0, 7)).toBe(2)
    expect(boundaryBetween(falling, down, 1.5, 2)).toBe(2)
  })

  it('holds at a jump', () => {
    const jump = stateOf((move) => (move < -0.3 ? -1 : 1))
    const length = boundaryBetween(jump, down, 0, 1)
    expect(length).toBeGreaterThan(0.3)
    expect(length).toBeLessThan(0.3 + 1e-16)
  })
})

describe('boundaryAlong', () => {
  it('is the first failing length, also where the account is safe again behind it', () => {
    const band = stateOf((move) => (move <= -1.2 && move >= -1.9 ? -1 : 1))
    expect(boundaryAlong(band, down, 0.5, 10)).toBe(1.2)
  })

  it('is null where the account does not fail up to the limit', () => {
    expect(boundaryAlong(falling, down, 0.5, 1.9)).toBeNull()
    expect(boundaryAlong(falling, Float64Array.of(1), 0.5, 10)).toBeNull()
  })

  it('looks at the limit itself, be it a whole number of steps or not', () => {
    expect(boundaryAlong(falling, down, 0.5, 2)).toBe(2)
    expect(boundaryAlong(falling, down, 0.7, 2)).toBe(2)
  })

  it('asks for nothing beyond the limit', () => {
    const known = stateOf((move) => {
      expect(move).toBeGreaterThanOrEqual(-1.6)
      return 1
    })
    expect(boundaryAlong(known, down, 0.5, 1.6)).toBeNull()
  })
})

describe('boundaryNear', () => {
  it.each([1 - 9e-10, 1, 1 + 9e-10, 1 - 9e-7, 1 + 9e-7, 1 - 9e-4, 1 + 9e-4, 1.5, 40])(
    'finds the surface from %s of its distance',
    (share) => {
      expect(boundaryNear(falling, Float64Array.of(-2 * share))).toBeCloseTo(2, 14)
    },
  )

  it('takes the edge that is next to the point, not one nearer to today', () => {
    const twice = stateOf((move) => (move <= -3 || (move <= -1 && move >= -2) ? -1 : 1))
    for (const share of [1, 1 + 9e-10, 1 + 9e-7, 1 + 9e-4]) {
      expect(boundaryNear(twice, Float64Array.of(-3 * share))).toBeCloseTo(3, 14)
    }
  })

  it('is null where the account does not fail about the point', () => {
    expect(boundaryNear(falling, Float64Array.of(-1.9))).toBeNull()
  })

  it('is null where there is no direction', () => {
    const failing = stateOf(() => -1)
    expect(boundaryNear(failing, Float64Array.of(0))).toBeNull()
    expect(boundaryNear(failing, Float64Array.of(-Infinity))).toBeNull()
    expect(boundaryNear(failing, Float64Array.of(NaN))).toBeNull()
  })
})
