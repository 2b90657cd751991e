import { toCanonicalJson } from '@plimsoll/model'
import { whatIf } from '@plimsoll/risk'
import { EXIT } from '../exit-codes.js'
import type { SourceOptions, Surroundings } from '../load-portfolio.js'
import { loadPortfolio } from '../load-portfolio.js'
import { parseShocks } from '../options/shocks.js'
import { parseThresholds } from '../options/thresholds.js'
import type { Output } from '../output.js'
import { renderWhatIf, verdictAfter } from '../render/what-if.js'
import { unreadVerdict, worstOf } from '../verdict.js'
import { casualties } from '../what-if.js'

/** Version of the document that `whatif --json` prints. */
export const WHAT_IF_FORMAT = 'plimsoll-what-if/1'

/** Options of `plimsoll whatif`. */
export type WhatIfOptions = SourceOptions & {
  readonly shock: readonly string[]
  readonly json?: boolean
  readonly warn?: string
  readonly critical?: string
}

/** Reads, moves prices and prints what becomes of it; the exit code is the verdict after the move. */
export async function whatIfCommand(
  owners: readonly string[],
  options: WhatIfOptions,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  const thresholds = parseThresholds(options)
  const scenario = parseShocks(options.shock)
  const { portfolio, modules, nowMs } = await loadPortfolio(owners, options, surroundings)
  const result = whatIf(portfolio, scenario, { modules, nowMs })
  const fallen = casualties(portfolio, scenario, { modules, nowMs })
  const verdict = worstOf([
    ...result.accounts.map((account) => verdictAfter(account, thresholds)),
    unreadVerdict(portfolio),
  ])
  output.write(
    options.json === true
      ? toCanonicalJson({ format: WHAT_IF_FORMAT, nowMs, ...result, casualties: fallen })
      : renderWhatIf({
          result,
          casualties: fallen,
          portfolio,
          thresholds,
          style: output.style,
        }),
  )
  return EXIT[verdict]
}
