import { divDown } from '@plimsoll/model'
import type { Position } from './state.js'

/** Debt ceilings have two decimals. */
const CEILING_DECIMALS = 2

/** The one collateral whose debt ceiling binds the user; null outside isolation mode. */
export function isolatedCollateral(positions: readonly Position[]): Position | null {
  const [only, ...others] = positions.filter(({ usedAsCollateral }) => usedAsCollateral)
  return only === undefined || others.length > 0 || only.reserve.debtCeiling === 0n ? null : only
}

/** An amount of a debt asset in the unit of debt ceilings, floored; pools list no fewer decimals. */
export function ceilingUnits({ reserve }: Position, amount: bigint): bigint {
  return divDown(amount, 10n ** BigInt(Math.max(reserve.decimals - CEILING_DECIMALS, 0)))
}

/** The positions with the isolated debt of one collateral changed by `change`, at least 0. */
export function changeIsolatedDebt(
  positions: readonly Position[],
  collateral: string,
  change: bigint,
): readonly Position[] {
  return positions.map((position) => {
    if (position.asset !== collateral) return position
    const total = position.reserve.isolationModeTotalDebt + change
    return {
      ...position,
      reserve: { ...position.reserve, isolationModeTotalDebt: total > 0n ? total : 0n },
    }
  })
}
