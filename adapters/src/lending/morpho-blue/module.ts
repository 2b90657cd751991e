import {
  type CompiledAccount,
  type Evaluation,
  type Flag,
  type Health,
  type Leg,
  multiplyAmounts,
  OperationError,
  toNumber,
  type VenueModule,
  type VenueState,
} from '@plimsoll/model'
import { liquidationIncentiveFactor, smaller, WAD } from './arithmetic.js'
import { LEG, legsOf, marginStateOf, marketOf, marksOf } from './bridge.js'
import { findLiquidation } from './liquidation.js'
import { overflows, type PositionValue, positionValue } from './margin.js'
import type { MarginState } from './state.js'

/**
 * Interprets rule `morpho-blue@1`: one position in one market of Morpho Blue. It judges accounts; what
 * transactions and liquidations do to them is `morphoBlueWithOperations`, in `actions`.
 */
export const morphoBlueModule: VenueModule = {
  tag: 'morpho-blue',
  version: 1,
  evaluate,
  compile,
  liquidate: null,
  operations: [],
  apply: (_venue, { kind }) => {
    throw new OperationError(
      `This module only judges accounts and applies no ${kind}. Pass \`morphoBlueWithOperations\` of @plimsoll/adapters/lending/morpho-blue/actions in its place.`,
    )
  },
}

const WAD_DECIMALS = 18

/** Worth of each part of an account at its marks, in the rule's numeraire. */
type Worths = { readonly collateral: number; readonly debt: number; readonly supply: number }

function worthsOf(venue: VenueState, state: MarginState): Worths {
  const legs = legsOf(state, marketOf(venue))
  const worth = (prefix: string): number => {
    const leg = legs.find(({ id }) => id.startsWith(prefix))
    return leg === undefined ? 0 : worthOf(venue, leg)
  }
  return { collateral: worth(LEG.collateral), debt: worth(LEG.debt), supply: worth(LEG.supply) }
}

function worthOf(venue: VenueState, leg: Leg): number {
  const price = leg.mark === null ? undefined : venue.marks.get(leg.mark)?.mid
  if (price === undefined || !('amount' in leg)) return 0
  return toNumber(multiplyAmounts(leg.amount, price))
}

function evaluate(venue: VenueState): Evaluation {
  const state = marginStateOf(venue)
  const value = positionValue(state)
  const worths = worthsOf(venue, state)
  const equity = worths.collateral + worths.supply - worths.debt
  const lltv = toNumber({ raw: state.market.lltv, decimals: WAD_DECIMALS })
  // What is lent to the market carries no debt: it is margin for itself alone.
  const margin = value.borrowed > 0n ? worths.collateral * (1 - lltv) + worths.supply : 0
  return {
    health: healthOf(state, value),
    liquidatable: overflows(state) ? null : findLiquidation(state) !== null,
    equity,
    initialMargin: margin,
    maintenanceMargin: margin,
    excess: equity - margin,
    exact: exactOf(venue, value),
    flags: flagsOf(state),
  }
}

function healthOf(state: MarginState, { healthFactor }: PositionValue): Health {
  if (healthFactor === null) {
    return { value: null, reason: 'no-requirement', message: 'The position owes nothing.' }
  }
  if (overflows(state)) {
    return {
      value: null,
      reason: 'unknown',
      message:
        'The oracle’s price is so high that the contract cannot multiply it: it reverts, and so would any liquidation.',
    }
  }
  return { value: toNumber({ raw: healthFactor, decimals: WAD_DECIMALS }) }
}

/** The contract's own numbers, in the loan asset; no health factor without debt. */
function exactOf(venue: VenueState, value: PositionValue): Evaluation['exact'] {
  const { decimals } = marketOf(venue).loan
  const { supplied, borrowed, collateralValue, maxBorrow, healthFactor } = value
  return {
    supplied: { raw: supplied, decimals },
    borrowed: { raw: borrowed, decimals },
    collateralValue: { raw: collateralValue, decimals },
    maxBorrow: { raw: maxBorrow, decimals },
    ...(healthFactor === null
      ? {}
      : { healthFactor: { raw: healthFactor, decimals: WAD_DECIMALS } }),
  }
}

function flagsOf({ market, at }: MarginState): readonly Flag[] {
  const { rate } = market
  if (rate.kind !== 'observed' || rate.at >= at || market.totalBorrowAssets === 0n) return []
  return [
    {
      code: 'rate-held-constant',
      severity: 'warning',
      message:
        'The market’s rate model is not known: interest since the block is that of the rate at the block.',
    },
  ]
}

/** Units of the loan asset by which the contract's roundings may be off: value, maximum, debt. */
const UNITS = 3

function compile(venue: VenueState): CompiledAccount {
  const state = marginStateOf(venue)
  const { loan, collateral } = marketOf(venue)
  const { borrowed, maxBorrow } = positionValue(state)
  const worths = worthsOf(venue, state)
  const marks = marksOf(venue, [...(collateral === null ? [] : [collateral]), loan])
  const factor = liquidationIncentiveFactor(state.market.lltv)
  const least = Number(smaller(borrowed, maxBorrow))
  const units = borrowed === 0n ? 0 : UNITS / Math.max(least, 1)
  return {
    account: venue.account.id,
    marks: marks.map(({ id }) => id),
    tests: [
      {
        kernel: 'threshold',
        strict: true,
        collateral:
          worths.collateral > 0
            ? [
                {
                  mark: 0,
                  value: worths.collateral,
                  weight: toNumber({ raw: state.market.lltv, decimals: WAD_DECIMALS }),
                  liquidationBonus: toNumber({ raw: factor - WAD, decimals: WAD_DECIMALS }),
                },
              ]
            : [],
        debt: borrowed > 0n ? [{ mark: marks.length - 1, value: worths.debt }] : [],
        averageStep: null,
      },
    ],
    combine: 'any',
    // A price of few digits moves by whole units, which scaled marks do not.
    errorBound: 1e-12 + units + (state.price > 0n ? 1 / Number(state.price) : 0),
  }
}
