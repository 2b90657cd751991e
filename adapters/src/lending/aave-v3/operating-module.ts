import {
  type LiquidationOutcome,
  type LiquidationRequest,
  type Operation,
  OperationError,
  type VenueModule,
  type VenueState,
} from '@plimsoll/model'
import { EMODE, marginStateOf } from './bridge.js'
import { liquidationCall } from './liquidation.js'
import { aaveV3Module } from './module.js'
import { borrow, repay, setEMode, supply, withdraw } from './operations.js'
import type { MarginState } from './state.js'
import { venueStateOf } from './write-back.js'

/**
 * `aaveV3Module` with what transactions do: supply, withdraw, borrow, repay, e-mode, liquidation.
 * Pass it in place of the adapter's own module to plan, and to ask what if.
 */
export const aaveV3WithOperations: VenueModule = {
  ...aaveV3Module,
  liquidate,
  operations: ['supply', 'withdraw', 'borrow', 'repay', 'set-mode'],
  apply,
}

function liquidate(venue: VenueState, request: LiquidationRequest): LiquidationOutcome {
  const state = marginStateOf(venue)
  const assetOf = (id: string): string => {
    const leg = venue.account.legs.find((candidate) => candidate.id === id)
    if (leg !== undefined) return leg.asset
    throw new OperationError(
      `The account has no leg "${id}". Choose one of ${venue.account.legs.map((candidate) => candidate.id).join(', ')}.`,
    )
  }
  const debtAsset = assetOf(request.debt)
  const result = liquidationCall(state, {
    collateralAsset: assetOf(request.collateral),
    debtAsset,
    debtToCover: request.repay,
    receiveAToken: false,
  })
  if (!result.ok) {
    throw new OperationError(
      `The pool would revert the liquidation: ${result.reason}. Choose another pair of legs or another amount.`,
    )
  }
  const legOf = new Map(
    venue.account.legs.flatMap(({ kind, asset, id }) =>
      kind === 'debt' ? [[asset as string, id]] : [],
    ),
  )
  return {
    repaid: result.repaid,
    seized: result.seized,
    protocolFee: result.protocolFee,
    badDebt: Object.fromEntries(
      Object.entries(result.deficit).map(([asset, amount]) => [legOf.get(asset) ?? asset, amount]),
    ),
    after: venueStateOf(venue, result.after),
  }
}

function apply(venue: VenueState, operation: Operation): VenueState {
  return venueStateOf(venue, after(venue, operation))
}

function after(venue: VenueState, operation: Operation): MarginState {
  const state = marginStateOf(venue)
  if (operation.kind === 'set-mode') {
    if (operation.mode !== EMODE || !/^\d{1,3}$/.test(operation.value)) {
      throw new OperationError(
        `Mode "${operation.mode}" cannot be set to "${operation.value}": the account has the mode "${EMODE}" with the numbers of categories, 0 for none.`,
      )
    }
    return setEMode(state, marginStateOf(venue, operation.value))
  }
  const { kind, asset, amount } = operation
  switch (kind) {
    case 'withdraw':
      return withdraw(state, asset, amount)
    case 'repay':
      return repay(state, asset, amount)
    case 'supply':
      return supply(state, asset, definite(kind, amount))
    case 'borrow':
      return borrow(state, asset, definite(kind, amount))
  }
}

function definite(kind: string, amount: bigint | 'max'): bigint {
  if (amount !== 'max') return amount
  throw new OperationError(
    `"max" has no meaning to this pool for ${kind}. Pass an amount in raw units of the asset.`,
  )
}
