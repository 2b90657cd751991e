import { toCanonicalJson } from '@plimsoll/model'
import { ReplayError } from './errors.js'
import type { RecordedExchange, RecordedRead } from './recording.js'
import { recordedRequest, recordedTaskKey, taskKey } from './recording.js'
import { revivedError } from './revivedError.js'
import type { Asked, RawAnswer, ReadSession } from './source.js'

/** Replays a read to the letter: every request in its recorded place, none more and none less. */
export function strictSession(read: RecordedRead): ReadSession {
  const rounds = new Map(read.tasks.map((task) => [recordedTaskKey(task), [...task.rounds]]))
  const unpinned = new Set(read.chains.map(({ chain }) => chain))
  const blocks = recordedBlocks(read)
  return {
    nowMs: read.nowMs,
    async pin(chain) {
      unpinned.delete(chain)
      return blocks.pin(chain)
    },
    async ask(_chain, asked) {
      const turns = new Map<string, RecordedExchange[]>()
      const answers = asked.map((one) => {
        const key = taskKey(one.task)
        const turn = turns.get(key) ?? [...(rounds.get(key)?.shift() ?? [])]
        turns.set(key, turn)
        const exchange = turn.shift()
        if (exchange !== undefined && asks(one) === toCanonicalJson(exchange.request)) {
          return rawAnswer(exchange)
        }
        throw unrecorded(one, exchange)
      })
      checkUsed([...turns.values()].flat())
      return answers
    },
    confirm: blocks.confirm,
    close() {
      checkUsed([...rounds.values()].flat(2))
      if (unpinned.size === 0) return
      throw new ReplayError(
        `The recorded read of chain ${[...unpinned].join(', ')} was not replayed. Replay with the adapters that it was recorded with, or record again.`,
      )
    },
  }
}

/** Looks each request of a task up among all that it asked; what is not there is a failed answer. */
export function lenientSession(read: RecordedRead): ReadSession {
  const answers = new Map(
    read.tasks.flatMap((task) =>
      task.rounds
        .flat()
        .map((exchange) => [
          `${recordedTaskKey(task)} ${toCanonicalJson(exchange.request)}`,
          exchange,
        ]),
    ),
  )
  return {
    nowMs: read.nowMs,
    ...recordedBlocks(read),
    ask: async (_chain, asked) =>
      asked.map((one): RawAnswer => {
        const exchange = answers.get(`${taskKey(one.task)} ${asks(one)}`)
        return exchange === undefined
          ? { ok: false, error: unrecorded(one, undefined) }
          : rawAnswer(exchange)
      }),
    close: () => {},
  }
}

function recordedBlocks(read: RecordedRead): Pick<ReadSession, 'pin' | 'confirm'> {
  const chains = new Map(read.chains.map((chain) => [chain.chain, chain]))
  return {
    async pin(chain) {
      const recorded = chains.get(chain)
      if (recorded === undefined) {
        throw new ReplayError(
          `The recorded read did not touch chain ${chain}. Replay with the adapters that it was recorded with, or record again.`,
        )
      }
      if (recorded.block.ok) return recorded.block.value
      throw revivedError(recorded.block)
    },
    async confirm(chain) {
      const replaced = chains.get(chain)?.replaced ?? null
      if (replaced !== null) throw revivedError(replaced)
    },
  }
}

function asks({ request }: Asked): string {
  return toCanonicalJson(recordedRequest(request))
}

function rawAnswer({ answer }: RecordedExchange): RawAnswer {
  return answer.ok ? answer : { ok: false, error: revivedError(answer) }
}

function unrecorded(asked: Asked, held: RecordedExchange | undefined): ReplayError {
  const recorded = held === undefined ? 'nothing' : toCanonicalJson(held.request)
  return new ReplayError(
    `Adapter "${asked.task.adapter.id}" makes a request that is not in the recording. Record again, or find out why the adapter asks otherwise.`,
    { details: `asked ${asks(asked).slice(0, 300)}, recorded ${recorded.slice(0, 300)}` },
  )
}

function checkUsed(left: readonly RecordedExchange[]): void {
  const [first] = left
  if (first === undefined) return
  throw new ReplayError(
    `${left.length} recorded answers were not asked for. Record again, or find out why the adapter asks less.`,
    { details: `first: ${toCanonicalJson(first.request).slice(0, 300)}` },
  )
}
