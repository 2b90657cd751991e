import { PlimsollError } from '@plimsoll/model'

/** A set of scenarios cannot be made from what was given, or does not fit a portfolio. */
export class ScenarioSetError extends PlimsollError {
  override readonly name = 'ScenarioSetError'
}
