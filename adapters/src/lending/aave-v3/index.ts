import type { Adapter } from '@plimsoll/client'
import { type AaveV3Options, aaveV3Adapter } from './adapter.js'
import { AAVE_V3_MARKETS } from './markets.js'

export type { AaveV3Options } from './adapter.js'
export { AAVE_V3_MARKETS, type AaveV3Market, MARKETS_SOURCE } from './markets.js'
export { aaveV3Module } from './module.js'

/**
 * Aave v3: an account for each owner in each market, with its health recomputed to the last unit
 * and checked against the pool's own.
 *
 * @example
 * const client = createClient({ chains: [{ id: 1, transport: http(url) }], adapters: [aaveV3()] })
 *
 * @throws AdapterError when `markets` is empty
 */
export function aaveV3(options: AaveV3Options = {}): Adapter {
  return aaveV3Adapter({ id: 'aave-v3', name: 'Aave v3' }, AAVE_V3_MARKETS, options)
}
