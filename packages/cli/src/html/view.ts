import type { MarketState, Portfolio, RiskReport } from '@plimsoll/model'
import type { Thresholds } from '../verdict.js'

/** Everything that the page of a report depends on. */
export type PageView = {
  readonly report: RiskReport
  /** The portfolio that was assessed: names, and what the heat maps by underlying are computed from. */
  readonly portfolio: Portfolio
  /** The market state of the report; null where it was made without one. */
  readonly market: MarketState | null
  readonly thresholds: Thresholds
  /** Of this program. */
  readonly version: string
}
