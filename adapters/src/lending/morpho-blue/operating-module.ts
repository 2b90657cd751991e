import {
  type LiquidationOutcome,
  type LiquidationRequest,
  type Operation,
  OperationError,
  type VenueModule,
  type VenueState,
} from '@plimsoll/model'
import { toSharesDown } from './arithmetic.js'
import { LEG, marginStateOf, marketOf, venueStateOf } from './bridge.js'
import { findLiquidation, type LiquidationCall, liquidationCall } from './liquidation.js'
import { accrued, borrowTotal } from './margin.js'
import { morphoBlueModule } from './module.js'
import {
  borrow,
  repay,
  supply,
  supplyCollateral,
  withdraw,
  withdrawCollateral,
} from './operations.js'
import { type AmountOperation, definite, sideOf } from './side.js'
import type { MarginState } from './state.js'

/**
 * `morphoBlueModule` with what transactions do: supply and withdraw (collateral, or the loan asset as a
 * lender), borrow, repay, liquidation. Pass it in place of the adapter's own module to plan, and to ask
 * what if.
 */
export const morphoBlueWithOperations: VenueModule = {
  ...morphoBlueModule,
  liquidate,
  operations: ['supply', 'withdraw', 'borrow', 'repay'],
  apply,
}

function liquidate(venue: VenueState, request: LiquidationRequest): LiquidationOutcome {
  const state = marginStateOf(venue)
  if (!request.debt.startsWith(LEG.debt) || !request.collateral.startsWith(LEG.collateral)) {
    throw new OperationError(
      `A position has one debt and one collateral to liquidate. Pass the ids of those legs: ${venue.account.legs.map(({ id }) => id).join(', ')}.`,
    )
  }
  const call = callOf(state, request.repay)
  const result = liquidationCall(state, call)
  if (!result.ok) {
    throw new OperationError(
      `Morpho would revert the liquidation: ${result.reason}. Choose another amount.`,
    )
  }
  return {
    repaid: result.repaidAssets,
    seized: result.seizedAssets,
    protocolFee: 0n,
    badDebt: result.badDebtAssets > 0n ? { [request.debt]: result.badDebtAssets } : {},
    after: venueStateOf(venue, result.after),
  }
}

/** The most that one call can liquidate, or as many shares as an amount pays for. */
function callOf(state: MarginState, amount: bigint | 'max'): LiquidationCall {
  const least: LiquidationCall = { seizedAssets: 0n, repaidShares: 1n }
  if (amount === 'max') return findLiquidation(state) ?? least
  const total = borrowTotal(accrued(state.market, state.at))
  return { seizedAssets: 0n, repaidShares: toSharesDown(amount, total) }
}

function apply(venue: VenueState, operation: Operation): VenueState {
  if (operation.kind === 'set-mode') {
    throw new OperationError(
      `A position in a market has no modes, and cannot set "${operation.mode}". Choose another operation.`,
    )
  }
  return venueStateOf(venue, after(venue, operation))
}

function after(venue: VenueState, operation: AmountOperation): MarginState {
  const state = marginStateOf(venue)
  const { kind, amount } = operation
  const { loan, collateral } = marketOf(venue)
  const isCollateral = sideOf(operation, loan.asset, collateral?.asset ?? null) === 'collateral'
  switch (kind) {
    case 'supply': {
      const assets = definite(operation)
      return isCollateral ? supplyCollateral(state, assets) : supply(state, { assets })
    }
    case 'withdraw':
      return isCollateral
        ? withdrawCollateral(state, amount === 'max' ? state.collateral : amount)
        : withdraw(state, amount === 'max' ? { shares: state.supplyShares } : { assets: amount })
    case 'borrow':
      return borrow(state, { assets: definite(operation) })
    case 'repay':
      return repay(state, amount === 'max' ? { shares: state.borrowShares } : { assets: amount })
  }
}
