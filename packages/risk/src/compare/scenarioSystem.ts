import type { ScenarioBook, ScenarioTest, StressScenario } from '@plimsoll/model'
import { evaluateScenarioTest } from '../scenario/evaluateScenarioTest.js'
import type { MarginResult } from '../scenario/result.js'
import type { Positions, UnderlyingPositions } from './positions.js'
import type { MarginSystem, SystemMargin, WorstCase } from './system.js'
import { MarginSystemError } from './system.js'

/** How a portfolio-margin system stresses one underlying. */
export type ScenarioRules = {
  /** A book of the system without positions: its scenarios, shocks, offsets and charges, in the numeraire. */
  readonly book: ScenarioBook
  /** Largest move of perps in a tail, as a fraction; null without limit. */
  readonly perpMoveLimit: number | null
  /** Discount factor of prices at T years, and what a net gain or loss of an expiry is multiplied by. */
  readonly discounts: (years: number) => {
    readonly discount: number
    readonly gain: number
    readonly loss: number
  }
  /** Whether P&L is measured against the venue's quoted price or against the model's. */
  readonly against: 'quote' | 'model'
}

/** A margin system that is scenarios, charges and factors. */
export type ScenarioSystem = Omit<MarginSystem, 'require'> &
  Pick<ScenarioTest, 'across' | 'factors' | 'normalCdf'> & {
    /** Rules at the underlying's price; null where the system does not list it. */
    readonly rules: (held: UnderlyingPositions) => ScenarioRules | null
  }

/** Prices as they are: no discounting. */
export const undiscounted: ScenarioRules['discounts'] = () => ({ discount: 1, gain: 1, loss: 1 })

/** A margin system on the scenario engine. */
export function scenarioSystem(system: ScenarioSystem): MarginSystem {
  const { id, name, fidelity, source, notModelled } = system
  return {
    id,
    name,
    fidelity,
    source,
    notModelled,
    require: (positions) => scenarioMargin(scenarioTestOf(positions, system)),
  }
}

/** What a scenario test asks, as a margin system answers. */
export function scenarioMargin(test: ScenarioTest): SystemMargin {
  const { initial, maintenance } = evaluateScenarioTest(test)
  return {
    initial: initial.requirement,
    maintenance: maintenance.requirement,
    worst: worstCase(test, maintenance),
    contributions: maintenance.contributions,
  }
}

/**
 * The scenario test of positions in one account of a system, without cash.
 *
 * @throws MarginSystemError when the system does not list an underlying.
 */
export function scenarioTestOf(positions: Positions, system: ScenarioSystem): ScenarioTest {
  return {
    kernel: 'scenario',
    strict: true,
    normalCdf: system.normalCdf,
    cash: [],
    stable: { mark: -1, value: 1 },
    collateral: [],
    books: positions.underlyings.map((held) => bookOf(held, system)),
    across: system.across,
    factors: system.factors,
    depeg: null,
  }
}

function bookOf(held: UnderlyingPositions, { name, rules }: ScenarioSystem): ScenarioBook {
  const found = rules(held)
  if (found === null) {
    throw new MarginSystemError(
      `${name} has no parameters for ${held.underlying}. Give them, or compare without these positions.`,
    )
  }
  return {
    ...found.book,
    name: held.underlying,
    expiries: held.expiries.map(({ years, forward, options }) => {
      const { discount, gain, loss } = found.discounts(years)
      return {
        years,
        forward,
        forwardMark: -1,
        forwardFixed: 0,
        discount,
        gainFactor: gain,
        lossFactor: loss,
        profitScale: 1,
        options: options.map(({ price, ...option }) => ({
          ...option,
          delta: null,
          limitPrice: null,
          price: found.against === 'quote' ? price : null,
        })),
        futures: [],
      }
    }),
    perps: held.linear.map((position) => ({
      ...position,
      mark: -1,
      delta: 1,
      limitPrice: null,
      moveLimit: found.perpMoveLimit,
    })),
  }
}

function worstCase(
  { books }: ScenarioTest,
  { binding, loss, scenarios }: MarginResult,
): WorstCase | null {
  if (loss === 0) return null
  if (binding.kind === 'books' && binding.indices.length > 1) {
    return { label: 'each underlying its own worst', scenario: null, loss }
  }
  const place = placeOf(binding) ?? -1
  const scenario = books[0]?.scenarios[place]
  // Of one book the loss is the scenario's, unless a charge beside it is larger.
  const isCharge = scenario === undefined || -(scenarios[place] ?? NaN) < loss
  return isCharge
    ? { label: 'a charge beside the scenarios', scenario: null, loss }
    : { label: scenarioLabel(scenario), scenario, loss }
}

/** The scenario that binds one book, by its place. */
function placeOf(binding: MarginResult['binding']): number | null | undefined {
  switch (binding.kind) {
    case 'scenario':
      return binding.index
    case 'books':
      return binding.indices[0]
    case 'contingency':
    case 'none':
      return null
  }
}

/** A scenario in words: `spot −16 %, volatility +50 %, 32 % of the loss`. */
export function scenarioLabel({ spot, volatility, skew, weight }: StressScenario): string {
  return [
    `spot ${percent(spot - 1)}`,
    ...(skew === 'none' ? [`volatility ${percent(volatility)}`] : [`${skew} skew`]),
    ...(weight === 1 ? [] : [`${percent(weight).replace('+', '')} of the loss`]),
  ].join(', ')
}

function percent(fraction: number): string {
  const rounded = Math.round(fraction * 1000) / 10
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : ''}${Math.abs(rounded)} %`
}
