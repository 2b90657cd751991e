import {
  adaptiveCurveRate,
  boundaryPrice,
  type MarginState,
} from '@plimsoll/adapters/lending/morpho-blue/exact'
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

/** A boundary measured on the contract, and random markets that its rate model answered for. */
export const morphoBlueModels: readonly TruthModel[] = [
  {
    name: 'morpho-blue boundary',
    covers: ({ kind }, { venue }) => kind === 'lending' && venue === 'morpho-blue',
    run: (_file, truthCase) => measuredBoundary(truthCase),
  },
  {
    name: 'morpho-blue adaptive rate',
    covers: ({ kind }, { model }) =>
      kind === 'morpho-blue-rates' && model === 'morpho-blue-adaptive-rate',
    run: (_file, truthCase) => adaptiveRate(truthCase),
  },
]
