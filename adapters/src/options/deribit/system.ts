import type { FactorId } from '@plimsoll/model'
import type { MarginSystem } from '@plimsoll/risk/compare'
import { scenarioSystem, undiscounted } from '@plimsoll/risk/compare'
import type { CurrencyParameters, PairParameters } from './margin-answer.js'
import { scenarioBook } from './portfolio-margin.js'

/** Portfolio-margin parameters of one underlying. */
export type DeribitParameters = PairParameters & CurrencyParameters

/** BTC, from the documented answer of `private/pme/simulate` of 2024-06-17. */
export const DERIBIT_BTC_2024: DeribitParameters = {
  price_range: 0.16,
  volatility_range_up: 0.5,
  volatility_range_down: 0.25,
  min_volatility_for_shock_up: 0.5,
  short_term_vega_power: 0.3,
  long_term_vega_power: 0.13,
  extended_table_factor: 1,
  m_inc: 0.00005,
  max_delta_shock: 0.1,
  delta_total_liq_shock_threshold: 20_000_000,
  min_annualised_move: 0.01,
  annualised_move_risk: 0.075,
  extended_dampener: 100_000,
  pnl_offset: 0,
  max_offsetable_pnl: 0,
  haircut: 0,
  correlation_set: false,
  equity_side_impact: 'both',
}

/** Maintenance ÷ initial, from the same answer. */
const MAINTENANCE_FACTOR = 0.8

/** Options of {@link deribitSystem}. */
export type DeribitSystemOptions = {
  /** By underlying; null where the venue does not list it. Default: BTC of 2024-06-17. */
  readonly parameters?: (underlying: FactorId) => DeribitParameters | null
}

/**
 * Deribit's segregated portfolio margin as a system to compare with, in USD: linear payoffs, each
 * underlying on its own.
 *
 * @example
 * compareMargin(portfolio, { systems: [deribitSystem()], nowMs })
 */
export function deribitSystem({
  parameters = (underlying) => (underlying === 'spot:BTC' ? DERIBIT_BTC_2024 : null),
}: DeribitSystemOptions = {}): MarginSystem {
  return scenarioSystem({
    id: 'deribit',
    name: 'Deribit PM',
    fidelity: { grade: 'modelled' },
    source: "the API reference's example of 2024-06-17; futures meet it to nine decimals",
    notModelled: ['market-maker protection', 'open orders'],
    normalCdf: 'exact',
    across: 'worst',
    factors: { maintenance: MAINTENANCE_FACTOR, initial: 1 },
    rules: ({ underlying, spot }) => {
      const found = parameters(underlying)
      return found === null
        ? null
        : {
            book: scenarioBook(
              {
                pair: underlying,
                payoff: 'linear',
                index: spot,
                linear: [],
                options: [],
                parameters: found,
              },
              { index: -1, unit: { mark: -1, value: 1 } },
            ),
            perpMoveLimit: found.price_range,
            discounts: undiscounted,
            against: 'model',
          }
    },
  })
}
