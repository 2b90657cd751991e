import type {
  Adapter,
  Answer,
  ReadContext,
  ReadResult,
  ReadRounds,
  Request,
} from '@plimsoll/client'

/** Where a sound adapter can be spoiled: each part gets what the sound one has and returns another. */
export type Rewiring = {
  /** Changes a request, its decoding included. */
  readonly request?: (request: Request) => Request
  /** Asks more, or less, than the sound adapter does; answers come back in the sound one's order. */
  readonly round?: (requests: readonly Request[]) => readonly Request[]
  /** Changes what the sound adapter is told. */
  readonly answer?: (answer: Answer, request: Request) => Answer
  /** Changes what was read. */
  readonly result?: (
    result: ReadResult,
    context: ReadContext,
    answers: readonly Answer[],
  ) => ReadResult
  readonly context?: (context: ReadContext) => ReadContext
  readonly manifest?: Partial<Adapter>
}

/** A sound adapter, spoiled in some of its parts. */
export function rewire(adapter: Adapter, rewiring: Rewiring): Adapter {
  const { request: changed = same, round = same, answer: told = same } = rewiring
  return {
    ...adapter,
    ...rewiring.manifest,
    read: async (given) => {
      const context = (rewiring.context ?? same)(given)
      return rewired(await adapter.read(context), context)
    },
  }

  function* rewired(rounds: ReadRounds, context: ReadContext): ReadRounds {
    const all: Answer[] = []
    let step = rounds.next([])
    while (step.done !== true) {
      const requests = step.value
      const answers = yield round(requests.map(changed))
      all.push(...answers)
      step = rounds.next(
        requests.map((request, index) => told(answers[index] ?? missing(answers), request)),
      )
    }
    return rewiring.result?.(step.value, context, all) ?? step.value
  }
}

/** Rewires twice. */
export function rewireAll(adapter: Adapter, ...rewirings: readonly Rewiring[]): Adapter {
  return rewirings.reduce(rewire, adapter)
}

function same<Value>(value: Value): Value {
  return value
}

function missing(answers: readonly Answer[]): Answer {
  const [first] = answers
  if (first === undefined) throw new RangeError('a rewired round needs at least one answer')
  return first
}

/** The same value with every text `from` in it written `to`. */
export function reworded<Value>(value: Value, from: string, to: string): Value {
  if (typeof value === 'string') return value.replaceAll(from, to) as Value
  if (Array.isArray(value)) return value.map((entry) => reworded(entry, from, to)) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key.replaceAll(from, to),
      reworded(entry, from, to),
    ]),
  ) as Value
}
