import type { Adapter } from '@plimsoll/client'
import type { Asset, OwnerId, PlimsollError } from '@plimsoll/model'
import type { Assessed } from './assessed.js'
import type { CorruptedReads } from './corrupted.js'
import type { Exchange } from './exchange.js'
import type { Trace, Variation } from './play.js'

/** One read under a variation: what came of it, and what the adapter did. */
export type Reading = {
  /** Null when the read as a whole failed with `error`. */
  readonly outcome: Assessed | null
  readonly error: PlimsollError | null
  readonly trace: Trace
}

/** All that the rules look at: the recorded read, and a way to read again with a variation. */
export type Bench = {
  readonly adapter: Adapter
  readonly owners: readonly OwnerId[]
  readonly baseline: Assessed
  readonly trace: Trace
  /** Requests and answers of the first recorded read. */
  readonly exchanges: readonly Exchange[]
  readonly nowMs: number
  /** What the asset registry says of an asset; undefined when no registry was given. */
  readonly registry: ((asset: Asset) => Asset) | undefined
  readonly read: (variation: Variation, owners?: readonly OwnerId[]) => Promise<Reading>
  /** Every corrupted read, made once. */
  readonly corrupted: () => Promise<CorruptedReads>
}
