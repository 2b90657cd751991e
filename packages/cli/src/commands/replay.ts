import { toCanonicalJson } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { EXIT } from '../exit-codes.js'
import { readText } from '../files.js'
import { replayRead } from '../load-portfolio.js'
import { loadAdapter } from '../modules.js'
import { parseThresholds } from '../options/thresholds.js'
import type { Output } from '../output.js'
import { renderReport } from '../render/report.js'
import { checkReport, parseRun } from '../run-file.js'
import { verdictOf } from '../verdict.js'

/** Options of `plimsoll replay`. */
export type ReplayOptions = {
  readonly adapter: readonly string[]
  readonly json?: boolean
  readonly warn?: string
  readonly critical?: string
}

/**
 * Computes a recorded report again, offline, from what was read then, and prints the same bytes. The
 * exit code is the verdict; a report that differs from the recorded one is an error.
 */
export async function replay(
  path: string,
  options: ReplayOptions,
  output: Output,
): Promise<number> {
  const thresholds = parseThresholds(options)
  const { inputs, reportHash } = parseRun(path, (await readText(path)).trim())
  const { nowMs, seed, market, recording } = inputs
  const own = await Promise.all(options.adapter.map(loadAdapter))
  const { portfolio, modules } = await replayRead(path, recording, own)
  const report = assess(portfolio, {
    modules,
    nowMs,
    ...(market === null ? {} : { market }),
    ...(seed === null ? {} : { seed }),
  })
  checkReport(path, report, reportHash)
  output.write(
    options.json === true
      ? toCanonicalJson(report)
      : renderReport({ report, portfolio, thresholds, style: output.style }),
  )
  return EXIT[verdictOf(report, thresholds)]
}
