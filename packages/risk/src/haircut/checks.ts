import { HaircutError } from './errors.js'

/** @throws HaircutError unless the value is finite and not negative. */
export function checkNotNegative(what: string, value: number): void {
  if (value >= 0 && value < Infinity) return
  throw new HaircutError(
    `The ${what} is ${value}. Give a finite number that is not negative, in the unit that the function names.`,
  )
}

/** @throws HaircutError unless the value is finite and above 0. */
export function checkPositive(what: string, value: number): void {
  if (value > 0 && value < Infinity) return
  throw new HaircutError(
    `The ${what} is ${value}. Give a finite number above 0, in the unit that the function names.`,
  )
}

/** @throws HaircutError unless the value is in [0, 1]. */
export function checkFraction(what: string, value: number): void {
  if (value >= 0 && value <= 1) return
  throw new HaircutError(`The ${what} is ${value}. Give a fraction from 0 to 1: 0.15 for 15 %.`)
}
