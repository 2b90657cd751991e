import type { Asset } from '@plimsoll/model'
import { assetId, unlistedAsset } from '@plimsoll/model'
import type { ProfileName } from '../../assets/index.js'
import { assetHeldAs, indexAsset } from '../../assets/index.js'

const VENUE = 'derive'

/** Decimals of balances in the venue's books. */
const BOOK_DECIMALS = 18

/** What the venue's collateral names stand for, by its documents. */
const PROFILES: { readonly [name: string]: ProfileName } = {
  USDC: 'USDC',
  USDT: 'USDT',
  USDE: 'USDe',
  SUSDE: 'sUSDe',
  ETH: 'ETH',
  WETH: 'WETH',
  WSTETH: 'wstETH',
  WEETH: 'weETH',
  RSETH: 'rsETH',
  WBTC: 'WBTC',
  CBBTC: 'cbBTC',
  LBTC: 'LBTC',
  EBTC: 'eBTC',
}

/** An asset held in the venue's books, by the venue's name for it; unknown names stay unlisted. */
export function collateralAsset(name: string): Asset {
  const identity = {
    id: assetId(`venue:${VENUE}/spot:${name}`),
    symbol: name,
    decimals: BOOK_DECIMALS,
  }
  const profile = PROFILES[name]
  return profile === undefined
    ? unlistedAsset(identity)
    : assetHeldAs(profile, identity, 'collateral of Derive, by its own name')
}

/** The index under the venue's perps and options. */
export function underlyingAsset(currency: string): Asset {
  return indexAsset(VENUE, currency)
}
