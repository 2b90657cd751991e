import type { Ray, VenueModule } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'

/** When an account is too small for the headline: below both limits. */
export type Materiality = {
  /** Share of the portfolio's gross assets + debt + notional. */
  readonly fraction: number
  /** In the report's numeraire. */
  readonly absolute: number
}

/** What `assess` needs beside the portfolio. */
export type AssessOptions = {
  /** Modules of the adapters in use; an account whose rule none interprets is unknown. */
  readonly modules: readonly VenueModule[]
  /** The instant of the report, unix milliseconds: interest accrues to it, staleness is counted to it. */
  readonly nowMs: number
  /** Spread of instants beyond which the report is flagged, milliseconds. Default 120,000. */
  readonly maxSkewMs?: number
  /** Age of an account beyond which it is flagged, milliseconds. Default 3,600,000. */
  readonly maxAgeMs?: number
  /** Default 1 % of the portfolio or 1,000. */
  readonly materiality?: Materiality
  /** Directions of prices for liquidation prices. Default: every asset and factor that matters to the account. */
  readonly rays?: readonly Ray[]
}

const DEFAULT_MAX_SKEW_MS = 120_000
const DEFAULT_MAX_AGE_MS = 3_600_000
const DEFAULT_MATERIALITY: Materiality = { fraction: 0.01, absolute: 1000 }

/** Options with every default filled in. */
export type ResolvedOptions = Required<Omit<AssessOptions, 'rays'>> & {
  readonly rays: readonly Ray[] | null
}

/** Fills in defaults. @throws ScenarioError when a number is negative or not finite */
export function resolveOptions(options: AssessOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    modules: options.modules,
    nowMs: options.nowMs,
    maxSkewMs: options.maxSkewMs ?? DEFAULT_MAX_SKEW_MS,
    maxAgeMs: options.maxAgeMs ?? DEFAULT_MAX_AGE_MS,
    materiality: options.materiality ?? DEFAULT_MATERIALITY,
    rays: options.rays ?? null,
  }
  const { nowMs, maxSkewMs, maxAgeMs, materiality } = resolved
  const numbers = { nowMs, maxSkewMs, maxAgeMs, ...materiality }
  for (const [name, value] of Object.entries(numbers)) {
    if (value >= 0 && value < Infinity) continue
    throw new ScenarioError(
      `The option ${name} is ${value}. Pass a finite number that is not negative${name === 'nowMs' ? ', in unix milliseconds' : ''}.`,
    )
  }
  return resolved
}
