import { toCanonicalJson } from '@plimsoll/model'
import type { Client } from './createClient.js'
import { checkAdapters, clientOf } from './createClient.js'
import type { AdapterError } from './errors.js'
import { ReplayError } from './errors.js'
import type { Limits } from './limits.js'
import { DEFAULT_LIMITS } from './limits.js'
import type { Recording } from './recording.js'
import { lenientSession, strictSession } from './replaySession.js'
import type { AnyAdapter, Source } from './source.js'

export type CreateReplayClientParameters = {
  readonly adapters: readonly AnyAdapter[]
  readonly limits?: Partial<Limits>
  /**
   * True unless said: requests must come as recorded, and an unrecorded or unused one throws. False
   * looks each request up, answers an unrecorded one with a failed answer and leaves unused ones, for
   * tests that change answers on purpose.
   */
  readonly strict?: boolean
}
export type CreateReplayClientErrorType = AdapterError

/**
 * A client that answers from a recording: reads must come in the recorded order, with the recorded
 * owners or factors, and ask what was asked then.
 *
 * @example
 * const client = createReplayClient(parseRecording(text), { adapters })
 * const portfolio = await readPortfolio(client, { owners })
 *
 * @throws AdapterError when two adapters share an id; reads throw ReplayError
 */
export function createReplayClient(
  recording: Recording,
  parameters: CreateReplayClientParameters,
): Client {
  const { adapters, limits, strict = true } = parameters
  checkAdapters(adapters)
  const reads = [...recording.reads]
  const source: Source = {
    chains: [...new Set(recording.reads.flatMap(({ chains }) => chains.map(({ chain }) => chain)))],
    auth: [...new Set(recording.reads.flatMap(({ auth }) => auth))],
    open({ owners, market, blockNumbers }) {
      const read = reads.shift()
      if (read === undefined) {
        throw new ReplayError(
          `The recording holds ${recording.reads.length} reads, and all have been replayed. Read no more often than was recorded, or record again.`,
        )
      }
      checkSame('owners', owners, read.owners)
      checkSame('market data', market, read.market ?? null)
      checkSame('block numbers', { ...blockNumbers }, read.blockNumbers)
      return strict ? strictSession(read) : lenientSession(read)
    },
    live: null,
    finish() {
      if (reads.length === 0) return
      throw new ReplayError(
        `${reads.length} of ${recording.reads.length} recorded reads were not replayed. Read as often as was recorded, or record again.`,
      )
    },
  }
  return clientOf(adapters, { ...DEFAULT_LIMITS, ...limits }, source)
}

function checkSame(what: string, asked: unknown, recorded: unknown): void {
  const [now, then] = [toCanonicalJson(asked), toCanonicalJson(recorded)]
  if (now === then) return
  throw new ReplayError(
    `The read asks for other ${what} than were recorded. Replay what was recorded, or record again.`,
    { details: `${now.slice(0, 200)} against ${then.slice(0, 200)}` },
  )
}
