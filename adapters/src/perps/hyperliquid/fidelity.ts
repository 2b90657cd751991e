import type { Fidelity } from '@plimsoll/model'

/** Kinds of accounts that are trusted differently. */
type FidelityKey =
  | 'isolated'
  | 'standard'
  | 'unifiedAccount'
  | 'portfolioMargin'
  | 'dexAbstraction'
  | 'holdings'

/**
 * How far each kind of account can be trusted: numbers of the venue that its own recordings hold
 * and that are reproduced here within the rounding of the inputs (README, "Truth").
 */
export const FIDELITY: { readonly [key in FidelityKey]: Fidelity } = {
  /** Liquidation prices of isolated positions, one on a HIP-3 dex. */
  isolated: { grade: 'verified', cases: 48 },
  /** Cross liquidation prices under today's formula: two numbers and three nulls. */
  standard: { grade: 'verified', cases: 5 },
  unifiedAccount: { grade: 'verified', cases: 1 },
  /** One account that borrows, one that does not. */
  portfolioMargin: { grade: 'verified', cases: 2 },
  dexAbstraction: { grade: 'modelled' },
  /** Spot balances at the venue's mids. */
  holdings: { grade: 'modelled' },
}
