import type { VenueModule } from '@plimsoll/model'
import type { Adapter } from './adapter.js'
import type { ChainReader } from './chainReader.js'
import type { Clock } from './clock.js'
import { systemClock } from './clock.js'
import type { ChainConnection } from './connection.js'
import { connect } from './connection.js'
import { AdapterError, ChainError } from './errors.js'
import { lazyChainReader } from './lazyChainReader.js'
import type { Limits } from './limits.js'
import { DEFAULT_LIMITS } from './limits.js'
import type { MarketAdapter } from './marketAdapter.js'
import type { Memory } from './memory.js'
import { createMemory } from './memory.js'
import { networkSource } from './networkSource.js'
import type { AnyAdapter, Source } from './source.js'
import type { HostOverrides, HttpOptions, Signer } from './web.js'
import { DEFAULT_HTTP, lazyWeb } from './web.js'

export type CreateClientParameters = {
  /** Chains that may be read, each by a viem transport or an existing viem client. */
  readonly chains: readonly ChainConnection[]
  /** Readers of portfolios and sources of market data, each id once. */
  readonly adapters: readonly AnyAdapter[]
  /** Signers by the names that adapters ask for. What they return is sent and never kept. */
  readonly auth?: { readonly [name: string]: Signer }
  /** Addresses in place of the adapters' own. */
  readonly hosts?: HostOverrides
  readonly http?: Partial<HttpOptions>
  readonly limits?: Partial<Limits>
  readonly clock?: Clock
}

/** Adapters with what they read from. It holds no secret that can be read off it. */
export type Client = {
  /** Those that `readPortfolio` reads with. */
  readonly adapters: readonly Adapter[]
  /** Those that `readMarket` reads with. */
  readonly markets: readonly MarketAdapter[]
  /** The margin rules of all adapters, for `assess`. */
  readonly modules: readonly VenueModule[]
  readonly limits: Limits
  /** Where answers come from. */
  readonly source: Source
  /** What adapters found out in earlier reads. */
  readonly memory: Memory
}
export type CreateClientReturnType = Client
export type CreateClientErrorType = AdapterError | ChainError

/**
 * Puts adapters and connections together; nothing is sent until the first read.
 *
 * @example
 * import { createClient, readPortfolio } from '@plimsoll/client'
 * import { http } from 'viem'
 *
 * const client = createClient({
 *   chains: [{ id: 1, transport: http('https://ethereum.example') }],
 *   adapters: [harbour],
 * })
 * const portfolio = await readPortfolio(client, { owners: ['0x…'] })
 *
 * @throws ChainError when a chain id is malformed, occurs twice, or differs from its client's
 * @throws AdapterError when two adapters share an id, or a host's address is malformed
 */
export function createClient(parameters: CreateClientParameters): Client {
  const { adapters, auth = {}, hosts = {}, clock = systemClock } = parameters
  const limits = { ...DEFAULT_LIMITS, ...parameters.limits }
  const http = { ...DEFAULT_HTTP, ...parameters.http }
  checkAdapters(adapters)
  checkHosts(adapters, hosts)
  const source = networkSource({
    chains: chainReaders(parameters.chains, clock, limits),
    web: lazyWeb({ http, hosts, auth, clock }),
    auth: Object.keys(auth),
    clock,
  })
  return clientOf(adapters, limits, source)
}

/** A client that reads from `source` and remembers nothing yet. */
export function clientOf(all: readonly AnyAdapter[], limits: Limits, source: Source): Client {
  const adapters = all.filter((adapter) => adapter.kind !== 'market')
  return Object.freeze({
    adapters: Object.freeze(adapters),
    markets: Object.freeze(all.filter((adapter) => adapter.kind === 'market')),
    modules: Object.freeze([...new Set(adapters.flatMap(({ modules }) => modules))]),
    limits: Object.freeze(limits),
    source,
    memory: createMemory(limits.memories),
  })
}

/** @throws AdapterError when two adapters share an id. */
export function checkAdapters(adapters: readonly AnyAdapter[]): void {
  const ids = new Set<string>()
  for (const { id } of adapters) {
    if (ids.has(id)) {
      throw new AdapterError(
        `Two adapters have the id "${id}". Pass each once, or rename one: ids name accounts and failures.`,
      )
    }
    ids.add(id)
  }
}

function chainReaders(chains: readonly ChainConnection[], clock: Clock, limits: Limits) {
  const readers = new Map<number, ChainReader>()
  for (const entry of chains) {
    const connection = connect(entry)
    if (readers.has(connection.id)) {
      throw new ChainError(
        `Chain ${connection.id} is given twice. Pass one connection a chain; viem's fallback transport combines several nodes.`,
      )
    }
    readers.set(connection.id, lazyChainReader(connection, clock, limits))
  }
  return readers
}

function checkHosts(adapters: readonly AnyAdapter[], hosts: HostOverrides): void {
  const addresses = [
    ...adapters.flatMap(({ id, hosts: own }) =>
      Object.entries(own).map(([key, { url }]) => ({ id, key, url })),
    ),
    ...Object.entries(hosts).flatMap(([id, own]) =>
      Object.entries(own).map(([key, url]) => ({ id, key, url })),
    ),
  ]
  for (const { id, key, url } of addresses) {
    if (!isWebAddress(url)) {
      throw new AdapterError(
        `The address of host "${key}" of adapter "${id}" is not an http or https address. Pass one such as https://api.example.`,
      )
    }
  }
  for (const { id, key } of addresses) {
    const adapter = adapters.find((candidate) => candidate.id === id)
    if (adapter === undefined || !Object.hasOwn(adapter.hosts, key)) {
      throw new AdapterError(
        `hosts names "${id}" / "${key}", which is no host of an adapter of this client. Check the spelling.`,
      )
    }
  }
}

function isWebAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol)
  } catch {
    return false
  }
}
