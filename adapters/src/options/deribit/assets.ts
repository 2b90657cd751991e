import type { Asset } from '@plimsoll/model'
import { assetId, factorId, unlistedAsset } from '@plimsoll/model'
import type { ProfileName } from '../../assets/index.js'
import { assetHeldAs, factorOf, indexAsset } from '../../assets/index.js'

const VENUE = 'deribit'

/** Decimals of balances in the venue's books. */
const BOOK_DECIMALS = 18

/** What the venue's currencies stand for beside plain coins, by its documents. */
const PROFILES: { readonly [currency: string]: ProfileName } = {
  ETH: 'ETH',
  STETH: 'stETH',
  USDC: 'USDC',
  USDT: 'USDT',
  USDE: 'USDe',
}

/** Currencies of the venue that are a coin itself, held on its own chain. */
const COINS: ReadonlySet<string> = /* @__PURE__ */ new Set(['BTC', 'SOL', 'XRP', 'BNB'])

/** A currency in the venue's books; one that it does not document stays unlisted. */
export function currencyAsset(currency: string): Asset {
  const identity = {
    id: assetId(`venue:${VENUE}/currency:${currency}`),
    symbol: currency,
    decimals: BOOK_DECIMALS,
  }
  const profile = PROFILES[currency]
  const source = 'currency of Deribit, by its own name'
  if (profile !== undefined) return assetHeldAs(profile, identity, source)
  const factor = COINS.has(currency) ? factorOf(currency) : null
  if (factor === null) return unlistedAsset(identity)
  return {
    ...identity,
    kind: 'native',
    exposures: [{ factor: factorId(factor), elasticity: 1 }],
    dependsOn: [],
    source,
  }
}

/** The index under the venue's futures and options. */
export function underlyingAsset(underlying: string): Asset {
  return indexAsset(VENUE, underlying)
}

/** The dollar that inverse contracts are written in: a unit, which nothing moves. */
export const DOLLAR: Asset = {
  id: assetId(`venue:${VENUE}/unit:USD`),
  symbol: 'USD',
  decimals: BOOK_DECIMALS,
  kind: 'stable',
  exposures: [],
  dependsOn: [],
  source: 'unit of account of the inverse contracts of Deribit',
}
