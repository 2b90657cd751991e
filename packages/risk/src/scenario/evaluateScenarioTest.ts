import type { ScenarioTest } from '@plimsoll/model'
import { multiplierOf } from './bookProfits.js'
import type { MarginKind } from './contingencies.js'
import { contingencyName } from './contingencies.js'
import { legProfits } from './legProfits.js'
import { unmoved } from './place.js'
import type { MarginSums } from './requirement.js'
import {
  bindingLoss,
  cashBalance,
  marginFactor,
  marginRequirement,
  marginSums,
  sumMargin,
} from './requirement.js'
import type {
  Binding,
  BookResult,
  ContingencyResult,
  LegContribution,
  MarginResult,
  ScenarioResult,
} from './result.js'

/** What one pass over the books leaves for a result. */
type Pass = {
  readonly sums: MarginSums
  readonly books: readonly BookResult[]
  /** What of each book's P&L counts, in the numeraire: [books][scenarios]. */
  readonly counted: readonly (readonly number[])[]
  readonly contingencies: readonly ContingencyResult[]
}

/**
 * Evaluates a scenario test in full: both margins, every scenario's P&L by book and leg, every
 * contingency, and each leg's part of the loss that binds.
 *
 * @example
 * const { maintenance } = evaluateScenarioTest(test)
 * maintenance.binding // { kind: 'scenario', index: 22 }
 *
 * @param multipliers one for each mark of the compiled account; today's without
 */
export function evaluateScenarioTest(
  test: ScenarioTest,
  multipliers: Float64Array = unmoved(test),
): ScenarioResult {
  const passes = {
    maintenance: runPass(test, 'maintenance', multipliers),
    initial: runPass(test, 'initial', multipliers),
  }
  const markToMarket = passes.maintenance.sums.marked
  const resource = markToMarket + cashBalance(test, multipliers)
  const side = (margin: MarginKind) =>
    marginResult(test, margin, multipliers, passes[margin], resource)
  return {
    resource,
    markToMarket,
    initial: side('initial'),
    maintenance: side('maintenance'),
    books: passes.initial.books,
  }
}

function runPass(test: ScenarioTest, margin: MarginKind, multipliers: Float64Array): Pass {
  const sums = marginSums()
  const books: BookResult[] = []
  const counts: (readonly number[])[] = []
  const contingencies: ContingencyResult[] = []
  const stable = test.stable.value * multiplierOf(multipliers, test.stable.mark)
  sumMargin(test, margin, multipliers, sums, {
    onBook: (book, work, counted) => {
      const unit = book.unit.value * multiplierOf(multipliers, book.unit.mark)
      const count = book.scenarios.length
      books.push({
        name: book.name,
        worth: work.marked + work.collateral,
        scenarios: [...work.totals.subarray(0, count)],
        orders: [...work.orders.subarray(0, count)],
        legs: legProfits(book, multipliers, stable * unit, work),
      })
      counts.push([...counted.subarray(0, count)])
    },
    onContingency: (book, contingency, amount) => {
      if (contingency.margin !== 'both' && contingency.margin !== margin) return
      const name = contingencyName(contingency)
      contingencies.push({ book: book.name, name, apply: contingency.apply, amount })
    },
  })
  return { sums, books, counted: counts, contingencies }
}

function marginResult(
  test: ScenarioTest,
  margin: MarginKind,
  multipliers: Float64Array,
  pass: Pass,
  resource: number,
): MarginResult {
  const { sums } = pass
  const requirement = marginRequirement(test, margin, multipliers, sums)
  const scenarios = [...sums.totals.subarray(0, test.books[0]?.scenarios.length ?? 0)]
  const worst = pass.counted.map((profits) =>
    worstIndex(test.across === 'scenario' ? scenarios : profits),
  )
  return {
    requirement,
    excess: resource - requirement,
    loss: bindingLoss(test, sums),
    factor: marginFactor(test, margin, multipliers),
    binding: bindingOf(test, scenarios, sums.competing, worst),
    scenarios,
    contingencies: pass.contingencies,
    haircuts: sums.haircuts,
    contributions: pass.books.flatMap((book, position) =>
      contributionsOf(test, margin, pass, book, position, worst[position] ?? null),
    ),
  }
}

/** The first scenario of least P&L; null where none loses. */
function worstIndex(profits: readonly number[]): number | null {
  let least = 0
  let found: number | null = null
  for (const [index, profit] of profits.entries()) {
    if (profit >= least) continue
    least = profit
    found = index
  }
  return found
}

function bindingOf(
  { across }: ScenarioTest,
  scenarios: readonly number[],
  competing: number,
  worst: readonly (number | null)[],
): Binding {
  if (across === 'worst') return { kind: 'books', indices: worst }
  const [index = null] = worst
  const loss = index === null ? 0 : -(scenarios[index] ?? NaN)
  if (competing > 0 && competing >= loss) return { kind: 'contingency' }
  return index === null ? { kind: 'none' } : { kind: 'scenario', index }
}

/** A book's legs in its scenario; what offsets and dampeners leave of the book reaches each in proportion. */
function contributionsOf(
  test: ScenarioTest,
  margin: MarginKind,
  { counted }: Pass,
  book: BookResult,
  position: number,
  index: number | null,
): readonly LegContribution[] {
  if (index === null) return []
  const orders = margin === 'initial' ? (book.orders[index] ?? NaN) : 0
  const whole = (book.scenarios[index] ?? NaN) + orders
  const share = whole === 0 ? 0 : (counted[position]?.[index] ?? NaN) / whole
  const isOrder = orderIds(test, book.name)
  return book.legs
    .filter(({ leg }) => margin === 'initial' || !isOrder.has(leg))
    .map(({ leg, scenarios }) => ({
      book: book.name,
      leg,
      profit: (scenarios[index] ?? NaN) * share,
    }))
}

function orderIds({ books }: ScenarioTest, name: string): ReadonlySet<string> {
  const found = books.find((book) => book.name === name)
  const legs = [
    ...(found?.perps ?? []),
    ...(found?.expiries.flatMap(({ options, futures }) => [...options, ...futures]) ?? []),
  ]
  return new Set(legs.flatMap(({ leg, limitPrice }) => (limitPrice === null ? [] : [leg])))
}
