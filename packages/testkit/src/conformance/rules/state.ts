import type { MarginAccount, Portfolio, VenueState } from '@plimsoll/model'
import { asOfMs } from '@plimsoll/model'

/** One account of a portfolio with all that its rule reads, at the account's own instant. */
export function stateOf(portfolio: Portfolio, account: MarginAccount): VenueState {
  return {
    account,
    marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
    assets: new Map(portfolio.assets.map((asset) => [asset.id, asset])),
    shared: new Map(
      account.rule.shared.flatMap((key) => {
        const value = portfolio.shared[key]
        return value === undefined ? [] : [[key, value] as const]
      }),
    ),
    at: Math.floor(asOfMs(account.asOf) / 1000),
  }
}
