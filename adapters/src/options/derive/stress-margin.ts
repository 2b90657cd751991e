import type { MarkId, ScenarioTest, VenueModule, VenueState } from '@plimsoll/model'
import type { ScenarioResult } from '@plimsoll/risk'
import { evaluateScenarioTest } from '@plimsoll/risk'
import { weiOf } from './fixed-point.js'
import { evaluation } from './margin.js'
import { STRESS } from './rules.js'
import { stressTest } from './scenario-margin.js'
import { stressRule } from './stress-rule.js'
import { stressedPortfolio } from './stress-state.js'

/**
 * Derive's portfolio margin where the account's parameters are known: scenarios of spot and
 * volatility, in which the positions on one underlying net. Health is mark-to-market ÷ (mark-to-market
 * − net maintenance margin).
 */
export const stressModule: VenueModule = {
  ...STRESS,
  evaluate: (state) => {
    const { resource, initial, maintenance } = stressResult(state)
    return evaluation({
      markToMarket: weiOf(resource),
      initial: weiOf(initial.excess),
      maintenance: weiOf(maintenance.excess),
    })
  },
  compile: (state) => {
    const { test, marks } = markedTest(state)
    return {
      account: state.account.id,
      marks,
      tests: [test],
      combine: 'any',
      errorBound: 1e-12,
    }
  },
}

/**
 * A portfolio-margin account in every scenario: both margins, what binds and what each leg adds to it.
 *
 * @throws InvalidRuleError, MarkError when the account does not fit the rule `derive/stress@1`.
 */
export function stressResult(state: VenueState): ScenarioResult {
  return evaluateScenarioTest(markedTest(state).test)
}

function markedTest(state: VenueState): {
  readonly test: ScenarioTest
  readonly marks: readonly MarkId[]
} {
  const rule = stressRule(state)
  const { portfolio, marks } = stressedPortfolio(state, rule)
  const test = stressTest(portfolio, rule.parameters)
  if (rule.maintenanceCredit === 0) return { test, marks }
  const books = test.books.map((book) => ({
    ...book,
    contingencies: [
      ...book.contingencies,
      {
        kind: 'fixed',
        name: 'temporary-credit',
        apply: 'added',
        margin: 'maintenance',
        amount: { mark: -1, value: -rule.maintenanceCredit },
      } as const,
    ],
  }))
  return { test: { ...test, books }, marks }
}
