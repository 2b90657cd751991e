import type { Amount, Asset, AssetId, Mark, MarkId, Native, SharedKey } from '@plimsoll/model'
import { formatAmount } from '@plimsoll/model'
import type { ConfigAnswer, FeesAnswer } from './answers.js'
import { parseConfig } from './answers.js'
import { tokenAsset, underlyingAsset } from './assets.js'
import { unsupported } from './errors.js'
import type {
  ListedMarket,
  OptionFractions,
  OptionQuote,
  PerpQuote,
  Quote,
  Summary,
} from './markets.js'
import { pricesOf, quoteOf } from './markets.js'
import { marketKey, perpMark, perpOf, spotMark, tokenMark, underlyingKey } from './state.js'

/** The venue's public answers. */
export type PublicAnswers = {
  readonly config: readonly { readonly base_asset: string }[]
  readonly markets: readonly ListedMarket[]
  readonly summaries: readonly Summary[]
}

/** What accounts refer to, each once. */
export type Book = {
  readonly assets: Map<AssetId, Asset>
  readonly marks: Map<MarkId, Mark>
  readonly shared: Map<SharedKey, Native>
}

export const emptyBook = (): Book => ({ assets: new Map(), marks: new Map(), shared: new Map() })

/**
 * Age at which a price is stale, ms. The venue states none; it publishes prices every few seconds, and
 * a summary of five minutes ago means that it has stopped.
 */
const STALE_MS = 300_000

/** How far the spot prices that the venue states under markets of one asset may be apart. */
const SPOT_SPREAD = 0.01

/** Where a price comes from. */
type Feed = 'mark' | 'index' | 'fixed'

function putMark(
  book: Book,
  {
    id,
    asset,
    price,
    feed,
    timeMs,
  }: {
    readonly id: MarkId
    readonly asset: Asset
    readonly price: Amount
    readonly feed: Feed
    readonly timeMs: number | null
  },
): MarkId {
  book.assets.set(asset.id, asset)
  book.marks.set(id, {
    id,
    asset: asset.id,
    numeraire: 'USD',
    min: price,
    mid: price,
    max: price,
    confidence: null,
    source: 'venue-oracle',
    feed,
    timeMs,
    stalenessLimitMs: timeMs === null ? null : STALE_MS,
  })
  return id
}

/** The venue's rule counts one unit of its settlement asset as one USD. */
export function settlementMark(book: Book, token: string): MarkId {
  const price = { raw: 1n, decimals: 0 }
  const asset = tokenAsset(token)
  return putMark(book, { id: tokenMark(token), asset, price, feed: 'fixed', timeMs: null })
}

function listed(answers: PublicAnswers, symbol: string): readonly [ListedMarket, Summary] {
  const market = answers.markets.find((entry) => entry.symbol === symbol)
  const summary = answers.summaries.find((entry) => entry.symbol === symbol)
  if (market === undefined || summary === undefined) {
    throw unsupported(`${symbol} has no ${market === undefined ? 'listing' : 'prices'}`)
  }
  return [market, summary]
}

/**
 * A balance in another asset, at the mark of its perpetual or else of its spot market, as the venue's
 * own engine prices it.
 *
 * @throws UnsupportedVenueStateError without either; SchemaError when prices do not fit.
 */
export function balanceMark(book: Book, answers: PublicAnswers, token: string): MarkId {
  const symbol = [perpOf(token), `${token}-USD`].find((name) =>
    answers.summaries.some((entry) => entry.symbol === name),
  )
  const summary = answers.summaries.find((entry) => entry.symbol === symbol)
  if (summary === undefined) throw unsupported(`${token} has no price`)
  const { mark_price: price, created_at: timeMs } = pricesOf(summary)
  return putMark(book, {
    id: tokenMark(token),
    asset: tokenAsset(token),
    price,
    feed: 'mark',
    timeMs,
  })
}

/**
 * A market of an account with its marks and terms in the book.
 *
 * @throws UnsupportedVenueStateError, SchemaError when it is not known or not whole.
 */
export function marketIn(
  book: Book,
  answers: PublicAnswers,
  symbol: string,
  fees: FeesAnswer,
): Quote {
  const quote = quoteOf(...listed(answers, symbol), fees)
  if (quote.kind === 'perp') putPerp(book, quote)
  else {
    const perp = perpQuote(answers, quote.base, fees)
    putPerpSpot(book, perp)
    putOption(book, quote, perp)
  }
  return quote
}

function putPerp(book: Book, quote: PerpQuote): void {
  const { symbol, base, mark: price, timeMs } = quote
  putMark(book, { id: perpMark(symbol), asset: underlyingAsset(base), price, feed: 'mark', timeMs })
  book.shared.set(marketKey(symbol), {
    kind: 'perp',
    base,
    delta: textOf(quote.delta),
    initialFraction: formatAmount(quote.initialFraction),
    maintenanceFactor: formatAmount(quote.maintenanceFactor),
  })
}

function putPerpSpot(book: Book, { base, underlying: price, timeMs }: PerpQuote): void {
  putMark(book, { id: spotMark(base), asset: underlyingAsset(base), price, feed: 'index', timeMs })
}

/** The perpetual of a base asset: its spot price is the one under all its options. */
function perpQuote(answers: PublicAnswers, base: string, fees: FeesAnswer): PerpQuote {
  const quote = quoteOf(...listed(answers, perpOf(base)), fees)
  if (quote.kind !== 'perp') throw unsupported(`${quote.symbol} is not a perpetual`)
  return quote
}

function putOption(book: Book, quote: OptionQuote, perp: PerpQuote): void {
  const [spot, own] = [perp.underlying, quote.underlying].map(({ raw, decimals }) =>
    Number(`${raw}e${-decimals}`),
  )
  if (spot === undefined || own === undefined || !(Math.abs(own / spot - 1) <= SPOT_SPREAD)) {
    throw unsupported(`spot under ${quote.symbol} is ${own}, under ${perp.symbol} it is ${spot}`)
  }
  book.shared.set(marketKey(quote.symbol), {
    kind: 'option',
    base: quote.base,
    delta: textOf(quote.delta),
    mark: formatAmount(quote.mark),
    spot: formatAmount(perp.underlying),
    volatility: formatAmount(quote.impliedVolatility),
    right: quote.right,
    strike: formatAmount(quote.strike),
    expiry: quote.expiry,
    initial: fractionsOf(quote.initial),
    maintenance: fractionsOf(quote.maintenance),
  })
}

const textOf = (amount: Amount | null): string | null =>
  amount === null ? null : formatAmount(amount)

const fractionsOf = (fractions: OptionFractions): Native => ({
  longInTheMoney: formatAmount(fractions.long_itm),
  premiumMultiplier: formatAmount(fractions.premium_multiplier),
  shortInTheMoney: formatAmount(fractions.short_itm),
  shortOutOfTheMoney: formatAmount(fractions.short_otm),
  shortPutCap: formatAmount(fractions.short_put_cap),
})

/**
 * Puts what portfolio margin of a base asset reads into the book: the venue's configuration, and the
 * spot, mark, funding and rate of its perpetual.
 *
 * @returns the key of the parameters, and the perpetual
 * @throws UnsupportedVenueStateError when the venue has no parameters or rates for it; SchemaError
 * when they are not whole.
 */
export function underlyingIn(
  book: Book,
  answers: PublicAnswers,
  base: string,
  fees: FeesAnswer,
): { readonly key: SharedKey; readonly perp: string } {
  const entries = answers.config.filter((entry) => entry.base_asset === base)
  const [entry, second] = entries
  if (entry === undefined || second !== undefined) {
    throw unsupported(`there are ${entries.length} portfolio-margin parameters of ${base}, not one`)
  }
  const perp = perpQuote(answers, base, fees)
  const { fundingRate, periodHours, interestRate } = perp
  if (fundingRate === null || periodHours === null || interestRate === null) {
    throw unsupported(`${perp.symbol} lacks a funding rate, its hours or an interest rate`)
  }
  putPerp(book, perp)
  putPerpSpot(book, perp)
  const key = underlyingKey(base)
  const parameters = parseConfig(entry)
  book.shared.set(key, {
    ...parametersOf(parameters),
    fundingRate: formatAmount(fundingRate),
    fundingPeriods: parameters.funding_provision_hour / periodHours,
    interestRate: formatAmount(interestRate),
  })
  return { key, perp: perp.symbol }
}

const parametersOf = (config: ConfigAnswer): { readonly [name: string]: Native } => ({
  hedgedFactor: config.hedged_margin_factor,
  unhedgedFactor: config.unhedged_margin_factor,
  maintenanceFactor: config.mmf_factor,
  volatility: {
    shortPower: config.vol_shock_params.vega_power_short_dte,
    longPower: config.vol_shock_params.vega_power_long_dte,
    floorDays: config.vol_shock_params.dte_floor_days,
    minimumUp: config.vol_shock_params.min_vol_shock_up,
  },
  scenarios: config.scenarios.map(({ spot_shock, vol_shock, weight }) => ({
    spot: spot_shock,
    volatility: vol_shock,
    weight,
  })),
})
