import { exp } from '../../pricing/exp.js'
import { log } from '../../pricing/log.js'
import { InversionError } from '../errors.js'
import {
  exponentAt,
  IMAGINARY,
  integrandInto,
  LOG_MAGNITUDE,
  REAL,
  SLOPE_IMAGINARY,
  SLOPE_REAL,
} from './integrand.js'
import type { QuadraticLoss } from './quadraticLoss.js'
import type { Strip } from './saddlepoint.js'
import { saddlepoint, slopeAt } from './saddlepoint.js'

/** What lies beyond a loss q, in standard deviations. */
export type Beyond = {
  /** P[L > q]. */
  readonly probability: number
  /** E[L; L > q]. */
  readonly partialMean: number
  /** Density of L at q. */
  readonly density: number
}

/**
 * The hyperbola s(v) = c + wτ(cosh v − 1) + iw·sinh v: it leaves the real axis upright at c and turns
 * to the slope τ, where the integrand falls exponentially also when it only rings on the vertical line.
 */
type Hyperbola = { readonly centre: number; readonly width: number; readonly tilt: number }

const TILTS = [0, 0.4, -0.4, 0.15, -0.15]
/** Below e^(this) of the largest value a term no longer counts. */
const NEGLIGIBLE = -42
/** How much of a rise above the saddlepoint costs no digits. */
const GROWTH = 2
const FURTHEST = 80
/** A probability below e^(this) is 0: no level leaves so little. */
const IMPOSSIBLE = -80
const COARSE = 0.25
const HALVINGS = 6
const ACCURACY = 1e-11
const LEAST_ACCURACY = 1e-8

/**
 * P[L > q], E[L; L > q] and the density at q by inverting the Laplace transform,
 * (1/2πi)∫e^(K(s) − sq)/s ds and its kin, along a hyperbola through the saddlepoint, by the trapezoidal
 * rule in v, halving its step until the answer stands. (R. Lugannani and S. Rice, Adv. Appl. Probab. 12
 * (1980) 475–490 for the saddlepoint; J. A. C. Weideman and L. N. Trefethen, Math. Comp. 76 (2007)
 * 1341–1356 for the contour.)
 *
 * @throws InversionError when the answer does not stand to 1e-8.
 */
export function beyond(loss: QuadraticLoss, strip: Strip, q: number): Beyond {
  const mean = slopeAt(loss, 0).first
  const all = { probability: 1, partialMean: mean, density: 0 }
  const none = { probability: 0, partialMean: 0, density: 0 }
  if (q <= strip.least) return all
  if (q >= strip.greatest) return none
  const centre = centreOf(loss, strip, q)
  const base = exponentAt(loss, q, centre)
  // Chernoff's bound e^base on P[L > q], or on P[L ≤ q] left of the mean.
  if (base < IMPOSSIBLE) return centre > 0 ? none : all
  const { second } = slopeAt(loss, centre)
  const width =
    0.5 * Math.min(Math.abs(centre), strip.high - centre, centre - strip.low, 1 / Math.sqrt(second))
  const contour = bestHyperbola(loss, q, base, centre, width)
  const sums = refine(loss, q, base, contour)
  const scale = exp(base) / Math.PI
  // Left of the pole at 0 the integral is that of −P[L ≤ q] and of −E[L; L ≤ q].
  const isLeft = centre < 0
  return {
    probability: scale * (sums[0] ?? NaN) + (isLeft ? 1 : 0),
    partialMean: scale * (sums[1] ?? NaN) + (isLeft ? mean : 0),
    density: scale * (sums[2] ?? NaN),
  }
}

/** The saddlepoint, kept off the pole at 0. */
function centreOf(loss: QuadraticLoss, strip: Strip, q: number): number {
  const s = saddlepoint(loss, strip, q)
  const least = Math.min(0.5, strip.high / 2)
  return s > -0.5 ? Math.max(s, least) : s
}

/** The tilt by which the integrand is spent soonest, without rising first. */
function bestHyperbola(
  loss: QuadraticLoss,
  q: number,
  base: number,
  centre: number,
  width: number,
): Hyperbola & { readonly end: number } {
  let best = { centre, width, tilt: 0, end: Infinity }
  for (const tilt of TILTS) {
    const contour = { centre, width, tilt }
    const end = endOf(loss, q, base, contour)
    if (end < best.end) best = { ...contour, end }
  }
  return best
}

/** The v from which no term counts; Infinity when the integrand rises on the way. */
function endOf(loss: QuadraticLoss, q: number, base: number, contour: Hyperbola): number {
  const out = new Float64Array(5)
  let end = 0
  for (let v = COARSE; v <= FURTHEST; v += COARSE) {
    const { x, y, slope } = pointAt(contour, v)
    integrandInto(out, loss, q, x, y, base)
    const real = out[LOG_MAGNITUDE] ?? NaN
    if (contour.tilt !== 0 && !(real <= GROWTH)) return Infinity
    // The slowest of the three integrands is that of the density, or of K′/s.
    if (real + log(slope) > NEGLIGIBLE) end = v
    if (real < 4 * NEGLIGIBLE) break
  }
  return end + COARSE
}

function pointAt(
  { centre, width, tilt }: Hyperbola,
  v: number,
): { readonly x: number; readonly y: number; readonly slope: number } {
  const up = exp(v)
  const cosh = (up + 1 / up) / 2
  const sinh = (up - 1 / up) / 2
  return { x: centre + width * tilt * (cosh - 1), y: width * sinh, slope: width * cosh }
}

/** The three integrals over v, halving the step until they stand. */
function refine(
  loss: QuadraticLoss,
  q: number,
  base: number,
  contour: Hyperbola & { readonly end: number },
): Float64Array {
  let step = COARSE
  let sums = trapezoid(loss, q, base, contour, step, false)
  let miss = Infinity
  for (let halving = 0; halving < HALVINGS; halving++) {
    step /= 2
    const odd = trapezoid(loss, q, base, contour, step, true)
    const next = sums.map((sum, at) => sum / 2 + (odd[at] ?? NaN))
    miss = Math.max(...next.map((sum, at) => Math.abs(sum - (sums[at] ?? NaN)) / Math.abs(sum)))
    sums = next
    if (miss <= ACCURACY) return sums
  }
  if (miss <= LEAST_ACCURACY) return sums
  throw new InversionError(
    `The tail beyond ${q} standard deviations changes by ${miss} between two steps of the integration. Reprice the scenarios in full: the preview cannot judge this book.`,
  )
}

/** step × the sum over all points, or over the odd ones; the point v = 0 counts half. */
function trapezoid(
  loss: QuadraticLoss,
  q: number,
  base: number,
  contour: Hyperbola & { readonly end: number },
  step: number,
  isOdd: boolean,
): Float64Array {
  const out = new Float64Array(5)
  const sums = new Float64Array(3)
  for (let k = isOdd ? 1 : 0; k * step <= contour.end; k += isOdd ? 2 : 1) {
    const { x, y, slope } = pointAt(contour, k * step)
    integrandInto(out, loss, q, x, y, base)
    const weight = k === 0 ? step / 2 : step
    // ds/dv, on the sum's weight.
    const dReal = weight * contour.tilt * y
    const dImaginary = weight * slope
    const real = out[REAL] ?? NaN
    const imaginary = out[IMAGINARY] ?? NaN
    const gReal = real * dReal - imaginary * dImaginary
    const gImaginary = real * dImaginary + imaginary * dReal
    const square = x * x + y * y
    const overReal = (gReal * x + gImaginary * y) / square
    const overImaginary = (gImaginary * x - gReal * y) / square
    sums[0] = (sums[0] ?? NaN) + overImaginary
    sums[1] =
      (sums[1] ?? NaN) +
      overReal * (out[SLOPE_IMAGINARY] ?? NaN) +
      overImaginary * (out[SLOPE_REAL] ?? NaN)
    sums[2] = (sums[2] ?? NaN) + gImaginary
  }
  return sums
}
