import type { Answer, Request } from '@plimsoll/client'

/** A part of a read that asks in rounds. */
export type Rounds<Result> = Generator<readonly Request[], Result, readonly Answer[]>

/** Runs several parts in lock step: what they ask at the same time becomes one round. */
export function* together<Result>(parts: readonly Rounds<Result>[]): Rounds<readonly Result[]> {
  let steps = parts.map((part) => part.next())
  while (steps.some(({ done }) => done !== true)) {
    const asked = steps.map((step) => (step.done === true ? [] : step.value))
    const answers = yield asked.flat()
    let from = 0
    steps = steps.map((step, index) => {
      const part = parts[index]
      if (step.done === true || part === undefined) return step
      const own = answers.slice(from, from + step.value.length)
      from += step.value.length
      return part.next(own)
    })
  }
  return steps.flatMap((step) => (step.done === true ? [step.value] : []))
}
