import type { CompiledAccount, Evaluation, MarkId, VenueModule, VenueState } from '@plimsoll/model'
import { describeIssues, InvalidRuleError, MarkError } from '@plimsoll/model'
import * as z from 'zod/mini'
import { amountOf } from './decimals.js'
import { healthOf, readOnly } from './evaluation.js'
import type { Holdings } from './state.js'
import { distanceOf, holdingsOf, modelValue } from './state.js'

/** What the venue reported, in USD, and the prices at which it holds. */
export type ReportedRule = {
  readonly initial: number
  readonly maintenance: number
  /** Equity − margin balance. */
  readonly excluded: number
  readonly prices: { readonly [mark: string]: number }
}

const finite = z.number()
const ruleSchema: z.ZodMiniType<ReportedRule> = z.object({
  initial: finite.check(z.minimum(0)),
  maintenance: finite.check(z.minimum(0)),
  excluded: finite,
  prices: z.record(z.string(), finite.check(z.gt(0))),
})

/**
 * Margins as the venue reports them, for accounts whose formula it does not publish. They hold at the
 * marks that were read; at any other the health is unknown, and what it compiles to is pinned to them.
 */
export const reportedModule: VenueModule = {
  tag: 'deribit/reported',
  version: 1,
  evaluate: evaluateReported,
  compile: compileReported,
  ...readOnly,
}

function ruleOf({ account }: VenueState): ReportedRule {
  const result = z.safeParse(ruleSchema, account.rule.parameters)
  if (result.success) return result.data
  throw new InvalidRuleError(
    `The rule of account "${account.id}" does not hold the venue's margins. Read it again with this version of the Deribit adapter.`,
    { details: describeIssues(result.error) },
  )
}

/** Worth of everything held, in USD: it needs no margin model. */
export function equityOf({ balances, linear, options }: Holdings): number {
  let equity = 0
  for (const { amount, price } of balances) equity += amount * price
  for (const { size, price, quote } of linear) equity += size * price + quote.amount * quote.price
  for (const held of options) equity += modelValue(held) + distanceOf(held) * held.settlement.price
  return equity
}

const MOVED =
  'The margin is known at the prices that the venue reported it for, and at no others. Ask the venue for a simulation.'

/** Whether a mark is another than the margins were reported for, or is not there. */
function isMoved({ marks }: VenueState, prices: ReportedRule['prices']): boolean {
  return Object.entries(prices).some(([id, price]) => {
    const mark = marks.get(id as MarkId)
    return mark === undefined || Number(`${mark.mid.raw}e${-mark.mid.decimals}`) !== price
  })
}

function evaluateReported(state: VenueState): Evaluation {
  const { initial, maintenance, excluded, prices } = ruleOf(state)
  const holdings = holdingsOf(state)
  const equity = equityOf(holdings)
  if (isMoved(state, prices)) {
    return {
      health: { value: null, reason: 'unknown', message: MOVED },
      liquidatable: null,
      equity,
      initialMargin: null,
      maintenanceMargin: null,
      excess: null,
      exact: {},
      flags: [],
    }
  }
  return {
    ...healthOf(equity, maintenance + excluded),
    equity,
    initialMargin: initial + excluded,
    exact: { initial_margin: amountOf(initial), maintenance_margin: amountOf(maintenance) },
    flags: [],
  }
}

function compileReported(state: VenueState): CompiledAccount {
  const { maintenance, excluded, prices } = ruleOf(state)
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
        cash: [{ mark: -1, value: equityOf(holdingsOf(state)) }],
        stable: { mark: -1, value: 1 },
        credit: -(maintenance + excluded),
        pinned: [...marks.keys()],
        markets: [],
      },
    ],
    combine: 'any',
    errorBound: 1e-12,
  }
}
