import type { AsOf, Native, Owner, OwnerId, PlimsollError } from '@plimsoll/model'
import type { Adapter } from './adapter.js'
import type { Clock } from './clock.js'
import type { MarketAdapter, MarketQuery } from './marketAdapter.js'
import type { Request } from './requests.js'

/** The block that all reads of one chain are pinned to. */
export type Block = Extract<AsOf, { kind: 'block' }>

/** What a client is made of. */
export type AnyAdapter = Adapter | MarketAdapter

/** One adapter's read, on one chain or at one venue. */
export type Task = {
  readonly adapter: AnyAdapter
  /** Null for adapters without chains. */
  readonly chain: number | null
  /** Whom it is about; nobody where the market is read. */
  readonly owners: readonly Owner[]
}

/** A task that reads owners. */
export type OwnerTask = Task & { readonly adapter: Adapter }

/** A task that reads the market. */
export type MarketTask = Task & { readonly adapter: MarketAdapter }

/** An answer before the adapter decodes it: bytes of a call, or JSON. */
export type RawAnswer =
  | { readonly ok: true; readonly value: Native }
  | { readonly ok: false; readonly error: PlimsollError }

/** A request and the task that makes it. */
export type Asked = { readonly task: Task; readonly request: Request }

/** What one `readMarket` is asked; `fromMs` is null where it was left to the client. */
export type MarketInput = Omit<MarketQuery, 'fromMs'> & { readonly fromMs: number | null }

/** What one `readPortfolio` or `readMarket` is asked. */
export type ReadInput = {
  /** Nobody where the market is read. */
  readonly owners: readonly OwnerId[]
  /** Null where owners are read. */
  readonly market: MarketInput | null
  readonly blockNumbers: { readonly [chain: number]: bigint }
  readonly signal: AbortSignal | undefined
}

/** One read in progress. */
export type ReadSession = {
  /** Unix milliseconds when it began. */
  readonly nowMs: number
  /** Pins a chain's block; called once a chain. @throws PlimsollError */
  readonly pin: (chain: number) => Promise<Block>
  /** One round of all tasks of one chain, or of one task without: answers in the order of requests. */
  readonly ask: (chain: number | null, asked: readonly Asked[]) => Promise<readonly RawAnswer[]>
  /** Called when a chain's last round has ended. @throws BlockPinError when its block was replaced. */
  readonly confirm: (chain: number) => Promise<void>
  /** Ends the read. @throws ReplayError when recorded answers were not used. */
  readonly close: () => void
}

/** What a watch goes by. */
export type Live = {
  readonly clock: Clock
  /** Number of a chain's newest block. @throws PlimsollError */
  readonly head: (chain: number, signal: AbortSignal | undefined) => Promise<bigint>
}

/** Where answers come from: the network, or a recording. */
export type Source = {
  readonly chains: readonly number[]
  /** Names of the signers that the caller supplied. */
  readonly auth: readonly string[]
  readonly open: (read: ReadInput) => ReadSession
  /** Null where nothing new ever comes. */
  readonly live: Live | null
  /** Ends all reads. @throws ReplayError when recorded reads were not replayed. */
  readonly finish: () => void
}
