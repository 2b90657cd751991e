import type { AssetId, FactorId, NodeId } from './ids.js'
import { factorId } from './ids.js'

/** What an asset is; decides its defaults, never its margin. */
export type AssetKind =
  | 'native'
  | 'wrapped'
  | 'liquid-staking'
  | 'liquid-restaking'
  | 'stable'
  | 'vault-share'
  | 'bridged'
  | 'token'
  | 'index'

/** Log-linear exposure: the price moves as the product of `(1 + shock)^elasticity` over its factors. */
export type Exposure = { readonly factor: FactorId; readonly elasticity: number }

/** What stands behind an asset or account: if the node fails, this share of the value is lost (0 to 1). */
export type Dependency = { readonly node: NodeId; readonly lossGivenFailure: number }

/** An asset, or the index under a perp or option, with its risk factors and dependencies. */
export type Asset = {
  readonly id: AssetId
  readonly symbol: string
  readonly decimals: number
  readonly kind: AssetKind
  readonly exposures: readonly Exposure[]
  readonly dependsOn: readonly Dependency[]
  /** Where the entry comes from, with a date; `unlisted` for an asset that no registry knows. */
  readonly source: string
}

/** The factor of an asset that no registry knows: its own, so that nothing ever hedges it. */
export function ownFactor(id: AssetId): FactorId {
  return factorId(`spot:${id}`)
}

/** An asset that no registry knows: its own factor, no hedge, marked `unlisted`. */
export function unlistedAsset(asset: Pick<Asset, 'id' | 'symbol' | 'decimals'>): Asset {
  return {
    id: asset.id,
    symbol: asset.symbol,
    decimals: asset.decimals,
    kind: 'token',
    exposures: [{ factor: ownFactor(asset.id), elasticity: 1 }],
    dependsOn: [],
    source: UNLISTED,
  }
}

/** The `source` of an asset that no registry knows. */
export const UNLISTED = 'unlisted'
