import type { Address } from 'viem'
import { AAVE_V3_MARKETS } from '../aave-v3/markets.js'

/** One Morpho Blue contract: all markets of a chain are in it. */
export type MorphoBlueDeployment = {
  readonly chain: number
  readonly name: string
  readonly morpho: Address
  /** The rate model whose arithmetic is known; markets with another one are read as it answers. */
  readonly adaptiveCurveIrm: Address | null
  /** An Aave `PoolAddressesProvider` whose oracle prices loan assets in US dollars; null without one. */
  readonly dollarPrices: Address | null
}

/** Source of the table below. */
export const DEPLOYMENTS_SOURCE =
  'morpho-org/sdks, packages/morpho-ts/src/addresses.ts at cdff8c45, 2026-07-01; each confirmed by contracts of others that use it'

/** The deployments that `morphoBlue()` reads. */
export const MORPHO_BLUE_DEPLOYMENTS: readonly MorphoBlueDeployment[] = [
  deployment(
    1,
    'Ethereum',
    '0xbbbbbbbbbb9cc5e90e3b3af64bdaf62c37eeffcb',
    '0x870ac11d48b15db9a138cf899d20f13f79ba00bc',
  ),
  deployment(
    8453,
    'Base',
    '0xbbbbbbbbbb9cc5e90e3b3af64bdaf62c37eeffcb',
    '0x46415998764c29ab2a25cbea6254146d50d22687',
  ),
  deployment(
    42161,
    'Arbitrum',
    '0x6c247b1f6182318877311737bac0844baa518f5e',
    '0x66f30587fb8d4206918deb78eca7d5ebbafd06da',
  ),
  deployment(
    10,
    'Optimism',
    '0xce95afbb8ea029495c66020883f87aae8864af92',
    '0x8cd70a8f399428456b29546bc5dbe10ab6a06ef6',
  ),
  deployment(
    137,
    'Polygon',
    '0x1bf0c2541f820e775182832f06c0b7fc27a25f67',
    '0xe675a2161d4a6e2de2eed70ac98eebf257fbf0b0',
  ),
]

function deployment(
  chain: number,
  name: string,
  morpho: Address,
  adaptiveCurveIrm: Address,
): MorphoBlueDeployment {
  const dollarPrices = AAVE_V3_MARKETS.find((market) => market.chain === chain)?.provider ?? null
  return { chain, name: `Morpho Blue ${name}`, morpho, adaptiveCurveIrm, dollarPrices }
}
