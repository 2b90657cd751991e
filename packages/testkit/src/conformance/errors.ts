import { PlimsollError } from '@plimsoll/model'

/** An adapter does not pass a rule of the conformance suite. */
export class ConformanceError extends PlimsollError {
  override readonly name = 'ConformanceError'
}
