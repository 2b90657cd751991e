import type { ImpliedVolatilityStress } from '@plimsoll/model'
import type { QuotedGrid, QuotedOptions } from '../grid/quotedGrid.js'
import { addQuotedProfits, refreshMoneyness } from '../grid/quotedGrid.js'
import { forwardPrice } from '../pricing/black76.js'
import { log } from '../pricing/log.js'
import { power } from '../pricing/power.js'
import type { Book, LinearHolding, OptionHolding } from './book.js'
import type { UnifiedParameters } from './parameters.js'
import type { UnifiedScenario } from './scenarios.js'
import { unifiedScenarios } from './scenarios.js'

const DAYS_A_YEAR = 365
const QUOTED_DAYS = 30

/** Sides of a book: the most lost while spot does not rise, and while it does not fall. */
export const FALL = 0
export const RISE = 1
/** No scenario: nothing is lost, or the minimum of short options is more than any. */
export const NONE = -1

/** One book over its grid as flat arrays: what moves with prices may be written anew between stresses. */
export type FlatBook = {
  /** By spot, and by volatility within each spot. */
  readonly scenarios: readonly UnifiedScenario[]
  readonly grid: QuotedGrid
  /** Share of the loss that counts, by spot. */
  readonly weights: Float64Array
  /** −1, 0 or 1, by spot. */
  readonly directions: Int8Array
  readonly linear: FlatLinear
  readonly options: QuotedOptions
  /** Shocked σ√T, [options × columns]. */
  readonly totals: Float64Array
  readonly shorts: ShortMinimum
  /** P&L of the options, [columns × spots]. */
  readonly profits: Float64Array
  /** What is lost each way, not negative: [fall, rise]. */
  readonly losses: Float64Array
  /** Scenario in which it is lost, or {@link NONE}: [fall, rise]. */
  readonly worst: Int32Array
}

/** Linear holdings, added up by their elasticity. */
type FlatLinear = {
  readonly elasticities: readonly number[]
  /** Numeraire, by elasticity. */
  readonly values: Float64Array
  /** 1 − spot^elasticity, [elasticities × spots]. */
  readonly lost: Float64Array
}

/** Options of one strike, expiry and right, whose net short position has a least loss. */
type ShortMinimum = {
  /** Least loss of one net short option, as a fraction of spot. */
  readonly rate: number
  /** Group of each option. */
  readonly group: Uint32Array
  /** 1 a call, 0 a put, by group. */
  readonly isCall: Uint8Array
  /** Spot of each option's underlying, in the numeraire. */
  readonly spot: Float64Array
  /** Scratch, by group. */
  readonly net: Float64Array
}

/** A book as flat arrays over the grid of its range. */
export function flattenBook(
  book: Book,
  range: number,
  surface: ImpliedVolatilityStress,
  { extremeCover, shortOptionMinimum }: UnifiedParameters,
): FlatBook {
  const shocks = book.options.length === 0 ? { up: 0, down: 0 } : surface
  const scenarios = unifiedScenarios(range, shocks, extremeCover)
  const unmoved = scenarios.filter(({ volatility }) => volatility === 0)
  const spots = Float64Array.from(unmoved, ({ spot }) => spot)
  const shocked = scenarios.flatMap(({ spot, volatility }) => (spot === 1 ? [volatility] : []))
  const grid = {
    spots,
    logSpots: spots.map(log),
    columns: shocked.length,
    core: unmoved.filter(({ extended }) => !extended).length,
  }
  return {
    scenarios,
    grid,
    weights: Float64Array.from(unmoved, ({ weight }) => weight),
    directions: Int8Array.from(unmoved, ({ direction }) => direction),
    linear: flattenLinear(book.linear, spots),
    options: quotedOptions(book.options),
    totals: shockedTotals(book.options, surface, shocked),
    shorts: shortMinimum(book.options, shortOptionMinimum),
    profits: new Float64Array(grid.columns * spots.length),
    losses: new Float64Array(2),
    worst: new Int32Array(2),
  }
}

/**
 * Full reprice of a book over its grid: the worst of all scenarios in which spot falls (or stands), and
 * of all in which it rises (or stands), each not less than the minimum of its short puts or calls.
 * Allocates nothing.
 */
export function stressBook(book: FlatBook): void {
  const { grid, weights, directions, linear, options, totals, profits, losses, worst } = book
  const { columns, core } = grid
  const count = weights.length
  profits.fill(0)
  addQuotedProfits(options, totals, grid, profits)
  let fall = 0
  let rise = 0
  let fallAt = NONE
  let riseAt = NONE
  for (let spot = 0; spot < count; spot++) {
    const weight = weights[spot] ?? NaN
    const direction = directions[spot] ?? 0
    let lost = 0
    for (let row = 0; row < linear.values.length; row++) {
      lost += (linear.values[row] ?? NaN) * (linear.lost[row * count + spot] ?? NaN)
    }
    const last = spot < core ? columns : 1
    for (let column = 0; column < last; column++) {
      const loss = weight * (lost - (profits[column * count + spot] ?? NaN))
      const scenario = spot < core ? spot * columns + column : core * (columns - 1) + spot
      // A loss that is no number stays: it must not pass for none.
      if (direction <= 0 && (loss > fall || Number.isNaN(loss))) {
        fall = loss
        fallAt = scenario
      }
      if (direction >= 0 && (loss > rise || Number.isNaN(loss))) {
        rise = loss
        riseAt = scenario
      }
    }
  }
  losses[FALL] = fall
  losses[RISE] = rise
  worst[FALL] = fallAt
  worst[RISE] = riseAt
  applyMinimum(book)
}

/** Raises the losses to the least of net short puts and calls. */
function applyMinimum({ shorts, options, losses, worst }: FlatBook): void {
  const { net, group, spot, isCall, rate } = shorts
  net.fill(0)
  for (let option = 0; option < options.count; option++) {
    const at = group[option] ?? 0
    net[at] = (net[at] ?? NaN) + (options.quantity[option] ?? NaN) * (spot[option] ?? NaN)
  }
  let puts = 0
  let calls = 0
  for (let at = 0; at < net.length; at++) {
    const owed = net[at] ?? NaN
    if (owed >= 0) continue
    if (isCall[at] === 1) calls -= rate * owed
    else puts -= rate * owed
  }
  if (puts > (losses[FALL] ?? NaN)) {
    losses[FALL] = puts
    worst[FALL] = NONE
  }
  if (calls > (losses[RISE] ?? NaN)) {
    losses[RISE] = calls
    worst[RISE] = NONE
  }
}

function flattenLinear(holdings: readonly LinearHolding[], spots: Float64Array): FlatLinear {
  const elasticities = [...new Set(holdings.map(({ elasticity }) => elasticity))]
  const values = new Float64Array(elasticities.length)
  for (const { value, elasticity } of holdings) {
    const row = elasticities.indexOf(elasticity)
    values[row] = (values[row] ?? 0) + value
  }
  const lost = Float64Array.from(
    elasticities.flatMap((elasticity) => Array.from(spots, (spot) => 1 - power(spot, elasticity))),
  )
  return { elasticities, values, lost }
}

function quotedOptions(held: readonly OptionHolding[]): QuotedOptions {
  const count = held.length
  const options: QuotedOptions = {
    count,
    call: Uint8Array.from(held, ({ isCall }) => (isCall ? 1 : 0)),
    forward: Float64Array.from(held, ({ forward }) => forward),
    strike: Float64Array.from(held, ({ strike }) => strike),
    volatility: Float64Array.from(held, ({ impliedVolatility }) => impliedVolatility),
    years: Float64Array.from(held, ({ years }) => years),
    discount: new Float64Array(count).fill(1),
    rate: new Float64Array(count),
    quantity: Float64Array.from(held, ({ quantity }) => quantity),
    moneyness: new Float64Array(count),
    quote: Float64Array.from(held, ({ price }) => price),
    today: new Float64Array(count),
  }
  refreshMoneyness(options)
  return options
}

/** Today's price by the model. */
export function modelPrice(option: OptionHolding): number {
  const { isCall, forward, strike, impliedVolatility, years } = option
  return forwardPrice(isCall, forward, strike, impliedVolatility * Math.sqrt(years))
}

/** σ√T of an option when volatility at 30 days is shocked by a relative move. */
export function shockedTotal(
  { impliedVolatility, years }: OptionHolding,
  surface: ImpliedVolatilityStress,
  shock: number,
): number {
  const days = Math.max(surface.floorDays, years * DAYS_A_YEAR)
  const exponent = days <= QUOTED_DAYS ? surface.shortPower : surface.longPower
  const scale = shock === 0 ? 0 : power(QUOTED_DAYS / days, exponent)
  return impliedVolatility * Math.max(0, 1 + shock * scale) * Math.sqrt(years)
}

/** {@link shockedTotal} of each option and shock, [options × shocks], row-major. */
export function shockedTotals(
  options: readonly OptionHolding[],
  surface: ImpliedVolatilityStress,
  shocks: readonly number[],
): Float64Array {
  return Float64Array.from(
    options.flatMap((option) => shocks.map((shock) => shockedTotal(option, surface, shock))),
  )
}

function shortMinimum(options: readonly OptionHolding[], rate: number): ShortMinimum {
  const keys = options.map(({ isCall, expiry, strike }) => `${isCall} ${expiry} ${strike}`)
  const groups = [...new Set(keys)]
  const places = new Map(groups.map((key, place) => [key, place]))
  return {
    rate,
    group: Uint32Array.from(keys, (key) => places.get(key) ?? 0),
    isCall: Uint8Array.from(groups, (key) => (key.startsWith('true') ? 1 : 0)),
    spot: Float64Array.from(options, ({ spot }) => spot),
    net: new Float64Array(groups.length),
  }
}
