import type { FailurePoint, NearestFailure } from './failure.js'

/** The reverse stress test of one account. */
export type AccountFailure = { readonly account: string; readonly failure: NearestFailure }

/** The nearest liquidation in a portfolio, and of which account. */
export type PortfolioFailure =
  /** These accounts are liquidatable without any move, in the given order. */
  | { readonly kind: 'failed'; readonly accounts: readonly string[] }
  | { readonly kind: 'nearest'; readonly account: string; readonly nearest: FailurePoint }
  /** No account is liquidated within this many standard deviations, as far as the searches see. */
  | { readonly kind: 'none'; readonly searchedTo: number }
  /** An account is not known at a move nearer than any that is known to liquidate. */
  | { readonly kind: 'unknown'; readonly account: string; readonly distance: number }

/**
 * The nearest of the accounts' liquidations; of equals the first. Nothing is claimed beyond the shortest
 * search, nor beyond the nearest move at which an account is not known.
 *
 * @example
 * nearestInPortfolio([
 *   { account: 'a', failure: nearestFailure(a) },
 *   { account: 'b', failure: nearestFailure(b) },
 * ]) // { kind: 'nearest', account: 'b', nearest: { distance: 2.1, … } }
 */
export function nearestInPortfolio(accounts: readonly AccountFailure[]): PortfolioFailure {
  const failed = accounts.filter(({ failure }) => failure.kind === 'failed')
  if (failed.length > 0) return { kind: 'failed', accounts: failed.map(({ account }) => account) }
  let answer: PortfolioFailure = { kind: 'none', searchedTo: Infinity }
  let reach = Infinity
  for (const { account, failure } of accounts) {
    const distance = distanceOf(failure)
    if (!(distance < reach)) continue
    reach = distance
    if (failure.kind === 'nearest') answer = { kind: 'nearest', account, nearest: failure.nearest }
    else if (failure.kind === 'unknown') answer = { kind: 'unknown', account, distance }
    else answer = { kind: 'none', searchedTo: distance }
  }
  return answer
}

/** Standard deviations up to which the account is known to be safe. */
export function distanceOf(failure: NearestFailure): number {
  switch (failure.kind) {
    case 'failed':
      return 0
    case 'nearest':
      return failure.nearest.distance
    case 'none':
      return failure.searchedTo
    case 'unknown':
      return failure.distance
  }
}
