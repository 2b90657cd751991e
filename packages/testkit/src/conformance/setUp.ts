import type { RecordedRead, Recording } from '@plimsoll/client'
import { createReplayClient, RECORDING_FORMAT, ReplayError, readPortfolio } from '@plimsoll/client'
import type { OwnerId, Portfolio } from '@plimsoll/model'
import { PlimsollError, serializePortfolio } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import type { Assessed } from './assessed.js'
import type { Bench, Reading } from './bench.js'
import type { ConformanceInput } from './checkAdapter.js'
import type { CorruptedReads } from './corrupted.js'
import { corruptedReads } from './corrupted.js'
import type { Exchange } from './exchange.js'
import type { Trace, Variation } from './play.js'
import { listening, newTrace, varied } from './play.js'

/**
 * Replays the recording strictly, with the adapter listened to, and prepares the reads that vary it;
 * or the error by which the replay fails.
 */
export async function setUp(
  input: ConformanceInput,
  limit: number,
): Promise<Bench | PlimsollError> {
  const { adapter, registry } = input
  const recording = ownPart(input)
  const [first] = recording.reads
  if (first === undefined) {
    return new ReplayError(
      `The recording holds no read of "${adapter.id}". Record one with recordReads.`,
    )
  }
  const { nowMs } = first
  const judge = (portfolio: Portfolio, known?: Assessed): Assessed => {
    const text = serializePortfolio(portfolio)
    const report =
      known?.text === text
        ? known.report
        : assess(portfolio, { modules: adapter.modules, nowMs, rays: [] })
    return { portfolio, text, report }
  }
  try {
    const replayed = await replayAll(input, recording)
    const { exchanges, all, trace } = replayed
    const baseline = judge(replayed.portfolio)
    const read = async (
      variation: Variation,
      owners: readonly OwnerId[] = first.owners,
    ): Promise<Reading> => {
      const varying = newTrace()
      const client = createReplayClient(answerless(first, owners), {
        adapters: [varied(adapter, all, variation, varying)],
      })
      try {
        const portfolio = await readPortfolio(client, { owners, blockNumbers: first.blockNumbers })
        return { outcome: judge(portfolio, baseline), error: null, trace: varying }
      } catch (error) {
        if (!(error instanceof PlimsollError)) throw error
        return { outcome: null, error, trace: varying }
      }
    }
    let corrupted: Promise<CorruptedReads> | undefined
    const bench: Bench = {
      adapter,
      owners: first.owners,
      baseline,
      trace,
      exchanges,
      nowMs,
      registry,
      read,
      corrupted: () => {
        corrupted ??= corruptedReads(bench, limit)
        return corrupted
      },
    }
    return bench
  } catch (error) {
    if (error instanceof PlimsollError) return error
    throw error
  }
}

/** The recording without other adapters' part in it. */
function ownPart({ adapter, recording }: ConformanceInput): Recording {
  const reads = recording.reads.flatMap((read): RecordedRead[] => {
    const tasks = read.tasks.filter((task) => task.adapter === adapter.id)
    if (tasks.length === 0) return []
    const chains = read.chains.filter(({ chain }) => adapter.chains.includes(chain))
    return [{ ...read, tasks, chains }]
  })
  return { format: RECORDING_FORMAT, reads }
}

type Replayed = {
  /** Portfolio, requests and doings of the first read. */
  readonly portfolio: Portfolio
  readonly exchanges: readonly Exchange[]
  readonly trace: Trace
  /** Requests of all reads. */
  readonly all: readonly Exchange[]
}

/** Replays every read in order, by one client. @throws ReplayError */
async function replayAll({ adapter }: ConformanceInput, recording: Recording): Promise<Replayed> {
  const all: Exchange[] = []
  const heard = newTrace()
  const client = createReplayClient(recording, { adapters: [listening(adapter, all, heard)] })
  const portfolios: Portfolio[] = []
  let exchanges: readonly Exchange[] = []
  let trace = newTrace()
  for (const read of recording.reads) {
    portfolios.push(
      await readPortfolio(client, { owners: read.owners, blockNumbers: read.blockNumbers }),
    )
    if (portfolios.length > 1) continue
    exchanges = [...all]
    trace = copied(heard)
  }
  const [portfolio] = portfolios
  if (portfolio === undefined) throw new ReplayError('The recording holds no read. Record one.')
  return { portfolio, exchanges, trace, all }
}

function copied(trace: Trace): Trace {
  return {
    untyped: [...trace.untyped],
    unrecorded: [...trace.unrecorded],
    asked: [...trace.asked],
    results: [...trace.results],
  }
}

/** The read with other owners and no answers: the varied adapter brings its own. */
function answerless(read: RecordedRead, owners: readonly OwnerId[]): Recording {
  return { format: RECORDING_FORMAT, reads: [{ ...read, owners, tasks: [] }] }
}
