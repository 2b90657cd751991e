import type { MarketAdapter } from '@plimsoll/client'
import { defineMarketAdapter, lazily } from '@plimsoll/client'
import { HOSTS } from '../../options/deribit/hosts.js'

const reading = lazily('reads the volatilities of Deribit', async () => import('./read.js'))

export {
  MarketDataInvalidError,
  MarketDataMissingError,
  MarketDataStaleError,
} from '../errors.js'

/**
 * Implied volatilities of Deribit's options, as it marks them: `iv:BTC` and `iv:ETH` of the options
 * that settle in the coin, every other underlying of those that settle in USDC. No key is needed.
 *
 * @example
 * const client = createClient({ chains: [], adapters: [deribitMarket()] })
 * const observations = await readMarket(client, { factors: ['iv:BTC', 'iv:SOL'] })
 */
export function deribitMarket(): MarketAdapter {
  return defineMarketAdapter({
    id: 'deribit-market',
    name: 'Deribit volatilities',
    kind: 'market',
    chains: [],
    hosts: HOSTS,
    history: 'none',
    provides: 'Mark volatilities of options by expiry and strike, out of the money',
    read: async (context) => (await reading()).readDeribitVolatilities(context),
  })
}
