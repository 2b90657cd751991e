import type { Evaluation, MarginAccount, PlimsollError, VenueState } from '@plimsoll/model'
import { InvalidRuleError } from '@plimsoll/model'
import type { ModuleFinder } from '../program/venueState.js'
import { attempt } from '../program/venueState.js'

/** A module's exact answer for one account, or why there is none. */
export type Exact =
  | { readonly evaluation: Evaluation; readonly error: null }
  | { readonly evaluation: null; readonly error: PlimsollError }

/** Evaluates one account exactly; errors and numbers that are not finite make it unknown. */
export function evaluateExact(
  account: MarginAccount,
  moduleOf: ModuleFinder,
  stateOf: (account: MarginAccount) => VenueState,
): Exact {
  const result = attempt(account, () => {
    const evaluation = moduleOf(account).evaluate(stateOf(account))
    checkFinite(account, evaluation)
    return evaluation
  })
  return result.error === null
    ? { evaluation: result.value, error: null }
    : { evaluation: null, error: result.error }
}

function checkFinite(account: MarginAccount, evaluation: Evaluation): void {
  const { health, equity, initialMargin, maintenanceMargin, excess } = evaluation
  const numbers = { health: health.value, equity, initialMargin, maintenanceMargin, excess }
  for (const [name, value] of Object.entries(numbers)) {
    if (value === null || Number.isFinite(value)) continue
    throw new InvalidRuleError(
      `The module of rule ${account.rule.tag}@${account.rule.version} gives account "${account.id}" the ${name} ${value}. Report it to the adapter's authors; until then its health is unknown.`,
    )
  }
}
