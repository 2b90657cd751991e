import type { Amount } from './amount.js'
import type { AccountId, AssetId, MarkId, NodeId } from './ids.js'
import type { Native } from './native.js'

/** What a leg is a claim on, for look-through: a margin account or a dependency node. */
export type Backing =
  | { readonly kind: 'account'; readonly account: AccountId }
  | { readonly kind: 'node'; readonly node: NodeId }

type LegBase = {
  /** Unique within its account. */
  readonly id: string
  /** What the leg is made of; for perps and options, the index under them. */
  readonly asset: AssetId
  /** The venue's mark of `asset`; null when the venue gives none. */
  readonly mark: MarkId | null
  readonly backedBy?: Backing
  /** State that only the account's module reads. */
  readonly native?: Native
}

/** An asset lent or posted. `counts` says whether the venue lets it carry debt. Amount is not negative. */
export type CollateralLeg = LegBase & {
  readonly kind: 'collateral'
  readonly amount: Amount
  readonly counts: boolean
}

/** An asset owed. Amount is not negative. */
export type DebtLeg = LegBase & { readonly kind: 'debt'; readonly amount: Amount }

/**
 * A perpetual future. It is worth `size × mark`; the quote that was paid or received for it is a
 * cash leg of the same account, so that the legs of an account add up to its equity.
 */
export type PerpLeg = LegBase & {
  readonly kind: 'perp'
  /** Signed, in units of the index: positive is long. */
  readonly size: Amount
  readonly entryPrice: Amount | null
}

/** A European option on a forward, worth `size × Black-76 price`. */
export type OptionLeg = LegBase & {
  readonly kind: 'option'
  readonly right: 'call' | 'put'
  /** Signed, in units of the index: positive is long. */
  readonly size: Amount
  readonly strike: Amount
  /** Unix seconds. */
  readonly expiry: number
  /** The forward to `expiry`; `mark` is the spot index. */
  readonly forward: MarkId | null
  /** Annualised (365 days) volatility as a fraction; null when the venue gives none. */
  readonly impliedVolatility: number | null
  /** The venue's own price of one option, in the numeraire; null when it gives none. */
  readonly price: Amount | null
}

/** A share of a vault or pool. Amount is not negative. */
export type ShareLeg = LegBase & { readonly kind: 'share'; readonly amount: Amount }

/** Cash at a venue, signed: the quote balance, including what perps were paid with. */
export type CashLeg = LegBase & { readonly kind: 'cash'; readonly amount: Amount }

export type Leg = CollateralLeg | DebtLeg | PerpLeg | OptionLeg | ShareLeg | CashLeg
export type LegKind = Leg['kind']
