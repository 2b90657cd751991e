import { PlimsollError } from '@plimsoll/model'

/** The venue answered a request with an error of its own. */
export class VenueRefusedError extends PlimsollError {
  override readonly name = 'VenueRefusedError'
}

/** The venue's answers for one account do not belong together. */
export class InconsistentAnswerError extends PlimsollError {
  override readonly name = 'InconsistentAnswerError'
}

/** A margin parameter or price that an account needs was not answered. */
export class MissingParameterError extends PlimsollError {
  override readonly name = 'MissingParameterError'
}
