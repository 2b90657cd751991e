import { PricingError } from '../errors.js'
import { logRatio } from './log.js'
import type { SviSlice } from './svi.js'
import { sviVolatility } from './svi.js'

/** Quoted volatilities of one expiry. */
export type QuotedSmile = {
  /** Forward that the quotes were made on, in the numeraire. */
  readonly forward: number
  /** Ascending, none twice. */
  readonly strikes: readonly number[]
  /** Annualised, as fractions, one a strike. */
  readonly volatilities: readonly number[]
}

/** The volatilities of one expiry: a fitted curve or quotes. */
export type VolatilitySlice =
  | { readonly kind: 'svi'; readonly svi: SviSlice }
  | { readonly kind: 'quotes'; readonly quotes: QuotedSmile }

/**
 * What stays the same when the forward moves: the volatility of a strike (as venues margin), or that
 * of a moneyness K/F.
 */
export type Stickiness = 'strike' | 'moneyness'

/**
 * Volatility of a strike among quotes of one expiry: σ² is linear in ln K between two quoted strikes
 * (total variance linear in log-moneyness), and that of the nearest quote outside them.
 *
 * @example
 * quotedVolatility({ forward: 100, strikes: [90, 110], volatilities: [0.6, 0.5] }, 110) // 0.5
 *
 * @throws PricingError when the strike or the quotes are not usable.
 */
export function quotedVolatility(quotes: QuotedSmile, strike: number): number {
  const { strikes, volatilities } = quotes
  if (volatilities.length !== strikes.length) {
    throw new PricingError(
      `There are ${strikes.length} strikes and ${volatilities.length} volatilities. Give one volatility a strike.`,
    )
  }
  if (!(strike > 0 && strike < Infinity)) {
    throw new PricingError(`No volatility is quoted at strike ${strike}. Give a positive strike.`)
  }
  const above = countBelow(strikes, strike)
  const right = quoteAt(quotes, Math.min(above, strikes.length - 1))
  if (above === 0 || above === strikes.length || right.strike === strike) return right.volatility
  const left = quoteAt(quotes, above - 1)
  const share = logRatio(strike, left.strike) / logRatio(right.strike, left.strike)
  const low = left.volatility * left.volatility
  return Math.sqrt(low + share * (right.volatility * right.volatility - low))
}

/**
 * Volatility of a strike on a slice while the forward stands at `forward`. Sticky strike reads the
 * slice at K; sticky moneyness at the strike that had the same K/F on the slice's own forward.
 *
 * @throws PricingError when an input is not usable or the curve is negative there.
 */
export function sliceVolatility(
  slice: VolatilitySlice,
  strike: number,
  forward: number,
  stickiness: Stickiness,
): number {
  const own = slice.kind === 'svi' ? slice.svi.forward : slice.quotes.forward
  const at = stickiness === 'strike' ? strike : (strike / forward) * own
  return slice.kind === 'svi' ? sviVolatility(slice.svi, at) : quotedVolatility(slice.quotes, at)
}

/** How many strikes are below one. */
function countBelow(strikes: readonly number[], strike: number): number {
  let below = 0
  let previous = 0
  for (const each of strikes) {
    if (!(each > previous)) {
      throw new PricingError(
        `Strike ${each} follows ${previous} among the quotes. Sort the quotes by positive strike, none twice.`,
      )
    }
    previous = each
    if (each < strike) below += 1
  }
  return below
}

function quoteAt(
  { strikes, volatilities }: QuotedSmile,
  index: number,
): { readonly strike: number; readonly volatility: number } {
  const strike = strikes[index]
  const volatility = volatilities[index]
  if (
    strike === undefined ||
    volatility === undefined ||
    !(volatility >= 0 && volatility < Infinity)
  ) {
    throw new PricingError(
      `Quote ${index} has strike ${strike} and volatility ${volatility}. Give at least one quote, each with a finite volatility that is not negative.`,
    )
  }
  return { strike, volatility }
}
