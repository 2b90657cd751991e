import { createReplayClient, parseRecording, readPortfolio } from '@plimsoll/client'
import { serializePortfolio, toCanonicalJson } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { harbour } from '../../examples/custom-adapter/src/index.js'

/** Portfolio and report of a recorded read, as the bytes they are stored in. */
export type ReplayedReport = { readonly portfolio: string; readonly report: string }

/** Replays a recording of the example venue and assesses what it reads. */
export async function replayedReport(text: string): Promise<ReplayedReport> {
  const recording = parseRecording(text)
  const [read] = recording.reads
  const client = createReplayClient(recording, { adapters: [harbour] })
  const portfolio = await readPortfolio(client, { owners: read?.owners ?? [] })
  const report = assess(portfolio, { modules: harbour.modules, nowMs: 1_790_000_000_000 })
  return { portfolio: serializePortfolio(portfolio), report: toCanonicalJson(report) }
}
