import * as z from 'zod/mini'
import { amount, fraction, name, positive, size } from './numbers.js'

/** Margin parameters of an index pair: moves are fractions, amounts in USD. */
export type PairParameters = {
  readonly price_range: number
  readonly volatility_range_up: number
  readonly volatility_range_down: number
  readonly min_volatility_for_shock_up: number
  readonly short_term_vega_power: number
  readonly long_term_vega_power: number
  readonly extended_table_factor: number
  /** Growth of the delta shock's rate per unit of the underlying, and its most. */
  readonly m_inc: number
  readonly max_delta_shock: number
  readonly delta_total_liq_shock_threshold: number
}

/** Margin parameters of a currency: amounts in USD. */
export type CurrencyParameters = {
  readonly min_annualised_move: number
  readonly annualised_move_risk: number
  readonly extended_dampener: number
  /** Share of a scenario's gain that counts against losses elsewhere, and its most. */
  readonly pnl_offset: number
  readonly max_offsetable_pnl: number
  readonly haircut: number
  readonly correlation_set: boolean
  readonly equity_side_impact: string
}

/** Every parameter of one account's portfolio margin. */
export type ModelParameters = {
  readonly currency_pair: { readonly [pair: string]: PairParameters }
  readonly currency: { readonly [currency: string]: CurrencyParameters }
  readonly general: {
    readonly mm_factor: number
    readonly buckets_count: number
    readonly vol_scenarios_count: number
  }
}

/** P&L in the settlement currency: 9 price buckets × 3 volatilities, and 8 extended moves. */
export type RiskVectors = {
  readonly standard: readonly number[]
  readonly extended: readonly number[]
}

/** Portfolio margin of one currency, in it. */
export type MarginDetails = {
  readonly initial_margin: number
  readonly maintenance_margin: number
  readonly initial_margin_details: {
    readonly risk_matrix_margin: number
    readonly risk_matrix_margin_details: {
      readonly worst_case: number
      readonly roll_shock: number
      readonly delta_shock: number
      readonly correlation_contingency: number
    }
    readonly spot_margin: number
    readonly mmp_margin: number
    readonly open_orders_margin: number
  }
}

/** What `private/pme/simulate` answers for the positions as they are. */
export type MarginSimulation = {
  readonly model_params: ModelParameters
  readonly initial_risk_vectors: { readonly [instrument: string]: RiskVectors }
  readonly margins: { readonly [currency: string]: MarginDetails }
  readonly portfolio: {
    /** In the underlying. */
    readonly position: { readonly [instrument: string]: number }
  }
  readonly index_price: { readonly [pair: string]: number }
}

/** Buckets to either side of an unmoved price. */
export const BUCKETS = 4
/** Columns of volatility: up, none, down. */
export const VOLATILITIES = 3

const pair: z.ZodMiniType<PairParameters> = z.object({
  price_range: fraction.check(z.gt(0), z.lt(1)),
  volatility_range_up: size,
  volatility_range_down: fraction,
  min_volatility_for_shock_up: size,
  short_term_vega_power: fraction,
  long_term_vega_power: fraction,
  extended_table_factor: fraction,
  m_inc: fraction,
  max_delta_shock: fraction,
  delta_total_liq_shock_threshold: size,
})

const currency: z.ZodMiniType<CurrencyParameters> = z.object({
  min_annualised_move: fraction,
  annualised_move_risk: fraction,
  extended_dampener: size,
  pnl_offset: fraction,
  max_offsetable_pnl: size,
  haircut: fraction,
  correlation_set: z.boolean(),
  equity_side_impact: z.string(),
})

/** Parameters as answered, and as an account carries them. */
export const parametersSchema: z.ZodMiniType<ModelParameters> = z.object({
  currency_pair: z.record(name, pair),
  currency: z.record(name, currency),
  general: z.object({
    mm_factor: fraction.check(z.gt(0)),
    buckets_count: z.literal(BUCKETS),
    vol_scenarios_count: z.literal(VOLATILITIES),
  }),
})

const vectors: z.ZodMiniType<RiskVectors> = z.object({
  standard: z.array(amount).check(z.length((2 * BUCKETS + 1) * VOLATILITIES)),
  extended: z.array(amount).check(z.length(8)),
})

const details: z.ZodMiniType<MarginDetails> = z.object({
  initial_margin: size,
  maintenance_margin: size,
  initial_margin_details: z.object({
    risk_matrix_margin: size,
    risk_matrix_margin_details: z.object({
      worst_case: size,
      roll_shock: size,
      delta_shock: size,
      correlation_contingency: size,
    }),
    spot_margin: size,
    mmp_margin: size,
    open_orders_margin: size,
  }),
})

/** Schema of a simulation's result. */
export const simulationSchema: z.ZodMiniType<MarginSimulation> = z.object({
  model_params: parametersSchema,
  initial_risk_vectors: z.record(name, vectors),
  margins: z.record(name, details),
  portfolio: z.object({ position: z.record(name, amount) }),
  index_price: z.record(name, positive),
})
