import type {
  CurrencyParameters,
  OtherMargin,
  PairParameters,
  PortfolioMargin,
} from '@plimsoll/adapters/options/deribit'
import { portfolioMargin, scenarioBook } from '@plimsoll/adapters/options/deribit'
import { evaluateScenarioTest } from '@plimsoll/risk'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const SECONDS_PER_YEAR = 365 * 86_400
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')

/** Years to the expiry in an instrument's name, 08:00 UTC; 0 for a perpetual. */
function yearsTo(instrument: string, timestampMs: number): number {
  const match = /-(\d{1,2})([A-Z]{3})(\d{2})$/.exec(instrument)
  if (match === null) return 0
  const month = MONTHS.indexOf(match[2] ?? '')
  const expiry = Date.UTC(2000 + Number(match[3]), month, Number(match[1]), 8)
  return (expiry - timestampMs) / 1000 / SECONDS_PER_YEAR
}

/** Portfolio margin of futures on one inverse index pair; positions are [coins, mark price]. */
function marginOf(given: {
  readonly pair: string
  readonly index: number
  readonly timestampMs: number
  readonly positions: { readonly [instrument: string]: readonly [number, number] }
  readonly parameters: PairParameters & CurrencyParameters
  readonly factor: number
  readonly other: OtherMargin
}): PortfolioMargin {
  const { pair, index, timestampMs, positions, parameters, factor, other } = given
  const linear = Object.entries(positions).map(([leg, [size, price]]) => ({
    leg,
    size,
    price,
    mark: -1,
    years: yearsTo(leg, timestampMs),
  }))
  const book = scenarioBook(
    { pair, payoff: 'inverse', index, linear, options: [], parameters },
    { index: -1, unit: { mark: -1, value: index } },
  )
  const { maintenance, books } = evaluateScenarioTest({
    kernel: 'scenario',
    strict: true,
    normalCdf: 'exact',
    cash: [],
    stable: { mark: -1, value: 1 },
    collateral: [],
    books: [book],
    across: 'worst',
    factors: { maintenance: factor, initial: 1 },
    depeg: null,
  })
  return portfolioMargin(maintenance, books, other, { unit: index, factor })
}

const number = z.coerce.number()
const position = z.tuple([number, number])

const documented = z.object({
  src: z.string(),
  index: number,
  positions: z.record(z.string(), position),
  params: z.object({
    price_range: z.number(),
    buckets: z.literal(4),
    vol_up: z.number(),
    vol_dn: z.number(),
    stvp: z.number(),
    ltvp: z.number(),
    min_vol_up: z.number(),
    ext_factor: z.number(),
    m_inc: z.number(),
    max_delta_shock: z.number(),
    delta_liq_threshold: z.number(),
    ann_move_risk: z.number(),
    min_ann_move: z.number(),
    extended_dampener_usd: z.number(),
    mm_factor: z.number(),
    pnl_offset: z.number(),
  }),
  expect: z.object({ mmp_margin: number, open_orders_margin: number }),
})

/** Margins at the 9 decimals that the venue prints. */
const PRINTED = { absolute: 5e-10 }

const documentedModel: TruthModel = {
  name: 'deribit portfolio margin, the documented example',
  covers: ({ kind }) => kind === 'deribit-pm',
  run: (_file, truthCase) => {
    const { src, index, positions, params, expect } = documented.parse(truthCase)
    const margin = marginOf({
      pair: 'btc_usd',
      index,
      timestampMs: Number(/timestamp (\d+)/.exec(src)?.[1]),
      positions,
      parameters: {
        price_range: params.price_range,
        volatility_range_up: params.vol_up,
        volatility_range_down: params.vol_dn,
        min_volatility_for_shock_up: params.min_vol_up,
        short_term_vega_power: params.stvp,
        long_term_vega_power: params.ltvp,
        extended_table_factor: params.ext_factor,
        m_inc: params.m_inc,
        max_delta_shock: params.max_delta_shock,
        delta_total_liq_shock_threshold: params.delta_liq_threshold,
        min_annualised_move: params.min_ann_move,
        annualised_move_risk: params.ann_move_risk,
        extended_dampener: params.extended_dampener_usd,
        pnl_offset: params.pnl_offset,
        max_offsetable_pnl: 0,
        haircut: 0,
        correlation_set: false,
        equity_side_impact: 'both',
      },
      factor: params.mm_factor,
      // What the venue adds for orders is an input of its own.
      other: {
        spot: 0,
        marketMaker: expect.mmp_margin,
        openOrders: expect.open_orders_margin,
      },
    })
    return { ...margin, ...expect }
  },
  tolerance: (_file, _case, path) => (path.endsWith('_margin') ? PRINTED : { absolute: 1e-15 }),
}

const vectorInputs = z.object({
  inputs: z.object({
    timestamp: z.number(),
    pair: z.string(),
    index: z.number(),
    positions: z.record(z.string(), position),
    pair_parameters: z.custom<PairParameters>(),
    currency_parameters: z.custom<CurrencyParameters>(),
    mm_factor: z.number(),
    other: z.object({ spot: z.number(), marketMaker: z.number(), openOrders: z.number() }),
  }),
})

const vectorModel: TruthModel = {
  name: 'deribit portfolio margin, every vector',
  covers: ({ kind }) => kind === 'deribit-pme',
  run: (_file, truthCase) => {
    const { inputs } = vectorInputs.parse(truthCase)
    return marginOf({
      pair: inputs.pair,
      index: inputs.index,
      timestampMs: inputs.timestamp,
      positions: inputs.positions,
      parameters: { ...inputs.pair_parameters, ...inputs.currency_parameters },
      factor: inputs.mm_factor,
      other: inputs.other,
    })
  },
  // Every entry to 1e-15, and the margins too: the venue's own rounding is known.
  tolerance: () => ({ absolute: 1e-15 }),
}

/** Deribit: segregated portfolio margin of futures. */
export const models: readonly TruthModel[] = [documentedModel, vectorModel]
