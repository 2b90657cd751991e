import { describe, expect, it } from 'vitest'
import { aaveV3, aaveV3Module } from '../aave-v3/index.js'
import { SPARK_MARKETS, spark } from './index.js'

describe('spark', () => {
  it('reads the markets of SparkLend by the rule of Aave v3, under an id of its own', () => {
    const adapter = spark()
    expect(adapter.id).toBe('spark')
    expect(adapter.chains).toEqual([1, 100])
    expect(adapter.modules).toEqual([aaveV3Module])
    expect(adapter.id).not.toBe(aaveV3().id)
  })

  it('names every market after the venue, each by its own addresses', () => {
    for (const { name, pool, provider } of SPARK_MARKETS) {
      expect(name).toMatch(/^SparkLend /)
      for (const address of [pool, provider]) expect(address).toMatch(/^0x[0-9a-f]{40}$/)
    }
    const addresses = SPARK_MARKETS.flatMap(({ pool, provider }) => [pool, provider])
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  it('reads other deployments when it is told', () => {
    const [market] = SPARK_MARKETS
    if (market === undefined) throw new RangeError('No market is listed.')
    expect(spark({ markets: [{ ...market, chain: 31_337 }] }).chains).toEqual([31_337])
  })
})
