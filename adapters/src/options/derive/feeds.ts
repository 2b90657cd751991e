import type { Amount } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import type { SviLimits, SviSlice } from '@plimsoll/risk/pricing'
import { exp, sviVolatility } from '@plimsoll/risk/pricing'
import type {
  FeedsAnswer,
  ForwardPrint,
  PerpPrint,
  Print,
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
export const printTimeMs = ({ timestamp }: Print): number =>
  timestamp < 100_000_000_000 ? timestamp * 1000 : timestamp

/** The prints of one currency. */
export type CurrencyFeeds = {
  readonly spot: SpotPrint
  readonly perps: { readonly [type: string]: PerpPrint }
  readonly forwards: { readonly [expiry: string]: ForwardPrint }
  readonly rates: { readonly [expiry: string]: RatePrint }
  readonly surfaces: { readonly [expiry: string]: SurfacePrint }
}

/** The prints of a currency out of an answer. @throws FeedError when it has no spot price */
export function currencyFeeds(answer: FeedsAnswer, currency: string): CurrencyFeeds {
  return {
    spot: needed(answer.spot_data, currency, `spot price of ${currency}`),
    perps: answer.perp_data[currency] ?? {},
    forwards: answer.fwd_data[currency] ?? {},
    rates: answer.rate_data[currency] ?? {},
    surfaces: answer.vol_data[currency] ?? {},
  }
}

/** A print by its key: perp type (`P`; `A` and `B` are impact prices) or expiry. @throws FeedError */
export function needed<Kind extends Print>(
  prints: { readonly [key: string]: Kind },
  key: string | number,
  what: string,
): Kind {
  const print = prints[key]
  if (print !== undefined) return print
  throw new FeedError(
    `Derive's oracle feeds have no ${what}. Read again; an expired option settles within the hour.`,
  )
}

/**
 * A print that is not older than the venue lets it be: past that, nothing may be computed from it.
 *
 * @param nowMs unix milliseconds
 * @throws FeedError
 */
export function fresh<Kind extends Print>(print: Kind, nowMs: number, what: string): Kind {
  const age = nowMs - printTimeMs(print)
  if (age <= FEED_HEARTBEAT_MS) return print
  throw new FeedError(
    `Derive's ${what} is ${Math.round(age / 1000)} s old, beyond the ${FEED_HEARTBEAT_MS / 1000} s that its feeds may be. Read again; until then what rests on it is unknown.`,
  )
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
  const left = BigInt(expiry - Math.floor(printTimeMs(print) / 1000))
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

/** Bounds that the venue's contract puts on its curve. */
const LIMITS: SviLimits = { standardDeviations: 4, totalVariance: 144 }

/** The volatility curve of a print, with its own forward and time (LyraVolFeed of derivexyz/v2-core 7736900). */
export function curveOf({ vol_data }: SurfacePrint): SviSlice & { readonly limits: SviLimits } {
  return {
    a: toNumber(vol_data.SVI_a),
    b: toNumber(vol_data.SVI_b),
    rho: toNumber(vol_data.SVI_rho),
    m: toNumber(vol_data.SVI_m),
    sigma: toNumber(vol_data.SVI_sigma),
    forward: toNumber(vol_data.SVI_fwd),
    referenceYears: toNumber(vol_data.SVI_refTau),
    limits: LIMITS,
  }
}

/**
 * Annualised volatility of a strike: w = a + b·(ρ·(k − m) + √((k − m)² + σ²)), k = ln(K ÷ F) held
 * within ±4·√(a + b·σ); σ_K = √(w ÷ τ). F and τ are the print's own, so that the volatility of a
 * strike does not move with spot (J. Gatheral's SVI).
 *
 * @throws FeedError when the surface gives no variance at the strike.
 */
export function strikeVolatility(print: SurfacePrint, strike: Amount): number {
  const price = toNumber(strike)
  try {
    return sviVolatility(curveOf(print), price)
  } catch (cause) {
    throw new FeedError(
      `Derive's volatility surface gives no volatility at strike ${price}. Read again; report the venue if it stays.`,
      { cause },
    )
  }
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
