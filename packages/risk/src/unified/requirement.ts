import type { FactorId, MarketState } from '@plimsoll/model'
import type { WorstCase } from '../compare/system.js'
import { compareText } from '../order.js'
import { addOnOf } from './addOns.js'
import { aggregateLosses } from './aggregate.js'
import type { Books } from './books.js'
import type { Calibration } from './calibration.js'
import { bookLosses } from './losses.js'
import type { UnifiedParameters } from './parameters.js'
import { pegCharge } from './pegs.js'
import type { UnderlyingMargin, UnifiedContribution, UnifiedRequirement } from './result.js'

/** What the books ask together; add-ons for the factors of which a depth is given. */
export function requirementOf(
  books: Books,
  calibration: Calibration,
  depths: MarketState['depths'],
  parameters: UnifiedParameters,
): UnifiedRequirement {
  const { amount: spot, underlyings } = underlyingsOf(books, calibration, parameters)
  const pegs = books.pegs.map((book) => {
    const { stress, used } = calibration.peg(book.factor)
    return pegCharge(book, stress, used)
  })
  const byFactor = new Map<FactorId, MarketState['depths'][number]>(
    depths.map((depth) => [depth.factor, depth]),
  )
  const addOns = books.spots.flatMap((book, index) => {
    const depth = byFactor.get(book.factor)
    const margin = underlyings[index]
    if (depth === undefined || margin === undefined) return []
    const loss = Math.max(margin.fall.loss, margin.rise.loss)
    return addOnOf(book, depth, loss, parameters.volumeFraction) ?? []
  })
  const peg = pegs.reduce((sum, { loss }) => sum + loss, 0)
  const addOn = addOns.reduce((sum, row) => sum + row.liquidity + row.concentration, 0)
  return {
    spot,
    peg,
    addOn,
    maintenance: spot + peg + addOn,
    initial: parameters.initialFactor * (spot + peg) + addOn,
    underlyings,
    pegs,
    addOns,
    contributions: contributionsOf(books, { underlyings, pegs, addOns }),
    worst: worstOf(underlyings, spot),
  }
}

function underlyingsOf(
  { spots }: Books,
  calibration: Calibration,
  parameters: UnifiedParameters,
): { readonly amount: number; readonly underlyings: readonly UnderlyingMargin[] } {
  const stressed = spots.map((book) => {
    const used = calibration.volatility(book.factor)
    const surface = calibration.impliedVolatility(book.factor)
    return {
      factor: book.factor,
      used,
      impliedVolatility: book.options.length === 0 ? null : surface.used,
      ...bookLosses(book, used.range, surface.stress, parameters),
    }
  })
  const { amount, parts } = aggregateLosses(
    stressed.map(({ factor, used, fall, rise }) => ({
      factor,
      isKnown: !used.isDefault,
      fall: fall.loss,
      rise: rise.loss,
    })),
    calibration.correlation,
    parameters.correlationStress,
  )
  return {
    amount,
    underlyings: stressed.map((row, index) => ({
      ...row,
      counted: parts[index]?.direction ?? 'fall',
      component: parts[index]?.component ?? 0,
    })),
  }
}

/**
 * By leg: its share of its underlying's loss times the underlying's component (Euler on the
 * aggregation), what it loses with each peg, and its share of each add-on.
 */
function contributionsOf(
  books: Books,
  { underlyings, pegs, addOns }: Pick<UnifiedRequirement, 'underlyings' | 'pegs' | 'addOns'>,
): readonly UnifiedContribution[] {
  const scaled = new Map<string, number>()
  const added = new Map<string, number>()
  for (const margin of underlyings) {
    const { loss, byLeg } = margin[margin.counted]
    if (!(loss > 0)) continue
    for (const each of byLeg) add(scaled, each.leg, (each.loss / loss) * margin.component)
  }
  for (const { byLeg } of pegs) for (const { leg, loss } of byLeg) add(scaled, leg, loss)
  for (const { liquidity, concentration, shares } of addOns) {
    for (const { leg, share } of shares) add(added, leg, share * (liquidity + concentration))
  }
  return [...quantitiesOf(books)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([leg, quantity]) => {
      const own = scaled.get(leg) ?? 0
      return {
        leg,
        quantity,
        component: own + (added.get(leg) ?? 0),
        marginal: own / quantity,
      }
    })
}

function quantitiesOf({ spots, pegs }: Books): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>()
  for (const { linear, options } of spots) {
    for (const { leg, quantity } of [...linear, ...options]) quantities.set(leg, quantity)
  }
  for (const { holdings } of pegs) {
    for (const { leg, quantity } of holdings) quantities.set(leg, quantity)
  }
  return quantities
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount)
}

function worstOf(underlyings: readonly UnderlyingMargin[], loss: number): WorstCase | null {
  const losing = underlyings.filter((margin) => margin[margin.counted].loss > 0)
  const [only, second] = losing
  if (only === undefined) return null
  if (second === undefined) {
    const { label, scenario } = only[only.counted]
    return { label: label ?? '', scenario, loss }
  }
  const labels = losing.map((margin) => `${margin.factor}: ${margin[margin.counted].label ?? ''}`)
  return { label: `${labels.join('; ')}; together`, scenario: null, loss }
}
