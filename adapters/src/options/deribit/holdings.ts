import type { Asset, CashLeg, Leg, Mark, MarkId } from '@plimsoll/model'
import {
  multiplyAmounts,
  negateAmount,
  toNumber,
  UnsupportedVenueStateError,
} from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk/pricing'
import type { PositionAnswer, TickerAnswer, Timed } from './answers.js'
import { currencyAsset, DOLLAR, underlyingAsset } from './assets.js'
import { amountOf, exactDecimal } from './decimals.js'
import { InconsistentAnswerError, MissingParameterError } from './errors.js'
import type { Instrument } from './instruments.js'
import { parseInstrument } from './instruments.js'
import type { LinearNative, OptionNative } from './state.js'
import { currencyMark, DOLLAR_MARK, venueMark } from './state.js'

/** Age beyond which a price of the venue's is not to be relied on; it publishes each second. */
const STALE_MS = 60_000

const SECONDS_PER_YEAR = 365 * 86_400

/** Prices read beside an account. */
export type Prices = {
  /** @throws PlimsollError when it could not be read */
  readonly ticker: (instrument: string) => TickerAnswer
  /** USD per unit of a currency. @throws PlimsollError when it could not be read */
  readonly currency: (currency: string) => Timed<number>
  /** Unix seconds at which options are valued. */
  readonly at: number
}

/** One position with what it needs. */
export type Position = {
  readonly answer: PositionAnswer
  readonly instrument: Instrument
  readonly ticker: TickerAnswer
  /** Signed, in the underlying. */
  readonly size: number
  /** Options: price of one by the model, in the settlement currency, now and 0.01 % volatility apart. */
  readonly model: { readonly price: number; readonly spread: number } | null
  readonly legs: readonly Leg[]
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
}

/** A mark of the venue's at one price. */
export function markOf(
  id: MarkId,
  asset: Asset,
  price: number,
  { feed, timeMs }: { readonly feed: string; readonly timeMs: number },
): Mark {
  const mid = amountOf(price)
  return {
    id,
    asset: asset.id,
    numeraire: 'USD',
    min: mid,
    mid,
    max: mid,
    confidence: null,
    source: 'venue-oracle',
    feed,
    timeMs,
    stalenessLimitMs: feed === 'fixed' ? null : STALE_MS,
  }
}

/** The dollar of inverse contracts. */
export const dollarMark = (timeMs: number): Mark =>
  markOf(DOLLAR_MARK, DOLLAR, 1, { feed: 'fixed', timeMs })

/**
 * One position as legs and marks.
 *
 * @throws UnsupportedVenueStateError for an instrument that is not known, InconsistentAnswerError when
 * position and ticker do not belong together, MissingParameterError when a price is missing.
 */
export function positionOf(answer: PositionAnswer, prices: Prices): Position {
  const instrument = parseInstrument(answer.instrument_name)
  const expected = instrument.kind === 'option' ? 'option' : 'future'
  if (answer.kind !== expected) {
    throw new UnsupportedVenueStateError(
      `Deribit calls "${instrument.name}" a "${answer.kind.slice(0, 40)}"; by its name it is a ${expected}. Update the adapter; until then the account is not judged.`,
    )
  }
  const ticker = prices.ticker(instrument.name)
  if (ticker.instrument_name !== instrument.name) {
    throw new InconsistentAnswerError(
      `Deribit answered the prices of another instrument than "${instrument.name}". Read again.`,
    )
  }
  const scene = { answer, ticker, unit: prices.currency(instrument.settlement) }
  return instrument.kind === 'option'
    ? optionPosition(instrument, scene, prices.at)
    : linearPosition(instrument, scene)
}

type Scene = Pick<Position, 'answer' | 'ticker'> & { readonly unit: Timed<number> }

/** Worth `size × price` with its quote beside it: today nothing, since P&L is in the balance. */
function linearPosition(
  instrument: Exclude<Instrument, { readonly kind: 'option' }>,
  { answer, ticker, unit }: Scene,
): Position {
  const { name, payoff, settlement } = instrument
  const inverse = payoff === 'inverse'
  const size = inverse ? answer.size_currency : answer.size
  if (size === undefined || Math.sign(size) !== Math.sign(answer.size)) {
    throw new InconsistentAnswerError(
      `Deribit does not state the size of "${name}" in its underlying. Read again.`,
    )
  }
  const asset = underlyingAsset(instrument.underlying)
  // A coin's price moves what an inverse contract is worth in dollars, a contract's own price the rest.
  const mark = inverse
    ? markOf(currencyMark(settlement), currencyAsset(settlement), unit.result, {
        feed: 'index',
        timeMs: unit.timeMs,
      })
    : markOf(venueMark(`mark:${name}`), asset, answer.mark_price * unit.result, {
        feed: 'mark',
        timeMs: ticker.timestamp,
      })
  const amount = exactDecimal(size)
  const price = inverse ? mark.mid : exactDecimal(answer.mark_price)
  const notional = Math.abs(size) * (inverse ? 1 : answer.mark_price)
  const native: LinearNative = {
    initialRate: answer.initial_margin / notional,
    maintenanceRate: answer.maintenance_margin / notional,
  }
  const quote: CashLeg = {
    kind: 'cash',
    id: `quote:${name}`,
    asset: inverse ? DOLLAR.id : currencyAsset(settlement).id,
    mark: inverse ? DOLLAR_MARK : currencyMark(settlement),
    amount: negateAmount(multiplyAmounts(amount, price)),
  }
  return {
    answer,
    instrument,
    ticker,
    size,
    model: null,
    legs: [
      {
        kind: 'perp',
        id: `linear:${name}`,
        asset: asset.id,
        mark: mark.id,
        size: amount,
        entryPrice: exactDecimal(answer.average_price),
        native,
      },
      quote,
    ],
    assets: inverse ? [asset, DOLLAR] : [asset],
    marks: inverse ? [mark, dollarMark(unit.timeMs)] : [mark],
  }
}

/** Volatility is printed in per cent with two decimals. */
const PRINTED_VOLATILITY = 1e-4

function optionPosition(
  instrument: Extract<Instrument, { readonly kind: 'option' }>,
  { answer, ticker, unit }: Scene,
  at: number,
): Position {
  const { name, payoff, underlying, settlement, expiry, right, pair } = instrument
  const { underlying_price: forward, mark_iv: percent, index_price: index } = ticker
  if (forward === undefined || percent === undefined) {
    throw new MissingParameterError(
      `Deribit states no volatility or forward of "${name}". Read again; until then the account is not judged.`,
    )
  }
  const inverse = payoff === 'inverse'
  const asset = underlyingAsset(underlying)
  const quotePrice = inverse ? 1 : unit.result
  const indexPrice = inverse ? unit.result : index * quotePrice
  const indexMark = inverse
    ? markOf(currencyMark(settlement), currencyAsset(settlement), indexPrice, {
        feed: 'index',
        timeMs: unit.timeMs,
      })
    : markOf(venueMark(`index:${pair}`), asset, indexPrice, {
        feed: 'index',
        timeMs: ticker.timestamp,
      })
  const basis = forward / index
  const forwardMark = markOf(
    venueMark(`forward:${name.split('-').slice(0, 2).join('-')}`),
    asset,
    indexPrice * basis,
    { feed: 'forward', timeMs: ticker.timestamp },
  )
  const volatility = percent / 100
  const strike = Number(instrument.strike) * quotePrice
  const priceAt = (shift: number): number =>
    black76Price({
      right,
      forward: toNumber(indexMark.mid) * basis,
      strike: toNumber(amountOf(strike)),
      volatility: Math.max(0, volatility + shift),
      years: Math.max(0, expiry - at) / SECONDS_PER_YEAR,
      discount: 1,
    }) / (inverse ? toNumber(indexMark.mid) * basis : quotePrice)
  const model = priceAt(0)
  const native: OptionNative = { basis, distance: answer.mark_price - model, quotePrice }
  return {
    answer,
    instrument,
    ticker,
    size: answer.size,
    model: { price: model, spread: Math.abs(priceAt(PRINTED_VOLATILITY) - model) },
    legs: [
      {
        kind: 'option',
        id: `option:${name}`,
        asset: asset.id,
        mark: indexMark.id,
        right,
        size: exactDecimal(answer.size),
        strike: amountOf(strike),
        expiry,
        forward: forwardMark.id,
        impliedVolatility: volatility,
        price: multiplyAmounts(exactDecimal(answer.mark_price), amountOf(unit.result)),
        native,
      },
    ],
    assets: [asset],
    marks: [indexMark, forwardMark],
  }
}
