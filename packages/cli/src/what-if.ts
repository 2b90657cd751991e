import type { AccountId, Portfolio } from '@plimsoll/model'
import type { AssessOptions, WhatIf } from '@plimsoll/risk'
import { whatIf } from '@plimsoll/risk'

/** A joint move of prices, as the risk engine takes it. */
export type Scenario = WhatIf['scenario']

/** An account that a scenario makes liquidatable, and how far into the scenario that happens. */
export type Casualty = { readonly account: AccountId; readonly part: number }

/** Where on the way a change of verdict is looked for before it is narrowed down. */
const STEPS = 32
const NARROWINGS = 20

/**
 * Accounts that become liquidatable on the straight way from today to the scenario, earliest first.
 * `part` is the share of every shock at which it happens, to about one millionth.
 *
 * @throws ScenarioError, CompileError as `whatIf`
 */
export function casualties(
  portfolio: Portfolio,
  scenario: Scenario,
  options: AssessOptions,
): readonly Casualty[] {
  const fallenAt = (part: number) =>
    new Set(
      whatIf(portfolio, scaled(scenario, part), options)
        .accounts.filter(({ liquidatable }) => liquidatable === true)
        .map(({ account }) => account),
    )
  const standing = fallenAt(0)
  const found = new Map<AccountId, number>()
  let before = 0
  for (let step = 1; step <= STEPS; step += 1) {
    const part = step / STEPS
    for (const account of fallenAt(part)) {
      if (standing.has(account) || found.has(account)) continue
      found.set(
        account,
        narrowed(before, part, (at) => fallenAt(at).has(account)),
      )
    }
    before = part
  }
  return [...found]
    .map(([account, part]) => ({ account, part }))
    .sort((a, b) => a.part - b.part || (a.account < b.account ? -1 : 1))
}

function narrowed(from: number, to: number, falls: (part: number) => boolean): number {
  let [low, high] = [from, to]
  for (let step = 0; step < NARROWINGS; step += 1) {
    const middle = (low + high) / 2
    if (falls(middle)) high = middle
    else low = middle
  }
  return high
}

/** Every shock of a scenario times `part`. */
export function scaled(scenario: Scenario, part: number): Scenario {
  const times = (moves: { readonly [name: string]: number } | undefined) =>
    Object.fromEntries(Object.entries(moves ?? {}).map(([name, move]) => [name, move * part]))
  return {
    factors: times(scenario.factors),
    assets: times(scenario.assets),
    marks: times(scenario.marks),
  }
}
