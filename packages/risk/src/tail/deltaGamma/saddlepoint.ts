import { powerOfTwo } from '../../pricing/double.js'
import type { QuadraticLoss } from './quadraticLoss.js'

/** Where the vertical line of the inversion may stand. */
export type Strip = {
  /** 1/λ of the most negative eigenvalue, or −Infinity. */
  readonly low: number
  /** 1/λ of the largest eigenvalue, or Infinity. */
  readonly high: number
  /** Least loss that is possible, or −Infinity. */
  readonly least: number
  /** Greatest loss that is possible, or Infinity. */
  readonly greatest: number
}

/** Derivatives of the cumulant generating function K at a real s. */
export type Slope = { readonly first: number; readonly second: number }

const DOUBLINGS = 160
const BISECTIONS = 40

/** The strip in which K is finite, and the support of the loss, in standard deviations. */
export function stripOf({ linear, eigenvalues }: QuadraticLoss): Strip {
  const most = Math.max(...eigenvalues)
  const fewest = Math.min(...eigenvalues)
  // Without a normal part, L = Σ½λ(u + b/λ)² − Σb²/(2λ).
  let shift = 0
  eigenvalues.forEach((value, i) => {
    const b = linear[i] ?? NaN
    if (value !== 0 || b !== 0) shift -= value === 0 ? Infinity : (b * b) / (2 * value)
  })
  const isNormal = eigenvalues.some((value, i) => value === 0 && linear[i] !== 0)
  return {
    low: fewest < 0 ? 1 / fewest : -Infinity,
    high: most > 0 ? 1 / most : Infinity,
    least: fewest >= 0 && !isNormal ? shift : -Infinity,
    greatest: most <= 0 && !isNormal ? shift : Infinity,
  }
}

/** K′(s) and K″(s) for s in the strip. */
export function slopeAt({ linear, eigenvalues }: QuadraticLoss, s: number): Slope {
  let first = 0
  let second = 0
  for (let i = 0; i < eigenvalues.length; i++) {
    const value = eigenvalues[i] ?? NaN
    const b = linear[i] ?? NaN
    const d = 1 / (1 - s * value)
    first += b * b * (s - 0.5 * s * s * value) * d * d + 0.5 * value * d
    second += (b * b * d + 0.5 * value * value) * d * d
  }
  return { first, second }
}

/**
 * The s with K′(s) = q, to about 1e-9 of its distance from the end of the strip. The loss q must lie
 * inside the support.
 */
export function saddlepoint(loss: QuadraticLoss, strip: Strip, q: number): number {
  const isAbove = slopeAt(loss, 0).first < q
  const end = isAbove ? strip.high : strip.low
  // Doubling from 0 at first, then halving what is left to the end of the strip.
  const place = (k: number): number => {
    const reach = isAbove ? powerOfTwo(k) - 1 : 1 - powerOfTwo(k)
    return reach / (1 + reach / end)
  }
  const isShort = (s: number): boolean => slopeAt(loss, s).first < q === isAbove
  let k = 1
  while (k < DOUBLINGS && isShort(place(k))) k += 1
  let near = place(k - 1)
  let far = place(k)
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (near + far) / 2
    if (isShort(middle)) near = middle
    else far = middle
  }
  return (near + far) / 2
}
