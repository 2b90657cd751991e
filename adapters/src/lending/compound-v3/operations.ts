import { OperationError } from '@plimsoll/model'
import {
  MAX_PRINCIPAL,
  MAX_TOTAL,
  MAX_UINT128,
  presentValue,
  principalValue,
} from './arithmetic.js'
import { repaidAndSupplied } from './liquidation.js'
import { accrued, isBorrowCollateralized } from './margin.js'
import type { Collateral, MarginState } from './state.js'

/** The state after base tokens are supplied: they repay debt first; `max` repays all. @throws OperationError when it would revert */
export function supplyBase(state: MarginState, amount: bigint | 'max'): MarginState {
  const what = 'supply of the base token'
  refuse(what, state.market.pauses.supply, 'supplying is paused')
  const market = accrued(state.market, state.at)
  const before = presentValue(state.principal, market)
  const owed = before < 0n ? -before : 0n
  return moveBase(what, { ...state, market }, amount === 'max' ? owed : amount)
}

/** The state after base tokens are withdrawn, or borrowed beyond what is lent; `max` withdraws all that is. @throws OperationError when it would revert */
export function withdrawBase(state: MarginState, amount: bigint | 'max'): MarginState {
  const what = 'withdrawal of the base token'
  refuse(what, state.market.pauses.withdraw, 'withdrawing is paused')
  const market = accrued(state.market, state.at)
  const before = presentValue(state.principal, market)
  const lent = before > 0n ? before : 0n
  const taken = amount === 'max' ? lent : amount
  refuse(what, taken < 0n, 'the amount is below 0')
  const after = moveBase(what, { ...state, market }, -taken)
  const owed = taken - before
  if (owed > 0n) {
    const least = market.baseBorrowMin
    refuse(what, owed < least, `${owed} would be owed where ${least} is the least`)
    requireCollateral(what, after)
  }
  refuse(what, taken > market.baseHeld, `the market holds only ${market.baseHeld}`)
  return after
}

/** Adds a signed amount to the base balance of a state that has accrued. */
function moveBase(what: string, state: MarginState, amount: bigint): MarginState {
  const { market } = state
  const principal = principalValue(presentValue(state.principal, market) + amount, market)
  const moved = repaidAndSupplied(state.principal, principal)
  // A supply that rounds to a lower principal changes the account, but no total.
  const isLost = amount >= 0n ? principal < state.principal : principal > state.principal
  const { repaid, supplied } = isLost ? { repaid: 0n, supplied: 0n } : moved
  const after = {
    ...state,
    principal,
    market: {
      ...market,
      totalSupply: market.totalSupply + supplied,
      totalBorrow: market.totalBorrow - repaid,
      baseHeld: market.baseHeld + amount,
    },
  }
  const { totalSupply, totalBorrow } = after.market
  const isStorable =
    principal <= MAX_PRINCIPAL && principal >= -MAX_PRINCIPAL && totalSupply <= MAX_TOTAL
  refuse(what, !isStorable || totalBorrow > MAX_TOTAL, 'it is more than the contract can store')
  refuse(what, totalSupply < 0n || totalBorrow < 0n, 'it is more than the market counts')
  return after
}

/** The state after collateral is supplied. No interest accrues. @throws OperationError when it would revert */
export function supplyCollateral(state: MarginState, index: number, amount: bigint): MarginState {
  const what = 'supply of collateral'
  refuse(what, state.market.pauses.supply, 'supplying is paused')
  refuse(what, amount < 0n || amount > MAX_UINT128, 'the amount does not fit the contract')
  return moveCollateral(state, index, amount, ({ totalSupplied, supplyCap }) => {
    refuse(
      what,
      totalSupplied > supplyCap,
      `${totalSupplied} would be supplied where the cap is ${supplyCap}`,
    )
  })
}

/** The state after collateral is withdrawn. No interest accrues. @throws OperationError when it would revert */
export function withdrawCollateral(
  state: MarginState,
  index: number,
  amount: bigint | 'max',
): MarginState {
  const what = 'withdrawal of collateral'
  refuse(what, state.market.pauses.withdraw, 'withdrawing is paused')
  const held = state.collateral[index]?.balance ?? 0n
  const taken = amount === 'max' ? held : amount
  refuse(what, taken < 0n || taken > held, `the account holds ${held}`)
  const after = moveCollateral(state, index, -taken, () => undefined)
  requireCollateral(what, after)
  return after
}

function moveCollateral(
  state: MarginState,
  index: number,
  amount: bigint,
  check: (asset: Collateral) => void,
): MarginState {
  const collateral = state.collateral.map((asset, at) => {
    if (at !== index) return asset
    const { balance, totalSupplied } = asset
    const after = {
      ...asset,
      balance: balance + amount,
      totalSupplied: totalSupplied + amount,
    }
    check(after)
    return after
  })
  return { ...state, collateral }
}

function requireCollateral(what: string, after: MarginState): void {
  refuse(what, !isBorrowCollateralized(after), 'the collateral left does not allow the debt')
}

function refuse(what: string, condition: boolean, reason: string): void {
  if (!condition) return
  throw new OperationError(
    `The market would revert the ${what}: ${reason}. Change the amount or do another operation first.`,
    { details: 'The owner’s wallet and allowances are not judged here.' },
  )
}
