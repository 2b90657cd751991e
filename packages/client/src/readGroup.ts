import { PlimsollError } from '@plimsoll/model'
import type { ReadContext } from './adapter.js'
import { adapterFault } from './adapterFault.js'
import { checkRequests } from './checkRequests.js'
import type { Client } from './createClient.js'
import {
  AdapterError,
  ConnectionError,
  MalformedCallAnswerError,
  ReplayError,
  SchemaError,
} from './errors.js'
import type { Answer, Request } from './requests.js'
import { scrub } from './scrub.js'
import type { Block, RawAnswer, ReadSession, Task } from './source.js'

/** How a task ended. `block` is null for tasks without a chain and where none could be pinned. */
export type Outcome<Result, Of extends Task = Task> = {
  readonly task: Of
  readonly block: Block | null
} & (
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: PlimsollError }
)

/** What every read begins with, whatever it is about. */
export type Beginning = Pick<ReadContext, 'block' | 'nowMs' | 'memory' | 'auth'>

/** An adapter's rounds, whatever they result in. */
export type Rounds<Result> = Generator<readonly Request[], Result, readonly Answer[]>

/** Begins the rounds of a task. */
export type Begin<Result, Of extends Task> = (
  task: Of,
  beginning: Beginning,
) => Rounds<Result> | Promise<Rounds<Result>>

/** Tasks that advance together: all of one chain, or one without. */
export type Group<Of extends Task> = {
  readonly chain: number | null
  readonly tasks: readonly Of[]
}

type Step<Result> =
  | {
      readonly kind: 'asks'
      readonly requests: readonly Request[]
      readonly rounds: Rounds<Result>
    }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: PlimsollError }

type Progress<Result, Of> = { readonly task: Of; readonly step: Step<Result> }

/**
 * Reads all tasks of one chain in lock step at one block, or one task without a chain. A round ends
 * when all its answers are there, so the calls of a chain's round always go together, however long
 * a venue takes.
 *
 * @throws ReplayError, and nothing else: what fails otherwise is an outcome
 */
export async function readGroup<Result, Of extends Task>(
  client: Client,
  session: ReadSession,
  { chain, tasks }: Group<Of>,
  begin: Begin<Result, Of>,
): Promise<readonly Outcome<Result, Of>[]> {
  let block: Block | null = null
  try {
    if (chain !== null) block = await session.pin(chain)
    const common = { block, nowMs: session.nowMs, auth: client.source.auth }
    const started = await Promise.all(
      tasks.map(async (task) => ({
        task,
        step: await firstStep(task, begin, { ...common, memory: client.memory.get(task) }),
      })),
    )
    const outcomes = await runRounds(client, session, block, started)
    if (chain !== null) await session.confirm(chain)
    return outcomes
  } catch (thrown) {
    if (thrown instanceof ReplayError) throw thrown
    const error = thrown instanceof PlimsollError ? thrown : unexpected(thrown)
    return tasks.map((task) => ({ task, block, ok: false, error }))
  }
}

function unexpected(thrown: unknown): PlimsollError {
  return new ConnectionError(
    'The read ended by an error that the client does not know. Read again, and report it if it happens twice.',
    { cause: thrown, details: scrub(String(thrown)) },
  )
}

async function runRounds<Result, Of extends Task>(
  client: Client,
  session: ReadSession,
  block: Block | null,
  started: readonly Progress<Result, Of>[],
): Promise<readonly Outcome<Result, Of>[]> {
  let all = started
  const { rounds } = client.limits
  for (let round = 0; round < rounds && all.some(({ step }) => step.kind === 'asks'); round++) {
    const asked = all.flatMap(({ task, step }) =>
      step.kind === 'asks' ? step.requests.map((request) => ({ task, request })) : [],
    )
    const raw = asked.length === 0 ? [] : await session.ask(block?.chain ?? null, asked)
    let taken = 0
    all = all.map((progress) => {
      const { step } = progress
      if (step.kind !== 'asks') return progress
      const answers = step.requests.map((request) => decode(request, raw[taken++]))
      return { task: progress.task, step: take(progress.task, step.rounds, answers) }
    })
  }
  return all.map(({ task, step }) =>
    step.kind === 'done'
      ? { task, block, ok: true, result: step.result }
      : {
          task,
          block,
          ok: false,
          error: step.kind === 'failed' ? step.error : endless(task, rounds),
        },
  )
}

async function firstStep<Result, Of extends Task>(
  task: Of,
  begin: Begin<Result, Of>,
  beginning: Beginning,
): Promise<Step<Result>> {
  try {
    return take(task, await begin(task, beginning), [])
  } catch (thrown) {
    return { kind: 'failed', error: adapterFault(task.adapter, thrown) }
  }
}

// The next step of an adapter's rounds; whatever it throws is its own failure.
function take<Result>(
  task: Task,
  rounds: Rounds<Result>,
  answers: readonly Answer[],
): Step<Result> {
  try {
    const { done, value } = rounds.next(answers)
    if (done === true) return { kind: 'done', result: value }
    checkRequests(task.adapter, value)
    return { kind: 'asks', requests: value, rounds }
  } catch (thrown) {
    return { kind: 'failed', error: adapterFault(task.adapter, thrown) }
  }
}

function decode(request: Request, raw: RawAnswer | undefined): Answer {
  if (raw === undefined) return { ok: false, error: unanswered(request) }
  if (!raw.ok) return raw
  try {
    // The kind of request decides what its answer is made of; a call's is always bytes.
    const read = request.decode as (answer: unknown) => unknown
    return { ok: true, value: read(raw.value) }
  } catch (thrown) {
    return { ok: false, error: undecodable(request, thrown) }
  }
}

function undecodable(request: Request, thrown: unknown): PlimsollError {
  if (thrown instanceof PlimsollError) return thrown
  const details = thrown instanceof Error ? thrown.message.slice(0, 300) : String(thrown)
  if (request.kind === 'call') {
    return new MalformedCallAnswerError(
      `The answer to the call ${request.data.slice(0, 10)} of ${request.to} does not decode. Check that the address is this contract on this chain.`,
      { cause: thrown, details },
    )
  }
  return new SchemaError(
    `The answer of the host "${request.host}" does not decode. The venue may have changed its API: update the adapter.`,
    { cause: thrown, details },
  )
}

function unanswered(request: Request): PlimsollError {
  return new ConnectionError(
    `A ${request.kind} request was not answered. Read again, and report it if it happens twice.`,
  )
}

function endless({ adapter }: Task, rounds: number): PlimsollError {
  return new AdapterError(
    `Adapter "${adapter.id}" still asks after ${rounds} rounds. Raise limits.rounds if it needs more, else mend the adapter.`,
  )
}
