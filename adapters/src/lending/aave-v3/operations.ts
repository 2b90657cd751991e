import { mulDivDown, OperationError } from '@plimsoll/model'
import { debtIndex, type Revision, revisionOf, supplyIndex, WAD } from './arithmetic.js'
import { ceilingUnits, changeIsolatedDebt, isolatedCollateral } from './isolation.js'
import { accrued } from './liquidation.js'
import { borrowableInEMode, ltvOf, userAccountData } from './margin.js'
import { hasNoPrice } from './refusal.js'
import type { MarginState, Position } from './state.js'
import { type TransactionRules, transactionRulesOf } from './transactions.js'

/** Reverts that depend on what the account's state does not hold are left to a simulation. */
const ELSEWHERE =
  'Supply and borrow caps, the pool’s liquidity and the owner’s wallet are not judged here.'

/**
 * The state after the owner supplies `amount` of an asset, at the state's time.
 *
 * @throws OperationError when the transaction would revert
 */
export function supply(state: MarginState, asset: string, amount: bigint): MarginState {
  const revision = revisionOf(state.pool.revision)
  const rules = transactionRulesOf(state.pool.revision)
  const position = positionOf(state, asset)
  const { reserve } = position
  requireOpen('supply', position)
  refuse('supply', reserve.frozen, 'the reserve is frozen')
  const scaled = rules.shares.scaledMintedSupply(amount, supplyIndex(reserve, state.at))
  refuse('supply', scaled <= 0n, `${amount} is too little to mint a share`)
  const becomesCollateral =
    position.scaledSupply === 0n && canBecomeCollateral(state, revision, position)
  return replace(state, {
    ...position,
    scaledSupply: position.scaledSupply + scaled,
    usedAsCollateral: position.usedAsCollateral || becomesCollateral,
    reserve: accrued(revision, position, state.at).reserve,
  })
}

/** A first supply is used as collateral on its own if it may be. */
function canBecomeCollateral(
  state: MarginState,
  revision: Revision,
  { reserve }: Position,
): boolean {
  if (ltvOf(revision, state.eMode, reserve) === 0n) return false
  return (
    !revision.isolation ||
    (reserve.debtCeiling === 0n && isolatedCollateral(state.positions) === null)
  )
}

/**
 * The state after the owner withdraws `amount`, or everything, of an asset.
 *
 * @throws OperationError when the transaction would revert
 */
export function withdraw(state: MarginState, asset: string, amount: bigint | 'max'): MarginState {
  const revision = revisionOf(state.pool.revision)
  const rules = transactionRulesOf(state.pool.revision)
  const position = positionOf(state, asset)
  const { reserve, scaledSupply } = position
  requireOpen('withdraw', position)
  const index = supplyIndex(reserve, state.at)
  const balance = revision.rounding.supplyBalance(scaledSupply, index)
  const byShare = rules.clearsSupplyBy === 'share'
  const withdrawn = amount === 'max' ? balance : amount
  const scaled =
    amount === 'max' && byShare ? scaledSupply : rules.shares.scaledBurntSupply(withdrawn, index)
  refuse('withdraw', scaled <= 0n, `${withdrawn} is too little to burn a share`)
  refuse(
    'withdraw',
    scaled > scaledSupply || (!byShare && withdrawn > balance),
    `the balance is ${balance}`,
  )
  const left = scaledSupply - scaled
  const cleared = byShare ? left === 0n : withdrawn === balance
  const after = replace(state, {
    ...position,
    scaledSupply: left,
    usedAsCollateral: position.usedAsCollateral && !cleared,
    reserve: accrued(revision, position, state.at).reserve,
  })
  if (!position.usedAsCollateral || !after.positions.some(({ borrowing }) => borrowing))
    return after
  const { hasZeroLtvCollateral } = requireHealthy('withdraw', after)
  const ltv = revision.zeroLtvOf === 'reserve' ? reserve.ltv : ltvOf(revision, state.eMode, reserve)
  refuse(
    'withdraw',
    hasZeroLtvCollateral && ltv !== 0n,
    'collateral with LTV 0 must be withdrawn first',
  )
  return after
}

/**
 * The state after the owner borrows `amount` of an asset at the variable rate.
 *
 * @throws OperationError when the transaction would revert
 */
export function borrow(state: MarginState, asset: string, amount: bigint): MarginState {
  const revision = revisionOf(state.pool.revision)
  const rules = transactionRulesOf(state.pool.revision)
  const position = positionOf(state, asset)
  requireBorrowable(state, position)
  if (revision.isolation) requireOutsideSilos(state, position)
  if (rules.borrowCheck === 'before') requireCover(state, rules, position, amount)

  const { at } = state
  const { reserve } = accrued(revision, position, at)
  // Without any debt the stored index was not brought forward, and new debt starts from it.
  const scaled = rules.shares.scaledMintedDebt(amount, reserve.variableBorrowIndex)
  refuse('borrow', amount <= 0n || scaled <= 0n, `${amount} is too little to mint a share of debt`)
  const isolated = revision.isolation ? isolatedCollateral(state.positions) : null
  let after = replace(state, {
    ...position,
    scaledDebt: position.scaledDebt + scaled,
    borrowing: true,
    reserve: { ...reserve, hasVariableDebt: true },
  })
  if (isolated !== null) {
    refuse(
      'borrow',
      !reserve.borrowableInIsolation,
      'the asset cannot be borrowed in isolation mode',
    )
    const units = ceilingUnits(position, amount)
    const total = isolated.reserve.isolationModeTotalDebt + units
    refuse(
      'borrow',
      total > isolated.reserve.debtCeiling,
      'the debt ceiling of the collateral is reached',
    )
    after = { ...after, positions: changeIsolatedDebt(after.positions, isolated.asset, units) }
  }
  if (rules.borrowCheck === 'after') {
    const { ltv, totalCollateralBase, totalDebtBase } = requireHealthy('borrow', after)
    refuse('borrow', ltv === 0n, 'the collateral has LTV 0')
    const needed = rules.shares.collateralNeeded(totalDebtBase, ltv)
    refuse('borrow', needed > totalCollateralBase, `the collateral needed would be ${needed}`)
  }
  return after
}

function requireBorrowable(state: MarginState, position: Position): void {
  const { reserve } = position
  const { eMode, pool } = state
  const revision = revisionOf(pool.revision)
  const rules = transactionRulesOf(pool.revision)
  requireOpen('borrow', position)
  refuse('borrow', reserve.frozen, 'the reserve is frozen')
  refuse('borrow', pool.sentinel?.borrow === false, 'the price sentinel allows no borrowing')
  const eModeDecides = eMode !== null && rules.eModeCheck === 'assets'
  refuse('borrow', !eModeDecides && !reserve.borrowingEnabled, 'borrowing is not enabled')
  if (eMode !== null) {
    const allowed = borrowableInEMode(revision, eMode, reserve)
    refuse('borrow', !allowed, `the asset cannot be borrowed in e-mode ${eMode.id}`)
  }
}

/** A siloed asset must be a user's only debt. */
function requireOutsideSilos({ positions }: MarginState, { asset, reserve }: Position): void {
  const [first, ...others] = positions.filter(({ borrowing }) => borrowing)
  if (first === undefined) return
  const inSilo = others.length === 0 && first.reserve.siloedBorrowing
  const violates = inSilo ? first.asset !== asset : reserve.siloedBorrowing
  refuse('borrow', violates, 'a siloed asset cannot be borrowed together with another')
}

/** Up to 3.4: the collateral must cover the present debt and the new amount, each valued apart. */
function requireCover(
  state: MarginState,
  { shares }: TransactionRules,
  { price, reserve }: Position,
  amount: bigint,
): void {
  const { totalCollateralBase, totalDebtBase, ltv, healthFactor } = userAccountData(state)
  refuse('borrow', hasNoPrice(state) || price === 0n, 'the oracle has no price for an asset')
  refuse('borrow', totalCollateralBase === 0n || ltv === 0n, 'there is no collateral with an LTV')
  refuse('borrow', healthFactor !== null && healthFactor <= WAD, 'health is not above 1')
  const value = mulDivDown(amount, price, 10n ** BigInt(reserve.decimals))
  const needed = shares.collateralNeeded(totalDebtBase + value, ltv)
  refuse('borrow', needed > totalCollateralBase, `the collateral needed would be ${needed}`)
}

/**
 * The state after `amount`, or all, of the variable debt of an asset is repaid.
 *
 * @throws OperationError when the transaction would revert
 */
export function repay(state: MarginState, asset: string, amount: bigint | 'max'): MarginState {
  const revision = revisionOf(state.pool.revision)
  const rules = transactionRulesOf(state.pool.revision)
  const position = positionOf(state, asset)
  requireOpen('repay', position)
  const index = debtIndex(revision, position.reserve, state.at)
  const debt = revision.rounding.debtBalance(position.scaledDebt, index)
  refuse('repay', debt === 0n, 'there is no variable debt')
  const repaid = amount === 'max' || amount > debt ? debt : amount
  const scaled = rules.shares.scaledBurntDebt(repaid, index)
  refuse('repay', scaled <= 0n, `${repaid} is too little to burn a share of debt`)
  refuse('repay', scaled > position.scaledDebt, 'the rounded repayment exceeds the debt')
  const left = position.scaledDebt - scaled
  const cleared =
    rules.clearsDebtBy === 'share' ? left === 0n : debt + position.stableDebt === repaid
  const after = replace(state, {
    ...position,
    scaledDebt: left,
    borrowing: position.borrowing && !cleared,
    reserve: accrued(revision, position, state.at).reserve,
  })
  const isolated = revision.isolation ? isolatedCollateral(after.positions) : null
  if (isolated === null) return after
  const units = ceilingUnits(position, repaid)
  return { ...after, positions: changeIsolatedDebt(after.positions, isolated.asset, -units) }
}

/**
 * Checks a change of e-mode. `after` is the state in the new mode, with the prices of that mode.
 *
 * @throws OperationError when the transaction would revert
 */
export function setEMode(before: MarginState, after: MarginState): MarginState {
  const revision = revisionOf(before.pool.revision)
  const rules = transactionRulesOf(before.pool.revision)
  const { eMode } = after
  const what = 'set e-mode'
  if (eMode?.id === before.eMode?.id) return before
  refuse(what, eMode?.liquidationThreshold === 0n, 'the category does not exist')
  const byAsset = rules.eModeCheck === 'assets'
  for (const { asset, reserve, borrowing, usedAsCollateral } of after.positions) {
    const allowed =
      eMode === null
        ? !byAsset || reserve.borrowingEnabled
        : borrowableInEMode(revision, eMode, reserve)
    refuse(what, borrowing && !allowed, `${asset} cannot be borrowed in the new mode`)
    const isWorthless = byAsset && ltvOf(revision, eMode, reserve) === 0n
    refuse(what, usedAsCollateral && isWorthless, `${asset} would have LTV 0 in the new mode`)
  }
  if (before.eMode !== null || rules.eModeCheck !== 'leaving') requireHealthy(what, after)
  return after
}

function requireHealthy(what: string, state: MarginState): ReturnType<typeof userAccountData> {
  refuse(what, hasNoPrice(state), 'the oracle has no price for an asset of the account')
  const account = userAccountData(state)
  const { healthFactor } = account
  refuse(
    what,
    healthFactor !== null && healthFactor < WAD,
    `health would be ${healthFactor} (1e18 is the threshold)`,
  )
  return account
}

function requireOpen(what: string, { reserve }: Position): void {
  refuse(what, !reserve.active, 'the reserve is not active')
  refuse(what, reserve.paused, 'the reserve is paused')
}

function positionOf(state: MarginState, asset: string): Position {
  const position = state.positions.find((candidate) => candidate.asset === asset)
  if (position !== undefined) return position
  throw new OperationError(
    `The state of ${asset} in this pool was not read. Read the account with this reserve included (option \`reserves\`), or choose an asset that the account holds.`,
  )
}

function replace(state: MarginState, position: Position): MarginState {
  return {
    ...state,
    positions: state.positions.map((old) => (old.asset === position.asset ? position : old)),
  }
}

function refuse(what: string, condition: boolean, reason: string): void {
  if (!condition) return
  throw new OperationError(
    `The pool would revert ${what}: ${reason}. Change the amount or do another operation first.`,
    { details: ELSEWHERE },
  )
}
