import {
  type CompiledAccount,
  type Evaluation,
  type Flag,
  type Health,
  multiplyAmounts,
  OperationError,
  toNumber,
  type VenueModule,
  type VenueState,
} from '@plimsoll/model'
import { PRICE_DECIMALS } from './arithmetic.js'
import { marginStateOf, marketOf, markOf } from './bridge.js'
import { absorb, storeFrontDiscount } from './liquidation.js'
import { type AccountValue, accountValue, isLiquidatable, isLiquidatableView } from './margin.js'
import type { SharedCollateral } from './shared.js'
import type { Collateral, MarginState } from './state.js'

/**
 * Interprets rule `compound-v3@1`: one account in one market of Compound v3. It judges accounts; what
 * transactions and absorptions do to them is `compoundV3WithOperations`, in `actions`.
 */
export const compoundV3Module: VenueModule = {
  tag: 'compound-v3',
  version: 1,
  evaluate,
  compile,
  liquidate: null,
  operations: [],
  apply: (_venue, { kind }) => {
    throw new OperationError(
      `This module only judges accounts and applies no ${kind}. Pass \`compoundV3WithOperations\` of @plimsoll/adapters/lending/compound-v3/actions in its place.`,
    )
  },
}

/** Accounts of the real contract that the arithmetic reproduces; see the README. */
export const VERIFIED_CASES = 46

const FACTOR_DECIMALS = 18
const ratio = (raw: bigint): number => toNumber({ raw, decimals: FACTOR_DECIMALS })

/** Something held, with its worth at its mark in the rule's numeraire. */
type Held = {
  readonly shared: SharedCollateral
  readonly state: Collateral
  readonly worth: number
}

type Worths = {
  readonly collateral: readonly Held[]
  /** Above 0 what is lent, below what is owed. */
  readonly base: number
}

function worthsOf(venue: VenueState, state: MarginState): Worths {
  const { baseToken, collateral } = marketOf(venue)
  const worth = (raw: bigint, token: typeof baseToken): number =>
    toNumber(multiplyAmounts({ raw, decimals: token.decimals }, markOf(venue, token).mid))
  const { supplied, borrowed } = accountValue(state)
  return {
    base: worth(supplied - borrowed, baseToken),
    collateral: collateral.flatMap((shared, index): readonly Held[] => {
      const own = state.collateral[index]
      if (own === undefined || own.balance === 0n) return []
      return [{ shared, state: own, worth: worth(own.balance, shared) }]
    }),
  }
}

function evaluate(venue: VenueState): Evaluation {
  const state = marginStateOf(venue)
  const value = accountValue(state)
  const { base, collateral } = worthsOf(venue, state)
  const equity = collateral.reduce((sum, { worth }) => sum + worth, base)
  // Without debt nothing has to be kept.
  const margin = (factorOf: (asset: Collateral) => bigint): number =>
    value.borrowed === 0n
      ? 0
      : collateral.reduce((sum, held) => sum + held.worth * (1 - ratio(factorOf(held.state))), 0)
  const maintenanceMargin = margin((asset) => asset.liquidateCollateralFactor)
  return {
    health: healthOf(value),
    liquidatable: absorb(state).ok,
    equity,
    initialMargin: margin((asset) => asset.borrowCollateralFactor),
    maintenanceMargin,
    excess: equity - maintenanceMargin,
    exact: exactOf(venue, value),
    flags: flagsOf(state),
  }
}

function healthOf({ healthFactor, borrowed }: AccountValue): Health {
  if (healthFactor !== null) return { value: ratio(healthFactor) }
  const message =
    borrowed === 0n ? 'The account owes nothing.' : 'What the account owes is worth nothing.'
  return { value: null, reason: 'no-requirement', message }
}

/** The contract's own numbers: amounts in the base token, values in the unit of its feeds. */
function exactOf(venue: VenueState, value: AccountValue): Evaluation['exact'] {
  const { decimals } = marketOf(venue).baseToken
  const amount = (raw: bigint) => ({ raw, decimals })
  const money = (raw: bigint) => ({ raw, decimals: PRICE_DECIMALS })
  const { healthFactor } = value
  return {
    supplied: amount(value.supplied),
    borrowed: amount(value.borrowed),
    storedBorrowed: amount(value.storedBorrowed),
    borrowCapacity: money(value.borrowCapacity),
    liquidationCapacity: money(value.liquidationCapacity),
    liquidity: money(value.liquidity),
    storedLiquidity: money(value.storedLiquidity),
    ...(healthFactor === null
      ? {}
      : { healthFactor: { raw: healthFactor, decimals: FACTOR_DECIMALS } }),
  }
}

function flagsOf(state: MarginState): readonly Flag[] {
  const flags: Flag[] = []
  if (state.market.pauses.absorb && isLiquidatable(state)) {
    flags.push({
      code: 'liquidation-held-back',
      severity: 'warning',
      message: 'Absorbing is paused: the account is liquidated as soon as the pause ends.',
    })
  }
  if (isLiquidatable(state) !== isLiquidatableView(state)) {
    const { borrowed, storedBorrowed } = accountValue(state)
    flags.push({
      code: 'stale-view',
      severity: 'warning',
      message: `The contract's view isLiquidatable does not count interest since the last accrual (${borrowed - storedBorrowed} raw units of this debt) and says no; absorb, which does, decides otherwise.`,
    })
  }
  return flags
}

/** Units of 1e-8 by which the contract's roundings of the debt may be off. */
const DEBT_UNITS = 2
/** The same of each collateral: its value, and its part that counts. */
const COLLATERAL_UNITS = 2

function compile(venue: VenueState): CompiledAccount {
  const state = marginStateOf(venue)
  const { baseToken } = marketOf(venue)
  const { collateral, base } = worthsOf(venue, state)
  const { borrowed } = accountValue(state)
  return {
    account: venue.account.id,
    marks: [...collateral.map(({ shared }) => shared), baseToken].map(
      (token) => markOf(venue, token).id,
    ),
    tests: [
      {
        kernel: 'threshold',
        strict: true,
        collateral: collateral.map(({ worth, state: asset }, mark) => {
          const discount = ratio(storeFrontDiscount(state.market, asset))
          return {
            mark,
            value: worth,
            weight: ratio(asset.liquidateCollateralFactor),
            ...(discount < 1 ? { liquidationBonus: discount / (1 - discount) } : {}),
          }
        }),
        debt: borrowed > 0n ? [{ mark: collateral.length, value: -base }] : [],
        averageStep: null,
      },
    ],
    combine: 'any',
    errorBound: errorBoundOf(venue, state, collateral),
  }
}

function errorBoundOf(venue: VenueState, state: MarginState, collateral: readonly Held[]): number {
  const { debtValue, liquidationCapacity, borrowed } = accountValue(state)
  // A price of few digits moves by whole units, which scaled marks do not.
  const prices = collateral.map(({ state: { price } }) => price)
  const moving = marketOf(venue).basePrice === null ? [state.basePrice, ...prices] : prices
  const steps = moving.reduce((sum, price) => sum + 1 / Number(price), 0)
  if (borrowed === 0n) return 1e-12
  const one = (units: number, value: bigint): number => units / Math.max(Number(value), 1)
  return (
    1e-12 +
    steps +
    one(DEBT_UNITS, debtValue) +
    one(COLLATERAL_UNITS * collateral.length, liquidationCapacity)
  )
}
