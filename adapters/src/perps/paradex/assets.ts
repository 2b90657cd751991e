import type { Asset } from '@plimsoll/model'
import { assetId, unlistedAsset } from '@plimsoll/model'
import { assetHeldAs, indexAsset } from '../../assets/index.js'

const VENUE = 'paradex'

/** Decimals of balances in the venue's books. */
const BOOK_DECIMALS = 8

/** The only asset that the venue settles in. */
export const SETTLEMENT = 'USDC'

/** An asset held in the venue's books, by the venue's name; only the settlement asset is known. */
export function tokenAsset(token: string): Asset {
  const identity = {
    id: assetId(`venue:${VENUE}/token:${token}`),
    symbol: token,
    decimals: BOOK_DECIMALS,
  }
  return token === SETTLEMENT
    ? assetHeldAs(SETTLEMENT, identity, "settlement asset of Paradex, by the venue's documents")
    : unlistedAsset(identity)
}

/** The index under the venue's perpetuals and options. */
export function underlyingAsset(base: string): Asset {
  return indexAsset(VENUE, base)
}
