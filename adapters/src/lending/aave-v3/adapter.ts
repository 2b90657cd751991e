import { type Adapter, defineAdapter, lazily } from '@plimsoll/client'
import type { AaveV3Market } from './markets.js'
import { aaveV3Module } from './module.js'

const reading = lazily('reads pools of Aave v3', async () => import('./read.js'))

/** Options of `aaveV3()` and `spark()`. */
export type AaveV3Options = {
  /** Pools to read in place of the known ones: local deployments, forks. */
  readonly markets?: readonly AaveV3Market[]
  /** Also read reserves that nobody holds, so that any operation on them can be judged. */
  readonly reserves?: 'held' | 'all'
  /** Also read these e-modes, so that changing to them can be judged. */
  readonly eModes?: readonly number[]
}

/** An adapter of a pool with the code of Aave v3. */
export function aaveV3Adapter(
  identity: { readonly id: string; readonly name: string },
  known: readonly AaveV3Market[],
  { markets = known, reserves = 'held', eModes = [] }: AaveV3Options,
): Adapter {
  const lowered = markets.map((market) => ({
    ...market,
    pool: market.pool.toLowerCase() as AaveV3Market['pool'],
    provider: market.provider.toLowerCase() as AaveV3Market['provider'],
  }))
  return defineAdapter({
    ...identity,
    kind: 'venue',
    family: 'lending',
    chains: [...new Set(markets.map(({ chain }) => chain))],
    hosts: {},
    history: 'block',
    discovery:
      'The pool names the reserves that a user borrows or uses as collateral; other supply is found by reading every receipt token once a day.',
    fidelity: {
      'pool revision 1 (3.0)': { grade: 'exact' },
      'pool revision 10 (3.6)': { grade: 'exact' },
      'pool revisions 2 to 9 and 11': { grade: 'modelled' },
    },
    read: async (context) => {
      const { readAaveV3 } = await reading()
      return readAaveV3(context, { venue: identity.id, markets: lowered, reserves, eModes })
    },
    modules: [aaveV3Module],
  })
}
