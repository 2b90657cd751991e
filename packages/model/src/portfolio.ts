import type { AsOf, MarginAccount } from './account.js'
import type { Asset } from './asset.js'
import type { OwnerId, SharedKey } from './ids.js'
import type { Mark } from './mark.js'
import type { Native } from './native.js'

/** Version of the serialised form. */
export const PORTFOLIO_FORMAT = 'plimsoll-portfolio/1'

/** Something that could not be read. It makes what depends on it unknown, never empty. */
export type ReadFailure = {
  readonly adapter: string
  readonly chain: number | null
  /** Null when it concerns every owner. */
  readonly owner: OwnerId | null
  /** Name of the error class. */
  readonly error: string
  /** What happened and what to do. */
  readonly message: string
}

/** Whether an owner has accounts at an adapter: `unknown` is never an empty list. */
export type Existence = {
  readonly adapter: string
  readonly chain: number | null
  readonly owner: OwnerId
  readonly state: 'has' | 'none' | 'unknown'
  /** Null when unknown. */
  readonly asOf: AsOf | null
  /** For how long after `asOf` the statement may be relied on. */
  readonly validForMs: number
}

/** Everything that was read of one or more owners, and everything that could not be. */
export type Portfolio = {
  readonly format: typeof PORTFOLIO_FORMAT
  readonly owners: readonly OwnerId[]
  /** One entry a chain or venue that was read. */
  readonly asOf: readonly AsOf[]
  /** Spread of all instants in `asOf`, milliseconds. */
  readonly skewMs: number
  readonly accounts: readonly MarginAccount[]
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
  readonly shared: { readonly [key: SharedKey]: Native }
  readonly existence: readonly Existence[]
  readonly failures: readonly ReadFailure[]
}
