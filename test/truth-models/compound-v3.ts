import {
  absorb,
  accountValue,
  boundaryPrice,
  boundaryPriceOfView,
  isBorrowCollateralized,
  isForSale,
  isLiquidatable,
  isLiquidatableView,
  type MarginState,
  type MarketState,
  quoteCollateral,
  rateOf,
  reserves,
  supplyBase,
  supplyCollateral,
  utilization,
  withdrawBase,
  withdrawCollateral,
} from '@plimsoll/adapters/lending/compound-v3/exact'
import { OperationError } from '@plimsoll/model'
import type { TruthCase, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const integer = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt)

const marketInputs = z.object({
  baseDecimals: z.int(),
  basePrice: integer,
  baseSupplyIndex: integer,
  baseBorrowIndex: integer,
  totalSupplyBase: integer,
  totalBorrowBase: integer,
  secondsSinceAccrual: integer,
  perSecondRates: z.object({
    supplyKink: integer,
    supplyBase: integer,
    supplySlopeLow: integer,
    supplySlopeHigh: integer,
    borrowKink: integer,
    borrowBase: integer,
    borrowSlopeLow: integer,
    borrowSlopeHigh: integer,
  }),
  storeFrontPriceFactor: integer,
  targetReserves: integer,
  baseTokenBalance: integer,
})

const assetInputs = z.object({
  decimals: z.int(),
  balance: integer,
  price: integer,
  borrowCollateralFactor: integer,
  liquidateCollateralFactor: integer,
  liquidationFactor: integer,
})

const stateInputs = z.object({
  inputs: z.object({
    market: marketInputs,
    account: z.object({ principal: integer, collateral: z.array(assetInputs) }),
    boundaryAsset: z.int(),
    liquidation: z.object({ prices: z.array(integer), quoteBaseAmount: integer }).optional(),
  }),
})

const NOT_PAUSED = { supply: false, withdraw: false, absorb: false, buy: false }

function marketOf(inputs: z.infer<typeof marketInputs>): MarketState {
  const rates = inputs.perSecondRates
  return {
    baseScale: 10n ** BigInt(inputs.baseDecimals),
    supplyIndex: inputs.baseSupplyIndex,
    borrowIndex: inputs.baseBorrowIndex,
    totalSupply: inputs.totalSupplyBase,
    totalBorrow: inputs.totalBorrowBase,
    lastAccrual: 0,
    supplyCurve: {
      kink: rates.supplyKink,
      base: rates.supplyBase,
      slopeLow: rates.supplySlopeLow,
      slopeHigh: rates.supplySlopeHigh,
    },
    borrowCurve: {
      kink: rates.borrowKink,
      base: rates.borrowBase,
      slopeLow: rates.borrowSlopeLow,
      slopeHigh: rates.borrowSlopeHigh,
    },
    baseBorrowMin: 0n,
    storeFrontPriceFactor: inputs.storeFrontPriceFactor,
    targetReserves: inputs.targetReserves,
    baseHeld: inputs.baseTokenBalance,
    pauses: NOT_PAUSED,
  }
}

function stateOf({ market, account }: z.infer<typeof stateInputs>['inputs']): MarginState {
  return {
    market: marketOf(market),
    basePrice: market.basePrice,
    principal: account.principal,
    collateral: account.collateral.map(({ decimals, ...asset }) => ({
      ...asset,
      scale: 10n ** BigInt(decimals),
      supplyCap: 2n * asset.balance,
      totalSupplied: asset.balance,
    })),
    at: Number(market.secondsSinceAccrual),
  }
}

/** The state of a case of `compound-v3-states.json`. */
export const recordedState = (truthCase: unknown): MarginState =>
  stateOf(stateInputs.parse(truthCase).inputs)

/** A state that the real contract was asked about: its views, both boundaries, and the absorption. */
function randomState(truthCase: TruthCase): unknown {
  const { inputs } = stateInputs.parse(truthCase)
  const state = stateOf(inputs)
  const value = accountValue(state)
  const used = utilization(state.market)
  const call = boundaryPrice(state, inputs.boundaryAsset)
  const view = boundaryPriceOfView(state, inputs.boundaryAsset)
  const answers = {
    utilization: used,
    supplyRatePerSecond: rateOf(state.market.supplyCurve, used),
    borrowRatePerSecond: rateOf(state.market.borrowCurve, used),
    borrowBalance: value.borrowed,
    storedBorrowBalance: value.storedBorrowed,
    isLiquidatableView: isLiquidatableView(state),
    isLiquidatableCall: isLiquidatable(state),
    isBorrowCollateralizedView: isBorrowCollateralized(state),
    lastLiquidatablePrice: { absorb: call, view },
    liquidityStored: value.storedLiquidity,
    liquidityAccrued: value.liquidity,
    viewVersusCallGap: call === null || view === null ? null : call - view,
  }
  if (inputs.liquidation === undefined) return answers
  return {
    ...answers,
    baseSupplyIndexAccrued: value.market.supplyIndex,
    baseBorrowIndexAccrued: value.market.borrowIndex,
    absorb: absorption(state, inputs.liquidation),
  }
}

function absorption(
  state: MarginState,
  { prices, quoteBaseAmount }: NonNullable<z.infer<typeof stateInputs>['inputs']['liquidation']>,
): unknown {
  const priced = {
    ...state,
    collateral: state.collateral.map((asset, index) => ({
      ...asset,
      price: prices[index] ?? asset.price,
    })),
  }
  const before = accountValue(priced)
  const result = absorb(priced)
  if (!result.ok) return null
  const { after } = result
  return {
    seized: result.seized,
    seizedValue: result.seizedValues,
    basePaidOut: result.basePaidOut,
    newPrincipal: after.principal,
    newBaseBalance: accountValue(after).supplied,
    totalSupplyBaseAfter: after.market.totalSupply,
    totalBorrowBaseAfter: after.market.totalBorrow,
    reservesBefore: reserves(before.market),
    reservesAfter: reserves(after.market),
    collateralForSale: isForSale(after.market),
    quoteCollateral: after.collateral.map((asset) =>
      quoteCollateral(after, asset, quoteBaseAmount),
    ),
    liquidityAtCall: before.liquidity,
    badDebt: result.badDebt,
  }
}

const boundaryInputs = z.object({
  inputs: z.object({
    baseDecimals: z.int(),
    basePrice: integer,
    principal: integer,
    baseBorrowIndex: integer,
    borrowRatePerSecond: integer,
    secondsSinceAccrual: z.int(),
    collateral: z.array(
      z.object({
        decimals: z.int(),
        balance: integer,
        price: integer.optional(),
        liquidateCollateralFactor: integer,
      }),
    ),
  }),
})

/** A boundary measured on the contract, of the asset that has no price, at a rate that it reported. */
function measuredBoundary(truthCase: TruthCase): unknown {
  const { inputs } = boundaryInputs.parse(truthCase)
  const flat = { kink: 0n, base: inputs.borrowRatePerSecond, slopeLow: 0n, slopeHigh: 0n }
  const state: MarginState = {
    market: {
      baseScale: 10n ** BigInt(inputs.baseDecimals),
      supplyIndex: inputs.baseBorrowIndex,
      borrowIndex: inputs.baseBorrowIndex,
      totalSupply: -inputs.principal,
      totalBorrow: -inputs.principal,
      lastAccrual: 0,
      supplyCurve: flat,
      borrowCurve: flat,
      baseBorrowMin: 0n,
      storeFrontPriceFactor: 0n,
      targetReserves: 0n,
      baseHeld: 0n,
      pauses: NOT_PAUSED,
    },
    basePrice: inputs.basePrice,
    principal: inputs.principal,
    collateral: inputs.collateral.map(({ decimals, price = 0n, ...asset }) => ({
      ...asset,
      price,
      scale: 10n ** BigInt(decimals),
      borrowCollateralFactor: 0n,
      liquidationFactor: 0n,
      supplyCap: asset.balance,
      totalSupplied: asset.balance,
    })),
    at: inputs.secondsSinceAccrual,
  }
  const moved = inputs.collateral.findIndex(({ price }) => price === undefined)
  return {
    lastLiquidatableWethPrice_absorb: boundaryPrice(state, moved),
    lastLiquidatableWethPrice_staleView: boundaryPriceOfView(state, moved),
  }
}

const operationInputs = z.object({
  operation: z.enum(['supplyBase', 'withdrawBase', 'supplyCollateral', 'withdrawCollateral']),
  index: z.int(),
  amount: z.union([z.literal('max'), integer]),
  baseBorrowMin: integer,
})

/** What an operation leaves of a state, or that it is refused. */
function operated(truthCase: TruthCase): unknown {
  const { operation, index, amount, baseBorrowMin } = operationInputs.parse(truthCase)
  const recorded = recordedState(truthCase)
  const state = { ...recorded, market: { ...recorded.market, baseBorrowMin } }
  const collateral = amount === 'max' ? 0n : amount
  const operations = {
    supplyBase: () => supplyBase(state, amount),
    withdrawBase: () => withdrawBase(state, amount),
    supplyCollateral: () => supplyCollateral(state, index, collateral),
    withdrawCollateral: () => withdrawCollateral(state, index, amount),
  }
  try {
    const after = operations[operation]()
    const { totalSupply, totalBorrow, baseHeld, supplyIndex, borrowIndex } = after.market
    return {
      executes: true,
      principal: after.principal,
      balances: after.collateral.map(({ balance }) => balance),
      totalSupply,
      totalBorrow,
      baseHeld,
      supplyIndex,
      borrowIndex,
    }
  } catch (error) {
    if (error instanceof OperationError) return { executes: false }
    throw error
  }
}

const isOfVenue = ({ kind }: { readonly kind: string }, { venue }: TruthCase): boolean =>
  kind === 'lending' && venue === 'compound-v3'

/** Random accounts in random markets on the real contract, and a boundary measured on it. */
export const compoundV3Models: readonly TruthModel[] = [
  {
    name: 'compound-v3 random states',
    covers: (file, truthCase) =>
      isOfVenue(file, truthCase) && stateInputs.safeParse(truthCase).success,
    run: (_file, truthCase) => randomState(truthCase),
  },
  {
    name: 'compound-v3 boundary',
    covers: (file, truthCase) =>
      isOfVenue(file, truthCase) && boundaryInputs.safeParse(truthCase).success,
    run: (_file, truthCase) => measuredBoundary(truthCase),
  },
  {
    name: 'compound-v3 operations',
    covers: ({ kind }, { model }) =>
      kind === 'compound-v3-operations' && model === 'compound-v3-operation',
    run: (_file, truthCase) => operated(truthCase),
  },
]
