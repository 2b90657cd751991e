import type { Ray } from '@plimsoll/model'
import { power } from '../pricing/power.js'
import type { Program } from '../program/program.js'

/** A ray over a program: at x the multiplier of mark m is x^exponents[m]; today x is 1. */
export type Path = {
  /** [marks + 1]; 0 where a mark does not move. */
  readonly exponents: Float64Array
}

/** How the marks of a program move along a ray. */
export function pathAlong(program: Program, ray: Ray): Path {
  const exponents = new Float64Array(program.marks.length + 1)
  for (const [index, { asset }] of program.marks.entries()) {
    exponents[index] =
      ray.kind === 'asset' ? Number(asset === ray.asset) : elasticity(program, index, ray)
  }
  return { exponents }
}

function elasticity(
  { factors, exposureStart, exposureFactor, exposureElasticity }: Program,
  mark: number,
  { factor }: Extract<Ray, { kind: 'factor' }>,
): number {
  let sum = 0
  for (let at = exposureStart[mark] ?? 0; at < (exposureStart[mark + 1] ?? 0); at++) {
    if (factors[exposureFactor[at] ?? 0] === factor) sum += exposureElasticity[at] ?? 0
  }
  return sum
}

/** Writes the multipliers at x. */
export function multipliersAt({ exponents }: Path, x: number, out: Float64Array): Float64Array {
  for (const [index, exponent] of exponents.entries()) out[index] = power(x, exponent)
  return out
}
