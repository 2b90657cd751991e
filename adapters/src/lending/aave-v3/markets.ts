import type { Address } from 'viem'

/** One pool that an adapter reads. */
export type AaveV3Market = {
  readonly chain: number
  readonly name: string
  readonly pool: Address
  /** `PoolAddressesProvider`: names the oracle and the sentinel in force. */
  readonly provider: Address
}

/** Source of the table below. */
export const MARKETS_SOURCE =
  '@aave-dao/aave-address-book@4.68.1, POOL and POOL_ADDRESSES_PROVIDER of each market, 2026-11-24'

const market = (chain: number, name: string, pool: Address, provider: Address): AaveV3Market => ({
  chain,
  name: `Aave v3 ${name}`,
  pool,
  provider,
})

/** The markets that `aaveV3()` reads. */
export const AAVE_V3_MARKETS: readonly AaveV3Market[] = [
  market(
    1,
    'Ethereum Core',
    '0x87870bca3f3fd6335c3f4ce8392d69350b4fa4e2',
    '0x2f39d218133afab8f2b819b1066c7e434ad94e9e',
  ),
  market(
    1,
    'Ethereum Prime',
    '0x4e033931ad43597d96d6bcc25c280717730b58b1',
    '0xcfbf336fe147d643b9cb705648500e101504b16d',
  ),
  market(
    1,
    'Ethereum EtherFi',
    '0x0aa97c284e98396202b6a04024f5e2c65026f3c0',
    '0xeba440b438ad808101d1c451c1c5322c90befcda',
  ),
  market(
    1,
    'Ethereum Horizon',
    '0xae05cd22df81871bc7cc2a04becfb516bfe332c8',
    '0x5d39e06b825c1f2b80bf2756a73e28efaa128ba0',
  ),
  market(
    10,
    'Optimism',
    '0x794a61358d6845594f94dc1db02a252b5b4814ad',
    '0xa97684ead0e402dc232d5a977953df7ecbab3cdb',
  ),
  market(
    56,
    'BNB Chain',
    '0x6807dc923806fe8fd134338eabca509979a7e0cb',
    '0xff75b6da14ffbbfd355daf7a2731456b3562ba6d',
  ),
  market(
    100,
    'Gnosis',
    '0xb50201558b00496a145fe76f7424749556e326d8',
    '0x36616cf17557639614c1cddb356b1b83fc0b2132',
  ),
  market(
    137,
    'Polygon',
    '0x794a61358d6845594f94dc1db02a252b5b4814ad',
    '0xa97684ead0e402dc232d5a977953df7ecbab3cdb',
  ),
  market(
    8453,
    'Base',
    '0xa238dd80c259a72e81d7e4664a9801593f98d1c5',
    '0xe20fcbdbffc4dd138ce8b2e6fbb6cb49777ad64d',
  ),
  market(
    42161,
    'Arbitrum',
    '0x794a61358d6845594f94dc1db02a252b5b4814ad',
    '0xa97684ead0e402dc232d5a977953df7ecbab3cdb',
  ),
  market(
    43114,
    'Avalanche',
    '0x794a61358d6845594f94dc1db02a252b5b4814ad',
    '0xa97684ead0e402dc232d5a977953df7ecbab3cdb',
  ),
  market(
    59144,
    'Linea',
    '0xc47b8c00b0f69a36fa203ffeac0334874574a8ac',
    '0x89502c3731f69ddc95b65753708a07f8cd0373f4',
  ),
  market(
    534352,
    'Scroll',
    '0x11fcfe756c05ad438e312a7fd934381537d3cffe',
    '0x69850d0b276776781c063771b161bd8894bcdd04',
  ),
]
