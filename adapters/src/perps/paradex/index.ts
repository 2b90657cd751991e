import type { Adapter } from '@plimsoll/client'
import { defineAdapter, lazily } from '@plimsoll/client'
import { FIDELITY } from './fidelity.js'
import { crossModule, portfolioModule } from './margin.js'

const reading = lazily('reads Paradex', async () => import('./read.js'))

export { AccountMismatchError } from './errors.js'
export type { LiquidationState, LiquidationStep } from './liquidation.js'
export { liquidationStep } from './liquidation.js'
export type { CrossMargin, MarketMargin } from './margin-cross.js'
export { crossMargin } from './margin-cross.js'
export type {
  DeltaExposure,
  PortfolioParameters,
  Surroundings,
  Underlying,
} from './margin-portfolio.js'
export { deltaExposure, portfolioTest } from './margin-portfolio.js'
export type {
  Holdings,
  Market,
  OptionMarket,
  OptionParameters,
  Order,
  PerpMarket,
  PerpParameters,
  Position,
  SpotBalance,
} from './positions.js'
export { crossModule, portfolioModule }

/** Options of {@link paradex}. */
export type ParadexOptions = {
  /** Where the venue's REST interface is served, without its version. Default: production. */
  readonly url?: string
}

/**
 * Paradex: perpetuals, dated options and balances in cross, isolated and portfolio margin, one account
 * an account of the venue. Reading is private: give the client a signer `paradex:<account>`.
 *
 * @example
 * const client = createClient({
 *   chains: [],
 *   adapters: [paradex()],
 *   auth: { [`paradex:${account}`]: paradexSigner(async () => token) },
 * })
 */
export function paradex({ url = 'https://api.prod.paradex.trade' }: ParadexOptions = {}): Adapter {
  return defineAdapter({
    id: 'paradex',
    name: 'Paradex',
    kind: 'venue',
    family: 'perps',
    chains: [],
    hosts: {
      // Public requests of one address a minute, by the venue's documents.
      api: { url, budget: { weight: 1500, windowMs: 60_000 }, browser: 'proxy' },
    },
    history: 'none',
    discovery: 'By account: positions, orders and balances of its own token.',
    fidelity: FIDELITY,
    read: async (context) => (await reading()).readParadex(context),
    modules: [crossModule, portfolioModule],
  })
}
