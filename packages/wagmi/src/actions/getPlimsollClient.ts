import type { Client, CreateClientErrorType, CreateClientParameters } from '@plimsoll/client'
import { ChainError, createClient } from '@plimsoll/client'
import type { Config } from '@wagmi/core'

export type GetPlimsollClientParameters<config extends Config = Config> = Omit<
  CreateClientParameters,
  'chains'
> & {
  /** Chains of the config to read; all of them unless given. */
  readonly chainIds?: readonly config['chains'][number]['id'][]
}
export type GetPlimsollClientReturnType = Client
export type GetPlimsollClientErrorType = CreateClientErrorType

type Kept = { readonly key: readonly unknown[]; readonly client: Client }

// A client remembers what it discovered, so that a refresh is one round: it is kept with its config.
const kept = new WeakMap<Config, readonly Kept[]>()
const KEPT_PER_CONFIG = 8

/**
 * The Plimsoll client of a wagmi config: it reads through the config's own viem clients. The same
 * config, adapters and options give the same client.
 *
 * @example
 * const client = getPlimsollClient(config, { adapters: [harbour] })
 *
 * @throws ChainError when a chain id is not one of the config's
 * @throws AdapterError when two adapters share an id
 */
export function getPlimsollClient<config extends Config>(
  config: config,
  parameters: GetPlimsollClientParameters<config>,
): Client {
  const { chainIds = config.chains.map(({ id }) => id), ...options } = parameters
  const clients = chainIds.map((id) => ({ id, client: clientOf(config, id) }))
  const key = [
    ...clients.flatMap(({ id, client }) => [id, client]),
    ...options.adapters,
    ...entriesOf(options.auth),
    ...Object.entries(options.hosts ?? {}).flatMap(([id, hosts]) => [id, ...entriesOf(hosts)]),
    ...entriesOf(options.http),
    ...entriesOf(options.limits),
    options.clock,
  ]
  const others = kept.get(config) ?? []
  const known = others.find((entry) => isSame(entry.key, key))
  if (known !== undefined) return known.client
  const client = createClient({ ...options, chains: clients })
  kept.set(config, [{ key, client }, ...others].slice(0, KEPT_PER_CONFIG))
  return client
}

function clientOf(config: Config, id: number) {
  if (config.chains.some((chain) => chain.id === id)) return config.getClient({ chainId: id })
  throw new ChainError(
    `Chain ${id} is not in the wagmi config (it has ${config.chains.map((chain) => chain.id).join(', ')}). Add it to createConfig, or leave it out of chainIds.`,
  )
}

function entriesOf(record: object | undefined): readonly unknown[] {
  return Object.entries(record ?? {}).flat()
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
}
