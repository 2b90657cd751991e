import { debtIndex, type Revision, revisionOf, supplyIndex } from './arithmetic.js'
import { ceilingUnits, changeIsolatedDebt, isolatedCollateral } from './isolation.js'
import { type PositionValue, userAccountData, valuePositions } from './margin.js'
import type { MarginState, Position } from './state.js'
import { type TransactionRules, transactionRulesOf } from './transactions.js'
import { type LiquidationCall, type Settlement, settlementOf } from './verdict.js'

export type LiquidationResult =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true
      readonly repaid: bigint
      /** Taken from the user, protocol fee included. */
      readonly seized: bigint
      readonly protocolFee: bigint
      /** Debt written off, by asset id. */
      readonly deficit: { readonly [asset: string]: bigint }
      readonly after: MarginState
    }

/** What a liquidation call does to the user, or why it reverts. */
export function liquidationCall(state: MarginState, call: LiquidationCall): LiquidationResult {
  const values = valuePositions(state)
  const settlement = settlementOf(state, call, values, userAccountData(state, values))
  if (typeof settlement === 'string') return { ok: false, reason: settlement }
  const revision = revisionOf(state.pool.revision)
  const rules = transactionRulesOf(state.pool.revision)
  const positions = values.map((value) =>
    settled(state, { revision, rules }, call, settlement, value),
  )
  const { repaid, seized, protocolFee } = settlement
  return {
    ok: true,
    repaid,
    seized,
    protocolFee,
    deficit: deficitOf(call, settlement, values),
    after: { ...state, positions: repayIsolated({ revision, rules }, settlement, positions) },
  }
}

type BothRules = { readonly revision: Revision; readonly rules: TransactionRules }

/** A position after the call. */
function settled(
  state: MarginState,
  { revision, rules }: BothRules,
  call: LiquidationCall,
  settlement: Settlement,
  { position }: PositionValue,
): Position {
  const { writesOff, scaledSupply, scaledDebt, stableDebt } = settlement
  let next = position
  if (position.asset === call.debtAsset) {
    next = { ...accrued(revision, next, state.at), scaledDebt, stableDebt }
    if (settlement.clearsDebt) next = { ...next, borrowing: false }
  } else if (isWrittenOff(settlement, position)) {
    next = { ...accrued(revision, next, state.at), scaledDebt: 0n, borrowing: false }
  }
  if (position.asset !== call.collateralAsset) return next
  const depleted = settlement.depleted || (writesOff && rules.depletion === 'scaled')
  const isTouched = !call.receiveAToken || rules.accruesTransferred
  return {
    ...(isTouched ? accrued(revision, next, state.at) : next),
    scaledSupply,
    usedAsCollateral: next.usedAsCollateral && !depleted,
  }
}

/** Without any collateral left, every other debt is burnt too. */
function isWrittenOff({ writesOff }: Settlement, { borrowing, reserve }: Position): boolean {
  return writesOff && borrowing && reserve.active
}

function deficitOf(
  { debtAsset }: LiquidationCall,
  settlement: Settlement,
  values: readonly PositionValue[],
): { readonly [asset: string]: bigint } {
  const lost = values
    .filter(({ position }) => isWrittenOff(settlement, position))
    .map(({ position, debt }) => {
      const repaid = position.asset === debtAsset ? settlement.repaid : 0n
      return [position.asset, debt - repaid] as const
    })
  return Object.fromEntries(lost.filter(([, amount]) => amount > 0n))
}

/** Isolated debt falls by what is repaid, not by what is written off. */
function repayIsolated(
  { revision, rules }: BothRules,
  { collateral, debt, repaid }: Settlement,
  positions: readonly Position[],
): readonly Position[] {
  if (!revision.isolation) return positions
  const isolated =
    rules.liquidation === 'half-of-debt'
      ? isolatedCollateral(positions)
      : collateral.position.reserve.debtCeiling === 0n
        ? null
        : collateral.position
  if (isolated === null) return positions
  return changeIsolatedDebt(positions, isolated.asset, -ceilingUnits(debt.position, repaid))
}

/** A position whose reserve has its indexes brought to `at`, as every action on it does first. */
export function accrued(revision: Revision, position: Position, at: number): Position {
  const { reserve } = position
  return {
    ...position,
    reserve: {
      ...reserve,
      liquidityIndex: supplyIndex(reserve, at),
      variableBorrowIndex: reserve.hasVariableDebt
        ? debtIndex(revision, reserve, at)
        : reserve.variableBorrowIndex,
      lastUpdate: at,
    },
  }
}
