import { divDown, mulDivDown } from '@plimsoll/model'
import { debtIndex, type Revision, revisionOf, supplyIndex } from './arithmetic.js'
import type { EModeState, MarginState, Position, ReserveState } from './state.js'

/** The pool's `getUserAccountData`, in units of the base currency; ratios in bps. */
export type UserAccountData = {
  readonly totalCollateralBase: bigint
  readonly totalDebtBase: bigint
  readonly availableBorrowsBase: bigint
  /** Averages over the collateral, floored. */
  readonly currentLiquidationThreshold: bigint
  readonly ltv: bigint
  /** 1e18 at the liquidation threshold; null without debt, where the contract says 2^256 − 1. */
  readonly healthFactor: bigint | null
  /** Some collateral has LTV 0: it must be withdrawn before the rest. */
  readonly hasZeroLtvCollateral: boolean
}

/** Balances and values of one position at the state's time. */
export type PositionValue = {
  readonly position: Position
  readonly supply: bigint
  /** Variable and stable debt together. */
  readonly debt: bigint
  readonly variableDebt: bigint
  readonly unit: bigint
  /** Of the whole supply, whether it counts or not. */
  readonly supplyValue: bigint
  readonly debtValue: bigint
  /** Whether the supply carries debt. */
  readonly counts: boolean
  readonly ltv: bigint
  readonly threshold: bigint
  readonly bonus: bigint
}

/** Whether the user's e-mode sets the parameters of a collateral asset. */
export function inEMode(
  revision: Revision,
  eMode: EModeState | null,
  reserve: ReserveState,
): boolean {
  if (eMode === null) return false
  return revision.eModeAssets === 'category'
    ? reserve.eModeCategory === eMode.id
    : hasBit(eMode.collateralBitmap, reserve.id)
}

/** Whether the user's e-mode lets an asset be borrowed. */
export function borrowableInEMode(
  revision: Revision,
  eMode: EModeState,
  reserve: ReserveState,
): boolean {
  return revision.eModeAssets === 'category'
    ? reserve.eModeCategory === eMode.id
    : hasBit(eMode.borrowableBitmap, reserve.id)
}

/** LTV of a collateral asset for a user in `eMode`, bps. */
export function ltvOf(revision: Revision, eMode: EModeState | null, reserve: ReserveState): bigint {
  if (revision.zeroLtvOf === 'reserve' && reserve.ltv === 0n) return 0n
  if (eMode === null) return reserve.ltv
  if (inEMode(revision, eMode, reserve)) {
    return hasBit(eMode.ltvZeroBitmap, reserve.id) ? 0n : eMode.ltv
  }
  return eMode.isolated ? 0n : reserve.ltv
}

function hasBit(bitmap: bigint, id: number): boolean {
  return ((bitmap >> BigInt(id)) & 1n) === 1n
}

/** Balances, values and ratios of every position, in order. */
export function valuePositions(state: MarginState): readonly PositionValue[] {
  const revision = revisionOf(state.pool.revision)
  return state.positions.map((position) => {
    const { reserve, price } = position
    const unit = 10n ** BigInt(reserve.decimals)
    const supply = revision.rounding.supplyBalance(
      position.scaledSupply,
      supplyIndex(reserve, state.at),
    )
    const variableDebt = revision.rounding.debtBalance(
      position.scaledDebt,
      debtIndex(revision, reserve, state.at),
    )
    const debt = variableDebt + position.stableDebt
    const source =
      state.eMode !== null && inEMode(revision, state.eMode, reserve) ? state.eMode : reserve
    return {
      position,
      supply,
      debt,
      variableDebt,
      unit,
      supplyValue: mulDivDown(supply, price, unit),
      debtValue: revision.rounding.debtValue(debt, price, unit),
      counts:
        position.usedAsCollateral &&
        (reserve.liquidationThreshold !== 0n || !revision.skipsZeroThreshold),
      ltv: ltvOf(revision, state.eMode, reserve),
      threshold: source.liquidationThreshold,
      bonus: source.liquidationBonus,
    }
  })
}

/** Recomputes `getUserAccountData` to the last unit, with interest accrued to the state's time. */
export function userAccountData(
  state: MarginState,
  values: readonly PositionValue[] = valuePositions(state),
): UserAccountData {
  const { rounding } = revisionOf(state.pool.revision)
  let collateral = 0n
  let debt = 0n
  let byLtv = 0n
  let byThreshold = 0n
  let hasZeroLtvCollateral = false
  for (const value of values) {
    if (value.counts) {
      collateral += value.supplyValue
      byLtv += value.supplyValue * value.ltv
      byThreshold += value.supplyValue * value.threshold
      hasZeroLtvCollateral ||= value.ltv === 0n
    }
    if (value.position.borrowing) debt += value.debtValue
  }
  const ltv = collateral === 0n ? 0n : divDown(byLtv, collateral)
  const threshold = collateral === 0n ? 0n : divDown(byThreshold, collateral)
  const power = rounding.borrowingPower(collateral, ltv)
  return {
    totalCollateralBase: collateral,
    totalDebtBase: debt,
    availableBorrowsBase: power > debt ? power - debt : 0n,
    currentLiquidationThreshold: threshold,
    ltv,
    healthFactor:
      debt === 0n ? null : rounding.healthFactor(collateral, byThreshold, threshold, debt),
    hasZeroLtvCollateral,
  }
}
