import type { Adapter } from '@plimsoll/client'
import { type AaveV3Options, aaveV3Adapter } from '../aave-v3/adapter.js'
import { SPARK_MARKETS } from './markets.js'

export { SPARK_MARKETS, SPARK_MARKETS_SOURCE } from './markets.js'

/**
 * SparkLend: Aave v3 code with Spark's markets.
 *
 * @example
 * const client = createClient({ chains: [{ id: 1, transport: http(url) }], adapters: [spark()] })
 *
 * @throws AdapterError when `markets` is empty
 */
export function spark(options: AaveV3Options = {}): Adapter {
  return aaveV3Adapter({ id: 'spark', name: 'SparkLend' }, SPARK_MARKETS, options)
}
