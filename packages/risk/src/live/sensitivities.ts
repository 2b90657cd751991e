import type { LiveProgram } from './compileLive.js'
import type { LiveBook } from './liveBook.js'

/** First and second order of everything on each spot factor, by factor, in the numeraire. */
export type LiveSensitivities = {
  /** Per +100 % of the factor. */
  readonly delta: Float64Array
  /** Change of delta per +100 % of the factor. */
  readonly gamma: Float64Array
  /** Per +1 (100 points) of annual volatility of every option. */
  readonly vega: Float64Array
}

/** Room for the sensitivities of a program. */
export function emptySensitivities({ books }: LiveProgram): LiveSensitivities {
  return {
    delta: new Float64Array(books.length),
    gamma: new Float64Array(books.length),
    vega: new Float64Array(books.length),
  }
}

/** Adds up holdings by their elasticity and options by their greeks, into `out`. */
export function foldSensitivities(
  { books }: LiveProgram,
  out: LiveSensitivities,
): LiveSensitivities {
  for (let index = 0; index < books.length; index++) {
    const book = books[index]
    if (book !== undefined) foldBook(book, index, out)
  }
  return out
}

function foldBook({ flat, greeks }: LiveBook, index: number, out: LiveSensitivities): void {
  const { linear, options } = flat
  let delta = 0
  let gamma = 0
  let vega = 0
  for (let row = 0; row < linear.values.length; row++) {
    const value = linear.values[row] ?? NaN
    const elasticity = linear.elasticities[row] ?? NaN
    delta += value * elasticity
    gamma += value * elasticity * (elasticity - 1)
  }
  for (let option = 0; option < options.count; option++) {
    const quantity = options.quantity[option] ?? NaN
    const forward = options.forward[option] ?? NaN
    delta += quantity * (greeks.delta[option] ?? NaN) * forward
    gamma += quantity * (greeks.gamma[option] ?? NaN) * forward * forward
    vega += quantity * (greeks.vega[option] ?? NaN)
  }
  out.delta[index] = delta
  out.gamma[index] = gamma
  out.vega[index] = vega
}
