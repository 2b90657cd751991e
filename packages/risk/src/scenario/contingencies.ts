import type { ScenarioBook, ScenarioContingency, ScenarioExpiry } from '@plimsoll/model'
import { multiplierOf } from './bookProfits.js'
import type { DeltaSides } from './deltas.js'
import { expiryDelta, perpDelta, writeDeltaSides } from './deltas.js'
import { optionFormulaCharge } from './optionFormula.js'
import { optionPrice } from './price.js'
import type { BookWork } from './workspace.js'

/** Which of an account's two margins is asked for. */
export type MarginKind = 'initial' | 'maintenance'

/** Name of a contingency in results: its own, or its kind. */
export function contingencyName(contingency: ScenarioContingency): string {
  return 'name' in contingency ? contingency.name : contingency.kind
}

/**
 * A contingency's charge now, in the book's unit, without allocation; 0 where it is of the other margin.
 *
 * @param work what `bookProfits` wrote for the same multipliers
 */
export function contingencyCharge(
  book: ScenarioBook,
  contingency: ScenarioContingency,
  margin: MarginKind,
  polynomial: boolean,
  multipliers: Float64Array,
  work: BookWork,
): number {
  if (contingency.margin !== 'both' && contingency.margin !== margin) return 0
  const spot = book.spot * multiplierOf(multipliers, book.spotMark)
  // An inverse book counts in coins: a charge on an amount of coins needs no price.
  const unitPrice = book.payoff === 'linear' ? spot : 1
  switch (contingency.kind) {
    case 'forward': {
      const { up, down, rate, ratePerYear } = contingency
      let charge = 0
      let row = 0
      for (const expiry of book.expiries) {
        const move = multiplierOf(multipliers, expiry.forwardMark)
        const worse = Math.min(
          basisProfit(book, expiry, polynomial, move, up, work, row),
          basisProfit(book, expiry, polynomial, move, down, work, row),
          0,
        )
        charge -= worse * (rate + ratePerYear * expiry.years)
        row += expiry.options.length
      }
      return charge
    }
    case 'static':
      return (
        unitPrice *
          (contingency.perp * linearAmount(book, multipliers) +
            contingency.nakedShort * nakedShorts(book)) +
        contingency.base * collateralValue(book, multipliers)
      )
    case 'roll': {
      const { minimum, perYear } = contingency
      let charge = Math.abs(perpDelta(book, multipliers)) * minimum
      for (const expiry of book.expiries) {
        const delta = Math.abs(expiryDelta(book, expiry, polynomial, multipliers))
        charge += delta * Math.max(minimum, perYear * expiry.years)
      }
      return charge * unitPrice
    }
    case 'delta': {
      let delta = perpDelta(book, multipliers)
      for (const expiry of book.expiries) {
        delta += expiryDelta(book, expiry, polynomial, multipliers)
      }
      const excess = Math.max(0, Math.abs(delta) * spot - contingency.threshold)
      const charge =
        excess * Math.min(contingency.cap, (contingency.slope * excess) / contingency.step)
      return book.payoff === 'linear' ? charge : charge / spot
    }
    case 'minimum-delta': {
      writeDeltaSides(book, polynomial, multipliers, deltaSides)
      const { long, short } = deltaSides
      const isInitial = margin === 'initial'
      const longest = long + (isInitial ? deltaSides.longOrders : 0)
      const shortest = short + (isInitial ? deltaSides.shortOrders : 0)
      const unhedged = Math.max(0, longest - short, shortest - long)
      const hedged = Math.max(longest, shortest) - unhedged
      return unitPrice * (contingency.unhedged * unhedged + contingency.hedged * hedged)
    }
    case 'option-formula':
      return optionFormulaCharge(book, contingency, polynomial, multipliers)
    case 'fixed':
      return contingency.amount.value * multiplierOf(multipliers, contingency.amount.mark)
  }
}

// Written and read within one synchronous call, so that evaluation allocates nothing.
const deltaSides: DeltaSides = { long: 0, short: 0, longOrders: 0, shortOrders: 0 }

/** P&L of an expiry's options at a multiplier of spot, today's volatility, before gain and loss factors. */
function basisProfit(
  book: ScenarioBook,
  expiry: ScenarioExpiry,
  polynomial: boolean,
  move: number,
  spot: number,
  work: BookWork,
  row: number,
): number {
  const forward = expiry.forward * move * spot + expiry.forwardFixed
  const root = Math.sqrt(expiry.years)
  let worth = 0
  let net = 0
  for (let index = 0; index < expiry.options.length; index++) {
    const option = expiry.options[index]
    if (option === undefined || option.limitPrice !== null) continue
    const { right, size, strike, impliedVolatility } = option
    const price =
      expiry.discount *
      optionPrice(polynomial, right === 'call', forward, strike, impliedVolatility * root)
    worth += work.worth[row + index] ?? NaN
    net += size * (book.payoff === 'linear' ? price : price / forward)
  }
  return (net - worth) * expiry.profitScale
}

/** Σ |size| of perps and futures, in units of the underlying. */
function linearAmount(book: ScenarioBook, multipliers: Float64Array): number {
  let amount = 0
  for (const { size, mark, limitPrice } of book.perps) {
    if (limitPrice !== null) continue
    amount += Math.abs(book.payoff === 'linear' ? size : size / multiplierOf(multipliers, mark))
  }
  for (const { futures } of book.expiries) {
    for (const { size, mark, limitPrice } of futures) {
      if (limitPrice !== null) continue
      amount += Math.abs(book.payoff === 'linear' ? size : size / multiplierOf(multipliers, mark))
    }
  }
  return amount
}

/** Σ over strikes and expiries of what is net short there, calls and puts together. */
function nakedShorts({ expiries }: ScenarioBook): number {
  let naked = 0
  for (const { options } of expiries) {
    for (let index = 0; index < options.length; index++) {
      const strike = options[index]?.strike ?? NaN
      let isFirst = true
      for (let before = 0; before < index; before++) {
        if (options[before]?.strike === strike) isFirst = false
      }
      if (!isFirst) continue
      let net = 0
      for (let other = index; other < options.length; other++) {
        const option = options[other]
        if (option?.strike === strike && option.limitPrice === null) net += option.size
      }
      if (net < 0) naked -= net
    }
  }
  return naked
}

/** Σ |value| of the book's collateral, before the price of the settlement asset. */
function collateralValue({ collateral }: ScenarioBook, multipliers: Float64Array): number {
  let total = 0
  for (const { value } of collateral) {
    total += Math.abs(value.value) * multiplierOf(multipliers, value.mark)
  }
  return total
}
