import type { Asset, AssetId } from '@plimsoll/model'
import { assetId, erc20, unlistedAsset } from '@plimsoll/model'
import { NATIVE_COINS } from './natives.js'
import { assetOf } from './profile.js'
import type { ProfileName } from './profiles.js'
import { PROFILES } from './profiles.js'
import { sourceOf } from './sources.js'
import { TOKENS } from './tokens/index.js'

const EVM_TOKEN = /^eip155:(\d{1,19})\/erc20:(0x[0-9a-f]{40})$/
const EVM_NATIVE = /^eip155:(\d{1,19})\/slip44:(\d{1,10})$/

/**
 * The registry's entry for an asset, else an unlisted asset with a factor of its own. Only the id
 * decides: a token that merely calls itself USDC stays unlisted, and so does one whose decimals
 * differ from the registry's.
 *
 * @example
 * resolveAsset({ id: erc20(1, '0xA0b8…eB48'), symbol: 'USDC', decimals: 6 }).kind // 'stable'
 */
export function resolveAsset(asset: {
  readonly id: AssetId
  readonly symbol: string
  readonly decimals: number
}): Asset {
  const listed = listedAsset(asset.id)
  return listed === null || listed.decimals !== asset.decimals ? unlistedAsset(asset) : listed
}

/** The registry's entry for an asset id, or null. */
export function listedAsset(id: AssetId): Asset | null {
  const text = assetId(id)
  const token = EVM_TOKEN.exec(text)
  if (token !== null) {
    const row = TOKENS[Number(token[1])]?.[token[2] ?? '']
    if (row === undefined) return null
    const [symbol, decimals, profile, sources, nodes, kind] = row
    const asset = assetOf(PROFILES[profile], { id, symbol, decimals }, sourceOf(sources), nodes)
    return kind === undefined ? asset : { ...asset, kind }
  }
  const native = EVM_NATIVE.exec(text)
  if (native === null) return null
  const coin = NATIVE_COINS[Number(native[1])]
  if (coin === undefined || coin.coinType !== Number(native[2])) return null
  return assetOf(
    PROFILES[coin.profile],
    { id, symbol: coin.symbol, decimals: 18 },
    coin.source,
    coin.nodes,
  )
}

/** The listed tokens of a chain; none for a chain without a table. */
export function listedTokens(
  chain: number,
): readonly { readonly address: `0x${string}`; readonly asset: Asset }[] {
  return Object.keys(TOKENS[chain] ?? {}).flatMap((key) => {
    const address = key as `0x${string}`
    const asset = listedAsset(erc20(chain, address))
    return asset === null ? [] : [{ address, asset }]
  })
}

/**
 * An asset that a venue holds in its own books and that the venue documents to be a known asset:
 * the venue's word stands in place of a token address, so pass the venue's own identifier in `id`
 * and name the venue among `nodes` where its failure would take the asset with it.
 *
 * @example
 * assetHeldAs('USDC', { id: assetId('venue:some-venue/token:0'), symbol: 'USDC', decimals: 8 }, 'token 0 of the venue')
 */
export function assetHeldAs(
  profile: ProfileName,
  asset: { readonly id: AssetId; readonly symbol: string; readonly decimals: number },
  source: string,
  nodes: { readonly [node: string]: number } = {},
): Asset {
  return assetOf(PROFILES[profile], asset, source, nodes)
}
