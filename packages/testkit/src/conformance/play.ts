import type {
  Adapter,
  Answer,
  ReadContext,
  ReadResult,
  ReadRounds,
  Request,
} from '@plimsoll/client'
import { AdapterError, ConnectionError } from '@plimsoll/client'
import { type Native, PlimsollError } from '@plimsoll/model'
import type { Exchange, RawAnswer } from './exchange.js'
import { decodeAnswer, requestKey, requestText, undecoded } from './exchange.js'

/** A read of more rounds than this has no end. */
const MOST_ROUNDS = 64

/** What an adapter did during one read. */
export type Trace = {
  /** What it threw that is not a PlimsollError. */
  readonly untyped: unknown[]
  /** What it asked that the recording does not hold. */
  readonly unrecorded: string[]
  /** Keys that it asked, by chain and round. */
  readonly asked: { readonly chain: number | null; readonly keys: readonly string[] }[]
  /** What it returned, by chain. */
  readonly results: { readonly chain: number | null; readonly result: ReadResult }[]
}

/** How a read differs from the recorded one. */
export type Variation = {
  /** Puts another answer in the place of a recorded one; undefined leaves it. */
  readonly spoil?: (exchange: Exchange) => RawAnswer | undefined
  /** Hands the owners to the adapter in reverse order. */
  readonly reversed?: boolean
  /** What the adapter is to remember, by chain; undefined for nothing. */
  readonly memory?: (chain: number | null) => Native | undefined
}

/** A trace of nothing yet. */
export function newTrace(): Trace {
  return { untyped: [], unrecorded: [], asked: [], results: [] }
}

/** The adapter, with every request and raw answer also put into `exchanges`. */
export function listening(adapter: Adapter, exchanges: Exchange[], trace: Trace): Adapter {
  return {
    ...adapter,
    read: async (context) =>
      listenedRounds(await startRead(adapter, frozen(context), trace), context, exchanges, trace),
  }
}

function* listenedRounds(
  rounds: ReadRounds,
  context: ReadContext,
  exchanges: Exchange[],
  trace: Trace,
): ReadRounds {
  const chain = context.block?.chain ?? null
  let round = 0
  let step = next(rounds, trace)
  while (step.done !== true) {
    const requests = step.value
    const raw = yield requests.map(undecoded)
    const answers = requests.map((request, index): Answer => {
      const answer = frozen(rawOf(raw[index]))
      exchanges.push({ chain, round, request, key: requestKey(request), answer })
      return decodeAnswer(request, answer, (thrown) => trace.untyped.push(thrown))
    })
    trace.asked.push({ chain, keys: requests.map(requestKey) })
    round += 1
    step = next(rounds, trace, answers)
  }
  trace.results.push({ chain, result: step.value })
  return step.value
}

/** The adapter, answered from `exchanges` with a variation: the client is asked nothing. */
export function varied(
  adapter: Adapter,
  exchanges: readonly Exchange[],
  variation: Variation,
  trace: Trace,
): Adapter {
  const known = new Map<string, Exchange>()
  for (const exchange of exchanges.toReversed()) {
    const { chain, round, key } = exchange
    known.set(`${chain ?? ''} ${round} ${key}`, exchange)
    known.set(`${chain ?? ''} any ${key}`, exchange)
  }
  // What was asked in the same round comes first: a question may be asked again in a later one.
  const find = (chain: number | null, round: number, request: Request) => {
    const key = requestKey(request)
    return known.get(`${chain ?? ''} ${round} ${key}`) ?? known.get(`${chain ?? ''} any ${key}`)
  }
  return {
    ...adapter,
    read: async (context) => {
      const chain = context.block?.chain ?? null
      const given = frozen({
        ...context,
        owners: variation.reversed === true ? context.owners.toReversed() : context.owners,
        memory: variation.memory?.(chain),
      })
      const rounds = await startRead(adapter, given, trace)
      return answeredRounds(rounds, chain, trace, (round, request) =>
        answerFor(request, find(chain, round, request), variation, trace),
      )
    },
  }
}

// oxlint-disable-next-line require-yield -- answered from the recording, it needs no round
function* answeredRounds(
  rounds: ReadRounds,
  chain: number | null,
  trace: Trace,
  answer: (round: number, request: Request) => RawAnswer,
): ReadRounds {
  let step = next(rounds, trace)
  for (let round = 0; step.done !== true; round++) {
    if (round === MOST_ROUNDS) {
      throw new AdapterError(`The adapter still asks after ${MOST_ROUNDS} rounds.`)
    }
    const requests = step.value
    trace.asked.push({ chain, keys: requests.map(requestKey) })
    const answers = requests.map((request) =>
      decodeAnswer(request, answer(round, request), (thrown) => trace.untyped.push(thrown)),
    )
    step = next(rounds, trace, answers)
  }
  trace.results.push({ chain, result: step.value })
  return step.value
}

function answerFor(
  request: Request,
  exchange: Exchange | undefined,
  variation: Variation,
  trace: Trace,
): RawAnswer {
  if (exchange !== undefined) return variation.spoil?.(exchange) ?? exchange.answer
  trace.unrecorded.push(requestText(request))
  return {
    ok: false,
    error: new ConnectionError(`The recording holds no answer to ${requestText(request)}.`),
  }
}

function rawOf(answer: Answer | undefined): RawAnswer {
  if (answer === undefined) {
    return { ok: false, error: new ConnectionError('The client gave no answer.') }
  }
  return answer.ok ? { ok: true, raw: answer.value } : answer
}

async function startRead(
  adapter: Adapter,
  context: ReadContext,
  trace: Trace,
): Promise<ReadRounds> {
  try {
    return await adapter.read(context)
  } catch (thrown) {
    return rethrow(thrown, trace)
  }
}

function next(
  rounds: ReadRounds,
  trace: Trace,
  answers: readonly Answer[] = [],
): IteratorResult<readonly Request[], ReadResult> {
  try {
    return rounds.next(answers)
  } catch (thrown) {
    return rethrow(thrown, trace)
  }
}

function rethrow(thrown: unknown, trace: Trace): never {
  if (!(thrown instanceof PlimsollError)) trace.untyped.push(thrown)
  throw thrown
}

/** Frozen through and through: an adapter that changes what it was given fails at once. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const entry of Object.values(value)) frozen(entry)
  }
  return value
}
