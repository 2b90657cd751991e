import type { ScenarioBook, ScenarioContingency, ScenarioTest } from '@plimsoll/model'
import { bookProfits, collateralWorth, multiplierOf } from './bookProfits.js'
import type { MarginKind } from './contingencies.js'
import { contingencyCharge } from './contingencies.js'
import type { BookWork } from './workspace.js'
import { bookWork } from './workspace.js'

/** What a margin adds up over its books; in the numeraire. */
export type MarginSums = {
  /** Mark-to-market of legs and collateral. */
  marked: number
  /** P&L of all books, scenario by scenario, after offsets and dampeners: [scenarios]. */
  totals: Float64Array
  /** Σ of each book's worst loss or competing charge; where books do not meet by scenario. */
  losses: number
  competing: number
  scaled: number
  added: number
  /** Haircuts of collateral. */
  haircuts: number
}

/**
 * What a caller may look at while a margin is summed. Scenarios that are looked at are priced by the
 * accurate formula, else the tables serve where they have enough digits.
 */
export type MarginObserver = {
  /** After a book was repriced. `counted` is its share of the totals: [scenarios], in the numeraire. */
  readonly onBook: (book: ScenarioBook, work: BookWork, counted: Float64Array) => void
  readonly onContingency: (
    book: ScenarioBook,
    contingency: ScenarioContingency,
    amount: number,
  ) => void
}

/** Empty sums. */
export function marginSums(): MarginSums {
  return {
    marked: 0,
    totals: new Float64Array(0),
    losses: 0,
    competing: 0,
    scaled: 0,
    added: 0,
    haircuts: 0,
  }
}

// Written and read within one synchronous call, so that evaluation allocates nothing.
const work: BookWork = /* @__PURE__ */ bookWork()
let counted: Float64Array = /* @__PURE__ */ new Float64Array(0)

/**
 * Adds up one margin of an account over its books, without allocation once the arrays have their size.
 *
 * @param multipliers one for each mark of the compiled account, 1 today
 * @param sums overwritten
 */
export function sumMargin(
  test: ScenarioTest,
  margin: MarginKind,
  multipliers: Float64Array,
  sums: MarginSums,
  observer: MarginObserver | null,
): void {
  const count = test.books[0]?.scenarios.length ?? 0
  if (sums.totals.length < count) sums.totals = new Float64Array(count)
  if (counted.length < count) counted = new Float64Array(count)
  sums.totals.fill(0, 0, count)
  sums.marked = 0
  sums.losses = 0
  sums.competing = 0
  sums.scaled = 0
  sums.added = 0
  sums.haircuts = 0
  const polynomial = test.normalCdf !== 'exact'
  const stable = test.stable.value * multiplierOf(multipliers, test.stable.mark)
  for (const book of test.books) {
    const unit = book.unit.value * multiplierOf(multipliers, book.unit.mark)
    bookProfits(book, polynomial, observer === null, multipliers, stable * unit, work)
    sums.marked += (work.marked + work.collateral) * unit
    countProfits(book, margin, multipliers, unit)
    let worst = 0
    for (let index = 0; index < count; index++) {
      const profit = counted[index] ?? NaN
      sums.totals[index] = (sums.totals[index] ?? NaN) + profit
      worst = Math.min(worst, profit)
    }
    let competing = 0
    for (const contingency of book.contingencies) {
      const amount =
        unit * contingencyCharge(book, contingency, margin, polynomial, multipliers, work)
      if (contingency.apply === 'competes') competing += amount
      else sums[contingency.apply] += amount
      observer?.onContingency(book, contingency, amount)
    }
    sums.competing += competing
    sums.losses += Math.max(-worst, competing)
    for (const collateral of book.collateral) {
      sums.haircuts +=
        haircut(collateral, margin) * collateralWorth(collateral, multipliers, stable)
    }
    observer?.onBook(book, work, counted)
  }
  for (const collateral of test.collateral) {
    const worth = collateralWorth(collateral, multipliers, stable)
    sums.marked += worth
    sums.haircuts += haircut(collateral, margin) * worth
  }
}

function haircut(
  { maintenanceHaircut, initialHaircut }: ScenarioTest['collateral'][number],
  margin: MarginKind,
): number {
  return margin === 'initial' ? maintenanceHaircut + initialHaircut : maintenanceHaircut
}

/** Writes what of a book's P&L counts in each scenario: gains by their offset, tails relieved. */
function countProfits(
  book: ScenarioBook,
  margin: MarginKind,
  multipliers: Float64Array,
  unit: number,
): void {
  const { share, maximum } = book.gainOffset
  const perQuote =
    book.payoff === 'linear' ? 1 : 1 / (book.spot * multiplierOf(multipliers, book.spotMark))
  const most = maximum === null ? Infinity : maximum * perQuote
  const dampener = book.tailDampener * perQuote
  let index = 0
  for (const { extended } of book.scenarios) {
    let profit = work.totals[index] ?? NaN
    if (margin === 'initial') profit += work.orders[index] ?? NaN
    if (profit > 0) profit = Math.min(share * profit, most)
    else if (extended && profit < 0) profit = Math.min(0, profit + dampener)
    counted[index] = profit * unit
    index++
  }
}

/** Loss that a margin is asked for, before its factor and what is added: never below 0. */
export function bindingLoss({ across, books }: ScenarioTest, sums: MarginSums): number {
  if (across === 'worst') return sums.losses
  let worst = 0
  const count = books[0]?.scenarios.length ?? 0
  for (let index = 0; index < count; index++) worst = Math.min(worst, sums.totals[index] ?? NaN)
  return Math.max(-worst, sums.competing)
}

/** Factor of a margin's loss now. */
export function marginFactor(
  { factors, depeg, stable }: ScenarioTest,
  margin: MarginKind,
  multipliers: Float64Array,
): number {
  if (margin === 'maintenance') return factors.maintenance
  if (depeg === null) return factors.initial
  const price = stable.value * multiplierOf(multipliers, stable.mark)
  return factors.initial + Math.max(0, depeg.threshold - price) * depeg.factor
}

/** What a margin asks for, in the numeraire. */
export function marginRequirement(
  test: ScenarioTest,
  margin: MarginKind,
  multipliers: Float64Array,
  sums: MarginSums,
): number {
  const loss = bindingLoss(test, sums)
  return marginFactor(test, margin, multipliers) * (loss + sums.scaled) + sums.added + sums.haircuts
}

/** Balances that the resource holds beside what is marked. */
export function cashBalance({ cash }: ScenarioTest, multipliers: Float64Array): number {
  let balance = 0
  for (const { mark, value } of cash) balance += value * multiplierOf(multipliers, mark)
  return balance
}
