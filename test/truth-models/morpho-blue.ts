import {
  accrued,
  adaptiveCurveRate,
  borrow,
  boundaryPrice,
  liquidationCall,
  type MarginState,
  repay,
  supply,
  supplyCollateral,
  withdraw,
  withdrawCollateral,
} from '@plimsoll/adapters/lending/morpho-blue/exact'
import { OperationError } from '@plimsoll/model'
import type { TruthCase, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const integer = z.string().regex(/^\d+$/).transform(BigInt)

// ── lending.json: a boundary measured on the contract, from the debt after accrual ──

const boundaryCase = z.object({
  inputs: z.object({ lltv: integer, collateral: integer, debtAfterAccrual: integer }),
})

function measuredBoundary(truthCase: TruthCase): unknown {
  const { lltv, collateral, debtAfterAccrual } = boundaryCase.parse(truthCase).inputs
  const state: MarginState = {
    at: 0,
    price: 0n,
    collateral,
    // Shares of a millionth of a unit: the debt is what they are worth.
    borrowShares: debtAfterAccrual * 1_000_000n,
    supplyShares: 0n,
    market: {
      lltv,
      totalSupplyAssets: debtAfterAccrual,
      totalSupplyShares: debtAfterAccrual * 1_000_000n,
      totalBorrowAssets: debtAfterAccrual,
      totalBorrowShares: debtAfterAccrual * 1_000_000n,
      lastUpdate: 0,
      fee: 0n,
      rate: { kind: 'none' },
    },
  }
  return {
    lastLiquidatablePrice: boundaryPrice(state),
    closedForm: 'ceil(ceil(debt*1e18/lltv)*1e36/collateral) - 1',
  }
}

// ── morpho-blue-rates.json: answers of the real rate model ──

const rateCase = z.object({
  totalSupplyAssets: integer,
  totalBorrowAssets: integer,
  lastUpdate: z.int(),
  rateAtTarget: integer,
  at: z.int(),
})

function adaptiveRate(truthCase: TruthCase): unknown {
  const { rateAtTarget, at, ...market } = rateCase.parse(truthCase)
  return adaptiveCurveRate(market, rateAtTarget, at)
}

// ── morpho-blue-states.json: random states on the contract; see its layout ──

const stateCase = z.object({
  at: z.int(),
  price: integer,
  position: z.tuple([integer, integer, integer]),
  market: z.tuple([integer, integer, integer, integer, z.int(), integer, integer]),
  borrowRate: integer,
})

/** The state of a case of `morpho-blue-states.json`. */
export function recordedState(truthCase: unknown): MarginState {
  const { at, price, position, market, borrowRate } = stateCase.parse(truthCase)
  const [supplyShares, borrowShares, collateral] = position
  const [supplyAssets, allSupplyShares, borrowAssets, allBorrowShares, lastUpdate, fee, lltv] =
    market
  return {
    at,
    price,
    collateral,
    borrowShares,
    supplyShares,
    market: {
      lltv,
      totalSupplyAssets: supplyAssets,
      totalSupplyShares: allSupplyShares,
      totalBorrowAssets: borrowAssets,
      totalBorrowShares: allBorrowShares,
      lastUpdate,
      fee,
      rate: { kind: 'observed', borrowRate, at },
    },
  }
}

/** What a call leaves, as recorded. */
export function leftBy({
  supplyShares,
  borrowShares,
  collateral,
  market,
}: MarginState): readonly bigint[] {
  const { totalSupplyAssets, totalSupplyShares, totalBorrowAssets, totalBorrowShares } = market
  return [
    supplyShares,
    borrowShares,
    collateral,
    totalSupplyAssets,
    totalSupplyShares,
    totalBorrowAssets,
    totalBorrowShares,
    BigInt(market.lastUpdate),
    market.fee,
  ]
}

const liquidationCase = z.object({ seizedAssets: integer, repaidShares: integer })
const operationCase = z.object({ operation: z.string(), assets: integer, shares: integer })

const MODELS: { readonly [model: string]: (truthCase: TruthCase) => unknown } = {
  'morpho-blue-accrual': (truthCase) => {
    const state = recordedState(truthCase)
    return { left: leftBy({ ...state, market: accrued(state.market, state.at) }) }
  },
  'morpho-blue-boundary': (truthCase) => ({ price: boundaryPrice(recordedState(truthCase)) }),
  'morpho-blue-liquidation': (truthCase) => {
    const { seizedAssets, repaidShares } = liquidationCase.parse(truthCase)
    const call =
      seizedAssets > 0n
        ? ({ seizedAssets, repaidShares: 0n } as const)
        : ({ seizedAssets: 0n, repaidShares } as const)
    const result = liquidationCall(recordedState(truthCase), call)
    if (!result.ok) return { executes: false }
    return {
      executes: true,
      seized: result.seizedAssets,
      repaid: result.repaidAssets,
      left: leftBy(result.after),
    }
  },
  'morpho-blue-operation': (truthCase) => {
    try {
      return { executes: true, left: leftBy(operated(truthCase)) }
    } catch (error) {
      if (error instanceof OperationError) return { executes: false }
      throw error
    }
  },
}

function operated(truthCase: TruthCase): MarginState {
  const state = recordedState(truthCase)
  const { operation, assets, shares } = operationCase.parse(truthCase)
  const amount = shares > 0n ? { shares } : { assets }
  switch (operation) {
    case 'supplyCollateral':
      return supplyCollateral(state, assets)
    case 'withdrawCollateral':
      return withdrawCollateral(state, assets)
    case 'borrow':
      return borrow(state, amount)
    case 'repay':
      return repay(state, amount)
    case 'supply':
      return supply(state, amount)
    default:
      return withdraw(state, amount)
  }
}

/** A boundary measured on the contract, random states on it, and random markets that its rate model answered for. */
export const morphoBlueModels: readonly TruthModel[] = [
  {
    name: 'morpho-blue boundary',
    covers: ({ kind }, { venue }) => kind === 'lending' && venue === 'morpho-blue',
    run: (_file, truthCase) => measuredBoundary(truthCase),
  },
  {
    name: 'morpho-blue random states',
    covers: ({ kind }, { model }) =>
      kind === 'morpho-blue-states' && model !== undefined && model in MODELS,
    run: (_file, truthCase) => MODELS[truthCase.model ?? '']?.(truthCase),
  },
  {
    name: 'morpho-blue adaptive rate',
    covers: ({ kind }, { model }) =>
      kind === 'morpho-blue-rates' && model === 'morpho-blue-adaptive-rate',
    run: (_file, truthCase) => adaptiveRate(truthCase),
  },
]
