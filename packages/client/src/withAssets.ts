import type { Asset } from '@plimsoll/model'
import type { Adapter, ReadRounds } from './adapter.js'
import { AdapterError } from './errors.js'

/**
 * The adapter with registry entries of your own in place of its own: for tokens that no registry
 * knows, or that you judge differently. Entries for assets it does not find are not used.
 *
 * @example
 * withAssets(walletTokens(), [{ ...unlistedAsset(token), exposures: [{ factor, elasticity: 1 }], source: 'ours' }])
 *
 * @throws AdapterError while reading, when an entry has other decimals than the adapter found.
 */
export function withAssets(adapter: Adapter, assets: readonly Asset[]): Adapter {
  const entries = new Map(assets.map((asset) => [asset.id, asset]))
  const replace = (found: Asset): Asset => {
    const own = entries.get(found.id) ?? found
    if (own.decimals === found.decimals) return own
    throw new AdapterError(
      `Your entry for ${found.id} has ${own.decimals} decimals, but "${adapter.id}" found ${found.decimals}. Correct the entry.`,
    )
  }
  return {
    ...adapter,
    read: async (context) => replaced(await adapter.read(context), replace),
  }
}

function* replaced(rounds: ReadRounds, replace: (asset: Asset) => Asset): ReadRounds {
  const result = yield* rounds
  return { ...result, assets: result.assets.map(replace) }
}
