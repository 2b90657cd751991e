import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TailError } from './errors.js'
import { foldedLosses } from './foldedLosses.js'

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })

describe('foldedLosses', () => {
  it('is minus the sum of exposure × move, for any number of factors', () => {
    const shape = fc.record({ size: fc.integer({ min: 1, max: 11 }), count: fc.nat(5) })
    const filled = shape.chain(({ size, count }) =>
      fc.record({
        exposures: fc.array(number, { minLength: size, maxLength: size }),
        moves: fc.array(number, { minLength: size * count, maxLength: size * count }),
      }),
    )
    fc.assert(
      fc.property(filled, ({ exposures, moves }) => {
        const size = exposures.length
        const out = new Float64Array(moves.length / size)
        foldedLosses(Float64Array.from(exposures), Float64Array.from(moves), out)
        for (const [scenario, loss] of out.entries()) {
          let expected = 0
          let gross = 1
          for (const [factor, exposure] of exposures.entries()) {
            const product = exposure * (moves[scenario * size + factor] ?? NaN)
            expected -= product
            gross += Math.abs(product)
          }
          expect(Math.abs(loss - expected) / gross).toBeLessThan(1e-14)
        }
      }),
    )
  })

  it('refuses shapes that differ and exposures that are none', () => {
    expect(() =>
      foldedLosses(new Float64Array(2), new Float64Array(5), new Float64Array(2)),
    ).toThrow(TailError)
    expect(() =>
      foldedLosses(Float64Array.of(NaN), new Float64Array(1), new Float64Array(1)),
    ).toThrow(TailError)
  })
})
