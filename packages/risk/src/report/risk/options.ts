import type { AccountId, MarketState } from '@plimsoll/model'
import { ScenarioError } from '../../errors.js'
import type { PathHits, PathSimulation } from '../../score/simulatePaths.js'
import { simulatePaths } from '../../score/simulatePaths.js'

/** How the risk under a market state is computed. */
export type RiskParameters = {
  /** What is known of the market; without one the report has no score. */
  readonly market?: MarketState
  /** Of the random numbers. Default 1. */
  readonly seed?: number
  /**
   * Days within which an owner can react, for all accounts or by account (the others have a day): a
   * bridge, its confirmations, and the time until somebody looks. Default 1.
   */
  readonly horizonDays?: number | { readonly [account: AccountId]: number }
  /** Paths of the score. Default 40,000: fewer than 36,887 cannot reach 100. */
  readonly paths?: number
  /** Default 12. */
  readonly stepsPerDay?: number
  /** Of the Student-t moves: even and above 2, or Infinity. Default 4. */
  readonly degreesOfFreedom?: number
  /** Scenarios of the tail. Default 10,000. */
  readonly scenarios?: number
  /**
   * Simulates that many paths of the score, from 0. Default: {@link simulatePaths}, here and now. Give
   * what workers simulated: `() => mergePathHits(parts)`, their parts from {@link scorePaths}.
   */
  readonly simulate?: PathSimulator
}

/** Simulates so many paths, from 0; fewer are taken for as many as they are. */
export type PathSimulator = (simulation: PathSimulation, paths: number) => PathHits

/** Parameters with every default filled in. */
export type RiskOptions = {
  readonly seed: number
  readonly horizonOf: (account: AccountId) => number
  readonly paths: number
  readonly stepsPerDay: number
  readonly degreesOfFreedom: number
  readonly scenarios: number
  readonly simulate: PathSimulator
}

/** Fills in defaults. @throws ScenarioError when a number is out of its range */
export function riskOptions(given: RiskParameters): RiskOptions {
  const { horizonDays = 1, seed = 1, paths = 40_000, stepsPerDay = 12, scenarios = 10_000 } = given
  const horizons = typeof horizonDays === 'number' ? [horizonDays] : Object.values(horizonDays)
  const odd = horizons.find((days) => !(days > 0 && days <= 60))
  if (odd !== undefined) {
    throw new ScenarioError(
      `A horizon is ${odd} days. Give the owner's time to react, above 0 and up to 60 days.`,
    )
  }
  for (const [name, value] of Object.entries({ paths, scenarios })) {
    if (Number.isInteger(value) && value >= 100 && value <= 10_000_000) continue
    throw new ScenarioError(
      `The option ${name} is ${value}. Give a whole number from 100 to 10,000,000.`,
    )
  }
  const byAccount = new Map<string, number>(
    typeof horizonDays === 'number' ? [] : Object.entries(horizonDays),
  )
  const common = typeof horizonDays === 'number' ? horizonDays : 1
  return {
    seed,
    horizonOf: (account) => byAccount.get(account) ?? common,
    paths,
    stepsPerDay,
    degreesOfFreedom: given.degreesOfFreedom ?? 4,
    scenarios,
    simulate: given.simulate ?? ((simulation, count) => simulatePaths(simulation, 0, count)),
  }
}
