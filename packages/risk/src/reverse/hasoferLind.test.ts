import { describe, expect, it } from 'vitest'
import { exp } from '../pricing/index.js'
import { hasoferLind } from './hasoferLind.js'
import type { LimitState } from './limitState.js'
import { limitState } from './limitState.js'
import { dot, length } from './vector.js'

type OfTwo = (a: number, b: number) => number

/** A state in two shocks, which counts how often its gradient is asked. */
function counted(surplus: OfTwo): { readonly state: LimitState; readonly gradients: () => number } {
  const state = limitState(
    ([a = NaN, b = NaN]) => {
      if (Number.isNaN(a + b)) throw new RangeError('The surplus is asked at no number.')
      return surplus(a, b)
    },
    Math.abs(surplus(0, 0)) || 1,
    Float64Array.of(1, 0, 0, 1),
    2,
  )
  let count = 0
  const gradientAt = (shocks: Float64Array) => {
    count++
    return state.gradientAt(shocks)
  }
  return { state: { ...state, gradientAt }, gradients: () => count }
}

/** However steep the surplus is. */
const UNITS = [1e-4, 1, 1e4]

function inUnits(state: LimitState, unit: number): LimitState {
  return {
    ...state,
    at: (shocks) => unit * state.at(shocks),
    gradientAt: (shocks) => state.gradientAt(shocks).map((entry) => unit * entry),
  }
}

/** The surplus, and the cosine of gradient and shocks without its sign. */
function standing(state: LimitState, shocks: Float64Array): readonly number[] {
  const gradient = state.gradientAt(shocks)
  const cosine = dot(gradient, shocks) / (length(gradient) * length(shocks))
  return [state.at(shocks), Math.abs(cosine)]
}

const surfaces: readonly (readonly [string, OfTwo, readonly (readonly [number, number])[]])[] = [
  // Where the unguarded iteration circles (P.-L. Liu & A. Der Kiureghian, Struct. Safety 9 (1991) 161–177).
  [
    'the sum of two cubes',
    (a, b) => (10 + 5 * a) ** 3 + (9.9 + 5 * b) ** 3 - 18,
    [
      [0, 0],
      [-1, 0],
      [0, -1],
    ],
  ],
  [
    'a circle',
    (a, b) => (a - 3) ** 2 + (b + 4) ** 2 - 4,
    [
      [0, 0],
      [1, 1],
      [-2, 2],
    ],
  ],
  [
    'two prices',
    (a, b) => 50 * exp(0.1 * a) + 40 * exp(0.2 * b) - 60,
    [
      [0, 0],
      [0, -3],
      [4, 4],
    ],
  ],
  [
    'a surface of strong curvature',
    (a, b) => exp(0.4 * (a + 2) + 6.2) - exp(0.3 * b + 5) - 200,
    [
      [0, 0],
      [1, 0],
    ],
  ],
  ['a book that is short gamma', (a, b) => 10 - a - a * a - 2 * b * b, [[0.1, 0.2]]],
]

describe('hasoferLind', () => {
  it.each(surfaces)('ends on the surface along its gradient: %s', (_, surplus, starts) => {
    for (const unit of UNITS) {
      const { state } = counted(surplus)
      for (const start of starts) {
        const reached = hasoferLind(inUnits(state, unit), Float64Array.from(start))
        // A point of least length, or of greatest.
        expect(standing(state, reached)).toEqual([expect.closeTo(0, 7), expect.closeTo(1, 7)])
      }
    }
  })

  it('finds the nearest point of a circle from outside, wherever it starts', () => {
    const { state } = counted((a, b) => (a - 3) ** 2 + (b + 4) ** 2 - 4)
    for (const start of [
      [0, 0],
      [5, 1],
      [-3, -3],
    ]) {
      const [a, b] = hasoferLind(state, Float64Array.from(start))
      expect(a).toBeCloseTo(3 * 0.6, 7)
      expect(b).toBeCloseTo(-4 * 0.6, 7)
    }
  })

  it.each(UNITS)('needs two or three gradients where the surplus is linear: unit %s', (unit) => {
    for (const start of [
      [0, 0],
      [1, 2],
      [400, -300],
    ]) {
      const { state, gradients } = counted((a, b) => 5 + 3 * a - 4 * b)
      const [a, b] = hasoferLind(inUnits(state, unit), Float64Array.from(start))
      expect(a).toBeCloseTo(-0.6, 8)
      expect(b).toBeCloseTo(0.8, 8)
      // One more where far differences round.
      expect(gradients()).toBeLessThanOrEqual(3)
    }
  })

  it('needs few gradients where the surface is curved', () => {
    const { state, gradients } = counted((a, b) => 50 * exp(0.1 * a) + 40 * exp(0.2 * b) - 60)
    hasoferLind(state, new Float64Array(2))
    expect(gradients()).toBeLessThanOrEqual(25)
  })

  it('stays where there is no slope, or none that is known', () => {
    const start = Float64Array.of(1, 1)
    for (const surplus of [
      () => 1,
      (a: number) => (a === 1 ? 1 : NaN),
      (a: number) => (a === 1 ? NaN : 1 + a),
      (a: number) => (a > 1 ? Infinity : 1),
      () => Infinity,
    ]) {
      const { state } = counted(surplus)
      expect(hasoferLind({ ...state }, start)).toBe(start)
    }
  })

  it('does not step to where nothing is known', () => {
    const { state } = counted((a) => (a < -1 ? NaN : 2 + a))
    const reached = hasoferLind(state, new Float64Array(2))
    expect(state.at(reached)).toBeGreaterThan(0)
  })
})
