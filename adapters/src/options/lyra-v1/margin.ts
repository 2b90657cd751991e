import type { BookMargin, OptionBook } from '../book.js'
import { MarginInputError, requireOptionsOnly, requireUsable, requireUsableBook } from '../book.js'
import { venuePrice } from './price.js'

/** How a position is collateralised; longs are paid for and need nothing. */
export type LyraPositionKind = 'long' | 'short-call-base' | 'short-call-quote' | 'short-put-quote'

/** One position, which the venue margins on its own. */
export type LyraPosition = {
  readonly kind: LyraPositionKind
  readonly strike: number
  /** Years of 365 days to expiry. */
  readonly years: number
  /** Units of the underlying; not negative. */
  readonly amount: number
}

/** Parameters of a market, as `OptionGreekCache` holds them. */
export type LyraParameters = {
  /** Least collateral of a position in quote, whatever its size. */
  readonly minimumQuote: number
  /** Least collateral of a position in base, whatever its size. */
  readonly minimumBase: number
  /** Volatility up to the first point, and from the second point on; linear between them. */
  readonly shockVolatility: readonly [number, number]
  /** Days to expiry of both points. */
  readonly shockDays: readonly [number, number]
  /** Factors on spot for calls (≥ 1) and puts (≤ 1). */
  readonly callSpotShock: number
  readonly putSpotShock: number
  /** Continuous rate of risk-free interest and carry. */
  readonly rateAndCarry: number
}

/** The parameters of the recorded answers, an ETH market; a market's own are on its contract. */
export const LYRA_V1_RECORDED: LyraParameters = {
  minimumQuote: 200,
  minimumBase: 0.2,
  shockVolatility: [2.5, 1.8],
  shockDays: [14, 56],
  callSpotShock: 1.2,
  putSpotShock: 0.8,
  rateAndCarry: 0.05,
}

const DAYS_PER_YEAR = 365
/** Of interest over the life of an option, in units of e. */
const LARGEST_GROWTH = 80

/**
 * The volatility at which short options are priced: flat, then linear down, then flat.
 *
 * @param years years of 365 days to expiry
 *
 * @throws MarginInputError when a number is negative or not finite.
 */
export function shockVolatility(years: number, parameters: LyraParameters): number {
  const [early, late] = parameters.shockVolatility
  const [from, to] = parameters.shockDays
  requireUsable({ years, 'shock volatility': early, 'later shock volatility': late })
  const days = years * DAYS_PER_YEAR
  if (days <= from) return early
  if (days >= to) return late
  return early - ((early - late) * (days - from)) / (to - from)
}

/**
 * The least collateral that a position must hold, to open and not to be liquidated: its
 * Black-Scholes price at shocked spot and volatility, but not less than the static minimum, and not
 * more than full cover (`amount` in base; `amount × strike` for puts). In base for
 * `short-call-base`, in quote else; 0 for longs.
 *
 * Formula: `OptionGreekCache.getMinCollateral` of @lyrafinance/protocol 0.1.3-alpha.
 *
 * @example
 * minimumCollateral(
 *   { kind: 'short-put-quote', strike: 2000, years: 28 / 365, amount: 1 },
 *   2000,
 *   LYRA_V1_RECORDED,
 * ) // 664.490338021936
 *
 * @throws MarginInputError when an amount, price, time or parameter is negative or not finite, or rate
 * and time together are out of any range.
 */
export function minimumCollateral(
  { kind, strike, years, amount }: LyraPosition,
  spot: number,
  parameters: LyraParameters,
): number {
  const { minimumQuote, minimumBase, callSpotShock, putSpotShock, rateAndCarry } = parameters
  requireUsable({ strike, years, amount, spot, minimumQuote, minimumBase })
  requireUsable({ callSpotShock, putSpotShock, '|rate and carry|': Math.abs(rateAndCarry) })
  if (Math.abs(rateAndCarry) * years > LARGEST_GROWTH) {
    throw new MarginInputError(
      `A rate of ${rateAndCarry} over ${years} years leaves no present value of the strike. Give rates as fractions a year and time in years.`,
    )
  }
  if (kind === 'long' || amount === 0) return 0
  const isPut = kind === 'short-put-quote'
  const shockedSpot = spot * (isPut ? putSpotShock : callSpotShock)
  const worth =
    amount *
    venuePrice({
      right: isPut ? 'put' : 'call',
      spot: shockedSpot,
      strike,
      volatility: shockVolatility(years, parameters),
      years,
      rate: rateAndCarry,
    })
  switch (kind) {
    case 'short-call-base':
      return Math.min(Math.max(worth / shockedSpot, minimumBase), amount)
    case 'short-call-quote':
      return Math.max(worth, minimumQuote)
    case 'short-put-quote':
      return Math.min(Math.max(worth, minimumQuote), amount * strike)
  }
}

/**
 * What the venue would ask for a book, USD: the sum over its short options, since every position
 * stands alone; longs offset nothing. One figure is both initial and maintenance.
 *
 * @param callCollateral what short calls are backed with; base counts at spot
 *
 * @example
 * bookMargin({ spot: 2000, options, linear: [] }, LYRA_V1_RECORDED, 'quote').maintenance
 *
 * @throws MarginInputError when a number of the book or a parameter cannot be used, or the book holds
 * linear positions, which the venue does not offer.
 */
export function bookMargin(
  book: OptionBook,
  parameters: LyraParameters,
  callCollateral: 'base' | 'quote',
): BookMargin {
  requireUsableBook(book)
  requireOptionsOnly(book, 'Lyra v1')
  const callKind = callCollateral === 'base' ? 'short-call-base' : 'short-call-quote'
  let total = 0
  for (const { right, strike, years, size } of book.options) {
    const kind = size >= 0 ? 'long' : right === 'put' ? 'short-put-quote' : callKind
    const collateral = minimumCollateral(
      { kind, strike, years, amount: Math.abs(size) },
      book.spot,
      parameters,
    )
    total += kind === 'short-call-base' ? collateral * book.spot : collateral
  }
  return { initial: total, maintenance: total, notModelled: [] }
}
