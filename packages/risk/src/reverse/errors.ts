import { PlimsollError } from '@plimsoll/model'

/** A surplus, covariance root, factor or limit of a reverse stress test is not usable. */
export class ReverseStressError extends PlimsollError {
  override readonly name = 'ReverseStressError'
}
