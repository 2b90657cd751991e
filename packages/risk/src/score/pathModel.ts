import type { FactorModel } from '../calibrate/factorModel.js'
import { exponentials } from '../pricing/exp.js'
import type { Program } from '../program/program.js'

/** How marks follow the spot factors of a model; every other factor stands still. */
export type MarkMoves = {
  /** Moves of mark m are the entries from `start[m]` to `start[m + 1]`. */
  readonly start: Uint32Array
  /** Place in the factor model. */
  readonly factor: Uint32Array
  readonly elasticity: Float64Array
}

/** The exposures of a program's marks to the factors of a model. */
export function markMoves(program: Program, { factors }: FactorModel): MarkMoves {
  const places = new Map(factors.map((factor, place) => [factor, place]))
  const start = [0]
  const factor: number[] = []
  const elasticity: number[] = []
  for (let mark = 0; mark < program.marks.length; mark++) {
    const end = program.exposureStart[mark + 1] ?? 0
    for (let at = program.exposureStart[mark] ?? 0; at < end; at++) {
      const name = program.factors[program.exposureFactor[at] ?? 0]
      const place = name === undefined ? undefined : places.get(name)
      if (place === undefined) continue
      factor.push(place)
      elasticity.push(program.exposureElasticity[at] ?? 0)
    }
    start.push(factor.length)
  }
  return {
    start: Uint32Array.from(start),
    factor: Uint32Array.from(factor),
    elasticity: Float64Array.from(elasticity),
  }
}

/**
 * Multipliers of all marks under log moves of the factors, without allocation: exp(Σ elasticity·move).
 *
 * @param moves [factors]
 * @param out [marks + 1], the last one 1
 */
export function multipliersOf(marks: MarkMoves, moves: Float64Array, out: Float64Array): void {
  const { start, factor, elasticity } = marks
  const last = out.length - 1
  for (let mark = 0; mark < last; mark++) {
    const end = start[mark + 1] ?? 0
    let move = 0
    for (let at = start[mark] ?? 0; at < end; at++) {
      move += (elasticity[at] ?? 0) * (moves[factor[at] ?? 0] ?? NaN)
    }
    out[mark] = move
  }
  out[last] = 0
  exponentials(out)
}
