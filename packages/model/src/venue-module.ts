import type { Flag, MarginAccount } from './account.js'
import type { Amount } from './amount.js'
import type { Asset } from './asset.js'
import type { AccountId, AssetId, MarkId, SharedKey } from './ids.js'
import type { Mark } from './mark.js'
import type { Native } from './native.js'
import type { CompiledAccount } from './program.js'

/** One account with all that its rule reads, at one instant. */
export type VenueState = {
  readonly account: MarginAccount
  readonly marks: ReadonlyMap<MarkId, Mark>
  readonly assets: ReadonlyMap<AssetId, Asset>
  readonly shared: ReadonlyMap<SharedKey, Native>
  /** Unix seconds at which to judge; interest accrues to it exactly. */
  readonly at: number
}

/** Resource ÷ requirement, 1 at the venue's own liquidation threshold; never Infinity. */
export type Health =
  | { readonly value: number }
  | {
      readonly value: null
      readonly reason: 'no-requirement' | 'unknown'
      readonly message: string
    }

/** The venue's own answer, recomputed exactly. Money in the rule's numeraire. */
export type Evaluation = {
  readonly health: Health
  /** Whether some liquidation call would succeed now; null when it cannot be known. */
  readonly liquidatable: boolean | null
  readonly equity: number
  /** Equity needed to open or keep risk at entry; null where the venue has none. */
  readonly initialMargin: number | null
  /** Equity below which the venue liquidates. */
  readonly maintenanceMargin: number | null
  /** equity − maintenanceMargin. */
  readonly excess: number | null
  /** Exact numbers under the venue's own names, to compare with what it reports. */
  readonly exact: { readonly [name: string]: Amount }
  readonly flags: readonly Flag[]
}

/** What an owner can do to an account. Amounts in raw units of the asset; `max` as the venue defines it. */
export type Operation =
  | {
      readonly kind: 'supply' | 'withdraw' | 'borrow' | 'repay'
      readonly account: AccountId
      readonly asset: AssetId
      readonly amount: bigint | 'max'
    }
  | {
      readonly kind: 'set-mode'
      readonly account: AccountId
      readonly mode: string
      readonly value: string
    }
export type OperationKind = Operation['kind']

/** One liquidation call: repay `debt` legs' asset, seize `collateral`. */
export type LiquidationRequest = {
  readonly debt: string
  readonly collateral: string
  readonly repay: bigint | 'max'
}

/** What a liquidation call moves, in raw units, and the state after it. */
export type LiquidationOutcome = {
  readonly repaid: bigint
  /** Taken from the account, fee included. */
  readonly seized: bigint
  readonly protocolFee: bigint
  /** Debt written off, by leg. */
  readonly badDebt: { readonly [leg: string]: bigint }
  readonly after: VenueState
}

/** Pure code that interprets one margin rule. */
export type VenueModule = {
  readonly tag: string
  readonly version: number
  /** @throws InvalidRuleError, MarkError, UnsupportedVenueStateError */
  readonly evaluate: (state: VenueState) => Evaluation
  /** @throws InvalidRuleError, MarkError, UnsupportedVenueStateError */
  readonly compile: (state: VenueState) => CompiledAccount
  /** Null where the venue's liquidation is not modelled. @throws OperationError when the call would revert */
  readonly liquidate:
    | ((state: VenueState, request: LiquidationRequest) => LiquidationOutcome)
    | null
  readonly operations: readonly OperationKind[]
  /** The exact state after an operation. @throws OperationError when the transaction would revert */
  readonly apply: (state: VenueState, operation: Operation) => VenueState
}
