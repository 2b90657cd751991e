import type { Adapter } from '@plimsoll/client'
import { defineAdapter, lazily } from '@plimsoll/client'
import { FIDELITY } from './fidelity.js'
import { modules } from './modules.js'
import type { DexChoice } from './read.js'

const reading = lazily('reads Hyperliquid', async () => import('./read.js'))

/** Options of {@link hyperliquid}. */
export type HyperliquidOptions = {
  /** Where POST /info is served. Default: the venue's own API. */
  readonly url?: string
  /** HIP-3 dexes to read beside the main one. Default: all of them. */
  readonly dexes?: DexChoice
}

/**
 * Reads perps and spot accounts of EVM addresses on Hyperliquid, in every account mode. The venue
 * learns the addresses.
 *
 * @example
 * const client = createClient({ chains: {}, adapters: [hyperliquid()] })
 */
export function hyperliquid({
  url = 'https://api.hyperliquid.xyz',
  dexes = 'all',
}: HyperliquidOptions = {}): Adapter {
  return defineAdapter({
    id: 'hyperliquid',
    name: 'Hyperliquid',
    kind: 'venue',
    family: 'perps',
    chains: [],
    hosts: {
      info: { url, budget: { weight: 1200, windowMs: 60_000 }, browser: 'cors' },
    },
    history: 'none',
    discovery: 'By address on every dex of allPerpMetas.',
    fidelity: FIDELITY,
    read: async (context) => (await reading()).read(context, dexes),
    modules,
  })
}

export type { DexChoice } from './read.js'
