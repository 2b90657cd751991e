import type {
  FactorDepth,
  FactorHistory,
  FactorId,
  FundingRate,
  Native,
  VolatilitySurface,
} from '@plimsoll/model'
import type { Host, ReadContext } from './adapter.js'
import { checkManifest } from './adapter.js'
import type { Answer, Request } from './requests.js'

/** What is asked of a source; it answers what it has of it and leaves out the rest. */
export type MarketQuery = {
  /** `spot:`, `peg:`, `iv:` and `funding:` factors, each once. */
  readonly factors: readonly FactorId[]
  /** Unix milliseconds from which closes are wanted. */
  readonly fromMs: number
  /** Time between closes that is wanted. */
  readonly intervalMs: number
}

/** What a source gets to read with. */
export type MarketContext = Pick<ReadContext, 'block' | 'nowMs' | 'memory' | 'auth'> & {
  readonly query: MarketQuery
}

/** Something that a source should have said and did not. */
export type MarketGap = {
  /** Factors in words. */
  readonly what: string
  /** Name of the error class. */
  readonly error: string
  /** What happened and what to do. */
  readonly message: string
}

/**
 * What a source says; every row carries its source and date. Rows are about factors of the query, each
 * once (a funding once a venue), and dated not after the pinned block, or the present where there is
 * none. Nothing is used of a source that breaks this; what it could not read is a gap.
 */
export type MarketResult = {
  readonly histories: readonly FactorHistory[]
  readonly depths: readonly FactorDepth[]
  readonly surfaces: readonly VolatilitySurface[]
  readonly fundings: readonly FundingRate[]
  readonly gaps: readonly MarketGap[]
  /** Carried to the next read. */
  readonly memory?: Native
}

/** Rounds of requests of a source; it does no I/O itself. Use `yield* ask([...])`. */
export type MarketRounds = Generator<readonly Request[], MarketResult, readonly Answer[]>

/** A source of market data is a value; `defineMarketAdapter` checks it. */
export type MarketAdapter = {
  /** Unique among all adapters of a client; the folder name for ours, with `-market` where a venue has it too. */
  readonly id: string
  readonly name: string
  readonly kind: 'market'
  /** Chain ids it reads on; empty for a source that is read over HTTP alone. */
  readonly chains: readonly number[]
  readonly hosts: { readonly [key: string]: Host }
  /** Whether the past can be read: at any archived block, or only now. */
  readonly history: 'block' | 'none'
  /** What it says, in words, for print. */
  readonly provides: string
  readonly read: (context: MarketContext) => MarketRounds | Promise<MarketRounds>
}

/**
 * Checks a source's manifest and returns it unchanged.
 *
 * @throws AdapterError when an id is malformed, or it has neither chains nor hosts.
 */
export function defineMarketAdapter<const A extends MarketAdapter>(adapter: A): A {
  checkManifest(adapter)
  return adapter
}
