import type { Portfolio } from '@plimsoll/model'
import type { Block } from './source.js'

/** The block of each of `chains` at which a portfolio was read; none of a chain that was not. */
export function newestBlocks(
  { asOf, existence }: Pick<Portfolio, 'asOf' | 'existence'>,
  chains: readonly number[],
): readonly Block[] {
  const newest = new Map<number, Block>()
  for (const at of [...asOf, ...existence.map((entry) => entry.asOf)]) {
    // What is said of owners without accounts may be older, and of chains that a venue reads itself.
    if (at?.kind !== 'block' || !chains.includes(at.chain)) continue
    const known = newest.get(at.chain)
    if (known === undefined || known.number < at.number) newest.set(at.chain, at)
  }
  return [...newest.values()]
}
