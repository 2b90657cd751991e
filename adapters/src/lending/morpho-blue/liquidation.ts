import { mulDivDown, mulDivUp } from '@plimsoll/model'
import {
  floorSubtract,
  liquidationIncentiveFactor,
  ORACLE_PRICE_SCALE,
  smaller,
  toAssetsDown,
  toAssetsUp,
  toSharesUp,
  WAD,
} from './arithmetic.js'
import { borrowTotal, overflows, positionValue } from './margin.js'
import type { MarginState, MarketState } from './state.js'

/** A call of `liquidate`: collateral to seize, or debt shares to repay. */
export type LiquidationCall =
  | { readonly seizedAssets: bigint; readonly repaidShares: 0n }
  | { readonly seizedAssets: 0n; readonly repaidShares: bigint }

export type LiquidationResult =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true
      readonly repaidAssets: bigint
      readonly repaidShares: bigint
      readonly seizedAssets: bigint
      /** Debt written off, which the market's lenders bear. */
      readonly badDebtAssets: bigint
      readonly badDebtShares: bigint
      readonly after: MarginState
    }

/** What a call of `liquidate` does, or why it reverts. */
export function liquidationCall(state: MarginState, call: LiquidationCall): LiquidationResult {
  const refused = (reason: string): LiquidationResult => ({ ok: false, reason })
  if (call.seizedAssets > 0n === call.repaidShares > 0n) {
    return refused('exactly one of seized assets and repaid shares must be above 0')
  }
  if (overflows(state)) return refused('the oracle price overflows')
  const { isHealthy, market } = positionValue(state)
  if (isHealthy) return refused('position is healthy')
  if (state.price === 0n && call.repaidShares > 0n) return refused('the oracle price is 0')
  const total = borrowTotal(market)
  const { repaidShares, seizedAssets } = exchanged(state, market, call)
  if (repaidShares > state.borrowShares) return refused('more debt shares than are owed')
  if (seizedAssets > state.collateral) return refused('more collateral than there is')
  const repaidAssets = toAssetsUp(repaidShares, total)
  const after = settled(state, market, { repaidShares, repaidAssets, seizedAssets })
  return { ok: true, repaidAssets, repaidShares, seizedAssets, ...after }
}

/** Seized collateral for repaid shares, whichever of both the call names. */
function exchanged(
  { price }: MarginState,
  market: MarketState,
  { seizedAssets, repaidShares }: LiquidationCall,
): { readonly seizedAssets: bigint; readonly repaidShares: bigint } {
  const factor = liquidationIncentiveFactor(market.lltv)
  const total = borrowTotal(market)
  if (seizedAssets > 0n) {
    const quoted = mulDivUp(seizedAssets, price, ORACLE_PRICE_SCALE)
    return { seizedAssets, repaidShares: toSharesUp(mulDivUp(quoted, WAD, factor), total) }
  }
  const withIncentive = mulDivDown(toAssetsDown(repaidShares, total), factor, WAD)
  return { repaidShares, seizedAssets: mulDivDown(withIncentive, ORACLE_PRICE_SCALE, price) }
}

type Exchange = {
  readonly repaidShares: bigint
  readonly repaidAssets: bigint
  readonly seizedAssets: bigint
}

function settled(
  state: MarginState,
  market: MarketState,
  { repaidShares, repaidAssets, seizedAssets }: Exchange,
): {
  readonly badDebtAssets: bigint
  readonly badDebtShares: bigint
  readonly after: MarginState
} {
  const repaid = {
    assets: floorSubtract(market.totalBorrowAssets, repaidAssets),
    shares: market.totalBorrowShares - repaidShares,
  }
  const collateral = state.collateral - seizedAssets
  const borrowShares = state.borrowShares - repaidShares
  // Without collateral nobody will repay the rest: the lenders bear it at once.
  const badDebtShares = collateral === 0n ? borrowShares : 0n
  const owed = toAssetsUp(badDebtShares, repaid)
  const badDebtAssets = smaller(owed, repaid.assets)
  return {
    badDebtAssets,
    badDebtShares,
    after: {
      ...state,
      collateral,
      borrowShares: borrowShares - badDebtShares,
      market: {
        ...market,
        totalBorrowAssets: repaid.assets - badDebtAssets,
        totalBorrowShares: repaid.shares - badDebtShares,
        totalSupplyAssets: market.totalSupplyAssets - badDebtAssets,
      },
    },
  }
}

/**
 * A call that liquidates the most that one call can; null when none succeeds: all the debt if the
 * collateral pays for it, else all the collateral, else the least.
 */
export function findLiquidation(state: MarginState): LiquidationCall | null {
  const { borrowShares, collateral } = state
  const calls: readonly LiquidationCall[] = [
    { seizedAssets: 0n, repaidShares: borrowShares },
    { seizedAssets: collateral, repaidShares: 0n },
    { seizedAssets: 0n, repaidShares: 1n },
    { seizedAssets: 1n, repaidShares: 0n },
  ]
  return calls.find((call) => liquidationCall(state, call).ok) ?? null
}
