import { log } from '../pricing/log.js'

/** From here on the Stirling series below leaves out less than 1e-16. */
const ASYMPTOTIC = 12
const HALF_LN_TWO_PI = 0.9189385332046728

/**
 * ln Γ(a) for a > 0: the Stirling series (DLMF 5.11.1), and below 12 by Γ(a) = Γ(a + 1)/a.
 */
export function logGamma(a: number): number {
  let shifted = a
  let product = 1
  for (; shifted < ASYMPTOTIC; shifted += 1) product *= shifted
  const inverse = 1 / shifted
  const square = inverse * inverse
  const series =
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square *
            (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360))))))
  return (shifted - 0.5) * log(shifted) - shifted + HALF_LN_TWO_PI + series - log(product)
}
