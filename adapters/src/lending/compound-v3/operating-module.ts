import {
  type LiquidationOutcome,
  type LiquidationRequest,
  type Operation,
  OperationError,
  type VenueModule,
  type VenueState,
} from '@plimsoll/model'
import { LEG, legIdOf, marginStateOf, marketOf, venueStateOf } from './bridge.js'
import { absorb } from './liquidation.js'
import { accountValue } from './margin.js'
import { compoundV3Module } from './module.js'
import { supplyBase, supplyCollateral, withdrawBase, withdrawCollateral } from './operations.js'
import { type AmountOperation, definite, sideOf } from './side.js'
import type { MarginState } from './state.js'

/**
 * `compoundV3Module` with what transactions do: supply and withdraw, of collateral and of the base token
 * (which repays and borrows), and absorption. Pass it in place of the adapter's own module to plan, and
 * to ask what if.
 */
export const compoundV3WithOperations: VenueModule = {
  ...compoundV3Module,
  liquidate,
  operations: ['supply', 'withdraw', 'borrow', 'repay'],
  apply,
}

/** An absorption takes all collateral and all debt at once: the request names one leg of each. */
function liquidate(
  venue: VenueState,
  { debt, collateral, repay }: LiquidationRequest,
): LiquidationOutcome {
  const state = marginStateOf(venue)
  const market = marketOf(venue)
  const index = market.collateral.findIndex(
    (token) => legIdOf(LEG.collateral, token) === collateral,
  )
  if (debt !== legIdOf(LEG.debt, market.baseToken) || index < 0) {
    throw new OperationError(
      `An account has one debt, and some collateral. Pass the ids of two of its legs: ${venue.account.legs.map(({ id }) => id).join(', ')}.`,
    )
  }
  if (repay !== 'max') {
    throw new OperationError(
      'An absorption takes the whole account: no part of the debt can be repaid for it. Pass "max".',
    )
  }
  const result = absorb(state)
  if (!result.ok) {
    throw new OperationError(
      `The market would revert the absorption: ${result.reason}. Ask again at another price or time.`,
    )
  }
  return {
    repaid: accountValue(state).borrowed - result.badDebt,
    seized: result.seized[index] ?? 0n,
    protocolFee: 0n,
    badDebt: result.badDebt > 0n ? { [debt]: result.badDebt } : {},
    after: venueStateOf(venue, result.after),
  }
}

function apply(venue: VenueState, operation: Operation): VenueState {
  if (operation.kind === 'set-mode') {
    throw new OperationError(
      `An account in a market has no modes, and cannot set "${operation.mode}". Choose another operation.`,
    )
  }
  return venueStateOf(venue, after(venue, operation))
}

function after(venue: VenueState, operation: AmountOperation): MarginState {
  const state = marginStateOf(venue)
  const { kind, amount } = operation
  const side = sideOf(operation, marketOf(venue))
  const isSupply = kind === 'supply' || kind === 'repay'
  if (side.kind === 'collateral') {
    return isSupply
      ? supplyCollateral(state, side.index, definite(operation))
      : withdrawCollateral(state, side.index, amount)
  }
  if (isSupply) return supplyBase(state, amount)
  return withdrawBase(state, kind === 'borrow' ? definite(operation) : amount)
}
