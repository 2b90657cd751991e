import {
  borrow,
  boundaryPrice,
  decodeReserve,
  type EModeState,
  findLiquidation,
  liquidationCall,
  type MarginState,
  repay,
  repaymentForHealth,
  setEMode,
  supply,
  userAccountData,
  withdraw,
} from '@plimsoll/adapters/lending/aave-v3/exact'
import { PlimsollError } from '@plimsoll/model'
import type { TruthCase, TruthFile, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'
import { reserveOf } from '../aave-v3/loan.js'

const integer = z.string().regex(/^\d+$/).transform(BigInt)

// ── lending.json: recorded mainnet states, balances in token units ──

const mainnetCase = z.object({
  positions: z.array(
    z.object({
      asset: z.string(),
      decimals: z.int(),
      price: integer,
      aToken: integer.optional(),
      debt: integer.optional(),
      lt: z.int().optional(),
    }),
  ),
})
const totalsCase = z.object({
  inputs: z.object({
    collateralBase: integer,
    debtBase: integer,
    liquidationThreshold: integer,
  }),
})

/** Balances as they are: scaled amounts at index 1. Revision 1 is the arithmetic of 3.0. */
function stateOfBalances(truthCase: TruthCase): MarginState {
  const { positions } = mainnetCase.parse(truthCase)
  return {
    pool: { revision: 1, baseUnit: 10n ** 8n, sentinel: null },
    eMode: null,
    at: 0,
    positions: positions.map(({ asset, decimals, price, aToken = 0n, debt = 0n, lt = 0 }, id) => ({
      asset,
      priceId: asset,
      price,
      scaledSupply: aToken,
      scaledDebt: debt,
      stableDebt: 0n,
      usedAsCollateral: aToken > 0n,
      borrowing: debt > 0n,
      reserve: reserveOf(id, decimals, {
        ltv: BigInt(lt),
        liquidationThreshold: BigInt(lt),
        liquidationProtocolFee: 0n,
        lastUpdate: 0,
      }),
    })),
  }
}

function accountAnswer(state: MarginState): Record<string, unknown> {
  const account = userAccountData(state)
  return {
    collateralBase: account.totalCollateralBase,
    debtBase: account.totalDebtBase,
    liquidationThreshold: account.currentLiquidationThreshold,
    healthFactor: account.healthFactor,
  }
}

function lendingAnswer(file: TruthFile, truthCase: TruthCase): unknown {
  if (typeof truthCase.from === 'string') {
    const from = file.cases.find(({ id }) => id === truthCase.from)
    if (from === undefined) return null
    return { repay: repaymentForHealth(stateOfBalances(from), 'DAI', 5n * 10n ** 18n) }
  }
  const totals = totalsCase.safeParse(truthCase)
  if (!totals.success) return accountAnswer(stateOfBalances(truthCase))
  const { collateralBase, debtBase, liquidationThreshold } = totals.data.inputs
  const base = { decimals: 0, price: '1' }
  const state = stateOfBalances({
    ...truthCase,
    positions: [
      {
        ...base,
        asset: 'collateral',
        aToken: String(collateralBase),
        lt: Number(liquidationThreshold),
      },
      { ...base, asset: 'debt', debt: String(debtBase) },
    ],
  })
  return accountAnswer(state)
}

// ── aave-v3-states.json: random states on the venue's contracts; see its layout ──

const eModeRow = z.tuple([
  z.int(),
  integer,
  integer,
  integer,
  integer,
  integer,
  integer,
  z.string(),
])
const positionRow = z.tuple([
  z.string(),
  z.string(),
  integer,
  integer,
  integer,
  z.int(),
  z.array(integer),
  z.int(),
  z.int(),
])
const stateCase = z.object({
  revision: z.int(),
  at: z.int(),
  eMode: z.nullable(eModeRow),
  positions: z.array(positionRow),
})

function eModeOf(row: z.infer<typeof eModeRow> | null): EModeState | null {
  if (row === null) return null
  const [id, ltv, threshold, bonus, collateral, borrowable, ltvZero, priceMark] = row
  return {
    id,
    ltv,
    liquidationThreshold: threshold,
    liquidationBonus: bonus,
    collateralBitmap: collateral,
    borrowableBitmap: borrowable,
    ltvZeroBitmap: ltvZero,
    isolated: false,
    priceMark: priceMark === '' ? null : priceMark,
  }
}

/** The state of a case of `aave-v3-states.json`. */
export function recordedState(truthCase: unknown): MarginState {
  const { revision, at, eMode, positions } = stateCase.parse(truthCase)
  return {
    pool: { revision, baseUnit: 10n ** 8n, sentinel: null },
    eMode: eModeOf(eMode),
    at,
    positions: positions.map((row) => {
      const [asset, priceId, price, scaledSupply, scaledDebt, flags, data, grace, hasDebt] = row
      const reserve = decodeReserve({
        asset,
        mark: asset,
        data,
        gracePeriodUntil: grace,
        hasVariableDebt: hasDebt === 1,
      })
      if (reserve === null) throw new RangeError(`the reserve of ${asset} does not decode`)
      return {
        asset,
        priceId,
        price,
        reserve,
        scaledSupply,
        scaledDebt,
        stableDebt: 0n,
        usedAsCollateral: (flags & 2) === 2,
        borrowing: (flags & 1) === 1,
      }
    }),
  }
}

const amount = z.union([z.literal('max'), integer])
const boundaryCase = z.object({ priceId: z.string() })
const liquidationCase = z.object({
  call: z.object({
    collateralAsset: z.string(),
    debtAsset: z.string(),
    debtToCover: amount,
    receiveAToken: z.boolean(),
  }),
})
const operationCase = z.object({
  operation: z.object({ name: z.string(), asset: z.string(), amount }),
  into: stateCase.nullable(),
})

/** What a transaction leaves of each position, as recorded. */
function leftBy(state: MarginState): readonly unknown[] {
  return state.positions.map(
    ({ scaledSupply, scaledDebt, usedAsCollateral, borrowing, reserve }) => [
      scaledSupply,
      scaledDebt,
      (usedAsCollateral ? 2 : 0) + (borrowing ? 1 : 0),
      reserve.liquidityIndex,
      reserve.variableBorrowIndex,
      reserve.lastUpdate,
      reserve.isolationModeTotalDebt,
    ],
  )
}

const MODELS: { readonly [model: string]: (truthCase: TruthCase) => unknown } = {
  'aave-v3-account': (truthCase) => {
    const {
      healthFactor,
      hasZeroLtvCollateral: _,
      ...totals
    } = userAccountData(recordedState(truthCase))
    return { ...totals, healthFactor: healthFactor ?? 'none' }
  },
  'aave-v3-boundary': (truthCase) => {
    const { priceId } = boundaryCase.parse(truthCase)
    return boundaryPrice(recordedState(truthCase), priceId) ?? { side: 'none', price: 0n }
  },
  'aave-v3-verdict': (truthCase) => ({
    liquidatable: findLiquidation(recordedState(truthCase)) !== null,
  }),
  'aave-v3-liquidation': (truthCase) => {
    const result = liquidationCall(recordedState(truthCase), liquidationCase.parse(truthCase).call)
    if (!result.ok) return { executes: false }
    const { repaid, seized, protocolFee, deficit, after } = result
    const lost = after.positions.map(({ asset }) => deficit[asset] ?? 0n)
    return {
      executes: true,
      repaid,
      received: seized - protocolFee,
      deficit: lost,
      left: leftBy(after),
    }
  },
  'aave-v3-operation': (truthCase) => {
    const state = recordedState(truthCase)
    const { operation, into } = operationCase.parse(truthCase)
    try {
      const after = applied(state, operation, into === null ? null : recordedState(truthCase.into))
      return { executes: true, eMode: after.eMode?.id ?? 0, left: leftBy(after) }
    } catch (error) {
      if (error instanceof PlimsollError) return { executes: false }
      throw error
    }
  },
}

function applied(
  state: MarginState,
  { name, asset, amount: raw }: z.infer<typeof operationCase>['operation'],
  into: MarginState | null,
): MarginState {
  const definite = raw === 'max' ? 0n : raw
  switch (name) {
    case 'supply':
      return supply(state, asset, definite)
    case 'withdraw':
      return withdraw(state, asset, raw)
    case 'borrow':
      return borrow(state, asset, definite)
    case 'repay':
      return repay(state, asset, raw)
    default:
      return setEMode(state, into ?? { ...state, eMode: null })
  }
}

/** Recorded mainnet accounts of Aave v3 and SparkLend. */
export const aaveV3MainnetModel: TruthModel = {
  name: 'aave-v3 mainnet accounts',
  covers: (file, { venue }) =>
    file.kind === 'lending' && (venue === 'aave-v3' || venue === 'spark'),
  run: lendingAnswer,
}

/** Random states, boundaries, liquidations and operations recorded on the venue's contracts. */
export const aaveV3StatesModel: TruthModel = {
  name: 'aave-v3 random states',
  covers: ({ kind }, { model }) =>
    kind === 'aave-v3-states' && model !== undefined && model in MODELS,
  run: (_file, truthCase) => MODELS[truthCase.model ?? '']?.(truthCase),
}
