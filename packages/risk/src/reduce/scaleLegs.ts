import type { ScenarioTest } from '@plimsoll/model'

/**
 * A scenario test in which of some legs only a fraction is left; closed at their marks, so that the
 * account's equity stays as it is.
 */
export function scaleLegs(test: ScenarioTest, left: ReadonlyMap<string, number>): ScenarioTest {
  const scale = <Held extends { readonly leg: string; readonly size: number }>(
    legs: readonly Held[],
  ): readonly Held[] => legs.map((leg) => ({ ...leg, size: leg.size * (left.get(leg.leg) ?? 1) }))
  return {
    ...test,
    books: test.books.map((book) => ({
      ...book,
      perps: scale(book.perps),
      expiries: book.expiries.map((expiry) => ({
        ...expiry,
        options: scale(expiry.options),
        futures: scale(expiry.futures),
      })),
    })),
  }
}

/** Legs that can be closed, each once; resting orders are cancelled, not closed. */
export function closableLegs({ books }: ScenarioTest): readonly string[] {
  const legs = books.flatMap(({ perps, expiries }) => [
    ...perps,
    ...expiries.flatMap(({ options, futures }) => [...options, ...futures]),
  ])
  return [
    ...new Set(
      legs
        .filter(({ size, limitPrice }) => size !== 0 && limitPrice === null)
        .map(({ leg }) => leg),
    ),
  ].sort()
}
