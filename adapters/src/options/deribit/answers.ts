import type { HttpRequest } from '@plimsoll/client'
import { AuthRequiredError, decodeBy, RateLimitError } from '@plimsoll/client'
import * as z from 'zod/mini'
import { VenueRefusedError } from './errors.js'
import type { MarginSimulation } from './margin-answer.js'
import { simulationSchema } from './margin-answer.js'
import { amount, name, positive, size } from './numbers.js'

/** The extended summary of one currency. Amounts in it, unless they end in `_usd`. */
export type CurrencySummary = {
  readonly currency: string
  readonly margin_model: string
  readonly cross_collateral_enabled: boolean
  readonly portfolio_margining_enabled: boolean
  readonly balance: number
  readonly equity: number
  readonly margin_balance: number
  readonly initial_margin: number
  readonly maintenance_margin: number
  readonly options_value: number
  readonly futures_session_upl?: number | undefined
  readonly futures_session_rpl?: number | undefined
  /** Totals over all currencies; cross collateral only. */
  readonly total_equity_usd?: number | undefined
  readonly total_margin_balance_usd?: number | undefined
  readonly total_initial_margin_usd?: number | undefined
  readonly total_maintenance_margin_usd?: number | undefined
}

/** Every currency of one account. */
export type SummariesAnswer = {
  /** Number of the account. */
  readonly id: number
  readonly summaries: readonly CurrencySummary[]
}

/**
 * One position. `size` is in the quote currency for inverse futures, else in the underlying;
 * `size_currency` in the underlying, futures only. Margins in the settlement currency.
 */
export type PositionAnswer = {
  readonly instrument_name: string
  readonly kind: string
  readonly direction: 'buy' | 'sell' | 'zero'
  readonly size: number
  readonly size_currency?: number | undefined
  readonly average_price: number
  readonly mark_price: number
  readonly index_price: number
  readonly initial_margin: number
  readonly maintenance_margin: number
  readonly open_orders_margin: number
  readonly floating_profit_loss: number
}

/** Prices of one instrument. Option prices are in the settlement currency, volatility in per cent. */
export type TickerAnswer = {
  readonly instrument_name: string
  /** Unix milliseconds. */
  readonly timestamp: number
  readonly mark_price: number
  readonly index_price: number
  readonly mark_iv?: number | undefined
  readonly underlying_price?: number | undefined
}

/** What the venue answers, with its own time. */
export type Timed<Result> = {
  readonly result: Result
  /** Unix milliseconds. */
  readonly timeMs: number
}

/** One option in the summary of all books of a currency. Volatility in per cent, forward in the quote currency. */
export type BookSummary = {
  readonly instrument_name: string
  readonly mark_iv?: number | null | undefined
  readonly underlying_price?: number | null | undefined
}

const optionalAmount = z.optional(amount)

const summariesSchema: z.ZodMiniType<SummariesAnswer> = z.object({
  id: z.int().check(z.minimum(0)),
  summaries: z.array(
    z.object({
      currency: name,
      margin_model: z.string(),
      cross_collateral_enabled: z.boolean(),
      portfolio_margining_enabled: z.boolean(),
      balance: amount,
      equity: amount,
      margin_balance: amount,
      initial_margin: size,
      maintenance_margin: size,
      options_value: amount,
      futures_session_upl: optionalAmount,
      futures_session_rpl: optionalAmount,
      total_equity_usd: optionalAmount,
      total_margin_balance_usd: optionalAmount,
      total_initial_margin_usd: z.optional(size),
      total_maintenance_margin_usd: z.optional(size),
    }),
  ),
})

const positionsSchema: z.ZodMiniType<readonly PositionAnswer[]> = z.array(
  z
    .object({
      instrument_name: name,
      kind: z.string(),
      direction: z.enum(['buy', 'sell', 'zero']),
      size: amount,
      size_currency: optionalAmount,
      average_price: size,
      mark_price: size,
      index_price: positive,
      initial_margin: size,
      maintenance_margin: size,
      open_orders_margin: size,
      floating_profit_loss: amount,
    })
    .check(
      z.refine(({ direction, size: held }) =>
        direction === 'zero' ? held === 0 : direction === 'buy' ? held > 0 : held < 0,
      ),
    ),
)

const tickerSchema: z.ZodMiniType<TickerAnswer> = z.object({
  instrument_name: name,
  timestamp: z.int().check(z.minimum(0)),
  mark_price: size,
  index_price: positive,
  mark_iv: z.optional(size),
  underlying_price: z.optional(positive),
})

const booksSchema: z.ZodMiniType<readonly BookSummary[]> = z.array(
  z.object({
    instrument_name: name,
    mark_iv: z.optional(z.nullable(amount)),
    underlying_price: z.optional(z.nullable(amount)),
  }),
)

const indexSchema: z.ZodMiniType<{ readonly index_price: number }> = z.object({
  index_price: positive,
})

/** What the venue is asked for, by a name of ours. */
export type VenueAnswers = {
  readonly summaries: SummariesAnswer
  readonly positions: readonly PositionAnswer[]
  readonly simulation: MarginSimulation
  readonly ticker: TickerAnswer
  readonly index: { readonly index_price: number }
  readonly books: readonly BookSummary[]
}
export type AnswerKind = keyof VenueAnswers

const METHODS: {
  readonly [Kind in AnswerKind]: readonly [string, z.ZodMiniType<VenueAnswers[Kind]>]
} = {
  summaries: ['private/get_account_summaries', summariesSchema],
  positions: ['private/get_positions', positionsSchema],
  simulation: ['private/pme/simulate', simulationSchema],
  ticker: ['public/ticker', tickerSchema],
  index: ['public/get_index_price', indexSchema],
  books: ['public/get_book_summary_by_currency', booksSchema],
}

/** Simulations are limited to one a second, other requests to 20. */
const SIMULATION_WEIGHT = 20

/** Name of the signer that authorises the requests for one account. */
export const authOf = (account: string): string => `deribit:${account}`

const refusal = z.object({ error: z.object({ code: z.int(), message: z.string() }) })
const TOO_MANY_REQUESTS = 10028
/** Not authorised, bad credentials, expired or missing token, scope too narrow. */
const NOT_ALLOWED: readonly number[] = [13004, 13007, 13008, 13009, 13021, 13403]

const queryText = (query: { readonly [name: string]: string }): string =>
  Object.entries(query)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&')

/** What a request answers, under the name that was asked for. */
export type VenueAnswer = { readonly [Kind in AnswerKind]?: Timed<VenueAnswers[Kind]> }

/**
 * A request of the venue; its answer is found under the name that was asked for.
 *
 * @param account whose signer authorises it; null for public methods
 */
export function venueRequest(
  kind: AnswerKind,
  query: { readonly [name: string]: string },
  account: string | null,
): HttpRequest<VenueAnswer> {
  const [method, schema] = METHODS[kind]
  return {
    kind: 'http',
    host: 'api',
    method: 'GET',
    path: `/api/v2/${method}?${queryText(query)}`,
    ...(account === null ? {} : { auth: authOf(account) }),
    ...(kind === 'simulation' ? { weight: SIMULATION_WEIGHT } : {}),
    decode: (answer) => {
      const refused = z.safeParse(refusal, answer)
      if (refused.success) throw refusalOf(method, refused.data.error)
      const decode = decodeBy<{ readonly result: unknown; readonly usOut: number }>(
        z.object({ result: schema, usOut: z.int().check(z.minimum(0)) }),
        `Deribit's ${method}`,
      )
      const { result, usOut } = decode(answer)
      return { [kind]: { result, timeMs: Math.floor(usOut / 1000) } }
    },
  }
}

function refusalOf(
  method: string,
  { code, message }: { readonly code: number; readonly message: string },
): RateLimitError | AuthRequiredError | VenueRefusedError {
  const options = { details: message.slice(0, 200) }
  if (code === TOO_MANY_REQUESTS) {
    return new RateLimitError(
      `Deribit's rate limit for ${method} is used up (code ${code}). Read less often or fewer accounts.`,
      options,
    )
  }
  if (NOT_ALLOWED.includes(code)) {
    return new AuthRequiredError(
      `Deribit does not allow ${method} (code ${code}). Use a key of this account with the scopes account:read and trade:read, and check the clock of the signer.`,
      options,
    )
  }
  return new VenueRefusedError(
    `Deribit refused ${method} with code ${code}. Read again; if it stays, check the key and update the adapter.`,
    options,
  )
}
