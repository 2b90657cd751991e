import type { AaveV3Market } from '../aave-v3/markets.js'

/** Source of the table below. */
export const SPARK_MARKETS_SOURCE =
  'SparkLend deployment addresses (devs.spark.fi/deployment-addresses), Pool and PoolAddressesProvider, 2026-11-24'

/** The markets that `spark()` reads. */
export const SPARK_MARKETS: readonly AaveV3Market[] = [
  {
    chain: 1,
    name: 'SparkLend Ethereum',
    pool: '0xc13e21b648a5ee794902342038ff3adab66be987',
    provider: '0x02c3ea4e34c0cbd694d2adfa2c690eecbc1793ee',
  },
  {
    chain: 100,
    name: 'SparkLend Gnosis',
    pool: '0x2dae5307c5e3fd1cf5a72cb6f698f915860607e0',
    provider: '0xa98dacb3fc964a6a0d2ce3b77294241585eaba6d',
  },
]
