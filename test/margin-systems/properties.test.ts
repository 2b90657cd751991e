import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bookFor, only, scaled, spread, together } from './arbitraries.js'
import { SYSTEMS } from './systems.js'

const numRuns = process.env.PLIMSOLL_DEEP === '1' ? 5_000 : 100
/** Sums in another order differ in their last bits. */
const rounding = (...amounts: readonly number[]): number => 1e-9 + 1e-12 * Math.max(...amounts)

describe.each(SYSTEMS)('$name', ({ margin, takesLinear }) => {
  const book = bookFor(takesLinear)

  it('asks a finite amount, never below 0, and no less to open than to keep', () => {
    fc.assert(
      fc.property(book, (held) => {
        const { initial, maintenance } = margin(held)
        expect(maintenance).toBeGreaterThanOrEqual(0)
        expect(initial).toBeGreaterThanOrEqual(maintenance)
        expect(initial).toBeLessThan(Infinity)
      }),
      { numRuns },
    )
  })

  it('asks nothing for nothing', () => {
    expect(margin(only())).toMatchObject({ initial: 0, maintenance: 0 })
  })

  it('never asks less for the same positions in a larger size', () => {
    fc.assert(
      fc.property(book, fc.double({ min: 1, max: 5, noNaN: true }), (held, factor) => {
        const [small, large] = [margin(held).maintenance, margin(scaled(held, factor)).maintenance]
        expect(large).toBeGreaterThanOrEqual(small - rounding(small))
      }),
      { numRuns },
    )
  })

  it('does not depend on the order of the positions', () => {
    fc.assert(
      fc.property(book, (held) => {
        const reversed = {
          ...held,
          options: held.options.toReversed(),
          linear: held.linear.toReversed(),
        }
        const [one, other] = [margin(held).maintenance, margin(reversed).maintenance]
        expect(Math.abs(one - other)).toBeLessThanOrEqual(rounding(one))
      }),
      { numRuns },
    )
  })

  it('never asks more for a spread than for its two legs apart', () => {
    fc.assert(
      fc.property(spread, ({ short, long }) => {
        const apart = margin(only(short)).maintenance + margin(only(long)).maintenance
        expect(margin(only(short, long)).maintenance).toBeLessThanOrEqual(apart + rounding(apart))
      }),
      { numRuns },
    )
  })

  it.each([Number.NaN, Infinity, -Infinity])('refuses a size of %s', (size) => {
    const option = {
      right: 'put' as const,
      strike: 2_000,
      years: 0.01,
      forward: 2_000,
      size,
      impliedVolatility: 0.5,
      mark: 1,
    }
    expect(() => margin(only(option))).toThrowError(/\|size\|/)
  })

  it.each([0, -1, Number.NaN, Infinity])('refuses a spot of %s', (spot) => {
    expect(() => margin({ ...only(), spot })).toThrowError(/spot/)
  })
})

describe.each(SYSTEMS.filter(({ subAdditive }) => subAdditive))(
  '$name, sub-additive',
  ({ margin, takesLinear }) => {
    const book = bookFor(takesLinear)
    it('never asks more for two books together than apart', () => {
      fc.assert(
        fc.property(book, book, (a, b) => {
          const apart = margin(a).maintenance + margin(b).maintenance
          expect(margin(together(a, b)).maintenance).toBeLessThanOrEqual(apart + rounding(apart))
        }),
        { numRuns },
      )
    })
  },
)
