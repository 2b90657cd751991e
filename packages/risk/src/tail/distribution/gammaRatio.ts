import { exp } from '../../pricing/exp.js'

/** From here on the asymptotic series below leaves out less than 1e-17. */
const ASYMPTOTIC = 16

/**
 * Γ(x + ½)/Γ(x) for x > 0, to a few units in the last place.
 *
 * √x·exp(−1/(8x) + 1/(192x³) − 1/(640x⁵) + 17/(14336x⁷) − 31/(18432x⁹)
 * + 691/(180224x¹¹)), from the Stirling series of
 * both (DLMF 5.11.8), and below 16 by r(x) = r(x + 1)·x/(x + ½).
 */
export function gammaHalfRatio(x: number): number {
  let factor = 1
  let argument = x
  for (; argument < ASYMPTOTIC; argument += 1) factor *= argument / (argument + 0.5)
  const inverse = 1 / argument
  const square = inverse * inverse
  const series =
    -1 / 8 +
    square *
      (1 / 192 -
        square *
          (1 / 640 - square * (17 / 14336 - square * (31 / 18432 - square * (691 / 180224)))))
  return factor * Math.sqrt(argument) * exp(inverse * series)
}
