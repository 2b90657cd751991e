import type { Asset, AssetId } from '@plimsoll/model'
import { assetId, unlistedAsset } from '@plimsoll/model'
import { factorOf } from './factors.js'

/** Decimals of an index: venues quote sizes in decimal text, so this only has to be fine enough. */
const INDEX_DECIMALS = 18

/** A reference that CAIP-19 allows: other characters are percent-encoded. */
function reference(symbol: string): string {
  return encodeURIComponent(symbol)
    .replace(/%3A/g, ':')
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The id of the index under a venue's perps and options. @throws InvalidIdError */
export function indexAssetId(venue: string, symbol: string): AssetId {
  return assetId(`venue:${venue}/perp:${reference(symbol)}`)
}

/**
 * The index under a venue's perps and options. A ticker that all venues agree on shares its spot
 * factor; any other is unlisted, with a factor of its own.
 *
 * @example
 * indexAsset('some-venue', 'ETH') // id 'venue:some-venue/perp:ETH', exposure spot:ETH
 *
 * @throws InvalidIdError when venue or symbol cannot be an asset id.
 */
export function indexAsset(venue: string, symbol: string): Asset {
  const identity = { id: indexAssetId(venue, symbol), symbol, decimals: INDEX_DECIMALS }
  const factor = factorOf(symbol)
  if (factor === null) return { ...unlistedAsset(identity), kind: 'index' }
  return {
    ...identity,
    kind: 'index',
    exposures: [{ factor, elasticity: 1 }],
    dependsOn: [],
    source: `ticker of ${venue}, the same underlying on every venue`,
  }
}
