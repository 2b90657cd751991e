import { toCanonicalJson } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { EXIT } from '../exit-codes.js'
import type { SourceOptions, Surroundings } from '../load-portfolio.js'
import { loadPortfolio } from '../load-portfolio.js'
import { parseThresholds } from '../options/thresholds.js'
import type { Output } from '../output.js'
import { renderReport } from '../render/report.js'
import { verdictOf } from '../verdict.js'

/** Options of `plimsoll report`. */
export type ReportOptions = SourceOptions & {
  readonly json?: boolean
  readonly warn?: string
  readonly critical?: string
}

/** Reads, assesses and prints; the exit code is the verdict. */
export async function report(
  owners: readonly string[],
  options: ReportOptions,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  const thresholds = parseThresholds(options)
  const { portfolio, modules, nowMs } = await loadPortfolio(owners, options, surroundings)
  const result = assess(portfolio, { modules, nowMs })
  output.write(
    options.json === true
      ? toCanonicalJson(result)
      : renderReport({ report: result, portfolio, thresholds, style: output.style }),
  )
  return EXIT[verdictOf(result, thresholds)]
}
