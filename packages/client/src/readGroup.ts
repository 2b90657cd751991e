import { PlimsollError } from '@plimsoll/model'
import type { ReadResult, ReadRounds } from './adapter.js'
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
export type Outcome = { readonly task: Task; readonly block: Block | null } & (
  | { readonly ok: true; readonly result: ReadResult }
  | { readonly ok: false; readonly error: PlimsollError }
)

type Step =
  | { readonly kind: 'asks'; readonly requests: readonly Request[]; readonly rounds: ReadRounds }
  | { readonly kind: 'done'; readonly result: ReadResult }
  | { readonly kind: 'failed'; readonly error: PlimsollError }

type Progress = { readonly task: Task; readonly step: Step }

/**
 * Reads all tasks of one chain in lock step at one block, or one task without a chain. A round ends
 * when all its answers are there, so the calls of a chain's round always go together, however long
 * a venue takes.
 *
 * @throws ReplayError, and nothing else: what fails otherwise is an outcome
 */
export async function readGroup(
  client: Client,
  session: ReadSession,
  chain: number | null,
  tasks: readonly Task[],
): Promise<readonly Outcome[]> {
  let block: Block | null = null
  try {
    if (chain !== null) block = await session.pin(chain)
    const outcomes = await runRounds(client, session, block, tasks)
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

async function runRounds(
  client: Client,
  session: ReadSession,
  block: Block | null,
  tasks: readonly Task[],
): Promise<readonly Outcome[]> {
  let all = await Promise.all(tasks.map((task) => begin(client, session, block, task)))
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

async function begin(
  { memory, source }: Client,
  session: ReadSession,
  block: Block | null,
  task: Task,
): Promise<Progress> {
  const { owners, adapter } = task
  const context = {
    owners,
    block,
    nowMs: session.nowMs,
    memory: memory.get(task),
    auth: source.auth,
  }
  try {
    return { task, step: take(task, await adapter.read(context), []) }
  } catch (thrown) {
    return { task, step: { kind: 'failed', error: adapterFault(adapter, thrown) } }
  }
}

// The next step of an adapter's rounds; whatever it throws is its own failure.
function take(task: Task, rounds: ReadRounds, answers: readonly Answer[]): Step {
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
