import { type Revision, WAD } from './arithmetic.js'
import type { PositionValue, UserAccountData } from './margin.js'
import type { MarginState } from './state.js'

/** At or above this health a price sentinel may hold liquidations back, and half of a debt must stay. */
export const CLOSE_FACTOR_HEALTH: bigint = (95n * WAD) / 100n

/** Why the pool refuses any liquidation of this pair; null when it does not. */
export function refusalOf(
  state: MarginState,
  revision: Revision,
  collateral: PositionValue,
  debt: PositionValue,
  { healthFactor }: UserAccountData,
): string | null {
  const reserves = [collateral.position.reserve, debt.position.reserve]
  if (hasNoPrice(state) || debt.position.price * collateral.position.price === 0n) {
    return 'the oracle has no price'
  }
  if (reserves.some(({ active }) => !active)) return 'a reserve is not active'
  if (reserves.some(({ paused }) => paused)) return 'a reserve is paused'
  if (
    state.pool.sentinel?.liquidation === false &&
    (healthFactor === null || healthFactor >= CLOSE_FACTOR_HEALTH)
  ) {
    return 'the sentinel waits for health below 0.95'
  }
  if (
    revision.gracePeriod &&
    reserves.some(({ gracePeriodUntil }) => gracePeriodUntil >= state.at)
  ) {
    return 'a grace period is not over'
  }
  if (healthFactor === null || healthFactor >= WAD) return 'health is not below 1'
  if (!collateral.counts) return 'the asset is not used as collateral'
  return debt.debt === 0n ? 'nothing is owed in the debt reserve' : null
}

/** Whether the oracle would revert on an asset that the user's configuration names. */
export function hasNoPrice(state: MarginState): boolean {
  return state.positions.some(
    ({ price, usedAsCollateral, borrowing }) => price === 0n && (usedAsCollateral || borrowing),
  )
}
