import { optionDelta, optionPrice } from '@plimsoll/risk'
import { exp } from '@plimsoll/risk/pricing'

const SECONDS_PER_YEAR = 365 * 86_400

/** An option's terms and the venue's quote of it. */
export type QuotedOption = {
  readonly right: 'call' | 'put'
  readonly strike: number
  /** Unix seconds. */
  readonly expiry: number
  /** The venue's mark and delta, and the spot and volatility that they belong to. */
  readonly mark: number
  readonly delta: number
  readonly spot: number
  readonly volatility: number
}

/** Where the market stands. */
export type MarketNow = {
  readonly spot: number
  readonly volatility: number
  /** Continuous rate of option prices. */
  readonly interestRate: number
  /** Unix seconds. */
  readonly at: number
}

/**
 * The venue's mark and delta of an option at another spot or volatility: they keep their distance from
 * the model that the venue margins with, and where nothing moved they are the venue's own.
 */
export function optionQuoteNow(
  quoted: QuotedOption,
  now: MarketNow,
): { readonly mark: number; readonly delta: number } {
  const before = model(quoted, { ...now, spot: quoted.spot, volatility: quoted.volatility })
  const after = model(quoted, now)
  return {
    mark: quoted.mark + (after.price - before.price),
    delta: quoted.delta + (after.delta - before.delta),
  }
}

function model(
  { right, strike, expiry }: QuotedOption,
  { spot, volatility, interestRate, at }: MarketNow,
): { readonly price: number; readonly delta: number } {
  const years = Math.max(0, expiry - at) / SECONDS_PER_YEAR
  const forward = spot * exp(interestRate * years)
  const total = volatility * Math.sqrt(years)
  const isCall = right === 'call'
  return {
    price: exp(-interestRate * years) * optionPrice(true, isCall, forward, strike, total),
    delta: optionDelta(true, isCall, forward, strike, total),
  }
}
