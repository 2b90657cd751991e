import type {
  ScenarioBook,
  ScenarioCollateral,
  ScenarioContingency,
  ScenarioExpiry,
  ScenarioLinear,
  ScenarioOption,
  ScenarioTest,
  Term,
} from '@plimsoll/model'

type Place = (mark: number) => number

/**
 * A test over other marks, with its legs in canonical order, so that the order of a portfolio does not
 * reach the last bits of a sum.
 *
 * @param place the mark that stands for a mark of the test
 */
export function placeScenario(test: ScenarioTest, place: Place): ScenarioTest {
  return {
    ...test,
    cash: placeTerms(test.cash, place),
    stable: placeTerm(test.stable, place),
    collateral: placeCollateral(test.collateral, place),
    books: test.books
      .map((book) => placeBook(book, place))
      .sort((a, b) => a.spotMark - b.spotMark || byText(a.name, b.name)),
  }
}

/** Multipliers of today for every mark that a test refers to: all 1. */
export function unmoved(test: ScenarioTest): Float64Array {
  let last = -1
  placeScenario(test, (mark) => {
    last = Math.max(last, mark)
    return mark
  })
  return new Float64Array(last + 1).fill(1)
}

function placeBook(book: ScenarioBook, place: Place): ScenarioBook {
  return {
    ...book,
    unit: placeTerm(book.unit, place),
    spotMark: place(book.spotMark),
    expiries: book.expiries
      .map((expiry) => placeExpiry(expiry, place))
      .sort((a, b) => a.years - b.years || a.forward - b.forward),
    perps: placeLinear(book.perps, place),
    collateral: placeCollateral(book.collateral, place),
    contingencies: book.contingencies.map((contingency) => placeContingency(contingency, place)),
  }
}

function placeExpiry(expiry: ScenarioExpiry, place: Place): ScenarioExpiry {
  return {
    ...expiry,
    forwardMark: place(expiry.forwardMark),
    options: [...expiry.options].sort(byOption),
    futures: placeLinear(expiry.futures, place),
  }
}

function placeContingency(contingency: ScenarioContingency, place: Place): ScenarioContingency {
  return contingency.kind === 'fixed'
    ? { ...contingency, amount: placeTerm(contingency.amount, place) }
    : contingency
}

function placeLinear(legs: readonly ScenarioLinear[], place: Place): readonly ScenarioLinear[] {
  return legs
    .map((leg) => ({ ...leg, mark: place(leg.mark) }))
    .sort((a, b) => a.mark - b.mark || a.size - b.size || byText(a.leg, b.leg))
}

function placeCollateral(
  held: readonly ScenarioCollateral[],
  place: Place,
): readonly ScenarioCollateral[] {
  return held
    .map((entry) => ({ ...entry, value: placeTerm(entry.value, place) }))
    .sort((a, b) => a.value.mark - b.value.mark || a.value.value - b.value.value)
}

function placeTerms(terms: readonly Term[], place: Place): readonly Term[] {
  return terms
    .map((term) => placeTerm(term, place))
    .sort((a, b) => a.mark - b.mark || a.value - b.value)
}

function placeTerm({ mark, value }: Term, place: Place): Term {
  return { mark: place(mark), value }
}

function byOption(a: ScenarioOption, b: ScenarioOption): number {
  return a.strike - b.strike || byText(a.right, b.right) || a.size - b.size || byText(a.leg, b.leg)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
