import type { Asset } from '@plimsoll/model'
import { toCanonicalJson, UNLISTED, unlistedAsset } from '@plimsoll/model'
import type { Bench } from '../bench.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

/** An asset is what the registry says, or nobody knows it and nothing hedges it. */
export const assets: Rule = {
  name: 'assets',
  statement: 'takes every asset from the registry or leaves it unlisted with a factor of its own',
  check: ({ baseline, registry }: Bench): Verdict => {
    const findings = baseline.portfolio.assets.flatMap((asset) => findingsOf(asset, registry))
    const listed = baseline.portfolio.assets.filter(({ source }) => source !== UNLISTED).length
    const how = registry === undefined ? ', no registry given to compare with' : ''
    return verdict(findings, `${listed} listed of ${baseline.portfolio.assets.length}${how}`)
  },
}

function findingsOf(asset: Asset, registry: Bench['registry']): readonly string[] {
  if (asset.source.trim() === '') return [`${asset.id} does not say where its entry comes from`]
  if (asset.source === UNLISTED) {
    // An index has another kind than a token, but must stand alone all the same.
    const alone = toCanonicalJson(unlistedAsset(asset).exposures)
    return toCanonicalJson(asset.exposures) === alone
      ? []
      : [`${asset.id} is unlisted but shares a risk factor: use unlistedAsset`]
  }
  if (registry === undefined) return []
  return toCanonicalJson(registry(asset)) === toCanonicalJson(asset)
    ? []
    : [`${asset.id} claims "${asset.source}" but is not what the registry holds`]
}
