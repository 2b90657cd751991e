import type { LiquidationCall, MarginState } from '@plimsoll/adapters/lending/aave-v3/exact'
import type { RandomOperation } from '../../test/contracts/aave-v3/random-operation.js'
import { configurationWord } from '../../test/contracts/aave-v3/storage.js'

/** A truth case without its expectation; integers are bigints until it is written. */
export type Candidate = {
  readonly model: string
  readonly state: MarginState
  readonly input: { readonly [field: string]: unknown }
  /** Sends what is recorded to the contracts. */
  readonly task:
    | { readonly kind: 'account' | 'verdict' }
    | { readonly kind: 'boundary'; readonly priceId: string }
    | { readonly kind: 'liquidation'; readonly call: LiquidationCall }
    | { readonly kind: 'operation'; readonly operation: RandomOperation }
}

/** A candidate's fields as they stand in the file. */
export function caseOf({ model, state, input }: Candidate): { readonly [field: string]: unknown } {
  return { model: `aave-v3-${model}`, ...rowsOf(state), ...input }
}

/** A state in the rows that the file's layout describes. */
export function rowsOf({ pool, at, eMode, positions }: MarginState): {
  readonly [field: string]: unknown
} {
  return {
    revision: pool.revision,
    at,
    eMode:
      eMode === null
        ? null
        : [
            eMode.id,
            eMode.ltv,
            eMode.liquidationThreshold,
            eMode.liquidationBonus,
            eMode.collateralBitmap,
            eMode.borrowableBitmap,
            eMode.ltvZeroBitmap,
            eMode.priceMark ?? '',
          ],
    positions: positions.map(({ asset, priceId, price, reserve, ...position }) => [
      asset,
      priceId,
      price,
      position.scaledSupply,
      position.scaledDebt,
      (position.usedAsCollateral ? 2 : 0) + (position.borrowing ? 1 : 0),
      [
        configurationWord(reserve),
        reserve.liquidityIndex,
        reserve.liquidityRate,
        reserve.variableBorrowIndex,
        reserve.variableBorrowRate,
        0n,
        BigInt(reserve.lastUpdate),
        BigInt(reserve.id),
        ...Array.from({ length: 6 }, () => 0n),
        reserve.isolationModeTotalDebt,
      ],
      reserve.gracePeriodUntil,
      reserve.hasVariableDebt ? 1 : 0,
    ]),
  }
}

/** Without the reserves that the account has nothing in. */
export function inUse(state: MarginState, assets: readonly string[] = []): MarginState {
  const held = state.positions.filter(
    ({ asset, scaledSupply, scaledDebt, usedAsCollateral, borrowing }) =>
      assets.includes(asset) ||
      usedAsCollateral ||
      borrowing ||
      scaledSupply > 0n ||
      scaledDebt > 0n,
  )
  // The asset whose price holds for others stays too.
  const positions = state.positions.filter(
    (position) => held.includes(position) || held.some(({ priceId }) => priceId === position.asset),
  )
  return { ...state, positions }
}

/** Text of a case; bigints become strings of digits. */
export function caseText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? String(item) : item,
  )
}
