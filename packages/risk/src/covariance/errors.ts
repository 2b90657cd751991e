import { PlimsollError } from '@plimsoll/model'

/** Returns, a matrix, a weight or a parameter of the covariance mathematics is not usable. */
export class CovarianceError extends PlimsollError {
  override readonly name = 'CovarianceError'
}

/** A matrix that must have a Cholesky factor has none. */
export class NotPositiveDefiniteError extends PlimsollError {
  override readonly name = 'NotPositiveDefiniteError'
}

/** An iteration did not reach its accuracy within its limit of steps. */
export class ConvergenceError extends PlimsollError {
  override readonly name = 'ConvergenceError'
}
