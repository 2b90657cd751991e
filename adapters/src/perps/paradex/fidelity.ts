import type { Fidelity } from '@plimsoll/model'

/**
 * How far each mode can be trusted: portfolios of the venue's own engine that are reproduced here within
 * 1e-12 (README, "Truth").
 */
export const FIDELITY: { readonly [mode in 'cross' | 'portfolio' | 'isolated']: Fidelity } = {
  cross: { grade: 'verified', cases: 78 },
  portfolio: { grade: 'verified', cases: 71 },
  /** Cross margin over one market: the portfolios that hold one. No isolated account is recorded. */
  isolated: { grade: 'verified', cases: 16 },
}
