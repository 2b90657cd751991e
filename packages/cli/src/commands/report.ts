import { toCanonicalJson } from '@plimsoll/model'
import { assessRisk } from '@plimsoll/risk/score'
import { UsageError } from '../errors.js'
import { EXIT } from '../exit-codes.js'
import { writeText } from '../files.js'
import { liveMarket } from '../live-market.js'
import type { SourceOptions, Surroundings } from '../load-portfolio.js'
import { loadPortfolio } from '../load-portfolio.js'
import type { MarketOptions } from '../options/market.js'
import { parseMarket } from '../options/market.js'
import { parseThresholds } from '../options/thresholds.js'
import type { Output } from '../output.js'
import { renderReport } from '../render/report.js'
import { serializeRun } from '../run-file.js'
import { verdictOf } from '../verdict.js'
import type { PageOptions } from './write-page.js'
import { checkPage, writePage } from './write-page.js'

/** Options of `plimsoll report`. */
export type ReportOptions = SourceOptions &
  MarketOptions &
  PageOptions & {
    readonly record?: string
    readonly warn?: string
    readonly critical?: string
  }

/** Reads, assesses and prints; the exit code is the verdict. */
export async function report(
  owners: readonly string[],
  options: ReportOptions,
  output: Output,
  surroundings: Surroundings,
  version: string,
): Promise<number> {
  checkPage(options)
  const thresholds = parseThresholds(options)
  const chosen = await parseMarket(options)
  const { portfolio, modules, nowMs, recording, observations } = await loadPortfolio(
    owners,
    options,
    surroundings,
    chosen.market === 'live' ? (options.source ?? []) : null,
  )
  const live = observations === null ? null : liveMarket(observations, nowMs)
  for (const warning of live?.warnings ?? []) output.warn(warning)
  const market = chosen.market === 'live' ? (live?.market ?? null) : chosen.market
  const { seed } = chosen
  const result = assessRisk(portfolio, {
    modules,
    nowMs,
    ...(market === null ? {} : { market }),
    ...(seed === null ? {} : { seed }),
  })
  if (options.record !== undefined) {
    if (recording === null) {
      throw new UsageError(
        '--record keeps what was read, and a saved portfolio is not a reading. Name owners, or a recording with --from.',
      )
    }
    const run = serializeRun({ nowMs, seed, market, recording }, result)
    await writeText(options.record, `${run}\n`)
    surroundings.progress(`Recorded the run in ${options.record}.`)
  }
  const page = { report: result, portfolio, market, thresholds, version }
  if (!(await writePage(options, page, output))) {
    output.write(
      options.json === true
        ? toCanonicalJson(result)
        : renderReport({ report: result, portfolio, thresholds, style: output.style }),
    )
  }
  return EXIT[verdictOf(result, thresholds)]
}
