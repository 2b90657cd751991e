import { decodeBy } from '@plimsoll/client'
import type { Amount } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { FeesAnswer } from './answers.js'
import { amount, fraction, name, positive, unsigned } from './decimals.js'
import { unsupported } from './errors.js'

/** A market as listed, before what its kind needs is checked: most are not held. */
export type ListedMarket = { readonly symbol: string }
/** A market's prices, before what its kind needs is checked. */
export type Summary = { readonly symbol: string }

const listed = z.pipe(
  z.object({ results: z.array(z.looseObject({ symbol: z.string() })) }),
  z.transform(({ results }) => results),
)
export const listedMarkets: z.ZodMiniType<readonly ListedMarket[]> = listed
export const summaries: z.ZodMiniType<readonly Summary[]> = listed

type MarketPrices = {
  readonly symbol: string
  readonly base: string
  /** The venue's mark, USD, and the spot price under it. */
  readonly mark: Amount
  readonly underlying: Amount
  /** The venue's delta of one unit; null where it gives none. */
  readonly delta: Amount | null
  /** Fee to close, as a fraction. */
  readonly feeRate: Amount
  /** Unix milliseconds of the prices. */
  readonly timeMs: number
}

/** A perpetual with its prices and cross-margin parameters. */
export type PerpQuote = MarketPrices & {
  readonly kind: 'perp'
  readonly initialFraction: Amount
  readonly maintenanceFactor: Amount
  /** Of one funding period of `periodHours`; what a long pays. */
  readonly fundingRate: Amount | null
  readonly periodHours: number | null
  /** The rate that options of this underlying are priced at. */
  readonly interestRate: Amount | null
}

/** Option parameters of one margin, in the venue's order. */
export type OptionFractions = {
  readonly long_itm: Amount
  readonly premium_multiplier: Amount
  readonly short_itm: Amount
  readonly short_otm: Amount
  readonly short_put_cap: Amount
}

/** A dated option with its prices and cross-margin parameters. */
export type OptionQuote = MarketPrices & {
  readonly kind: 'option'
  readonly right: 'call' | 'put'
  readonly strike: Amount
  /** Unix seconds. */
  readonly expiry: number
  readonly impliedVolatility: Amount
  readonly initial: OptionFractions
  readonly maintenance: OptionFractions
}

export type Quote = PerpQuote | OptionQuote

const small = unsigned.check(
  z.refine(({ raw, decimals }) => raw <= 100n * 10n ** BigInt(decimals), 'at most 100'),
)
const instant = z.int().check(z.minimum(1))
/** A field that some markets lack, and for which others write "". */
const absentable = (schema: z.ZodMiniType<Amount>): z.ZodMiniType<Amount | null> =>
  z.pipe(
    z.optional(z.nullable(z.union([z.literal(''), schema]))),
    z.transform((value) => (value === undefined || value === '' ? null : value)),
  )

const common = z.object({
  symbol: name,
  base_currency: name,
  asset_kind: z.string(),
})
const perpMarket = z.object({
  funding_period_hours: z.optional(z.nullable(z.number().check(z.positive(), z.maximum(1000)))),
  interest_rate: absentable(amount),
  delta1_cross_margin_params: z.object({
    imf_base: fraction.check(z.refine(({ raw }) => raw > 0n, 'above 0')),
    mmf_factor: fraction.check(z.refine(({ raw }) => raw > 0n, 'above 0')),
    imf_factor: absentable(unsigned),
  }),
})
const optionSide = z.object({
  long_itm: fraction,
  premium_multiplier: small,
  short_itm: fraction,
  short_otm: fraction,
  short_put_cap: fraction,
})
const optionMarket = z.object({
  strike_price: positive,
  option_type: z.enum(['CALL', 'PUT']),
  expiry_at: instant,
  option_cross_margin_params: z.object({ imf: optionSide, mmf: optionSide }),
})
/** The prices of a market, whatever its kind. */
export type MarketSummary = {
  readonly symbol: string
  readonly mark_price: Amount
  readonly underlying_price: Amount
  /** Unix milliseconds. */
  readonly created_at: number
  /** Deprecated by the venue in favour of `greeks`. */
  readonly delta: Amount | null
  readonly greeks?: { readonly delta: Amount | null } | null | undefined
}
const prices: z.ZodMiniType<MarketSummary> = z.object({
  symbol: name,
  mark_price: positive,
  underlying_price: positive,
  created_at: instant,
  delta: absentable(amount),
  greeks: z.optional(z.nullable(z.object({ delta: absentable(amount) }))),
})
const perpPrices = z.object({ funding_rate: absentable(amount), interest_rate: absentable(amount) })
const optionPrices = z.object({ mark_iv: small.check(z.refine(({ raw }) => raw > 0n, 'above 0')) })

/** Prices of a market that is not traded here. @throws SchemaError */
export const pricesOf: (summary: unknown) => MarketSummary = decodeBy(prices, 'markets/summary')

/** Kinds of markets by the venue's words. */
const KINDS: ReadonlyMap<string, Quote['kind']> = new Map([
  ['PERP', 'perp'],
  ['OPTION', 'option'],
])

/** Beyond it a time is in milliseconds. */
const MOST_SECONDS = 10_000_000_000

/**
 * A market with all that its kind needs.
 *
 * @param fees what the account pays
 * @throws SchemaError when a field is missing, UnsupportedVenueStateError for a kind, formula or fee
 * that is not known.
 */
export function quoteOf(market: ListedMarket, summary: Summary, fees: FeesAnswer): Quote {
  const parse = <Value>(schema: z.ZodMiniType<Value>, entry: unknown, of: string): Value =>
    decodeBy(schema, `${of}, market ${market.symbol}`)(entry)
  const spec = parse(common, market, 'markets')
  const kind = KINDS.get(spec.asset_kind)
  if (kind === undefined) {
    throw unsupported(
      `${spec.symbol} is of kind "${spec.asset_kind.slice(0, 40)}", PERP and OPTION are known`,
    )
  }
  const price = parse(prices, summary, 'markets/summary')
  const feeRate = kind === 'option' ? fees.dated_option_taker_rate : fees.taker_rate
  if (feeRate === undefined) throw unsupported(`the account has no fee rate for ${spec.symbol}`)
  const shown: MarketPrices = {
    symbol: spec.symbol,
    base: spec.base_currency,
    mark: price.mark_price,
    underlying: price.underlying_price,
    delta: price.greeks?.delta ?? price.delta,
    feeRate,
    timeMs: price.created_at,
  }
  if (kind === 'option') {
    const { strike_price, option_type, expiry_at, option_cross_margin_params } = parse(
      optionMarket,
      market,
      'markets',
    )
    return {
      ...shown,
      kind,
      right: option_type === 'CALL' ? 'call' : 'put',
      strike: strike_price,
      expiry: expiry_at > MOST_SECONDS ? Math.floor(expiry_at / 1000) : expiry_at,
      impliedVolatility: parse(optionPrices, summary, 'markets/summary').mark_iv,
      initial: option_cross_margin_params.imf,
      maintenance: option_cross_margin_params.mmf,
    }
  }
  const perp = parse(perpMarket, market, 'markets')
  const { imf_base, mmf_factor, imf_factor } = perp.delta1_cross_margin_params
  if (imf_factor !== null && imf_factor.raw !== 0n) {
    throw unsupported(`${spec.symbol} has an initial margin factor by size, which is not known`)
  }
  const { funding_rate, interest_rate } = parse(perpPrices, summary, 'markets/summary')
  return {
    ...shown,
    kind: 'perp',
    initialFraction: imf_base,
    maintenanceFactor: mmf_factor,
    fundingRate: funding_rate,
    periodHours: perp.funding_period_hours ?? null,
    interestRate: interest_rate ?? perp.interest_rate,
  }
}
