import type { Asset, AssetId, AssetKind, Dependency, Exposure } from '@plimsoll/model'
import { factorId, nodeId } from '@plimsoll/model'

/** What an asset is worth and leans on, whichever chain holds it. */
export type Profile = {
  readonly kind: AssetKind
  /** Risk factors, elasticity 1 each: `spot:ETH`, then `peg:wstETH/ETH`. */
  readonly factors: readonly string[]
  /** Dependency node → share of value lost if it fails. */
  readonly nodes: { readonly [node: string]: number }
}

/** The exposures of a profile. */
export function exposuresOf(profile: Profile): readonly Exposure[] {
  return profile.factors.map((factor) => ({ factor: factorId(factor), elasticity: 1 }))
}

/** The dependencies of a profile and of whatever else stands behind this form of it. */
export function dependenciesOf(
  profile: Profile,
  extra: { readonly [node: string]: number } = {},
): readonly Dependency[] {
  return Object.entries({ ...profile.nodes, ...extra }).map(([node, lossGivenFailure]) => ({
    node: nodeId(node),
    lossGivenFailure,
  }))
}

/** An asset of a profile. */
export function assetOf(
  profile: Profile,
  identity: { readonly id: AssetId; readonly symbol: string; readonly decimals: number },
  source: string,
  extra: { readonly [node: string]: number } = {},
): Asset {
  return {
    id: identity.id,
    symbol: identity.symbol,
    decimals: identity.decimals,
    kind: profile.kind,
    exposures: exposuresOf(profile),
    dependsOn: dependenciesOf(profile, extra),
    source,
  }
}
