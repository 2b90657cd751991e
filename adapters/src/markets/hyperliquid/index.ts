import type { MarketAdapter } from '@plimsoll/client'
import { defineMarketAdapter, lazily } from '@plimsoll/client'

const reading = lazily('reads markets on Hyperliquid', async () => import('./read.js'))

/** Options of {@link hyperliquidMarket}. */
export type HyperliquidMarketOptions = {
  /** Where POST /info is served. Default: the venue's own API. */
  readonly url?: string
}

/**
 * Closes, depth and funding of the perps on Hyperliquid's main dex, for `spot:<SYMBOL>` and
 * `funding:<SYMBOL>` factors. The venue learns which factors are asked for, and no address.
 *
 * @example
 * const client = createClient({ chains: [], adapters: [hyperliquidMarket()] })
 * const observations = await readMarket(client, { factors: ['spot:ETH', 'funding:ETH'] })
 */
export function hyperliquidMarket({
  url = 'https://api.hyperliquid.xyz',
}: HyperliquidMarketOptions = {}): MarketAdapter {
  return defineMarketAdapter({
    id: 'hyperliquid-market',
    name: 'Hyperliquid markets',
    kind: 'market',
    chains: [],
    hosts: {
      info: { url, budget: { weight: 1200, windowMs: 60_000 }, browser: 'cors' },
    },
    history: 'none',
    provides: 'Closes, depth and funding of perps.',
    read: async (context) => (await reading()).read(context),
  })
}
