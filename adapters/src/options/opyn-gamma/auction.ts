import { MarginInputError, requireUsable } from '../book.js'

/** How long the price of a debt rises, seconds. */
export const AUCTION_SECONDS: number = 3_600

/** A naked vault below its requirement. */
export type AuctionedVault = {
  readonly right: 'call' | 'put'
  readonly strike: number
  /** Price of the underlying in the round that started the auction. */
  readonly spot: number
  /** Collateral of the vault: the strike asset for a put, the underlying for a call. */
  readonly collateral: number
  /** Options sold by the vault; positive. */
  readonly debt: number
  /** Deviation that the oracle tolerates, as a fraction of spot. */
  readonly oracleDeviation: number
}

/**
 * Collateral that a liquidator receives for each option he returns: it rises linearly over
 * {@link AUCTION_SECONDS} from `max(cash value − deviation·S, 0)` (over S for a call) to
 * `collateral ÷ debt`, which it never exceeds.
 *
 * Formula: `MarginCalculator._getDebtPrice`, without its rounding to the collateral's decimals.
 *
 * @param elapsedSeconds since the time of the oracle round; not negative
 *
 * @example
 * debtPrice(
 *   { right: 'put', strike: 2000, spot: 1500, collateral: 650, debt: 1, oracleDeviation: 0.05 },
 *   1800,
 * ) // 537.5
 *
 * @throws MarginInputError when a number is negative or not finite, or debt or spot is 0.
 */
export function debtPrice(vault: AuctionedVault, elapsedSeconds: number): number {
  const { right, strike, spot, collateral, debt, oracleDeviation } = vault
  requireUsable({ strike, spot, collateral, debt, oracleDeviation, elapsedSeconds })
  if (debt === 0 || spot === 0) {
    throw new MarginInputError(
      `An auction needs a debt and a spot price above 0, not ${debt} and ${spot}. Check the vault.`,
    )
  }
  const end = collateral / debt
  if (elapsedSeconds >= AUCTION_SECONDS) return end
  const cash = Math.max(right === 'put' ? strike - spot : spot - strike, 0)
  const certain = Math.max(cash - oracleDeviation * spot, 0)
  const start = right === 'put' ? certain : certain / spot
  return Math.min(start + ((end - start) * elapsedSeconds) / AUCTION_SECONDS, end)
}
