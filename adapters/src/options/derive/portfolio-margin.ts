import type { CompiledAccount, Evaluation, MarkId, VenueModule, VenueState } from '@plimsoll/model'
import { describeIssues, InvalidRuleError, MarkError, toNumber } from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk/pricing'
import * as z from 'zod/mini'
import { yearsTo } from './feeds.js'
import { fromWeiNumber, toWei } from './fixed-point.js'
import { evaluation } from './margin.js'
import { PORTFOLIO } from './rules.js'
import type { StandardMargin } from './standard-margin.js'

/** What the venue reported, and by mark id the prices at which it holds; 18 decimals. */
export type ReportedRule = StandardMargin & { readonly [mark: string]: bigint }

const ruleSchema = z.catchall(
  z.object({ initial: z.bigint(), maintenance: z.bigint(), markToMarket: z.bigint() }),
  z.bigint(),
)

/**
 * Derive's portfolio margin, as the venue reports it. The numbers hold at the marks that were read;
 * at any other the health is unknown, and what it compiles to is pinned to them.
 */
export const portfolioModule: VenueModule = {
  ...PORTFOLIO,
  evaluate: evaluateReported,
  compile: compileReported,
}

function ruleOf({ account }: VenueState) {
  const result = z.safeParse(ruleSchema, account.rule.parameters)
  if (!result.success) {
    throw new InvalidRuleError(
      `The rule of account "${account.id}" does not hold the venue's margins. Read it again with this version of the Derive adapter.`,
      { details: describeIssues(result.error) },
    )
  }
  const { initial, maintenance, markToMarket, ...prices } = result.data
  return { reported: { initial, maintenance, markToMarket }, prices }
}

function evaluateReported(state: VenueState): Evaluation {
  const { reported, prices } = ruleOf(state)
  const known = evaluation(reported)
  if (!isMoved(state, prices)) return known
  return {
    health: { value: null, reason: 'unknown', message: MOVED },
    liquidatable: null,
    equity: equityAt(state),
    initialMargin: null,
    maintenanceMargin: null,
    excess: null,
    exact: {},
    flags: [],
  }
}

const MOVED =
  'The margin is known at the prices that the venue reported it for, and at no others. Ask the venue for a simulation.'

/** Whether a mark is another than the margins were reported for, or is not there. */
function isMoved({ marks }: VenueState, prices: { readonly [mark: string]: bigint }): boolean {
  return Object.entries(prices).some(([id, price]) => {
    const mark = marks.get(id as MarkId)
    return mark === undefined || toWei(mark.mid) !== price
  })
}

/** Mark-to-market at marks other than those reported: it needs no margin model. */
function equityAt({ account, marks, at }: VenueState): number {
  const price = (id: MarkId | null): number => {
    const mark = id === null ? undefined : marks.get(id)
    return mark === undefined ? 0 : toNumber(mark.mid)
  }
  let equity = 0
  for (const leg of account.legs) {
    if (leg.kind === 'option') {
      const { right, size, strike, impliedVolatility, expiry, forward } = leg
      const option = {
        right,
        forward: price(forward),
        strike: toNumber(strike),
        volatility: impliedVolatility ?? 0,
        years: yearsTo(expiry, at),
        discount: 1,
      }
      equity += toNumber(size) * black76Price(option)
    } else if (leg.kind === 'perp') equity += toNumber(leg.size) * price(leg.mark)
    else {
      const worth = toNumber(leg.amount) * (leg.kind === 'cash' ? 1 : price(leg.mark))
      equity += leg.kind === 'debt' ? -worth : worth
    }
  }
  return equity
}

function compileReported(state: VenueState): CompiledAccount {
  const { reported, prices } = ruleOf(state)
  // What is pinned is pinned to today's marks of the program, which have to be those reported for.
  if (isMoved(state, prices)) throw new MarkError(MOVED)
  const marks = Object.keys(prices).sort() as MarkId[]
  return {
    account: state.account.id,
    marks,
    tests: [
      {
        kernel: 'standard',
        strict: true,
        cash: [{ mark: -1, value: fromWeiNumber(reported.markToMarket) }],
        stable: { mark: -1, value: 1 },
        credit: fromWeiNumber(reported.maintenance - reported.markToMarket),
        pinned: [...marks.keys()],
        markets: [],
      },
    ],
    combine: 'any',
    errorBound: 1e-12,
  }
}
