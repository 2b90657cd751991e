import type { ScenarioBook, ScenarioExpiry, ScenarioLinear, ScenarioOption } from '@plimsoll/model'
import type { BookResult, MarginResult } from '@plimsoll/risk'
import { roundToNano } from './decimals.js'
import type { Instrument } from './instruments.js'
import type { CurrencyParameters, PairParameters, RiskVectors } from './margin-answer.js'
import { BUCKETS, VOLATILITIES } from './margin-answer.js'
import { stressScenarios } from './scenarios.js'

/** A perpetual or future of a book. */
export type BookedLinear = {
  readonly leg: string
  /** Signed, in the underlying at today's mark. */
  readonly size: number
  /** In USD. */
  readonly price: number
  /** Index of the multiplier of its price; −1 for none. */
  readonly mark: number
  /** To expiry, of 365 days; 0 for a perpetual. */
  readonly years: number
}

/** An option of a book; strike and forward in USD. */
export type BookedOption = {
  readonly leg: string
  readonly right: 'call' | 'put'
  readonly size: number
  readonly strike: number
  readonly forward: number
  readonly volatility: number
  readonly years: number
}

/** What is held on one index pair. */
export type MarginBook = {
  /** `btc_usd`. */
  readonly pair: string
  readonly payoff: Instrument['payoff']
  /** Index price, in USD. */
  readonly index: number
  readonly linear: readonly BookedLinear[]
  readonly options: readonly BookedOption[]
  readonly parameters: PairParameters & CurrencyParameters
}

/** Initial margin beside the risk matrix, in the settlement currency. */
export type OtherMargin = {
  readonly spot: number
  readonly marketMaker: number
  readonly openOrders: number
}

/** Where the prices of a book move: the index, and the price of the settlement currency. */
export type BookMarks = {
  readonly index: number
  /** USD per unit of what the book counts in: the coin where inverse, else 1. */
  readonly unit: { readonly mark: number; readonly value: number }
}

/**
 * A book as the venue's risk matrix: 27 standard and 8 extended scenarios, the roll shock on each
 * expiry's net delta, and the delta shock.
 *
 * Formula: the documented example of `private/pme/simulate` (2024-06) and one recorded answer (2026-02),
 * both reproduced; the shares of options in extended moves and the delta shock are modelled.
 */
export function scenarioBook(
  { pair, payoff, index, linear, options, parameters }: MarginBook,
  marks: BookMarks,
): ScenarioBook {
  const future = (held: BookedLinear): ScenarioLinear => ({
    leg: held.leg,
    size: held.size,
    price: held.price,
    mark: held.mark,
    delta: null,
    limitPrice: null,
    moveLimit: parameters.price_range,
  })
  const dated = [...linear.filter(({ years }) => years > 0), ...options]
  const expiries = [...new Set(dated.map(({ years }) => years))].sort((a, b) => a - b)
  return {
    name: pair,
    payoff,
    unit: marks.unit,
    spot: index,
    spotMark: marks.index,
    scenarios: stressScenarios(parameters),
    volatilityShock: {
      shortPower: parameters.short_term_vega_power,
      longPower: parameters.long_term_vega_power,
      floorDays: 1,
      upFloor: { value: parameters.min_volatility_for_shock_up, of: 'shocked' },
    },
    skewShock: null,
    optionDelta: 'premium-adjusted',
    expiries: expiries.flatMap((years): readonly ScenarioExpiry[] => {
      const here = options.filter((option) => option.years === years)
      const futures = linear.filter((held) => held.years === years).map(future)
      const forwards = [...new Set(here.map(({ forward }) => forward))].sort((a, b) => a - b)
      const [first = index, ...others] = forwards
      const expiry = (forward: number, beside: readonly ScenarioLinear[]): ScenarioExpiry => ({
        years,
        forward,
        forwardMark: marks.index,
        forwardFixed: 0,
        discount: 1,
        gainFactor: 1,
        lossFactor: 1,
        profitScale: 1,
        options: here
          .filter((option) => forwards.length === 0 || option.forward === forward)
          .map(booked),
        futures: beside,
      })
      return [expiry(first, futures), ...others.map((forward) => expiry(forward, []))]
    }),
    perps: linear.filter(({ years }) => years === 0).map(future),
    collateral: [],
    gainOffset: { share: parameters.pnl_offset, maximum: parameters.max_offsetable_pnl },
    tailDampener: parameters.extended_dampener,
    contingencies: [
      {
        kind: 'roll',
        apply: 'scaled',
        margin: 'both',
        minimum: parameters.min_annualised_move,
        perYear: parameters.annualised_move_risk,
      },
      {
        kind: 'delta',
        apply: 'scaled',
        margin: 'both',
        threshold: parameters.delta_total_liq_shock_threshold,
        step: index,
        slope: parameters.m_inc,
        cap: parameters.max_delta_shock,
      },
    ],
  }
}

function booked({ leg, right, size, strike, volatility }: BookedOption): ScenarioOption {
  return {
    leg,
    right,
    size,
    strike,
    impliedVolatility: volatility,
    price: null,
    delta: null,
    limitPrice: null,
  }
}

/** The parts of one currency's portfolio margin under the venue's names, in the currency. */
export type PortfolioMargin = {
  /** By instrument, before anything is aggregated. */
  readonly vectors: { readonly [leg: string]: RiskVectors }
  /** Over all instruments, gains by their offset, tails relieved by their dampener. */
  readonly aggregated: RiskVectors
  readonly worst_case: number
  /** As the venue counts: 1 to 9, 0 where nothing loses or a tail is worst. */
  readonly worst_bucket: number
  readonly roll_shock: number
  readonly delta_shock: number
  readonly risk_matrix_margin: number
  readonly initial_margin: number
  readonly maintenance_margin: number
}

/**
 * The venue's own numbers from an evaluated test: the worst case enters the matrix with 9 decimals, and
 * the initial margin is stated with 9.
 *
 * @param unit USD per unit of the settlement currency
 * @param factor maintenance ÷ matrix
 */
export function portfolioMargin(
  margin: MarginResult,
  books: readonly BookResult[],
  { spot, marketMaker, openOrders }: OtherMargin,
  { unit, factor }: { readonly unit: number; readonly factor: number },
): PortfolioMargin {
  const charge = (kind: string): number =>
    margin.contingencies
      .filter(({ name }) => name === kind)
      .reduce((sum, { amount }) => sum + amount / unit, 0)
  const worst = margin.loss / unit
  const roll = charge('roll')
  const delta = charge('delta')
  const matrix = roundToNano(worst) + delta + roll
  const split = (profits: readonly number[]): RiskVectors => ({
    standard: profits.slice(0, STANDARD),
    extended: profits.slice(STANDARD),
  })
  const { standard, extended } = split(margin.scenarios.map((profit) => profit / unit))
  return {
    vectors: Object.fromEntries(
      books.flatMap(({ legs }) => legs.map(({ leg, scenarios }) => [leg, split(scenarios)])),
    ),
    // Gains in tails count nothing.
    aggregated: { standard, extended: extended.map((profit) => Math.min(0, profit)) },
    worst_case: worst,
    worst_bucket: bucketOf(margin),
    roll_shock: roll,
    delta_shock: delta,
    risk_matrix_margin: matrix,
    initial_margin: roundToNano(matrix + spot + marketMaker + openOrders),
    maintenance_margin: factor * matrix,
  }
}

const STANDARD = (2 * BUCKETS + 1) * VOLATILITIES

function bucketOf({ binding }: MarginResult): number {
  const index =
    binding.kind === 'scenario'
      ? binding.index
      : binding.kind === 'books'
        ? (binding.indices.find((found) => found !== null) ?? null)
        : null
  return index === null || index >= STANDARD ? 0 : Math.floor(index / VOLATILITIES) + 1
}
