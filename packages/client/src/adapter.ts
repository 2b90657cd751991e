import type {
  AsOf,
  Asset,
  Existence,
  Fidelity,
  MarginAccount,
  Mark,
  Native,
  Owner,
  ReadFailure,
  SharedKey,
  VenueModule,
} from '@plimsoll/model'
import { AdapterError } from './errors.js'
import type { Answer, Request } from './requests.js'

/** What an adapter gets to read with. One call reads all owners on one chain, or at one venue. */
export type ReadContext = {
  readonly owners: readonly Owner[]
  /** The pinned block of the chain; null for adapters without chains. */
  readonly block: Extract<AsOf, { kind: 'block' }> | null
  /** Unix milliseconds when the read began. */
  readonly nowMs: number
  /** What the adapter returned as `memory` last time on this chain for these owners, if anything. */
  readonly memory: Native | undefined
  /** Names of the signers that the caller supplied. */
  readonly auth: readonly string[]
}

/** What an adapter found. Every owner must occur in `existence`. */
export type ReadResult = {
  readonly accounts: readonly MarginAccount[]
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
  readonly shared: { readonly [key: SharedKey]: Native }
  readonly existence: readonly Existence[]
  readonly failures: readonly ReadFailure[]
  /** The instant of what an adapter without chains read; the client fills in the block of others. */
  readonly asOf: readonly AsOf[]
  /** Carried to the next read, so that a refresh is one round. */
  readonly memory?: Native
}

/** Rounds of requests; it does no I/O itself. Use `yield* ask([...])`. */
export type ReadRounds = Generator<readonly Request[], ReadResult, readonly Answer[]>

/** A host that an adapter talks to; the caller may put another address in its place. */
export type Host = {
  readonly url: string
  /** Weight allowed in a window; the client waits or fails beyond it. */
  readonly budget: { readonly weight: number; readonly windowMs: number } | null
  /** Whether its answers are allowed in a browser. */
  readonly browser: 'cors' | 'proxy' | 'no'
}

/** An adapter is a value; `defineAdapter` checks it. */
export type Adapter = {
  /** Unique; the folder name for ours. */
  readonly id: string
  readonly name: string
  readonly kind: 'venue' | 'holdings' | 'route'
  readonly family: 'lending' | 'perps' | 'options' | 'vaults' | 'wallet' | 'routes'
  /** Chain ids it reads on; empty for venues that are read over HTTP alone. */
  readonly chains: readonly number[]
  readonly hosts: { readonly [key: string]: Host }
  /** Whether the past can be read: at any archived block, or only now. */
  readonly history: 'block' | 'none'
  /** How it finds what an owner has, in words. */
  readonly discovery: string
  /** Per mode. */
  readonly fidelity: { readonly [mode: string]: Fidelity }
  /**
   * The rounds of one read. A promise lets the code of it be a chunk that is loaded on the first
   * read; it does no other I/O.
   */
  readonly read: (context: ReadContext) => ReadRounds | Promise<ReadRounds>
  readonly modules: readonly VenueModule[]
}

/**
 * Checks an adapter's manifest and returns it unchanged.
 *
 * @throws AdapterError when an id is malformed, or it has neither chains nor hosts.
 */
export function defineAdapter<const A extends Adapter>(adapter: A): A {
  checkManifest(adapter)
  return adapter
}

/** @throws AdapterError when an id is malformed, or there are neither chains nor hosts. */
export function checkManifest(adapter: Pick<Adapter, 'id' | 'chains' | 'hosts'>): void {
  if (!/^[a-z0-9][-a-z0-9]{1,31}$/.test(adapter.id)) {
    throw new AdapterError(
      `"${adapter.id}" is not an adapter id. Use 2 to 32 of a-z, 0-9 and "-", for example "my-venue".`,
    )
  }
  if (adapter.chains.length === 0 && Object.keys(adapter.hosts).length === 0) {
    throw new AdapterError(
      `Adapter "${adapter.id}" has neither chains nor hosts. Name at least one.`,
    )
  }
}
