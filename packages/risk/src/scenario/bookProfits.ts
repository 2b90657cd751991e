import type {
  ScenarioBook,
  ScenarioCollateral,
  ScenarioExpiry,
  ScenarioLinear,
  ScenarioOption,
  StressScenario,
} from '@plimsoll/model'
import { fillGridTables, gridPrice, optionPrice } from './price.js'
import { shockedVolatility, skewMultiplier, tenorScale } from './shocks.js'
import type { BookWork } from './workspace.js'
import { fitWork } from './workspace.js'

/** The multiplier of a mark: 1 for constants. */
export function multiplierOf(multipliers: Float64Array, mark: number): number {
  return mark < 0 ? 1 : (multipliers[mark] ?? NaN)
}

/**
 * Reprices a book in every scenario, without allocation once `work` has its size. P&L is in the book's
 * unit and weighted.
 *
 * @param polynomial the distribution of `polynomialCdf`
 * @param isTabled whether scenarios are priced by `gridPrice`
 * @param stable price of the settlement asset now × the price of the book's unit
 */
export function bookProfits(
  book: ScenarioBook,
  polynomial: boolean,
  isTabled: boolean,
  multipliers: Float64Array,
  stable: number,
  work: BookWork,
): void {
  const { scenarios, expiries, perps } = book
  const count = scenarios.length
  if (isTabled) fillGridTables()
  let options = 0
  for (const expiry of expiries) options += expiry.options.length
  fitWork(work, options, expiries.length, count)
  work.totals.fill(0, 0, count)
  work.orders.fill(0, 0, count)
  work.marked = 0
  work.collateral = 0
  let row = 0
  let at = 0
  for (const expiry of expiries) {
    expiryProfits(book, expiry, polynomial, isTabled, multipliers, work, row, at)
    for (const future of expiry.futures) linearProfits(book, future, multipliers, work)
    row += expiry.options.length
    at += count
  }
  for (const perp of perps) linearProfits(book, perp, multipliers, work)
  for (const collateral of book.collateral) {
    const worth = collateralWorth(collateral, multipliers, stable)
    work.collateral += worth
    for (let index = 0; index < count; index++) {
      const { spot, weight } = scenarios[index] ?? NOT_A_SCENARIO
      work.totals[index] = (work.totals[index] ?? NaN) + weight * worth * (spot - 1)
    }
  }
}

const NOT_A_SCENARIO: StressScenario = {
  spot: NaN,
  volatility: NaN,
  skew: 'none',
  weight: NaN,
  extended: false,
}

/** What collateral is worth: its value ÷ the price of the settlement asset. */
export function collateralWorth(
  { value }: ScenarioCollateral,
  multipliers: Float64Array,
  stable: number,
): number {
  return (value.value * multiplierOf(multipliers, value.mark)) / stable
}

/** Options of an expiry, whose rows in the workspace begin at `row` and whose P&L begins at `at`. */
function expiryProfits(
  book: ScenarioBook,
  expiry: ScenarioExpiry,
  polynomial: boolean,
  isTabled: boolean,
  multipliers: Float64Array,
  work: BookWork,
  row: number,
  at: number,
): void {
  const { scenarios } = book
  const { options, gainFactor, lossFactor, profitScale } = expiry
  const count = scenarios.length
  const move = multiplierOf(multipliers, expiry.forwardMark)
  const scale = tenorScale(book.volatilityShock, expiry.years)
  let worth = 0
  for (let index = 0; index < options.length; index++) {
    const option = options[index]
    if (option === undefined) continue
    const today = option.size * optionWorth(book, expiry, option, polynomial, move)
    work.worth[row + index] = today
    if (option.limitPrice === null) worth += today
    stressOption(
      book,
      expiry,
      option,
      isTabled ? gridPrice : optionPrice,
      polynomial,
      move,
      scale,
      work.stressed,
      (row + index) * count,
    )
  }
  work.marked += worth
  for (let scenario = 0; scenario < count; scenario++) {
    const { weight, skew } = scenarios[scenario] ?? NOT_A_SCENARIO
    let net = 0
    let orders = 0
    for (let index = 0; index < options.length; index++) {
      const value = work.stressed[(row + index) * count + scenario] ?? NaN
      const option = options[index]
      if (option === undefined) continue
      if (option.limitPrice === null) net += value
      else orders += Math.min(0, value - option.size * option.limitPrice)
    }
    const profit = (net * (net > 0 ? gainFactor : lossFactor) - worth) * profitScale
    work.expiries[at + scenario] = profit
    work.totals[scenario] =
      (work.totals[scenario] ?? NaN) + weight * (skew === 'none' ? profit : -Math.abs(profit))
    work.orders[scenario] = (work.orders[scenario] ?? NaN) + weight * orders * profitScale
  }
}

/** One option's worth now in the book's unit: the model's, at the distance that the quote has from it. */
export function optionWorth(
  book: ScenarioBook,
  expiry: ScenarioExpiry,
  option: ScenarioOption,
  polynomial: boolean,
  move: number,
): number {
  const { price } = option
  if (price !== null && move === 1) return price
  const model = modelWorth(book, expiry, option, polynomial, move)
  return price === null ? model : price + (model - modelWorth(book, expiry, option, polynomial, 1))
}

/** One option's worth by the model at a multiplier of the forward's mark, in the book's unit. */
export function modelWorth(
  { payoff }: ScenarioBook,
  { years, forward: variable, forwardFixed, discount }: ScenarioExpiry,
  { right, strike, impliedVolatility }: ScenarioOption,
  polynomial: boolean,
  move: number,
): number {
  const forward = variable * move + forwardFixed
  const total = impliedVolatility * Math.sqrt(years)
  const price = discount * optionPrice(polynomial, right === 'call', forward, strike, total)
  return payoff === 'linear' ? price : price / forward
}

/** Writes one option's worth in every scenario from `out[at]` on; its size is included. */
function stressOption(
  { payoff, scenarios, volatilityShock, skewShock }: ScenarioBook,
  { years, forward: variable, forwardFixed, discount }: ScenarioExpiry,
  { right, size, strike, impliedVolatility }: ScenarioOption,
  priceOf: typeof optionPrice,
  polynomial: boolean,
  move: number,
  scale: number,
  out: Float64Array,
  at: number,
): void {
  const root = Math.sqrt(years)
  const moving = variable * move
  const call = right === 'call'
  for (let index = 0; index < scenarios.length; index++) {
    const { spot, volatility, skew } = scenarios[index] ?? NOT_A_SCENARIO
    const forward = moving * spot + forwardFixed
    const shocked =
      skew === 'none' || skewShock === null
        ? shockedVolatility(volatilityShock, volatility, scale, impliedVolatility)
        : impliedVolatility * skewMultiplier(skewShock, skew, strike, moving + forwardFixed, root)
    const price = discount * priceOf(polynomial, call, forward, strike, shocked * root)
    out[at + index] = size * (payoff === 'linear' ? price : price / forward)
  }
}

/**
 * A perp's or future's weighted P&L in a scenario, in the book's unit. A tail that its limit cuts is
 * not weighted besides.
 */
export function linearProfit(
  book: ScenarioBook,
  leg: ScenarioLinear,
  { spot, extended, weight }: StressScenario,
  multipliers: Float64Array,
): number {
  const { moveLimit } = leg
  if (!extended || moveLimit === null) return weight * movedProfit(book, leg, spot - 1, multipliers)
  const move = Math.max(-moveLimit, Math.min(moveLimit, spot - 1))
  return movedProfit(book, leg, move, multipliers)
}

function movedProfit(
  { payoff }: ScenarioBook,
  { size, price, mark, limitPrice }: ScenarioLinear,
  move: number,
  multipliers: Float64Array,
): number {
  const current = multiplierOf(multipliers, mark)
  if (limitPrice !== null) {
    const shocked = price * current * (1 + move)
    if (payoff === 'linear') return Math.min(0, size * (shocked - limitPrice))
    return Math.min(0, size * (price / limitPrice - price / shocked))
  }
  return payoff === 'linear'
    ? size * price * current * move
    : (size / current) * (1 - 1 / (1 + move))
}

/** What a perp or future is worth now in the book's unit; an order nothing. */
export function linearWorth(
  { payoff }: ScenarioBook,
  { size, price, mark, limitPrice }: ScenarioLinear,
  multipliers: Float64Array,
): number {
  if (limitPrice !== null) return 0
  const current = multiplierOf(multipliers, mark)
  return payoff === 'linear' ? size * price * current : -size / current
}

function linearProfits(
  book: ScenarioBook,
  leg: ScenarioLinear,
  multipliers: Float64Array,
  work: BookWork,
): void {
  work.marked += linearWorth(book, leg, multipliers)
  const sums = leg.limitPrice === null ? work.totals : work.orders
  for (let index = 0; index < book.scenarios.length; index++) {
    const scenario = book.scenarios[index] ?? NOT_A_SCENARIO
    const profit = linearProfit(book, leg, scenario, multipliers)
    sums[index] = (sums[index] ?? NaN) + profit
  }
}
