import { CovarianceError } from './errors.js'

/** Least buffer on top of a margin, as a share of it. */
const BUFFER = 0.25

/**
 * The margin to hold with an exhaustible buffer of a quarter (EMIR RTS 153/2013, article 28(1)(a)):
 * what was held before, kept between raw and 1.25·raw, in the unit of both. So a rise within the
 * buffer calls for nothing.
 *
 * @throws CovarianceError when a margin is negative or not finite.
 *
 * @example
 * bufferedMargin(110, 125) // 125: the rise from 100 draws on the buffer
 */
export function bufferedMargin(raw: number, held: number): number {
  if (!(raw >= 0 && raw < Infinity && held >= 0 && held < Infinity)) {
    throw new CovarianceError(
      `The raw margin is ${raw} and the margin held ${held}. Give finite margins of at least 0.`,
    )
  }
  return Math.max(raw, Math.min((1 + BUFFER) * raw, held))
}
