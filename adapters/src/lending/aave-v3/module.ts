import {
  type CollateralTerm,
  type CompiledAccount,
  type Evaluation,
  type Flag,
  type Health,
  type MarkId,
  OperationError,
  type Term,
  toNumber,
  type VenueModule,
  type VenueState,
} from '@plimsoll/model'
import { BPS, revisionOf } from './arithmetic.js'
import { marginStateOf } from './bridge.js'
import {
  type PositionValue,
  type UserAccountData,
  userAccountData,
  valuePositions,
} from './margin.js'
import { hasNoPrice } from './refusal.js'
import type { MarginState } from './state.js'
import { findLiquidation } from './verdict.js'

/**
 * Interprets rule `aave-v3@1`: every known revision of Aave v3 and its forks. It judges accounts;
 * what transactions and liquidations do to them is `aaveV3WithOperations`, in `actions`.
 */
export const aaveV3Module: VenueModule = {
  tag: 'aave-v3',
  version: 1,
  evaluate,
  compile,
  liquidate: null,
  operations: [],
  apply: (_venue, { kind }) => {
    throw new OperationError(
      `This module only judges accounts and applies no ${kind}. Pass \`aaveV3WithOperations\` of @plimsoll/adapters/lending/aave-v3/actions in its place.`,
    )
  },
}

const HEALTH_DECIMALS = 18
const BPS_DECIMALS = 4

function evaluate(venue: VenueState): Evaluation {
  const state = marginStateOf(venue)
  const values = valuePositions(state)
  const account = userAccountData(state, values)
  const baseDecimals = String(state.pool.baseUnit).length - 1
  const base = (raw: bigint): number => toNumber({ raw, decimals: baseDecimals })
  const sum = (pick: (value: PositionValue) => bigint): bigint =>
    values.reduce((total, value) => total + pick(value), 0n)
  const equity = base(sum(({ supplyValue }) => supplyValue) - sum(({ debtValue }) => debtValue))
  const hasDebt = account.healthFactor !== null
  // Supply that carries no debt is margin for itself alone; the rest for all but its threshold.
  const margin = (ratio: (value: PositionValue) => bigint): number =>
    hasDebt
      ? base(sum(({ supplyValue }) => supplyValue)) -
        base(sum((value) => (value.counts ? value.supplyValue * ratio(value) : 0n))) / Number(BPS)
      : 0
  const maintenanceMargin = margin(({ threshold }) => threshold)
  return {
    health: healthOf(state, account),
    liquidatable: findLiquidation(state) !== null,
    equity,
    initialMargin: margin(({ ltv }) => ltv),
    maintenanceMargin,
    excess: equity - maintenanceMargin,
    exact: exactOf(account, baseDecimals),
    flags: flagsOf(venue, state, account),
  }
}

function healthOf(state: MarginState, { healthFactor }: UserAccountData): Health {
  if (healthFactor === null) {
    return { value: null, reason: 'no-requirement', message: 'The account owes nothing.' }
  }
  if (hasNoPrice(state)) {
    return {
      value: null,
      reason: 'unknown',
      message:
        'The oracle has no price for an asset of the account: the pool reverts, and so would any liquidation.',
    }
  }
  return { value: toNumber({ raw: healthFactor, decimals: HEALTH_DECIMALS }) }
}

/** The numbers of `getUserAccountData`; no health factor without debt. */
function exactOf(account: UserAccountData, baseDecimals: number): Evaluation['exact'] {
  const { healthFactor } = account
  return {
    totalCollateralBase: { raw: account.totalCollateralBase, decimals: baseDecimals },
    totalDebtBase: { raw: account.totalDebtBase, decimals: baseDecimals },
    availableBorrowsBase: { raw: account.availableBorrowsBase, decimals: baseDecimals },
    currentLiquidationThreshold: {
      raw: account.currentLiquidationThreshold,
      decimals: BPS_DECIMALS,
    },
    ltv: { raw: account.ltv, decimals: BPS_DECIMALS },
    ...(healthFactor === null
      ? {}
      : { healthFactor: { raw: healthFactor, decimals: HEALTH_DECIMALS } }),
  }
}

function flagsOf(venue: VenueState, state: MarginState, account: UserAccountData): readonly Flag[] {
  const flags: Flag[] = []
  const { asOf } = venue.account
  const isLater = asOf.kind === 'block' && asOf.timestamp !== state.at
  if (isLater && state.positions.some(({ stableDebt }) => stableDebt > 0n)) {
    flags.push({
      code: 'stable-debt-not-accrued',
      severity: 'warning',
      message: 'Stable-rate debt is counted as it was at the block, without interest since then.',
    })
  }
  const blocked = state.positions.filter(
    ({ reserve, usedAsCollateral, borrowing }) =>
      (usedAsCollateral || borrowing) &&
      (reserve.paused || !reserve.active || reserve.gracePeriodUntil >= state.at),
  )
  if (blocked.length > 0 && account.healthFactor !== null) {
    flags.push({
      code: 'liquidation-held-back',
      severity: 'note',
      message: `Paused, inactive or in a grace period: ${blocked.map(({ asset }) => asset).join(', ')}. Liquidation of these waits, and so may repayment.`,
    })
  }
  if (state.pool.sentinel?.liquidation === false) {
    flags.push({
      code: 'sequencer-sentinel',
      severity: 'note',
      message: 'The price sentinel holds liquidations back until health is below 0.95.',
    })
  }
  return flags
}

/** Units of the base currency by which the rounding of one value may be off. */
const UNITS_PER_VALUE = 1

function compile(venue: VenueState): CompiledAccount {
  const state = marginStateOf(venue)
  const revision = revisionOf(state.pool.revision)
  const values = valuePositions(state)
  const supplies = values.filter(({ counts, supplyValue }) => counts && supplyValue > 0n)
  const debts = values.filter(({ position, debtValue }) => position.borrowing && debtValue > 0n)
  const marks = [...new Set([...supplies, ...debts].map(({ position }) => position.priceId))]
  const decimals = String(state.pool.baseUnit).length - 1
  const term = ({ position }: PositionValue, raw: bigint): Term => ({
    mark: marks.indexOf(position.priceId),
    value: toNumber({ raw, decimals }),
  })
  const collateral = supplies.map(
    (value): CollateralTerm => ({
      ...term(value, value.supplyValue),
      weight: Number(value.threshold) / Number(BPS),
      ...(value.bonus > BPS ? { liquidationBonus: Number(value.bonus - BPS) / Number(BPS) } : {}),
    }),
  )
  const { totalCollateralBase, totalDebtBase } = userAccountData(state, values)
  const share = (count: number, total: bigint): number =>
    total === 0n ? 0 : (UNITS_PER_VALUE * (count + 1)) / Number(total)
  return {
    account: venue.account.id,
    marks: marks as MarkId[],
    tests: [
      {
        kernel: 'threshold',
        strict: true,
        collateral,
        debt: debts.map((value) => term(value, value.debtValue)),
        averageStep: revision.averagesThreshold ? 1 / Number(BPS) : null,
      },
    ],
    combine: 'any',
    errorBound:
      1e-12 + share(supplies.length, totalCollateralBase) + share(debts.length, totalDebtBase),
  }
}
