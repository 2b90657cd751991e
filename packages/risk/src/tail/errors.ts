import { PlimsollError } from '@plimsoll/model'

/** A loss, forecast, weight or parameter of a tail measure or backtest is not usable. */
export class TailError extends PlimsollError {
  override readonly name: string = 'TailError'
}

/** A confidence level is not strictly between 0 and 1. */
export class LevelError extends TailError {
  override readonly name = 'LevelError'
  readonly level: number

  constructor(level: number) {
    super(
      `The confidence level is ${level}. Give a number strictly between 0 and 1: 0.975 for the worst 2.5 %.`,
    )
    this.level = level
  }
}

/** A history is too short for what is asked of it. */
export class TooFewObservationsError extends TailError {
  override readonly name = 'TooFewObservationsError'
  readonly observations: number
  readonly least: number

  constructor(what: string, observations: number, least: number) {
    super(
      `${what} has ${observations} observations, at least ${least} are needed. Read a longer history, or use more scenarios.`,
    )
    this.observations = observations
    this.least = least
  }
}

/** A numerical inversion did not reach its accuracy. */
export class InversionError extends TailError {
  override readonly name = 'InversionError'
}
