import type { MarketAdapter } from '@plimsoll/client'
import { AdapterError, defineMarketAdapter, lazily } from '@plimsoll/client'
import type { ChainlinkFeed } from './feeds.js'
import { CHAINLINK_FEEDS } from './feeds.js'

const reading = lazily('reads Chainlink', async () => import('./read.js'))

export {
  MarketDataInvalidError,
  MarketDataMissingError,
  MarketDataStaleError,
} from '../errors.js'
export type { ChainlinkFeed } from './feeds.js'
export {
  CHAINLINK_ARBITRUM_FEEDS,
  CHAINLINK_BASE_FEEDS,
  CHAINLINK_FEEDS,
  FEEDS_SOURCE,
} from './feeds.js'

/** Options of {@link chainlink}. */
export type ChainlinkOptions = {
  /** Feeds to read, each factor once. Default: {@link CHAINLINK_FEEDS}, on Ethereum. */
  readonly feeds?: readonly ChainlinkFeed[]
}

/**
 * Closes of `spot:` and `peg:` factors from the rounds of Chainlink's price feeds, on chain. A node
 * that serves the present is enough: rounds stay readable.
 *
 * @example
 * const client = createClient({ chains: [{ id: 1, transport: http(url) }], adapters: [chainlink()] })
 * const observations = await readMarket(client, { factors: ['spot:ETH', 'peg:USDC/USD'] })
 *
 * @throws AdapterError when there are no feeds, two have the same factor, or a heartbeat is no time
 */
export function chainlink({ feeds = CHAINLINK_FEEDS }: ChainlinkOptions = {}): MarketAdapter {
  requireFeeds(feeds)
  return defineMarketAdapter({
    id: 'chainlink',
    name: 'Chainlink price feeds',
    kind: 'market',
    chains: [...new Set(feeds.map(({ chain }) => chain))],
    hosts: {},
    history: 'block',
    provides: 'Closes of spot and peg factors from the round history of price feeds',
    read: async (context) => (await reading()).readChainlinkCloses(context, feeds),
  })
}

function requireFeeds(feeds: readonly ChainlinkFeed[]): void {
  const factors = new Set<string>()
  for (const { factor, heartbeatSeconds, description } of feeds) {
    if (factors.has(factor)) {
      throw new AdapterError(
        `Two Chainlink feeds are given for ${factor}. Keep one: a market state has one history a factor.`,
      )
    }
    if (!/^(spot|peg):/.test(factor)) {
      throw new AdapterError(
        `A Chainlink feed is given for ${factor}. Its answers are prices: use spot: or peg: factors.`,
      )
    }
    if (!(heartbeatSeconds > 0 && heartbeatSeconds < Infinity)) {
      throw new AdapterError(
        `The heartbeat of "${description}" is ${heartbeatSeconds} s. State the seconds that its directory promises.`,
      )
    }
    factors.add(factor)
  }
}
