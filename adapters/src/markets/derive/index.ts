import type { MarketAdapter } from '@plimsoll/client'
import { defineMarketAdapter, lazily } from '@plimsoll/client'
import { HOSTS } from '../../options/derive/hosts.js'

const reading = lazily('reads the volatilities of Derive', async () => import('./read.js'))

export { FeedError } from '../../options/derive/errors.js'
export { MarketDataInvalidError, MarketDataMissingError } from '../errors.js'

/**
 * Implied volatilities of Derive's options: the SVI curve of each expiry that its oracle signs, at
 * strikes around the forward. No key is needed.
 *
 * @example
 * const client = createClient({ chains: [], adapters: [deriveMarket()] })
 * const observations = await readMarket(client, { factors: ['iv:ETH'] })
 */
export function deriveMarket(): MarketAdapter {
  return defineMarketAdapter({
    id: 'derive-market',
    name: 'Derive volatilities',
    kind: 'market',
    chains: [],
    hosts: HOSTS,
    history: 'none',
    provides: 'Volatilities of signed SVI curves by expiry and strike',
    read: async (context) => (await reading()).readDeriveVolatilities(context),
  })
}
