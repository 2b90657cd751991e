import type { MarginState, Position, ReserveState } from '@plimsoll/adapters/lending/aave-v3/exact'

const RAY = 10n ** 27n

/** A loan of USDC against WETH, for the tests of this folder: indexes at 1, no interest. */
export function loan(given: {
  readonly revision: number
  readonly wethPriceE8: bigint
  /** Raw units; 10 WETH and 15,000 USDC unless told. */
  readonly weth?: bigint
  readonly usdc?: bigint
}): MarginState {
  const position = (change: Partial<Position> & Pick<Position, 'asset' | 'reserve'>): Position => ({
    priceId: change.asset,
    price: 10n ** 8n,
    scaledSupply: 0n,
    scaledDebt: 0n,
    stableDebt: 0n,
    usedAsCollateral: false,
    borrowing: false,
    ...change,
  })
  return {
    pool: { revision: given.revision, baseUnit: 10n ** 8n, sentinel: null },
    eMode: null,
    at: 1_790_000_000,
    positions: [
      position({
        asset: 'WETH',
        price: given.wethPriceE8,
        reserve: reserveOf(0, 18),
        scaledSupply: given.weth ?? 10n ** 19n,
        usedAsCollateral: true,
      }),
      position({
        asset: 'USDC',
        reserve: reserveOf(1, 6),
        scaledDebt: given.usdc ?? 15_000_000_000n,
        borrowing: true,
      }),
    ],
  }
}

/** The same state with every reserve changed. */
export function withReserves(state: MarginState, change: Partial<ReserveState>): MarginState {
  const positions = state.positions.map((position) => ({
    ...position,
    reserve: { ...position.reserve, ...change },
  }))
  return { ...state, positions }
}

/** A reserve in use, at index 1 and without interest. */
export function reserveOf(
  id: number,
  decimals: number,
  change: Partial<ReserveState> = {},
): ReserveState {
  return {
    id,
    decimals,
    ltv: 8_000n,
    liquidationThreshold: 8_250n,
    liquidationBonus: 10_500n,
    liquidationProtocolFee: 1_000n,
    active: true,
    frozen: false,
    paused: false,
    borrowingEnabled: true,
    siloedBorrowing: false,
    borrowableInIsolation: false,
    debtCeiling: 0n,
    isolationModeTotalDebt: 0n,
    eModeCategory: 0,
    liquidityIndex: RAY,
    liquidityRate: 0n,
    variableBorrowIndex: RAY,
    variableBorrowRate: 0n,
    lastUpdate: 1_790_000_000,
    gracePeriodUntil: 0,
    hasVariableDebt: true,
    ...change,
  }
}
