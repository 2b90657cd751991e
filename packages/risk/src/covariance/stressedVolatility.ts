import { CovarianceError } from './errors.js'
import { checkReturns } from './observations.js'
import { meanSquare } from './varianceRecursion.js'

/**
 * Volatility of the whole history about a zero mean: the root mean square of the returns, per
 * observation interval. The floor of `flooredVolatility` when the history is long.
 *
 * @throws CovarianceError when there is no return or one is not finite.
 *
 * @example
 * longRunVolatility(Float64Array.of(0.03, -0.04)) // 0.03535533905932738
 */
export function longRunVolatility(returns: Float64Array): number {
  checkReturns(returns, 1)
  return Math.sqrt(meanSquare(returns, 0))
}

/**
 * Volatility of the worst stretch of a history about a zero mean: the greatest root mean square of
 * `window` returns in a row, per observation interval.
 *
 * @throws CovarianceError when the history is shorter than the window, a return is not finite, or the
 * window is not a positive integer.
 *
 * @example
 * stressedVolatility(Float64Array.of(0.01, 0.03, -0.04, 0), 2) // 0.03535533905932738
 */
export function stressedVolatility(returns: Float64Array, window: number): number {
  if (!Number.isInteger(window) || window < 1) {
    throw new CovarianceError(
      `The stressed window is ${window} observations long. Give a positive integer.`,
    )
  }
  checkReturns(returns, window)
  let worst = 0
  for (let end = window; end <= returns.length; end++) {
    worst = Math.max(worst, meanSquare(returns.subarray(end - window, end), 0))
  }
  return Math.sqrt(worst)
}
