import { LevelError, TailError, TooFewObservationsError } from './errors.js'

/** @throws LevelError unless 0 < level < 1. */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new LevelError(level)
}

/** @throws TailError unless the value is finite. */
export function checkFinite(what: string, value: number): void {
  if (Number.isFinite(value)) return
  throw new TailError(`The ${what} is ${value}. Give a finite number.`)
}

/** @throws TailError unless the value is finite and above 0. */
export function checkPositive(what: string, value: number): void {
  if (value > 0 && value < Infinity) return
  throw new TailError(`The ${what} is ${value}. Give a finite number above 0.`)
}

/** @throws TailError unless the value is finite and not negative. */
export function checkNotNegative(what: string, value: number): void {
  if (value >= 0 && value < Infinity) return
  throw new TailError(`The ${what} is ${value}. Give a finite number that is not negative.`)
}

/** @throws TailError unless the value is an integer from `least` on. */
export function checkCount(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new TailError(`The ${what} is ${value}. Give an integer that is at least ${least}.`)
}

/** @throws TooFewObservationsError when there are fewer than `least`; TailError unless all are finite. */
export function checkSeries(what: string, series: Float64Array, least: number): void {
  if (series.length < least) throw new TooFewObservationsError(what, series.length, least)
  // x − x is 0 for finite x alone: one comparison after the loop instead of one in every turn.
  // Two sums, so that neither addition waits for the one before.
  let zero = 0
  let other = 0
  for (let index = 1; index < series.length; index += 2) {
    const value = series[index - 1] ?? NaN
    const next = series[index] ?? NaN
    zero += value - value
    other += next - next
  }
  const last = series.at(-1) ?? 0
  if (zero + other + (last - last) === 0) return
  const bad = series.findIndex((value) => !Number.isFinite(value))
  throw new TailError(
    `${what} holds ${series[bad]} at ${bad}. Leave out the dates or scenarios that could not be valued, and say so.`,
  )
}

/** @throws TailError unless the series has the given length. */
export function checkLength(what: string, length: number, expected: number): void {
  if (length === expected) return
  throw new TailError(`${what} has ${length} entries, ${expected} are needed: one for each.`)
}
