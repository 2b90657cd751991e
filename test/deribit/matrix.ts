import { black76Delta } from '@plimsoll/risk/pricing'
import type { Quote } from './prices.js'
import { optionPrice, round, YEARS } from './prices.js'

/** Parameters as the venue states them. */
export const PAIR = {
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
}
export const CURRENCY = {
  min_annualised_move: 0.01,
  annualised_move_risk: 0.075,
  extended_dampener: 100_000,
  pnl_offset: 0.4,
  max_offsetable_pnl: 1_000_000,
  haircut: 0,
  correlation_set: false,
  equity_side_impact: 'both',
}
const MAINTENANCE = 0.8
const EXTENDED = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5]
const BUCKETS = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((bucket) => (bucket * PAIR.price_range) / 4)

/** A position in the underlying. */
export type Sized = { readonly quote: Quote; readonly size: number }

// A second writing of the risk matrix, scenario by scenario, without the engine.

const scale = (30 / (YEARS * 365)) ** PAIR.long_term_vega_power
const shockedUp = (volatility: number) =>
  Math.max(volatility * (1 + PAIR.volatility_range_up * scale), PAIR.min_volatility_for_shock_up)
const shockedDown = (volatility: number) => volatility * (1 - PAIR.volatility_range_down * scale)

function standard({ quote, size }: Sized): readonly number[] {
  return BUCKETS.flatMap((move) => {
    const { option, inverse, mark } = quote
    if (option === null) {
      const profit = inverse ? size * (1 - 1 / (1 + move)) : size * mark * move
      return [profit, profit, profit]
    }
    const now = optionPrice(quote, option)
    return [shockedUp(option.volatility), option.volatility, shockedDown(option.volatility)].map(
      (volatility) => size * (optionPrice(quote, option, 1 + move, volatility) - now),
    )
  })
}

function extended({ quote, size }: Sized): readonly number[] {
  const { option, inverse, mark } = quote
  return EXTENDED.map((move) => {
    if (option === null) {
      const cut = Math.min(PAIR.price_range, Math.max(-PAIR.price_range, move))
      return inverse ? size * (1 - 1 / (1 + cut)) : size * mark * cut
    }
    const moved = optionPrice(quote, option, 1 + move, shockedUp(option.volatility))
    const share = PAIR.price_range / Math.abs(move)
    return share * size * (moved - optionPrice(quote, option))
  })
}

function delta({ quote, size }: Sized): number {
  const { option, forward, inverse } = quote
  if (option === null) return size
  const spread = black76Delta({ ...option, forward, years: YEARS, discount: 1 })
  return size * (spread - (inverse ? optionPrice(quote, option) : 0))
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** What `private/pme/simulate` would answer for positions on one pair. */
export function simulation(currency: string, positions: readonly Sized[]) {
  const [first] = positions
  const pair = `${(first?.quote.name.split(/[-_]/)[0] ?? currency).toLowerCase()}_${first?.quote.inverse === false ? first.quote.settlement.toLowerCase() : 'usd'}`
  const index = first?.quote.index ?? 1
  const dampener = CURRENCY.extended_dampener / (first?.quote.inverse === false ? 1 : index)
  const tables = positions.map((position) => [standard(position), extended(position)] as const)
  const losses = [
    ...Array.from({ length: 27 }, (_, row) => sum(tables.map(([table]) => table[row] ?? 0))),
    ...EXTENDED.map((_, row) =>
      Math.min(0, sum(tables.map(([, table]) => table[row] ?? 0)) + dampener),
    ),
  ]
  const worst = Math.max(0, -Math.min(...losses))
  const perpetual = positions.filter(({ quote }) => quote.name.endsWith('PERPETUAL'))
  const dated = positions.filter(({ quote }) => !quote.name.endsWith('PERPETUAL'))
  const move = Math.max(CURRENCY.min_annualised_move, CURRENCY.annualised_move_risk * YEARS)
  const unit = first?.quote.inverse === false ? index : 1
  const roll =
    unit *
    (Math.abs(sum(perpetual.map(delta))) * CURRENCY.min_annualised_move +
      Math.abs(sum(dated.map(delta))) * move)
  const matrix = round(worst, 9) + roll
  const orders = 0.01
  const base = pair.split('_')[0] ?? ''
  return {
    model_params: {
      currency_pair: { [pair]: PAIR },
      currency: { [base]: CURRENCY },
      general: { mm_factor: MAINTENANCE, buckets_count: 4, vol_scenarios_count: 3 },
    },
    initial_risk_vectors: Object.fromEntries(
      positions.map(({ quote }, row) => [
        quote.name,
        { standard: tables[row]?.[0] ?? [], extended: tables[row]?.[1] ?? [] },
      ]),
    ),
    margins: {
      [currency.toLowerCase()]: {
        initial_margin: round(matrix + orders, 9),
        maintenance_margin: MAINTENANCE * matrix,
        initial_margin_details: {
          risk_matrix_margin: matrix,
          risk_matrix_margin_details: {
            worst_case: worst,
            roll_shock: roll,
            delta_shock: 0,
            correlation_contingency: 0,
          },
          spot_margin: 0,
          mmp_margin: 0,
          open_orders_margin: orders,
        },
      },
    },
    portfolio: {
      position: Object.fromEntries(positions.map(({ quote, size }) => [quote.name, size])),
    },
    index_price: { [pair]: index },
  }
}
