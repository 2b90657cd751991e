import type { Fidelity, StressScenario } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import type { LegContribution } from '../scenario/result.js'
import type { Positions } from './positions.js'

/** Positions cannot be judged by a margin system: it does not list them, or a parameter is missing. */
export class MarginSystemError extends PlimsollError {
  override readonly name = 'MarginSystemError'
}

/** The loss that makes a requirement. */
export type WorstCase = {
  /** In words: `spot −16 %, volatility +50 %`. */
  readonly label: string
  /** The scenario, where it is one. */
  readonly scenario: StressScenario | null
  /** Before the margin's factor, in the numeraire; not negative. */
  readonly loss: number
}

/** What a margin system asks for positions, in the numeraire: equity (marks of options included) to hold. */
export type SystemMargin = {
  /** Null where the system has none. */
  readonly initial: number | null
  readonly maintenance: number | null
  /** Of the maintenance margin; null where nothing loses or the system has no scenarios. */
  readonly worst: WorstCase | null
  /** Each leg's profit in the worst case; empty where the system has no scenarios. */
  readonly contributions: readonly LegContribution[]
}

/** A way of asking for margin, apart from any account. */
export type MarginSystem = {
  readonly id: string
  readonly name: string
  readonly fidelity: Fidelity
  /** Where its parameters come from, with the date. */
  readonly source: string
  /** Parts that its figures leave out, in words; with any the figures are lower bounds. */
  readonly notModelled: readonly string[]
  /** @throws MarginSystemError when it does not list an underlying. */
  readonly require: (positions: Positions) => SystemMargin
}
