import { exp } from '../../pricing/exp.js'
import { log } from '../../pricing/log.js'
import type { QuadraticLoss } from './quadraticLoss.js'
import { sineCosineInto } from './sineCosine.js'

/** Products beyond it are turned into logarithms. */
const LARGE = 1e150

const circle: Float64Array = /* @__PURE__ */ new Float64Array(2)

/** Places of what {@link integrandInto} writes. */
export const REAL = 0
export const IMAGINARY = 1
export const SLOPE_REAL = 2
export const SLOPE_IMAGINARY = 3
export const LOG_MAGNITUDE = 4

/** Real part of K(s) − s·q on the real axis. */
export function exponentAt(loss: QuadraticLoss, q: number, s: number): number {
  const out = new Float64Array(5)
  integrandInto(out, loss, q, s, 0, 0)
  return out[LOG_MAGNITUDE] ?? NaN
}

/**
 * Writes e^(K(s) − sq − base) and K′(s) at s = x + iy, y ≥ 0, and the logarithm of the modulus of the
 * former: K(s) = Σ[½s²b²/(1 − sλ) − ½ln(1 − sλ)].
 */
export function integrandInto(
  out: Float64Array,
  loss: QuadraticLoss,
  q: number,
  x: number,
  y: number,
  base: number,
): void {
  const { linear, eigenvalues } = loss
  const squareReal = x * x - y * y
  const squareImaginary = 2 * x * y
  let real = -x * q - base
  let imaginary = -y * q
  let slopeReal = 0
  let slopeImaginary = 0
  let modulus = 1
  // Π(1 − sλ)^½ as a number of modulus 1.
  let rootReal = 1
  let rootImaginary = 0
  for (let i = 0; i < eigenvalues.length; i++) {
    const value = eigenvalues[i] ?? NaN
    const b = linear[i] ?? NaN
    const half = 0.5 * b * b
    const dReal = 1 - x * value
    const dImaginary = -y * value
    const square = dReal * dReal + dImaginary * dImaginary
    // 1/(1 − sλ)
    const inverseReal = dReal / square
    const inverseImaginary = -dImaginary / square
    const ratioReal = squareReal * inverseReal - squareImaginary * inverseImaginary
    const ratioImaginary = squareReal * inverseImaginary + squareImaginary * inverseReal
    real += half * ratioReal
    imaginary += half * ratioImaginary
    // K′: (b²(s − ½s²λ)/(1 − sλ) + ½λ)/(1 − sλ), where (s − ½s²λ)/(1 − sλ) = s/(1 − sλ) − ½λ·s²/(1 − sλ).
    const innerReal =
      2 * half * (x * inverseReal - y * inverseImaginary - 0.5 * value * ratioReal) + 0.5 * value
    const innerImaginary =
      2 * half * (x * inverseImaginary + y * inverseReal - 0.5 * value * ratioImaginary)
    slopeReal += innerReal * inverseReal - innerImaginary * inverseImaginary
    slopeImaginary += innerReal * inverseImaginary + innerImaginary * inverseReal
    const length = Math.sqrt(square)
    modulus *= length
    if (modulus > LARGE || modulus < 1 / LARGE) {
      real -= 0.5 * log(modulus)
      modulus = 1
    }
    const unitReal = dReal / length
    const unitImaginary = dImaginary / length
    // The principal root of a unit number, without cancellation on either side.
    const greater = Math.sqrt((1 + Math.abs(unitReal)) / 2)
    const lesser = unitImaginary / (2 * greater)
    const halfReal = unitReal >= 0 ? greater : Math.abs(lesser)
    const halfImaginary = unitReal >= 0 ? lesser : unitImaginary < 0 ? -greater : greater
    const turned = rootReal * halfReal - rootImaginary * halfImaginary
    rootImaginary = rootReal * halfImaginary + rootImaginary * halfReal
    rootReal = turned
  }
  real -= 0.5 * log(modulus)
  const magnitude = exp(real)
  sineCosineInto(circle, imaginary)
  const cosine = circle[0] ?? NaN
  const sine = circle[1] ?? NaN
  // Divided by the root: multiplied by its conjugate.
  out[REAL] = magnitude * (cosine * rootReal + sine * rootImaginary)
  out[IMAGINARY] = magnitude * (sine * rootReal - cosine * rootImaginary)
  out[SLOPE_REAL] = slopeReal
  out[SLOPE_IMAGINARY] = slopeImaginary
  out[LOG_MAGNITUDE] = real
}
