import type {
  CompiledAccount,
  Evaluation,
  Health,
  Mark,
  MarkId,
  StandardMarket,
  StandardParameters,
  Term,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { OperationError, toNumber } from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk'
import { yearsTo } from './feeds.js'
import { fromWei, fromWeiNumber, toWei, weiOf } from './fixed-point.js'
import type {
  HeldExpiry,
  HeldMarket,
  StandardMargin,
  StandardPortfolio,
} from './standard-margin.js'
import { multiply, standardMargin } from './standard-margin.js'
import type { StandardAccount, StandardAccountMarket } from './state.js'
import { standardAccount } from './state.js'

/** The rule of subaccounts under the standard manager. */
export const STANDARD_TAG = 'derive/standard'
export const STANDARD_VERSION = 1

/**
 * Derive's standard manager: each perp and each expiry of options on its own, longs only as cover
 * of shorts of the same expiry. Health is mark-to-market ÷ (mark-to-market − net maintenance margin).
 */
export const standardModule: VenueModule = {
  tag: STANDARD_TAG,
  version: STANDARD_VERSION,
  evaluate: evaluateStandard,
  compile: compileStandard,
  liquidate: null,
  operations: [],
  apply: (_state, operation) => {
    throw new OperationError(
      `A Derive subaccount cannot be changed by "${operation.kind}" here: this adapter reads and judges it. Trade or transfer at the venue, then read it again.`,
    )
  },
}

/** The venue's own arithmetic at the marks and the instant of `state`. */
export function evaluateStandard(state: VenueState): Evaluation {
  const margin = standardMargin(standardPortfolio(standardAccount(state), state.at))
  return evaluation(margin)
}

/** An evaluation from net margins, shared by both managers. */
export function evaluation({ initial, maintenance, markToMarket }: StandardMargin): Evaluation {
  const equity = fromWeiNumber(markToMarket)
  const maintenanceMargin = fromWeiNumber(markToMarket - maintenance)
  return {
    health: netHealth(markToMarket, maintenance),
    liquidatable: maintenance < 0n,
    equity,
    initialMargin: fromWeiNumber(markToMarket - initial),
    maintenanceMargin,
    excess: fromWeiNumber(maintenance),
    exact: {
      initial_margin: fromWei(initial),
      maintenance_margin: fromWei(maintenance),
      mark_to_market: fromWei(markToMarket),
    },
    flags: [],
  }
}

function netHealth(markToMarket: bigint, maintenance: bigint): Health {
  const requirement = markToMarket - maintenance
  if (requirement > 0n) return { value: fromWeiNumber(markToMarket) / fromWeiNumber(requirement) }
  // A debt with nothing that requires margin is liquidatable all the same.
  if (maintenance < 0n) return { value: -1 }
  return {
    value: null,
    reason: 'no-requirement',
    message: 'Nothing in this subaccount requires margin.',
  }
}

/**
 * A subaccount in the venue's fixed point at the instant `at` (unix seconds). Options are priced by
 * Black-76 in floating point: within 3e-16 of the forward of the venue's own fixed-point price.
 */
export function standardPortfolio(account: StandardAccount, at: number): StandardPortfolio {
  const { cash, collateral, markets, rule } = account
  return {
    cash: toWei(cash.amount),
    stablePrice: toWei(cash.mark.mid),
    maintenanceCredit: rule.maintenanceCredit,
    depeg: rule.depeg,
    collateral: collateral.map(({ leg, mark, state }) => ({
      ...state,
      amount: toWei(leg.amount),
      price: toWei(mark.mid),
      confidence: confidenceOf(mark),
    })),
    markets: markets.map((market) => heldMarket(market, at)),
  }
}

function heldMarket(
  { spot, state, perp, expiries }: StandardAccountMarket,
  at: number,
): HeldMarket {
  return {
    spot: toWei(spot.mid),
    spotConfidence: confidenceOf(spot),
    parameters: state.parameters,
    perp:
      perp === null
        ? null
        : {
            size: toWei(perp.leg.size),
            price: toWei(perp.mark.mid),
            confidence: confidenceOf(perp.mark),
            unrealized: toWei(perp.quote) + multiply(toWei(perp.leg.size), toWei(perp.mark.mid)),
          },
    expiries: expiries.map(
      ({ state: feeds, forward, options }): HeldExpiry => ({
        forward: toWei(forward.mid),
        forwardConfidence: confidenceOf(forward),
        volatilityConfidence: feeds.volatilityConfidence,
        options: options.map(({ leg, impliedVolatility }) => ({
          right: leg.right,
          size: toWei(leg.size),
          strike: toWei(leg.strike),
          price: weiOf(
            black76Price({
              right: leg.right,
              forward: toNumber(forward.mid),
              strike: toNumber(leg.strike),
              volatility: impliedVolatility,
              years: yearsTo(leg.expiry, at),
              discount: 1,
            }),
          ),
        })),
      }),
    ),
  }
}

/** What the venue is told of a price: not to be relied on at all where it states no confidence. */
function confidenceOf({ confidence }: Mark): bigint {
  return confidence === null ? 0n : weiOf(confidence)
}

/** The subaccount as a standard test over its marks. */
export function compileStandard(state: VenueState): CompiledAccount {
  const account = standardAccount(state)
  const marks: MarkId[] = []
  const indexOf = (mark: Mark): number => {
    const known = marks.indexOf(mark.id)
    return known >= 0 ? known : marks.push(mark.id) - 1
  }
  const { cash, collateral, markets, rule } = account
  const quotes = markets.flatMap(({ perp }): readonly Term[] =>
    perp === null ? [] : [{ mark: -1, value: toNumber(perp.quote) }],
  )
  return {
    account: state.account.id,
    tests: [
      {
        kernel: 'standard',
        strict: true,
        cash: [{ mark: -1, value: toNumber(cash.amount) }, ...quotes],
        stable: { mark: indexOf(cash.mark), value: toNumber(cash.mark.mid) },
        credit: fromWeiNumber(rule.maintenanceCredit),
        markets: [
          ...markets.map((market) => compileMarket(market, state.at, indexOf)),
          ...collateral.map(
            ({ leg, mark, state: { factors } }): StandardMarket => ({
              spot: toNumber(mark.mid),
              spotMark: indexOf(mark),
              perp: null,
              base: toNumber(leg.amount),
              expiries: [],
              parameters: {
                ...NO_PARAMETERS,
                baseFactor: factors.maintenance.map(fromWeiNumber).reduce((a, b) => a * b, 1),
              },
            }),
          ),
        ],
      },
    ],
    marks,
    combine: 'any',
    errorBound: 1e-12,
  }
}

const NO_PARAMETERS: StandardParameters = {
  perpRequirement: 0,
  baseFactor: 0,
  callSpotRequirement: 0,
  putSpotRequirement: 0,
  putMarkRequirement: 0,
  unpairedScale: 0,
}

function compileMarket(
  { spot, state, perp, expiries }: StandardAccountMarket,
  at: number,
  indexOf: (mark: Mark) => number,
): StandardMarket {
  const { option, perp: perpRatios } = state.parameters
  return {
    spot: toNumber(spot.mid),
    spotMark: indexOf(spot),
    base: 0,
    perp:
      perp === null
        ? null
        : {
            size: toNumber(perp.leg.size),
            price: toNumber(perp.mark.mid),
            mark: indexOf(perp.mark),
          },
    expiries: expiries.map(({ expiry, state: feeds, forward, options }) => ({
      years: yearsTo(expiry, at),
      forward: toNumber(forward.mid) - fromWeiNumber(feeds.fixedForward),
      forwardMark: indexOf(forward),
      forwardFixed: fromWeiNumber(feeds.fixedForward),
      options: options.map(({ leg, impliedVolatility }) => ({
        right: leg.right,
        size: toNumber(leg.size),
        strike: toNumber(leg.strike),
        impliedVolatility,
      })),
    })),
    parameters: {
      ...NO_PARAMETERS,
      ...(perpRatios === null ? {} : { perpRequirement: fromWeiNumber(perpRatios.maintenance) }),
      ...(option === null
        ? {}
        : {
            callSpotRequirement: fromWeiNumber(option.callSpot),
            putSpotRequirement: fromWeiNumber(option.putSpot),
            putMarkRequirement: fromWeiNumber(option.putMark),
            unpairedScale: fromWeiNumber(option.unpaired.maintenance),
          }),
    },
  }
}
