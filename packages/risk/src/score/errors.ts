import { PlimsollError } from '@plimsoll/model'

/** A probability, count, price or limit of the score is not usable. */
export class ScoreError extends PlimsollError {
  override readonly name = 'ScoreError'
}
