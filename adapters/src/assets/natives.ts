import type { Asset } from '@plimsoll/model'
import { nativeCoin } from '@plimsoll/model'
import { assetOf } from './profile.js'
import type { ProfileName } from './profiles.js'
import { PROFILES } from './profiles.js'
import { BRIDGE } from './severities.js'

/** The coin that pays for gas on a chain. All here have 18 decimals. */
export type NativeCoin = {
  readonly symbol: string
  /** SLIP-44 number, as in its CAIP-19 id. */
  readonly coinType: number
  readonly profile: ProfileName
  readonly nodes: { readonly [node: string]: number }
  readonly source: string
}

const SOURCE = 'SLIP-44 and the chain’s own documentation (2026-11)'

const ETHER: NativeCoin = { symbol: 'ETH', coinType: 60, profile: 'ETH', nodes: {}, source: SOURCE }

/** By chain id. On a rollup the coin is a claim on the bridge that it came through. */
export const NATIVE_COINS: { readonly [chain: number]: NativeCoin } = {
  1: ETHER,
  10: { ...ETHER, nodes: { 'bridge:optimism': BRIDGE } },
  56: { symbol: 'BNB', coinType: 714, profile: 'BNB', nodes: {}, source: SOURCE },
  100: {
    symbol: 'xDAI',
    coinType: 700,
    profile: 'xDAI',
    nodes: { 'bridge:gnosis': BRIDGE },
    source: SOURCE,
  },
  137: { symbol: 'POL', coinType: 966, profile: 'POL', nodes: {}, source: SOURCE },
  8453: { ...ETHER, nodes: { 'bridge:base': BRIDGE } },
  42161: { ...ETHER, nodes: { 'bridge:arbitrum': BRIDGE } },
  43114: { symbol: 'AVAX', coinType: 9005, profile: 'AVAX', nodes: {}, source: SOURCE },
  59144: { ...ETHER, nodes: { 'bridge:linea': BRIDGE } },
  534352: { ...ETHER, nodes: { 'bridge:scroll': BRIDGE } },
}

/** The native coin of a chain, or null for a chain that the registry does not know. */
export function nativeAsset(chain: number): Asset | null {
  const coin = NATIVE_COINS[chain]
  if (coin === undefined) return null
  const identity = { id: nativeCoin(chain, coin.coinType), symbol: coin.symbol, decimals: 18 }
  return assetOf(PROFILES[coin.profile], identity, coin.source, coin.nodes)
}

/** Chain ids whose native coin the registry knows. */
export function nativeChains(): readonly number[] {
  return Object.keys(NATIVE_COINS).map(Number)
}
