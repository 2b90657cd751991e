import type { Adapter } from '@plimsoll/client'
import { AdapterError, defineAdapter, lazily } from '@plimsoll/client'
import { panopticV2Module } from './module.js'
import { knownPools, type PanopticPool } from './pools.js'

export { PositionsUnknownError } from './errors.js'
export * from './exact.js'
export { panopticV2Module } from './module.js'
export type { PanopticPool } from './pools.js'

const reading = lazily('reads Panoptic', async () => import('./read.js'))

/** Which pools to read. */
export type PanopticV2Parameters = {
  /** Factories create pools, and no contract lists who holds which positions: both are named here. */
  readonly pools: readonly PanopticPool[]
}

/**
 * Panoptic v2: an account for each owner in each pool, its requirement recomputed to the last unit and
 * checked against the venue's own. An owner whose positions are not those configured is a failure.
 *
 * @example
 * const adapter = panopticV2({
 *   pools: [{ chain: 1, address, name: 'ETH/USDC', quote: 1, numeraire: 'USD', positions: { [owner]: ids } }],
 * })
 *
 * @throws AdapterError when no pool is named, or one that cannot be
 */
export function panopticV2({ pools }: PanopticV2Parameters): Adapter {
  const known = knownPools(pools)
  if (known.length === 0) {
    throw new AdapterError('panopticV2() reads the pools that it is given. Name at least one.')
  }
  return defineAdapter({
    id: 'panoptic-v2',
    name: 'Panoptic v2',
    kind: 'venue',
    family: 'options',
    chains: [...new Set(known.map(({ chain }) => chain))],
    hosts: {},
    history: 'block',
    discovery:
      'Pools and the ids of positions are configured; the pool says how many legs an owner has, and any difference is a failure.',
    fidelity: { 'margin arithmetic': { grade: 'exact' }, reading: { grade: 'modelled' } },
    read: async (context) => (await reading()).readPanopticV2(context, known),
    modules: [panopticV2Module],
  })
}
