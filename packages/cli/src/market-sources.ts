import type { MarketAdapter } from '@plimsoll/client'
import { UsageError } from './errors.js'

/** Sources of market data by id, loaded when they are asked for. None of them learns an address. */
const LOADERS: { readonly [id: string]: () => Promise<MarketAdapter> } = {
  'hyperliquid-market': async () =>
    (await import('@plimsoll/adapters/markets/hyperliquid')).hyperliquidMarket(),
  chainlink: async () => (await import('@plimsoll/adapters/markets/chainlink')).chainlink(),
  'deribit-market': async () =>
    (await import('@plimsoll/adapters/markets/deribit')).deribitMarket(),
  'derive-market': async () => (await import('@plimsoll/adapters/markets/derive')).deriveMarket(),
}

/** Ids of all sources, for people. */
export function sourceList(): string {
  return Object.keys(LOADERS).join(', ')
}

/**
 * The named sources, or all that can be read: over HTTP, or on a chain that is connected.
 *
 * @throws UsageError
 */
export async function loadSources(
  names: readonly string[],
  chains: readonly number[],
): Promise<readonly MarketAdapter[]> {
  if (names.length > 0) return Promise.all([...new Set(names)].map(loadSource))
  const all = await Promise.all(Object.keys(LOADERS).map(loadSource))
  return all.filter(
    (source) => source.chains.length === 0 || source.chains.some((id) => chains.includes(id)),
  )
}

async function loadSource(id: string): Promise<MarketAdapter> {
  const load = Object.hasOwn(LOADERS, id) ? LOADERS[id] : undefined
  if (load !== undefined) return load()
  throw new UsageError(`--source "${id.slice(0, 60)}" is not known. Use one of ${sourceList()}.`)
}
