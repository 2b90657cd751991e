import { toCanonicalJson } from '@plimsoll/model'
import { assessRisk } from '@plimsoll/risk/score'
import { EXIT } from '../exit-codes.js'
import { readText } from '../files.js'
import { checkMarketRead } from '../live-market.js'
import { replayRead } from '../load-portfolio.js'
import { loadAdapter } from '../modules.js'
import { parseThresholds } from '../options/thresholds.js'
import type { Output } from '../output.js'
import { renderReport } from '../render/report.js'
import { checkReport, parseRun } from '../run-file.js'
import { verdictOf } from '../verdict.js'
import type { PageOptions } from './write-page.js'
import { checkPage, writePage } from './write-page.js'

/** Options of `plimsoll replay`. */
export type ReplayOptions = PageOptions & {
  readonly adapter: readonly string[]
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
  version: string,
): Promise<number> {
  checkPage(options)
  const thresholds = parseThresholds(options)
  const { inputs, reportHash } = parseRun(path, (await readText(path)).trim())
  const { nowMs, seed, market, recording } = inputs
  const own = await Promise.all(options.adapter.map(loadAdapter))
  const { portfolio, modules } = await replayRead(path, recording, own)
  await checkMarketRead(path, recording, nowMs, market)
  const report = assessRisk(portfolio, {
    modules,
    nowMs,
    ...(market === null ? {} : { market }),
    ...(seed === null ? {} : { seed }),
  })
  checkReport(path, report, reportHash)
  if (!(await writePage(options, { report, portfolio, market, thresholds, version }, output))) {
    output.write(
      options.json === true
        ? toCanonicalJson(report)
        : renderReport({ report, portfolio, thresholds, style: output.style }),
    )
  }
  return EXIT[verdictOf(report, thresholds)]
}
