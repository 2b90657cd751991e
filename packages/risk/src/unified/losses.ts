import type { ImpliedVolatilityStress } from '@plimsoll/model'
import { scenarioLabel } from '../compare/scenarioSystem.js'
import { forwardPrice } from '../pricing/black76.js'
import { power } from '../pricing/power.js'
import type { Book, OptionHolding } from './book.js'
import type { FlatBook } from './flatBook.js'
import { FALL, flattenBook, modelPrice, RISE, shockedTotal, stressBook } from './flatBook.js'
import type { UnifiedParameters } from './parameters.js'
import type { UnifiedScenario } from './scenarios.js'

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

/**
 * Full reprice of a book over its grid: the worst of all scenarios in which spot falls (or stands), and
 * of all in which it rises (or stands), each not less than the minimum of its short puts or calls. The
 * grid is valued by tables; what is lost in the worst of it, leg by leg, by the accurate formula.
 */
export function bookLosses(
  book: Book,
  range: number,
  surface: ImpliedVolatilityStress,
  parameters: UnifiedParameters,
): BookLosses {
  const flat = flattenBook(book, range, surface, parameters)
  stressBook(flat)
  return {
    fall: sideLoss(book, flat, FALL, surface),
    rise: sideLoss(book, flat, RISE, surface),
  }
}

function sideLoss(
  book: Book,
  flat: FlatBook,
  side: typeof FALL | typeof RISE,
  surface: ImpliedVolatilityStress,
): SideLoss {
  const scenario = flat.scenarios[flat.worst[side] ?? -1] ?? null
  if (scenario !== null) return scenarioLoss(book, scenario, surface)
  if (flat.losses[side] === 0) return { loss: 0, label: null, scenario: null, byLeg: [] }
  const shorts = shortOptions(book.options, flat, side)
  return {
    loss: sumOf(shorts),
    label: 'the minimum of short options',
    scenario: null,
    byLeg: legLosses(shorts),
  }
}

function scenarioLoss(
  book: Book,
  scenario: UnifiedScenario,
  surface: ImpliedVolatilityStress,
): SideLoss {
  const byLeg = new Map<string, number>()
  for (const { leg, value, elasticity } of book.linear) {
    const lost = scenario.weight * value * (1 - power(scenario.spot, elasticity))
    byLeg.set(leg, (byLeg.get(leg) ?? 0) + lost)
  }
  for (const option of book.options) {
    const lost = scenario.weight * optionLoss(option, scenario, surface)
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

/** Size × fall of the price; the quoted price moves with the model's, and never below 0. */
function optionLoss(
  option: OptionHolding,
  { spot, volatility }: UnifiedScenario,
  surface: ImpliedVolatilityStress,
): number {
  const { quantity, isCall, forward, strike, price } = option
  const total = shockedTotal(option, surface, volatility)
  const moved = forwardPrice(isCall, forward * spot, strike, total)
  return quantity * (price - Math.max(0, price + moved - modelPrice(option)))
}

/** By leg: rate × spot for each option, where all of one strike and expiry are net short. */
function shortOptions(
  options: readonly OptionHolding[],
  { shorts }: FlatBook,
  side: typeof FALL | typeof RISE,
): ReadonlyMap<string, number> {
  const byLeg = new Map<string, number>()
  for (const [index, { leg, quantity, spot, isCall }] of options.entries()) {
    const net = shorts.net[shorts.group[index] ?? 0] ?? NaN
    if (isCall !== (side === RISE) || net >= 0) continue
    byLeg.set(leg, -shorts.rate * quantity * spot)
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
