import type { BookLinear, BookOption, OptionBook } from '@plimsoll/adapters/options/okx'
import fc from 'fast-check'

export const SPOT = 2_000
/** A few strikes and expiries, so that random options meet in spreads. */
const STRIKES = [1_200, 1_600, 1_800, 2_000, 2_200, 2_400, 3_000] as const
const DAYS = [1, 7, 21, 50] as const

const size = fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ min: -3, max: 3, noNaN: true }))

const option: fc.Arbitrary<BookOption> = fc.record({
  right: fc.constantFrom('call', 'put'),
  strike: fc.constantFrom(...STRIKES),
  years: fc.constantFrom(...DAYS).map((days) => days / 365),
  forward: fc.constant(SPOT),
  size,
  impliedVolatility: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
  mark: fc.double({ min: 0, max: 800, noNaN: true }),
})

const linear: fc.Arbitrary<BookLinear> = fc.record({
  size,
  price: fc.double({ min: 1_900, max: 2_100, noNaN: true }),
})

/** A book, with perps or futures where the system takes them. */
export const bookFor = (takesLinear: boolean): fc.Arbitrary<OptionBook> =>
  fc.record({
    spot: fc.constant(SPOT),
    options: fc.array(option, { maxLength: 6 }),
    linear: fc.array(linear, { maxLength: takesLinear ? 2 : 0 }),
  })

/** A short option, and a long one of the same right and expiry. */
export const spread: fc.Arbitrary<{ readonly short: BookOption; readonly long: BookOption }> = fc
  .tuple(option, option, fc.double({ min: 0.1, max: 4, noNaN: true }))
  .map(([first, second, units]) => ({
    short: { ...first, size: -units },
    long: { ...second, right: first.right, years: first.years, size: units },
  }))

/** The positions of two books as one. */
export const together = (a: OptionBook, b: OptionBook): OptionBook => ({
  spot: a.spot,
  options: [...a.options, ...b.options],
  linear: [...a.linear, ...b.linear],
})

/** Every position `factor` times as large. */
export const scaled = (
  { spot, options, linear: held }: OptionBook,
  factor: number,
): OptionBook => ({
  spot,
  options: options.map((position) => ({ ...position, size: position.size * factor })),
  linear: held.map((position) => ({ ...position, size: position.size * factor })),
})

export const only = (...options: readonly BookOption[]): OptionBook => ({
  spot: SPOT,
  options,
  linear: [],
})
