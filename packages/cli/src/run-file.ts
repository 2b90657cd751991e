import type { Recording } from '@plimsoll/client'
import { contentHash, parseRecording, serializeRecording } from '@plimsoll/client'
import type { MarketState, RiskReport } from '@plimsoll/model'
import { checkMarketState, fromCanonicalJson, toCanonicalJson } from '@plimsoll/model'
import * as z from 'zod'
import { FileError, RunMismatchError } from './errors.js'

/** Version of a recorded run. */
export const RUN_FORMAT = 'plimsoll-run/1'

/** Everything that a report was computed from. */
export type RunInputs = {
  readonly nowMs: number
  /** Of the score; null where it was the default. */
  readonly seed: number | null
  /** Null where no score was asked for. */
  readonly market: MarketState | null
  readonly recording: Recording
}

const runSchema = z.strictObject({
  format: z.literal(RUN_FORMAT),
  nowMs: z.number().min(0),
  seed: z.number().int().min(0).nullable(),
  market: z.unknown(),
  recording: z.string(),
  inputHash: z.string(),
  reportHash: z.string(),
})

/** The text of a run: its inputs, their hash and that of the report that came of them. */
export function serializeRun(inputs: RunInputs, report: RiskReport): string {
  const data = { ...inputs, recording: serializeRecording(inputs.recording) }
  return toCanonicalJson({
    format: RUN_FORMAT,
    ...data,
    inputHash: contentHash(data),
    reportHash: contentHash(report),
  })
}

/**
 * The inputs of a recorded run and the hash of its report.
 *
 * @throws FileError when the text is no run; RunMismatchError when its inputs are not those that were
 * recorded.
 */
export function parseRun(
  path: string,
  text: string,
): { readonly inputs: RunInputs; readonly reportHash: string } {
  const result = runSchema.safeParse(parsed(path, text))
  if (!result.success) {
    throw new FileError(
      `${path} is no run of the format ${RUN_FORMAT}. Pass a file that "report --record" of this version wrote.`,
      { details: z.prettifyError(result.error) },
    )
  }
  const { format: _format, inputHash, reportHash, ...data } = result.data
  if (contentHash(data) !== inputHash) {
    throw new RunMismatchError(
      `What ${path} was computed from has been changed: its inputs have the hash ${contentHash(data)}, ${inputHash} was recorded. Ask for the file again.`,
    )
  }
  return {
    inputs: {
      nowMs: data.nowMs,
      seed: data.seed,
      market: data.market === null ? null : checkMarketState(data.market),
      recording: parseRecording(data.recording),
    },
    reportHash,
  }
}

/** @throws RunMismatchError when a report is not the one that was recorded. */
export function checkReport(path: string, report: RiskReport, reportHash: string): void {
  const hash = contentHash(report)
  if (hash === reportHash) return
  throw new RunMismatchError(
    `The report of ${path} has the hash ${hash} here, ${reportHash} was recorded. Replay it with the version that recorded it, or do not trust the file.`,
  )
}

function parsed(path: string, text: string): unknown {
  try {
    return fromCanonicalJson(text)
  } catch (cause) {
    throw new FileError(`${path} is not JSON (${text.length} characters). Check the path.`, {
      cause,
    })
  }
}
