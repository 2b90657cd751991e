import type { Amount } from './amount.js'
import type { Dependency } from './asset.js'
import type { AccountId, OwnerId, SharedKey } from './ids.js'
import type { Leg } from './leg.js'
import type { Native } from './native.js'

/** The instant a fact was true: a block, or a time for venues without blocks. */
export type AsOf =
  | {
      readonly kind: 'block'
      readonly chain: number
      readonly number: bigint
      readonly hash: `0x${string}`
      /** Unix seconds. */
      readonly timestamp: number
    }
  | { readonly kind: 'time'; readonly timeMs: number }

/** Unix milliseconds of an instant. */
export function asOfMs(asOf: AsOf): number {
  return asOf.kind === 'block' ? asOf.timestamp * 1000 : asOf.timeMs
}

/** How an account is judged, as data: a module interprets `tag@version`. */
export type MarginRule = {
  readonly tag: string
  readonly version: number
  /** Unit of the rule's numbers, usually `USD`. */
  readonly numeraire: string
  /** The selectable modes in force: `{ emode: '1' }`, `{ account: 'unified' }`. */
  readonly modes: { readonly [mode: string]: string }
  readonly parameters: Native
  /** Venue state that the rule reads and other accounts share. */
  readonly shared: readonly SharedKey[]
}

/** How far a number can be trusted; it travels with the number. */
export type Fidelity =
  | { readonly grade: 'exact' }
  | { readonly grade: 'verified'; readonly cases: number }
  | { readonly grade: 'modelled' }

/** One number that the venue reports beside our recomputation of it. */
export type Check = {
  readonly name: string
  readonly reported: Amount
  readonly recomputed: Amount
  /** |reported − recomputed| in the unit of both. */
  readonly residual: number
  /** Largest residual that the rounding of the inputs explains. */
  readonly tolerance: number
}

/** Whether the venue's own numbers were met. */
export type Reconciliation = {
  readonly status: 'reconciled' | 'unreconciled' | 'not-reported'
  readonly formulaVersion: string
  readonly checks: readonly Check[]
}

/** Something about an account that a reader must see; `severity: 'unknown'` makes its health unknown. */
export type Flag = {
  readonly code: string
  readonly severity: 'note' | 'warning' | 'unknown'
  readonly message: string
}

/** The smallest unit that a venue can liquidate on its own. */
export type MarginAccount = {
  readonly id: AccountId
  readonly owner: OwnerId
  /** Venue id, the adapter's own: the folder name of its adapter. */
  readonly venue: string
  /** Shown to people: venue, market, mode. */
  readonly label: string
  readonly asOf: AsOf
  /** Whether a shortfall follows the owner beyond this account. */
  readonly recourse: boolean
  readonly rule: MarginRule
  readonly legs: readonly Leg[]
  readonly dependsOn: readonly Dependency[]
  readonly reconciliation: Reconciliation
  readonly fidelity: Fidelity
  readonly flags: readonly Flag[]
}

/** Builds a reconciliation: beyond its tolerance any check makes it `unreconciled`. */
export function reconcile(formulaVersion: string, checks: readonly Check[]): Reconciliation {
  if (checks.length === 0) return { status: 'not-reported', formulaVersion, checks }
  const met = checks.every(({ residual, tolerance }) => residual <= tolerance)
  return { status: met ? 'reconciled' : 'unreconciled', formulaVersion, checks }
}
