import type { MarketResult } from '@plimsoll/client'
import type { MarketState } from '@plimsoll/model'
import { checkMarketState } from '@plimsoll/model'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'

/** The shipped state with the rows of a source in it. @throws InvalidMarketStateError */
export function stateWith(
  { histories, surfaces, depths, fundings }: MarketResult,
  nowMs: number,
): MarketState {
  const base = DEFAULT_MARKET_STATE
  return checkMarketState({
    ...base,
    asOfMs: Math.max(base.asOfMs, nowMs),
    expiresAtMs: Math.max(base.expiresAtMs, nowMs + 1),
    histories,
    surfaces,
    depths,
    fundings,
  })
}
