import { PlimsollError } from '@plimsoll/model'
import type { Client } from './createClient.js'
import { clientOf } from './createClient.js'
import type {
  RecordedChain,
  RecordedExchange,
  RecordedRead,
  RecordedTask,
  Recording,
} from './recording.js'
import {
  RECORDING_FORMAT,
  recordedAnswer,
  recordedFailure,
  recordedRequest,
  recordedTaskKey,
  taskKey,
} from './recording.js'
import type { Asked, RawAnswer, ReadInput, ReadSession, Source, Task } from './source.js'

/** A client whose reads are written down, and what was written so far. */
export type Recorder = {
  /** Reads as the given client does, from an empty memory, so that a replay can do the same. */
  readonly client: Client
  readonly recording: () => Recording
}
export type RecordReadsReturnType = Recorder

/**
 * Writes down the logical requests and answers of reads: no aggregate, host, key or header.
 *
 * @example
 * const recorder = recordReads(client)
 * await readPortfolio(recorder.client, { owners })
 * const text = serializeRecording(recorder.recording())
 */
export function recordReads(client: Client): Recorder {
  const reads: (() => RecordedRead)[] = []
  const source: Source = {
    ...client.source,
    open(input) {
      const session = client.source.open(input)
      const notes = takeNotes(input, client.source.auth, session.nowMs)
      reads.push(notes.read)
      return recordingSession(session, notes)
    },
  }
  return {
    client: clientOf([...client.adapters, ...client.markets], client.limits, source),
    recording: () => ({ format: RECORDING_FORMAT, reads: reads.map((read) => read()) }),
  }
}

type Notes = ReturnType<typeof takeNotes>

function takeNotes(input: ReadInput, auth: readonly string[], nowMs: number) {
  const { owners, market, blockNumbers } = input
  const chains = new Map<number, RecordedChain>()
  const tasks = new Map<string, { readonly task: Task; readonly rounds: RecordedExchange[][] }>()
  return {
    chain(noted: RecordedChain): void {
      chains.set(noted.chain, noted)
    },
    replaced(chain: number, error: PlimsollError): void {
      const noted = chains.get(chain)
      if (noted !== undefined) chains.set(chain, { ...noted, replaced: recordedFailure(error) })
    },
    round(asked: readonly Asked[], answers: readonly RawAnswer[]): void {
      const opened = new Set<string>()
      asked.forEach(({ task, request }, index) => {
        const key = taskKey(task)
        const noted = tasks.get(key) ?? { task, rounds: [] }
        tasks.set(key, noted)
        if (!opened.has(key)) noted.rounds.push([])
        opened.add(key)
        const answer = answers[index]
        if (answer === undefined) return
        noted.rounds
          .at(-1)
          ?.push({ request: recordedRequest(request), answer: recordedAnswer(answer) })
      })
    },
    read: (): RecordedRead => ({
      owners,
      ...(market === null ? {} : { market }),
      nowMs,
      auth,
      blockNumbers,
      chains: [...chains.values()].sort((a, b) => a.chain - b.chain),
      // Sorted, so that a venue's speed leaves no trace in the recording.
      tasks: [...tasks.values()].map(recordedTask).sort(byKey),
    }),
  }
}

function recordingSession(session: ReadSession, notes: Notes): ReadSession {
  return {
    nowMs: session.nowMs,
    async pin(chain) {
      try {
        const block = await session.pin(chain)
        notes.chain({ chain, block: { ok: true, value: block }, replaced: null })
        return block
      } catch (error) {
        if (error instanceof PlimsollError) {
          notes.chain({ chain, block: recordedFailure(error), replaced: null })
        }
        throw error
      }
    },
    async ask(chain, asked) {
      const answers = await session.ask(chain, asked)
      notes.round(asked, answers)
      return answers
    },
    async confirm(chain) {
      try {
        await session.confirm(chain)
      } catch (error) {
        if (error instanceof PlimsollError) notes.replaced(chain, error)
        throw error
      }
    },
    close: session.close,
  }
}

function recordedTask(noted: {
  readonly task: Task
  readonly rounds: readonly (readonly RecordedExchange[])[]
}): RecordedTask {
  const { adapter, chain, owners } = noted.task
  return { adapter: adapter.id, chain, owners: owners.map(({ id }) => id), rounds: noted.rounds }
}

function byKey(a: RecordedTask, b: RecordedTask): number {
  return recordedTaskKey(a) < recordedTaskKey(b) ? -1 : 1
}
