import type { Adapter } from '@plimsoll/client'
import { defineAdapter, lazily } from '@plimsoll/client'
import { COMPOUND_V3_MARKETS, type CompoundV3Market } from './deployments.js'
import { compoundV3Module, VERIFIED_CASES } from './module.js'

export { COMPOUND_V3_MARKETS, type CompoundV3Market, MARKETS_SOURCE } from './deployments.js'
export { compoundV3Module } from './module.js'

const reading = lazily('reads Compound v3', async () => import('./read.js'))

/** Options of {@link compoundV3}. */
export type CompoundV3Options = {
  /** Markets to read in place of the known ones: others, local nodes, forks. */
  readonly markets?: readonly CompoundV3Market[]
}

/**
 * Compound v3 (Comet): an account for each owner and market, with interest accrued to the block and its
 * health recomputed to the unit, as `absorb` sees it. Everything is read on chain at one block.
 *
 * @example
 * const client = createClient({ chains: [{ id: 1, transport: http(url) }], adapters: [compoundV3()] })
 */
export function compoundV3({ markets = COMPOUND_V3_MARKETS }: CompoundV3Options = {}): Adapter {
  const lower = <Text extends string>(text: Text): Text => text.toLowerCase() as Text
  const known = markets.map((market) => ({
    ...market,
    comet: lower(market.comet),
    dollarPrices: market.dollarPrices === null ? null : lower(market.dollarPrices),
  }))
  return defineAdapter({
    id: 'compound-v3',
    name: 'Compound v3',
    kind: 'venue',
    family: 'lending',
    chains: [...new Set(known.map(({ chain }) => chain))],
    hosts: {},
    history: 'block',
    discovery:
      'Each market is asked about each owner at every read; markets that are not listed are not looked at.',
    fidelity: { account: { grade: 'verified', cases: VERIFIED_CASES } },
    read: async (context) => {
      const { readCompoundV3 } = await reading()
      return readCompoundV3(context, known)
    },
    modules: [compoundV3Module],
  })
}
