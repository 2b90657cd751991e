import type { Amount } from './amount.js'
import type { AssetId, MarkId } from './ids.js'

/**
 * A price with provenance. `mid` is what the venue's rule reads; `min` and `max` bound it where the
 * source gives a range. Prices are per whole unit of the asset, in the numeraire.
 */
export type Mark = {
  readonly id: MarkId
  readonly asset: AssetId
  readonly numeraire: string
  readonly min: Amount
  readonly mid: Amount
  readonly max: Amount
  /** 0 to 1 where the source states one, else null. */
  readonly confidence: number | null
  /** Venue rules use `venue-oracle`; economics use `market` where there is one. */
  readonly source: 'venue-oracle' | 'market'
  /** Kind of feed: `chainlink`, `mark`, `index`, `forward`, `fixed`, … */
  readonly feed: string
  /** Unix milliseconds of the price itself; null where the source does not say. */
  readonly timeMs: number | null
  /** Age in milliseconds beyond which the mark is stale; null where no limit is known. */
  readonly stalenessLimitMs: number | null
}
