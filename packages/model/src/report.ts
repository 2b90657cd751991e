import type { Fidelity, Flag, Reconciliation } from './account.js'
import type { AccountId, AssetId, FactorId, OwnerId } from './ids.js'
import type { ReadFailure } from './portfolio.js'
import type { PortfolioRisk } from './portfolio-risk.js'
import type { Health } from './venue-module.js'

/** Version of the report. */
export const REPORT_FORMAT = 'plimsoll-report/1'

/** Something that limits what the report may claim. */
export type QualityFlag = {
  readonly code:
    | 'unread'
    | 'stale'
    | 'unreconciled'
    | 'unknown-rule'
    | 'unknown-health'
    | 'unlisted-asset'
    | 'unpriced'
    | 'skew'
    | 'modelled'
    | 'time-mismatch'
  /** `unknown` keeps the headline from being known; `warning` does not. */
  readonly severity: 'warning' | 'unknown'
  readonly account: AccountId | null
  readonly message: string
}

/**
 * The price of one asset, or of its correlated group, at which the verdict on an account changes: it
 * becomes liquidatable, or stops being so if it is today.
 */
export type LiquidationPrice = {
  /** What moves: one asset alone, or everything that moves with a factor. */
  readonly ray: Ray
  /**
   * Nearest below today's price and nearest above, in the numeraire; null where there is none, or
   * where nothing in the portfolio is priced as the factor itself (then the moves are there).
   */
  readonly below: number | null
  readonly above: number | null
  /** The same as relative moves of the ray (−0.2 is a fall of 20 %). */
  readonly moveBelow: number | null
  readonly moveAbove: number | null
}

/** A named direction of prices. */
export type Ray =
  | { readonly kind: 'asset'; readonly asset: AssetId }
  | { readonly kind: 'factor'; readonly factor: FactorId }

/** One account in a report. Money in the report's numeraire. */
export type AccountReport = {
  readonly account: AccountId
  readonly owner: OwnerId
  readonly venue: string
  readonly label: string
  readonly health: Health
  readonly liquidatable: boolean | null
  readonly equity: number | null
  readonly initialMargin: number | null
  readonly maintenanceMargin: number | null
  readonly excess: number | null
  readonly liquidationPrices: readonly LiquidationPrice[]
  readonly reconciliation: Reconciliation
  readonly fidelity: Fidelity
  readonly flags: readonly Flag[]
  /** False: too small to matter for the headline. */
  readonly material: boolean
}

/** Net and gross exposure to one factor over all accounts, numeraire per +100 % of the factor. */
export type NetDelta = {
  readonly factor: FactorId
  readonly net: number
  readonly gross: number
  readonly byAccount: { readonly [account: AccountId]: number }
}

/** What the venues ask separately, and what one cross-margin venue would ask for the same legs. */
export type Requirement = {
  readonly siloed: number
  readonly netted: number
  /** siloed − netted: netting that no venue grants. */
  readonly notGranted: number
  /** netted ÷ siloed; null when nothing is required. */
  readonly capitalEfficiency: number | null
}

/** Everything `assess` says of a portfolio. Same input, same bytes. */
export type RiskReport = {
  readonly format: typeof REPORT_FORMAT
  /** Unix milliseconds for which it was assessed. */
  readonly nowMs: number
  readonly numeraire: string
  readonly owners: readonly OwnerId[]
  readonly equity: number | null
  readonly grossAssets: number | null
  readonly debt: number | null
  readonly notional: number | null
  readonly accounts: readonly AccountReport[]
  /** The material account nearest to liquidation; null when none can be or it is unknown. */
  readonly weakest: AccountId | null
  /** Lowest health of a material account: null with a reason when anything is unknown. */
  readonly health: Health
  /** Lowest health among what is known: an upper bound when `health` is unknown. */
  readonly healthUpperBound: number | null
  readonly netDeltas: readonly NetDelta[]
  readonly requirement: Requirement | null
  /** Scores, tails and margins under a market state; null where none was given. */
  readonly risk: PortfolioRisk | null
  readonly quality: readonly QualityFlag[]
  readonly failures: readonly ReadFailure[]
}
