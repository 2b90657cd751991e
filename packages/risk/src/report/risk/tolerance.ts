import { ScenarioError } from '../../errors.js'

/** How far things may move before a score that was kept no longer holds. */
export type KeptTolerance = {
  /**
   * Fall of a material account's health, as a share of its distance from 1, where it is liquidated.
   * Default 0.05: from 1.20 to 1.19, from 1.05 to 1.0475.
   */
  readonly health: number
  /** Relative move of any mark. Default 0.02. */
  readonly price: number
  /** Relative change of an option's implied volatility. Default 0.1. */
  readonly volatility: number
  /** Change of a leg's amount, as a share of its account's gross worth: interest, not trades. Default 0.001. */
  readonly amount: number
  /** Age of the score in milliseconds. Default 600,000. */
  readonly ageMs: number
}

const DEFAULT: KeptTolerance = {
  health: 0.05,
  price: 0.02,
  volatility: 0.1,
  amount: 0.001,
  ageMs: 600_000,
}

/** Fills in defaults. @throws ScenarioError when one is negative or not finite */
export function keptTolerance(given: Partial<KeptTolerance>): KeptTolerance {
  const tolerance = { ...DEFAULT, ...given }
  for (const [name, value] of Object.entries(tolerance)) {
    if (value >= 0 && value < Infinity) continue
    throw new ScenarioError(
      `The tolerance ${name} is ${value}. Pass a finite number that is not negative.`,
    )
  }
  return tolerance
}
