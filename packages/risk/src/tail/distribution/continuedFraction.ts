import { InversionError } from '../errors.js'

const LEAST = 1e-300
const STEPS = 20_000

/**
 * 1/(1 + d₁/(1 + d₂/(1 + …))) by the method of W. J. Lentz as modified by I. J. Thompson and
 * A. R. Barnett, J. Comput. Phys. 64 (1986) 490–509, to two units in the last place.
 *
 * @param coefficient dₖ, k from 1
 *
 * @throws InversionError when it has not converged after 20,000 terms.
 */
export function continuedFraction(coefficient: (k: number) => number): number {
  let numerator = 1
  let denominator = 0
  let value = 1
  for (let k = 1; k <= STEPS; k++) {
    const d = coefficient(k)
    numerator = notZero(1 + d / numerator)
    denominator = 1 / notZero(1 + d * denominator)
    const change = numerator * denominator
    value *= change
    if (Math.abs(change - 1) <= 2 * Number.EPSILON) return 1 / value
  }
  throw new InversionError(
    `A continued fraction did not converge in ${STEPS} terms. Give fewer degrees of freedom, or Infinity for the normal distribution.`,
  )
}

function notZero(value: number): number {
  return Math.abs(value) < LEAST ? LEAST : value
}
