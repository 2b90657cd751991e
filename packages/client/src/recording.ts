import type { Native, OwnerId, PlimsollError } from '@plimsoll/model'
import { describeIssues, fromCanonicalJson, toCanonicalJson } from '@plimsoll/model'
import * as z from 'zod/mini'
import { HttpStatusError, ReplayError } from './errors.js'
import { recordingSchema } from './recordingSchema.js'
import type { Request } from './requests.js'
import type { Block, MarketInput, RawAnswer, Task } from './source.js'

/** Version of the recorded form. */
export const RECORDING_FORMAT = 'plimsoll-recording/1'

/** A failure, as far as it can be thrown again. */
export type RecordedFailure = {
  readonly ok: false
  /** Name of the error class. */
  readonly error: string
  readonly message: string
  readonly details?: string
  /** HTTP status, of an `HttpStatusError`. */
  readonly status?: number
}

/** Bytes of a call, JSON of a venue, or why there was none. */
export type RecordedAnswer = { readonly ok: true; readonly value: Native } | RecordedFailure

/** What was asked, without addresses of hosts, keys, headers or signatures. */
export type RecordedRequest =
  | { readonly kind: 'call'; readonly to: string; readonly data: string }
  | {
      readonly kind: 'http'
      readonly host: string
      readonly method: 'GET' | 'POST'
      readonly path: string
      readonly body?: Native
      readonly auth?: string
    }
  | {
      readonly kind: 'graphql'
      readonly host: string
      readonly document: string
      readonly variables: Native
      readonly auth?: string
    }

export type RecordedExchange = {
  readonly request: RecordedRequest
  readonly answer: RecordedAnswer
}

/** One adapter's rounds on one chain (null: none), in order. */
export type RecordedTask = {
  readonly adapter: string
  readonly chain: number | null
  readonly owners: readonly OwnerId[]
  readonly rounds: readonly (readonly RecordedExchange[])[]
}

/** The block that a chain was read at, and whether it still stood at the end. */
export type RecordedChain = {
  readonly chain: number
  readonly block: { readonly ok: true; readonly value: Block } | RecordedFailure
  readonly replaced: RecordedFailure | null
}

/** One `readPortfolio`, or one `readMarket`, which is of no owners. */
export type RecordedRead = {
  readonly owners: readonly OwnerId[]
  /** What `readMarket` was asked; absent where owners were read. */
  readonly market?: MarketInput
  readonly nowMs: number
  /** Names of the signers that were at hand. */
  readonly auth: readonly string[]
  /** Blocks that were asked for by number. */
  readonly blockNumbers: { readonly [chain: string]: bigint }
  readonly chains: readonly RecordedChain[]
  readonly tasks: readonly RecordedTask[]
}

/** Reads of one client, in order: logical requests and answers, and nothing of how they were carried. */
export type Recording = {
  readonly format: typeof RECORDING_FORMAT
  readonly reads: readonly RecordedRead[]
}

/** The canonical text of a recording: equal recordings give equal bytes. */
export function serializeRecording(recording: Recording): string {
  return toCanonicalJson(recording)
}

/**
 * The recording that a text denotes.
 *
 * @throws ReplayError naming the first fields that do not fit
 */
export function parseRecording(text: string): Recording {
  const result = z.safeParse(recordingSchema, readText(text))
  if (result.success) return result.data
  throw new ReplayError(
    `The text is not a recording of the format ${RECORDING_FORMAT}. Record again with this version.`,
    { details: describeIssues(result.error) },
  )
}

function readText(text: string): unknown {
  try {
    return fromCanonicalJson(text)
  } catch (cause) {
    throw new ReplayError(
      'The recording is not JSON, or an integer in it is malformed. Pass what serializeRecording returned.',
      { cause },
    )
  }
}

/** What a request asks, in the form that is recorded and compared. */
export function recordedRequest(request: Request): RecordedRequest {
  const auth = request.kind === 'call' || request.auth === undefined ? {} : { auth: request.auth }
  switch (request.kind) {
    case 'call':
      return { kind: 'call', to: request.to.toLowerCase(), data: request.data.toLowerCase() }
    case 'http': {
      const { kind, host, method, path, body } = request
      return { kind, host, method, path, ...(body === undefined ? {} : { body }), ...auth }
    }
    case 'graphql': {
      const { kind, host, document, variables } = request
      return { kind, host, document, variables, ...auth }
    }
  }
}

/** An answer in recorded form. */
export function recordedAnswer(answer: RawAnswer): RecordedAnswer {
  return answer.ok ? answer : recordedFailure(answer.error)
}

/** A failure in recorded form. */
export function recordedFailure(error: PlimsollError): RecordedFailure {
  const { name, shortMessage, details } = error
  return {
    ok: false,
    error: name,
    message: shortMessage,
    ...(details === undefined ? {} : { details }),
    ...(error instanceof HttpStatusError ? { status: error.status } : {}),
  }
}

/** The key under which a task's rounds are kept. */
export function taskKey({ adapter, chain, owners }: Task): string {
  return recordedTaskKey({ adapter: adapter.id, chain, owners: owners.map(({ id }) => id) })
}

/** The key of a recorded task. */
export function recordedTaskKey(task: Pick<RecordedTask, 'adapter' | 'chain' | 'owners'>): string {
  return [task.adapter, task.chain ?? '', ...task.owners].join(' ')
}
