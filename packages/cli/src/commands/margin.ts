import { toCanonicalJson } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import type { MarginComparison } from '@plimsoll/risk/compare'
import { compareMargin } from '@plimsoll/risk/compare'
import { EXIT } from '../exit-codes.js'
import type { SourceOptions, Surroundings } from '../load-portfolio.js'
import { loadPortfolio } from '../load-portfolio.js'
import type { Output } from '../output.js'
import { renderMargin } from '../render/margin.js'
import { loadSystems } from '../systems.js'
import { unreadVerdict, worstOf } from '../verdict.js'

/** Version of the document that `margin --json` prints. */
export const MARGIN_FORMAT = 'plimsoll-margin/1'

/** Options of `plimsoll margin`. */
export type MarginOptions = SourceOptions & {
  readonly compare?: boolean
  readonly spot?: boolean
  readonly assume?: boolean
  readonly json?: boolean
}

/**
 * Reads and prints what each venue asks, and on demand what margin systems would ask for all positions
 * together. UNKNOWN when anything is unread, unknown or left out of the figures, else OK.
 */
export async function margin(
  owners: readonly string[],
  options: MarginOptions,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  const { portfolio, modules, nowMs } = await loadPortfolio(owners, options, surroundings)
  const { accounts } = assess(portfolio, { modules, nowMs })
  const comparison =
    options.compare === true
      ? compareMargin(portfolio, {
          systems: await loadSystems({ assume: options.assume === true }),
          nowMs,
          positions: options.spot === true ? 'derivatives-and-spot' : 'derivatives',
        })
      : null
  output.write(
    options.json === true
      ? toCanonicalJson({ format: MARGIN_FORMAT, nowMs, accounts, comparison: plain(comparison) })
      : renderMargin({
          accounts,
          comparison,
          assumed: options.assume === true,
          portfolio,
          style: output.style,
        }),
  )
  const isWhole =
    comparison?.complete !== false &&
    accounts.every(({ health }) => health.value !== null || health.reason !== 'unknown')
  return EXIT[worstOf([unreadVerdict(portfolio), isWhole ? 'OK' : 'UNKNOWN'])]
}

/** A comparison as data: errors by name and message. */
function plain(comparison: MarginComparison | null) {
  if (comparison === null) return null
  return {
    ...comparison,
    systems: comparison.systems.map((system) =>
      system.ok
        ? system
        : { ...system, error: { name: system.error.name, message: system.error.message } },
    ),
  }
}
