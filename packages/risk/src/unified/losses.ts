import type { ImpliedVolatilityStress } from '@plimsoll/model'
import { scenarioLabel } from '../compare/scenarioSystem.js'
import { forwardPrice } from '../pricing/black76.js'
import { power } from '../pricing/power.js'
import type { Book, OptionHolding } from './book.js'
import type { UnifiedParameters } from './parameters.js'
import type { UnifiedScenario } from './scenarios.js'
import { unifiedScenarios } from './scenarios.js'

const DAYS_A_YEAR = 365
const QUOTED_DAYS = 30

/** What one leg loses, in the numeraire: negative is a gain. */
export type LegLoss = { readonly leg: string; readonly loss: number }

/** The most that a book loses one way. */
export type SideLoss = {
  /** Numeraire, not negative. */
  readonly loss: number
  /** In words; null where nothing is lost. */
  readonly label: string | null
  /** Null where nothing is lost or the minimum of short options binds. */
  readonly scenario: UnifiedScenario | null
  /** What each leg loses there; they add up to the loss. */
  readonly byLeg: readonly LegLoss[]
}

/** The most that a book loses while spot does not rise, and while it does not fall. */
export type BookLosses = { readonly fall: SideLoss; readonly rise: SideLoss }

/** An option with what does not change between scenarios. */
type Repriced = OptionHolding & {
  readonly root: number
  /** Multiplies a relative shock at 30 days. */
  readonly shockScale: number
  readonly modelPrice: number
}

/**
 * Full reprice of a book over its grid: the worst of all scenarios in which spot falls (or stands), and
 * of all in which it rises (or stands), each not less than the minimum of its short puts or calls.
 */
export function bookLosses(
  book: Book,
  range: number,
  surface: ImpliedVolatilityStress,
  parameters: UnifiedParameters,
): BookLosses {
  const options = book.options.map((option) => repriced(option, surface))
  const shocks = options.length === 0 ? { up: 0, down: 0 } : surface
  let falls: Worst = NOTHING
  let rises: Worst = NOTHING
  const linear = byElasticity(book)
  for (const scenario of unifiedScenarios(range, shocks, parameters.extremeCover)) {
    const loss = bookLoss(linear, options, scenario)
    if (scenario.direction <= 0 && loss > falls.loss) falls = { loss, scenario }
    if (scenario.direction >= 0 && loss > rises.loss) rises = { loss, scenario }
  }
  return {
    fall: sideLoss(book, options, falls, false, parameters),
    rise: sideLoss(book, options, rises, true, parameters),
  }
}

type Worst = { readonly loss: number; readonly scenario: UnifiedScenario | null }
const NOTHING: Worst = { loss: 0, scenario: null }

function sideLoss(
  book: Book,
  options: readonly Repriced[],
  { loss, scenario }: Worst,
  isCall: boolean,
  { shortOptionMinimum }: UnifiedParameters,
): SideLoss {
  const shorts = shortOptions(book.options, isCall, shortOptionMinimum)
  const least = sumOf(shorts)
  if (least > loss) {
    return {
      loss: least,
      label: 'the minimum of short options',
      scenario: null,
      byLeg: legLosses(shorts),
    }
  }
  if (scenario === null) return { loss: 0, label: null, scenario: null, byLeg: [] }
  const byLeg = new Map<string, number>()
  for (const { leg, value, elasticity } of book.linear) {
    const lost = scenario.weight * value * (1 - power(scenario.spot, elasticity))
    byLeg.set(leg, (byLeg.get(leg) ?? 0) + lost)
  }
  for (const option of options) {
    const lost = scenario.weight * optionLoss(option, scenario)
    byLeg.set(option.leg, (byLeg.get(option.leg) ?? 0) + lost)
  }
  return {
    // The sum by legs, so that contributions add up to the loss in the last place too.
    loss: Math.max(0, sumOf(byLeg)),
    label: scenarioLabel(scenario),
    scenario,
    byLeg: legLosses(byLeg),
  }
}

/** Values of linear holdings by their elasticity. */
function byElasticity({ linear }: Book): ReadonlyMap<number, number> {
  const values = new Map<number, number>()
  for (const { value, elasticity } of linear) {
    values.set(elasticity, (values.get(elasticity) ?? 0) + value)
  }
  return values
}

function bookLoss(
  linear: ReadonlyMap<number, number>,
  options: readonly Repriced[],
  scenario: UnifiedScenario,
): number {
  let loss = 0
  for (const [elasticity, value] of linear) loss += value * (1 - power(scenario.spot, elasticity))
  for (const option of options) loss += optionLoss(option, scenario)
  return scenario.weight * loss
}

function repriced(option: OptionHolding, surface: ImpliedVolatilityStress): Repriced {
  const { isCall, forward, strike, impliedVolatility, years } = option
  const root = Math.sqrt(years)
  const days = Math.max(surface.floorDays, years * DAYS_A_YEAR)
  const exponent = days <= QUOTED_DAYS ? surface.shortPower : surface.longPower
  return {
    ...option,
    root,
    shockScale: power(QUOTED_DAYS / days, exponent),
    modelPrice: forwardPrice(isCall, forward, strike, impliedVolatility * root),
  }
}

/** Size × fall of the price; the quoted price moves with the model's, and never below 0. */
function optionLoss(option: Repriced, { spot, volatility }: UnifiedScenario): number {
  const { quantity, isCall, forward, strike, impliedVolatility, root, price, modelPrice } = option
  const shocked = impliedVolatility * Math.max(0, 1 + volatility * option.shockScale)
  const model = forwardPrice(isCall, forward * spot, strike, shocked * root)
  return quantity * (price - Math.max(0, price + model - modelPrice))
}

/** By leg: rate × spot for each option, where all of one strike and expiry are net short. */
function shortOptions(
  options: readonly OptionHolding[],
  isCall: boolean,
  rate: number,
): ReadonlyMap<string, number> {
  const strikes = new Map<string, OptionHolding[]>()
  for (const option of options) {
    if (option.isCall !== isCall) continue
    const key = `${option.expiry} ${option.strike}`
    const group = strikes.get(key)
    if (group === undefined) strikes.set(key, [option])
    else group.push(option)
  }
  const byLeg = new Map<string, number>()
  for (const group of strikes.values()) {
    let net = 0
    for (const { quantity, spot } of group) net += quantity * spot
    if (net >= 0) continue
    for (const { leg, quantity, spot } of group) byLeg.set(leg, -rate * quantity * spot)
  }
  return byLeg
}

function sumOf(amounts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const amount of amounts.values()) sum += amount
  return sum
}

/** In the order of insertion. */
export function legLosses(byLeg: ReadonlyMap<string, number>): readonly LegLoss[] {
  return [...byLeg].map(([leg, loss]) => ({ leg, loss }))
}
