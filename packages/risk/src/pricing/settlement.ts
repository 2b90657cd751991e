import { PricingError } from '../errors.js'

/** The price that an expiry settles at, split into what still moves and what is already averaged. */
export type SettlementForward = {
  /** Numeraire; a shock multiplies it. */
  readonly variable: number
  /** Numeraire; realised, no shock moves it. */
  readonly fixed: number
}

/** An expiry that settles at the time-weighted average of the last `windowSeconds`. */
export type SettlementWindow = {
  /** Live forward, in the numeraire. */
  readonly forward: number
  /** Seconds to expiry; 0 or less is expired. */
  readonly secondsToExpiry: number
  /** Length of the averaging window before expiry, in seconds; 0: settles at the last price. */
  readonly windowSeconds: number
  /**
   * Average price over the part of the window that has passed, in the numeraire; null before the
   * window begins.
   */
  readonly realisedAverage: number | null
}

/**
 * Splits the settlement forward of an expiry: with t seconds left of a window of W, the share
 * (W − t)/W is realised and fixed, the rest follows the live forward, so that delta decays linearly
 * in the window. Before the window nothing is fixed; at expiry everything is.
 *
 * @example
 * settlementForward({
 *   forward: 61_000, secondsToExpiry: 600, windowSeconds: 1_800, realisedAverage: 60_000,
 * }) // { variable: 20333.333333333332, fixed: 40000 }
 *
 * @throws PricingError when a number is not usable, or a share is realised and its average missing.
 */
export function settlementForward(window: SettlementWindow): SettlementForward {
  const { forward, secondsToExpiry, windowSeconds, realisedAverage } = window
  if (!price(forward) || !price(windowSeconds) || Number.isNaN(secondsToExpiry)) {
    throw new PricingError(
      `Cannot settle at forward ${forward} with ${secondsToExpiry} seconds left of a window of ${windowSeconds}: forward and window must be finite and not negative. Check the feed and the expiry.`,
    )
  }
  const left = Math.max(0, secondsToExpiry)
  if (left >= windowSeconds) return { variable: forward, fixed: 0 }
  if (realisedAverage === null || !price(realisedAverage)) {
    throw new PricingError(
      `The averaging window has ${left} of ${windowSeconds} seconds left, and the average so far is ${realisedAverage}. Read the realised average of the settlement price; the live forward alone misstates the delta.`,
    )
  }
  return {
    variable: (forward * left) / windowSeconds,
    fixed: (realisedAverage * (windowSeconds - left)) / windowSeconds,
  }
}

/** Settlement forward under a relative shock of the live price: variable·(1 + shock) + fixed. */
export function shockedForward({ variable, fixed }: SettlementForward, shock: number): number {
  return variable * (1 + shock) + fixed
}

/**
 * Share of a delta in the settlement forward that the live price still carries:
 * ∂(settlement forward)/∂(live forward), 1 before the window and 0 at expiry.
 */
export function liveDeltaShare(
  window: Pick<SettlementWindow, 'secondsToExpiry' | 'windowSeconds'>,
): number {
  const { secondsToExpiry, windowSeconds } = window
  if (secondsToExpiry >= windowSeconds) return secondsToExpiry > 0 ? 1 : 0
  return Math.max(0, secondsToExpiry) / windowSeconds
}

function price(value: number): boolean {
  return value >= 0 && value < Infinity
}
