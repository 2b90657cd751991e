import type {
  CompiledAccount,
  Evaluation,
  Health,
  MarkId,
  StandardMarket,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { fromWei, fromWeiNumber } from './fixed-point.js'
import { STANDARD } from './rules.js'
import type { StandardMargin } from './standard-margin.js'
import { standardMargin } from './standard-margin.js'
import type { MarkedMarket } from './state.js'
import { standardPortfolio } from './state.js'

/**
 * Derive's standard manager: each perp and each expiry of options on its own, longs only as cover
 * of shorts of the same expiry. Health is mark-to-market ÷ (mark-to-market − net maintenance margin).
 */
export const standardModule: VenueModule = {
  ...STANDARD,
  evaluate: (state) => evaluation(standardMargin(standardPortfolio(state))),
  compile: compileStandard,
}

/** An evaluation from net margins, shared by both managers. */
export function evaluation({ initial, maintenance, markToMarket }: StandardMargin): Evaluation {
  return {
    health: netHealth(markToMarket, maintenance),
    liquidatable: maintenance < 0n,
    equity: fromWeiNumber(markToMarket),
    initialMargin: fromWeiNumber(markToMarket - initial),
    maintenanceMargin: fromWeiNumber(markToMarket - maintenance),
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

/** The subaccount as a standard test over its marks. */
function compileStandard(state: VenueState): CompiledAccount {
  const portfolio = standardPortfolio(state)
  const marks: MarkId[] = []
  const indexOf = (mark: MarkId): number => {
    const known = marks.indexOf(mark)
    return known >= 0 ? known : marks.push(mark) - 1
  }
  const cash = [portfolio.cash, ...portfolio.markets.map(({ perp }) => perp?.quote ?? 0n)]
  return {
    account: state.account.id,
    tests: [
      {
        kernel: 'standard',
        strict: true,
        cash: cash.map((amount) => ({ mark: -1, value: fromWeiNumber(amount) })),
        stable: {
          mark: indexOf(portfolio.stableMark),
          value: fromWeiNumber(portfolio.stablePrice),
        },
        credit: fromWeiNumber(portfolio.maintenanceCredit),
        markets: [
          ...portfolio.markets.map((market) => compileMarket(market, indexOf)),
          ...portfolio.collateral.map(
            ({ amount, price, mark, factors }): StandardMarket => ({
              spot: fromWeiNumber(price),
              spotMark: indexOf(mark),
              perp: null,
              base: fromWeiNumber(amount),
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

const NO_PARAMETERS: StandardMarket['parameters'] = {
  perpRequirement: 0,
  baseFactor: 0,
  callSpotRequirement: 0,
  putSpotRequirement: 0,
  putMarkRequirement: 0,
  unpairedScale: 0,
}

function compileMarket(
  { spot, mark, perp, expiries }: MarkedMarket,
  indexOf: (mark: MarkId) => number,
): StandardMarket {
  const option = expiries[0]?.parameters
  return {
    spot: fromWeiNumber(spot),
    spotMark: indexOf(mark),
    base: 0,
    perp: perp && {
      size: fromWeiNumber(perp.size),
      price: fromWeiNumber(perp.price),
      mark: indexOf(perp.mark),
    },
    expiries: expiries.map(({ years, forward, mark: forwardMark, fixedForward, options }) => ({
      years,
      forward: fromWeiNumber(forward - fixedForward),
      forwardMark: indexOf(forwardMark),
      forwardFixed: fromWeiNumber(fixedForward),
      options: options.map(({ right, size, strike, volatility }) => ({
        right,
        size: fromWeiNumber(size),
        strike: fromWeiNumber(strike),
        impliedVolatility: volatility,
      })),
    })),
    parameters: {
      ...NO_PARAMETERS,
      ...(perp && { perpRequirement: fromWeiNumber(perp.requirement.maintenance) }),
      ...(option && {
        callSpotRequirement: fromWeiNumber(option.callSpot),
        putSpotRequirement: fromWeiNumber(option.putSpot),
        putMarkRequirement: fromWeiNumber(option.putMark),
        unpairedScale: fromWeiNumber(option.unpairedMaintenance),
      }),
    },
  }
}
