import type { MarketState, Portfolio } from '@plimsoll/model'
import type { ScenarioLosses } from './reprice.js'
import { repriceSet } from './reprice.js'
import type { ScenarioSet } from './scenarioSet.js'

/** The scenario of a set that costs most. */
export type WorstScenario = {
  /** Place in the set. */
  readonly scenario: number
  readonly name: string
  /** In the numeraire; negative where even the worst is a gain. */
  readonly loss: number
  readonly byAccount: readonly {
    readonly account: ScenarioLosses['accounts'][number]
    readonly loss: number
  }[]
}

/**
 * What costs most of a set of scenarios, by full reprice; of equals the first.
 *
 * @returns null where a leg that may be owed has no price, or the set is empty.
 * @throws ScenarioSetError when a move is not a number of at least −1.
 */
export function worstScenario(
  portfolio: Portfolio,
  set: ScenarioSet,
  options: { readonly market: MarketState; readonly nowMs: number },
): WorstScenario | null {
  const { losses, byAccount, accounts, known } = repriceSet(portfolio, set, options)
  if (!known || set.count === 0) return null
  let worst = 0
  for (let scenario = 1; scenario < set.count; scenario++) {
    if ((losses[scenario] ?? NaN) > (losses[worst] ?? NaN)) worst = scenario
  }
  return {
    scenario: worst,
    name: set.names?.[worst] ?? `scenario ${worst}`,
    loss: losses[worst] ?? NaN,
    byAccount: accounts.map((account, column) => ({
      account,
      loss: byAccount[worst * accounts.length + column] ?? NaN,
    })),
  }
}
