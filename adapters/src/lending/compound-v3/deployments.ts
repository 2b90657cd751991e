import type { Address } from 'viem'
import { AAVE_V3_MARKETS } from '../aave-v3/markets.js'

/** One market of Compound v3: its proxy, and in what its price feeds count. */
export type CompoundV3Market = {
  readonly chain: number
  readonly name: string
  readonly comet: Address
  /** US dollars, or the market's own base token (the WETH markets count in ETH). */
  readonly pricesIn: 'dollars' | 'base-token'
  /** An Aave `PoolAddressesProvider` whose oracle prices the base token in US dollars where the market does not; null without one. */
  readonly dollarPrices: Address | null
}

/** Source of the table below. */
export const MARKETS_SOURCE =
  'compound-finance/comet, deployments, roots.json of each market; each confirmed by the address tables of at least two projects that use it (2026-11-30)'

/** The markets that `compoundV3()` reads. */
export const COMPOUND_V3_MARKETS: readonly CompoundV3Market[] = [
  market(1, 'Ethereum USDC', '0xc3d688b66703497daa19211eedff47f25384cdc3'),
  market(1, 'Ethereum USDT', '0x3afdc9bca9213a35503b077a6072f3d0d5ab0840'),
  market(1, 'Ethereum WETH', '0xa17581a9e3356d9a858b789d68b4d866e593ae94', 'base-token'),
  market(8453, 'Base USDC', '0xb125e6687d4313864e53df431d5425969c15eb2f'),
  market(8453, 'Base WETH', '0x46e6b214b524310239732d51387075e0e70970bf', 'base-token'),
  market(42161, 'Arbitrum USDC', '0x9c4ec768c28520b50860ea7a15bd7213a9ff58bf'),
  market(42161, 'Arbitrum USDC.e', '0xa5edbdd9646f8dff606d7448e414884c7d905dca'),
  market(42161, 'Arbitrum USDT', '0xd98be00b5d27fc98112bde293e487f8d4ca57d07'),
  market(42161, 'Arbitrum WETH', '0x6f7d514bbd4aff3bcd1140b7344b32f063dee486', 'base-token'),
]

function market(
  chain: number,
  name: string,
  comet: Address,
  pricesIn: CompoundV3Market['pricesIn'] = 'dollars',
): CompoundV3Market {
  const aave = AAVE_V3_MARKETS.find((known) => known.chain === chain)?.provider ?? null
  return { chain, name, comet, pricesIn, dollarPrices: pricesIn === 'dollars' ? null : aave }
}
