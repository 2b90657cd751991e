import type { Answer, Request } from '@plimsoll/client'
import { AdapterError } from '@plimsoll/client'

/** A part of a read that asks in rounds. */
export type Rounds<Result> = Generator<readonly Request[], Result, readonly Answer[]>

/** The value of an answer. @throws its error */
export function given<Value>(answer: Answer<Value> | undefined): Value {
  if (answer?.ok === true) return answer.value
  throw (answer ?? UNANSWERED).error
}

const UNANSWERED = {
  ok: false,
  error: new AdapterError('A request was not answered. Report it with a recording.'),
} as const

/**
 * Runs several parts in lock step: what they ask at the same time becomes one round, in which what
 * several call alike (pools share an engine and tokens) is asked once.
 */
export function* together<Result>(parts: readonly Rounds<Result>[]): Rounds<readonly Result[]> {
  let steps = parts.map((part) => part.next())
  while (steps.some(({ done }) => done !== true)) {
    const asked = steps.flatMap((step) => (step.done === true ? [] : step.value))
    const unique = new Map(asked.map((request) => [keyOf(request), request]))
    const answers = yield [...unique.values()]
    const places = new Map([...unique.keys()].map((key, index) => [key, answers[index]]))
    steps = steps.map((step, index) => {
      const part = parts[index]
      if (step.done === true || part === undefined) return step
      return part.next(step.value.map((request) => places.get(keyOf(request)) ?? UNANSWERED))
    })
  }
  return steps.flatMap((step) => (step.done === true ? [step.value] : []))
}

/** Calls that ask the same are one; every other request is its own. */
const keyOf = (request: Request): string | Request =>
  request.kind === 'call' ? `${request.to} ${request.data}` : request
