import type { Asset, AssetKind } from '@plimsoll/model'
import { assetId, factorId, nodeId, unlistedAsset } from '@plimsoll/model'
import type { ProfileName } from './profiles.js'
import { assetHeldAs } from './resolve.js'

/** Balances are printed with eight decimals, whatever the token. */
const DECIMALS = 8
/** Bitcoin, ether and others that a group of signers holds for the token. */
const UNIT = 'bridge:unit'
const SOURCE = 'Hyperliquid spotMeta, token index, 2026-09'

type Row = { readonly symbol: string } & (
  | { readonly profile: ProfileName; readonly nodes?: { readonly [node: string]: number } }
  | { readonly kind: AssetKind; readonly factors: readonly string[]; readonly node?: string }
)

/** Known tokens by spot token index: a name proves nothing, anyone can deploy a token. */
const TOKENS: { readonly [index: number]: Row } = {
  0: { symbol: 'USDC', profile: 'USDC' },
  150: { symbol: 'HYPE', kind: 'native', factors: ['spot:HYPE'] },
  197: { symbol: 'UBTC', kind: 'bridged', factors: ['spot:BTC', 'peg:UBTC/BTC'], node: UNIT },
  221: { symbol: 'UETH', kind: 'bridged', factors: ['spot:ETH', 'peg:UETH/ETH'], node: UNIT },
  235: { symbol: 'USDE', profile: 'USDe' },
  254: { symbol: 'USOL', kind: 'bridged', factors: ['spot:SOL', 'peg:USOL/SOL'], node: UNIT },
  268: { symbol: 'USDT0', profile: 'USDT', nodes: { 'bridge:usdt0': 1 } },
  360: {
    symbol: 'USDH',
    kind: 'stable',
    factors: ['peg:USDH/USD'],
    node: 'issuer:native-markets',
  },
}

/**
 * The asset behind a Hyperliquid spot token; one that is not in the table has a factor of its own.
 *
 * @example
 * hyperliquidToken(0, 'USDC').exposures // [{ factor: 'peg:USDC/USD', elasticity: 1 }]
 *
 * @param index spot token index; undefined for outcome tokens, which have none
 * @param coin the venue's name of it
 */
export function hyperliquidToken(index: number | undefined, coin: string): Asset {
  const row = index === undefined ? undefined : TOKENS[index]
  const identity = {
    id: assetId(`venue:hyperliquid/token:${index ?? encodeURIComponent(coin)}`),
    symbol: row?.symbol ?? coin,
    decimals: DECIMALS,
  }
  if (row === undefined) return unlistedAsset(identity)
  if ('profile' in row) return assetHeldAs(row.profile, identity, SOURCE, row.nodes)
  return {
    ...identity,
    kind: row.kind,
    exposures: row.factors.map((factor) => ({ factor: factorId(factor), elasticity: 1 })),
    dependsOn: row.node === undefined ? [] : [{ node: nodeId(row.node), lossGivenFailure: 1 }],
    source: SOURCE,
  }
}
