import type { Amount } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { exp, log } from '@plimsoll/risk'
import type {
  FeedsAnswer,
  ForwardPrint,
  PerpPrint,
  RatePrint,
  SpotPrint,
  SurfacePrint,
} from './answers.js'
import { FeedError } from './errors.js'
import { fromWeiNumber, toWei } from './fixed-point.js'

/** Longest age of any print: FEED_HEARTBEAT of docs.derive.xyz common-parameters (V3). */
export const FEED_HEARTBEAT_MS = 3_600_000

/** Options settle to the average of spot over the 30 minutes before expiry. */
const SETTLEMENT_WINDOW_SECONDS = 1800n

/** Unix milliseconds of a print: seconds would lie in 1970 if read as milliseconds. */
export function printTimeMs(timestamp: number): number {
  return timestamp < 100_000_000_000 ? timestamp * 1000 : timestamp
}

/** The prints of one currency. */
export type CurrencyFeeds = {
  readonly currency: string
  readonly spot: SpotPrint
  readonly perps: { readonly [type: string]: PerpPrint }
  readonly forwards: { readonly [expiry: string]: ForwardPrint }
  readonly rates: { readonly [expiry: string]: RatePrint }
  readonly surfaces: { readonly [expiry: string]: SurfacePrint }
}

/** The prints of a currency out of an answer. @throws FeedError when it has no positive spot price */
export function currencyFeeds(answer: FeedsAnswer, currency: string): CurrencyFeeds {
  const spot = answer.spot_data[currency]
  if (spot === undefined || spot.price.raw === 0n) throw missing('spot price', currency)
  return {
    currency,
    spot,
    perps: answer.perp_data[currency] ?? {},
    forwards: answer.fwd_data[currency] ?? {},
    rates: answer.rate_data[currency] ?? {},
    surfaces: answer.vol_data[currency] ?? {},
  }
}

/** The perp's print (`P`; `A` and `B` are impact prices). @throws FeedError */
export function perpPrint({ perps, currency }: CurrencyFeeds): PerpPrint {
  const print = perps.P
  if (print === undefined) throw missing('perp price', currency)
  return print
}

/** The forward's print of an expiry. @throws FeedError */
export function forwardPrint({ forwards, currency }: CurrencyFeeds, expiry: number): ForwardPrint {
  const print = forwards[expiry]
  if (print === undefined) throw missing(`forward to ${expiry}`, currency)
  return print
}

/** The volatility surface's print of an expiry. @throws FeedError */
export function surfacePrint({ surfaces, currency }: CurrencyFeeds, expiry: number): SurfacePrint {
  const print = surfaces[expiry]
  if (print === undefined) throw missing(`volatility surface of ${expiry}`, currency)
  return print
}

/** A forward taken apart: what moves with spot, and what the settlement average has already fixed. */
export type Forward = { readonly variable: bigint; readonly fixed: bigint }

/**
 * The forward of an expiry at a spot price, in 18 decimals: spot + difference, until the averaging
 * window opens; inside it the elapsed part is the realised average (LyraForwardFeed of
 * derivexyz/v2-core 7736900, read).
 *
 * @throws FeedError when the forward is not positive.
 */
export function forwardAt(spot: bigint, print: ForwardPrint, expiry: number): Forward {
  const whole = spot + toWei(print.fwd_diff)
  const left = BigInt(expiry - Math.floor(printTimeMs(print.timestamp) / 1000))
  const forward =
    left >= SETTLEMENT_WINDOW_SECONDS
      ? { variable: whole, fixed: 0n }
      : {
          variable: (whole * (left > 0n ? left : 0n)) / SETTLEMENT_WINDOW_SECONDS,
          fixed:
            (toWei(print.spot_aggregate_latest) - toWei(print.spot_aggregate_start)) /
            SETTLEMENT_WINDOW_SECONDS,
        }
  if (whole <= 0n || forward.fixed < 0n || forward.variable + forward.fixed <= 0n) {
    throw new FeedError(
      `Derive's forward to ${expiry} comes to ${fromWeiNumber(forward.variable + forward.fixed)}, which cannot be a price. Read again; report the venue if it stays.`,
    )
  }
  return forward
}

/** Largest total variance that the venue's surface may give. */
const MAX_VARIANCE = 144

/**
 * Annualised volatility of a strike: w = a + b·(ρ·(k − m) + √((k − m)² + σ²)), k = ln(K ÷ F) held
 * within ±4·√(a + b·σ); σ_K = √(w ÷ τ). F and τ are the print's own, so that the volatility of a
 * strike does not move with spot (J. Gatheral's SVI, as LyraVolFeed of derivexyz/v2-core 7736900).
 *
 * @throws FeedError when the surface gives no variance at the strike.
 */
export function strikeVolatility({ vol_data }: SurfacePrint, strike: Amount): number {
  const [a, b, m, rho, sigma, forward, tau, price] = [
    vol_data.SVI_a,
    vol_data.SVI_b,
    vol_data.SVI_m,
    vol_data.SVI_rho,
    vol_data.SVI_sigma,
    vol_data.SVI_fwd,
    vol_data.SVI_refTau,
    strike,
  ].map(toNumber) as [number, number, number, number, number, number, number, number]
  const reach = 4 * Math.sqrt(a + b * sigma)
  const moneyness = log(price / forward)
  const offset = Math.max(-reach, Math.min(reach, moneyness)) - m
  const variance = a + b * (rho * offset + Math.sqrt(offset * offset + sigma * sigma))
  const volatility = Math.sqrt(Math.min(variance, MAX_VARIANCE) / tau)
  if (!Number.isFinite(volatility)) {
    throw new FeedError(
      `Derive's volatility surface gives a variance of ${variance} over ${tau} years at strike ${price}. Read again; report the venue if it stays.`,
    )
  }
  return volatility
}

/** Discount factor from `at` (unix seconds) to an expiry; 1 where the venue prints no rate. */
export function discountFactor({ rates }: CurrencyFeeds, expiry: number, at: number): number {
  const rate = rates[expiry]
  if (rate === undefined) return 1
  return exp(-Math.max(0, toNumber(rate.rate)) * yearsTo(expiry, at))
}

const SECONDS_PER_YEAR = 365 * 86_400

/** Years of 365 days from `at` to an expiry, both unix seconds; not negative. */
export function yearsTo(expiry: number, at: number): number {
  return Math.max(0, expiry - at) / SECONDS_PER_YEAR
}

function missing(what: string, currency: string): FeedError {
  return new FeedError(
    `Derive's oracle feeds have no ${what} for ${currency}. Read again; an expired option settles within the hour.`,
  )
}
