import type { BookSummary } from '../../options/deribit/answers.js'
import type { Instrument } from '../../options/deribit/instruments.js'
import { MarketDataInvalidError } from '../errors.js'
import type { ExpirySmile } from '../surfaces.js'
import { dateOf } from '../surfaces.js'

/** An option with the volatility that it is marked at, as a fraction. */
export type MarkedOption = {
  readonly expiry: number
  readonly strike: number
  readonly right: 'call' | 'put'
  readonly volatility: number
  readonly forward: number
}

/** A summary as an option; null without a volatility or forward, as the venue has none of far strikes. */
export function markedOption(
  instrument: Instrument,
  { mark_iv: percent, underlying_price: forward }: BookSummary,
): MarkedOption | null {
  if (instrument.kind !== 'option') return null
  const strike = Number(instrument.strike)
  const { expiry, right } = instrument
  if (!(typeof percent === 'number' && percent > 0)) return null
  if (!(typeof forward === 'number' && forward > 0 && strike > 0)) return null
  return { expiry, strike, right, volatility: percent / 100, forward }
}

/** The furthest that a forward may lie from the median of its expiry; they are written one after another. */
const FORWARD_SPREAD = 0.01

/**
 * The smile of one expiry: of each strike the option out of the money, at the strike nearest to the
 * forward the mean of both. The forward is the median of the options'. Null where nothing is left.
 *
 * @throws MarketDataInvalidError when the forwards of the expiry lie apart, or an option occurs twice.
 */
export function smileOf(expiry: number, options: readonly MarkedOption[]): ExpirySmile | null {
  const forward = medianOf(options.map((option) => option.forward))
  const stray = options.find((option) => Math.abs(option.forward / forward - 1) > FORWARD_SPREAD)
  if (stray !== undefined) {
    throw new MarketDataInvalidError(
      `Deribit states the forwards ${forward} and ${stray.forward} of one expiry, ${dateOf(expiry)}. Read again; until then the expiry is left out.`,
    )
  }
  const strikes = [...new Set(options.map(({ strike }) => strike))].sort((a, b) => a - b)
  const nearest = strikes.reduce(
    (best, strike) => (Math.abs(strike - forward) < Math.abs(best - forward) ? strike : best),
    Infinity,
  )
  const points = strikes.flatMap((strike) => {
    const here = options.filter((option) => option.strike === strike)
    if (new Set(here.map(({ right }) => right)).size < here.length) {
      throw new MarketDataInvalidError(
        `Deribit lists an option of strike ${strike} to ${dateOf(expiry)} twice. Read again; until then the expiry is left out.`,
      )
    }
    const outOfTheMoney = strike < forward ? 'put' : 'call'
    const used = strike === nearest ? here : here.filter(({ right }) => right === outOfTheMoney)
    const total = used.reduce((sum, { volatility }) => sum + volatility, 0)
    return used.length === 0 ? [] : [{ strike, impliedVolatility: total / used.length }]
  })
  return points.length === 0 ? null : { expiry, forward, points }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
