import type { Owner } from '@plimsoll/model'
import type { Adapter } from './adapter.js'
import { AdapterError, ChainError } from './errors.js'
import type { OwnerTask } from './source.js'

/**
 * Who is read by which adapter where: an address without a chain everywhere; an address on one
 * chain by adapters of that chain; an account of a venue by the adapter of that name. Chains
 * without a connection are out of scope.
 *
 * @throws ChainError when an owner is on a chain without a connection
 * @throws AdapterError when nothing at all reads an owner: an empty answer would look like no debt
 */
export function planTasks(
  adapters: readonly Adapter[],
  chains: readonly number[],
  owners: readonly Owner[],
  ownersPerTask: number,
): readonly OwnerTask[] {
  const tasks = adapters
    .filter(({ kind }) => kind === 'venue' || kind === 'holdings')
    .flatMap((adapter) => {
      const places: readonly (number | null)[] =
        adapter.chains.length === 0
          ? [null]
          : adapter.chains.filter((chain) => chains.includes(chain))
      return places.flatMap((chain) => {
        const read = owners.filter((owner) => isReadBy(owner, adapter, chain))
        // A venue's answers move between requests, a block's do not: only the latter is read in parts.
        const size = chain === null ? read.length : ownersPerTask
        return chunks(read, size).map((part): OwnerTask => ({ adapter, chain, owners: part }))
      })
    })
  for (const owner of owners) checkIsRead(owner, tasks, chains)
  return tasks
}

function isReadBy(owner: Owner, adapter: Adapter, chain: number | null): boolean {
  if (owner.kind === 'venue') return owner.venue === adapter.id
  return owner.chain === null || owner.chain === chain
}

function checkIsRead(owner: Owner, tasks: readonly OwnerTask[], chains: readonly number[]): void {
  if (owner.kind === 'evm' && owner.chain !== null && !chains.includes(owner.chain)) {
    throw new ChainError(
      `Owner ${owner.id} is on chain ${owner.chain}, which has no connection (connected: ${chains.join(', ') || 'none'}). Pass { id: ${owner.chain}, transport } to createClient.`,
    )
  }
  if (tasks.some(({ owners }) => owners.includes(owner))) return
  const needed =
    owner.kind === 'venue'
      ? `Add the adapter "${owner.venue}" to createClient.`
      : 'Add an adapter and a connection to one of its chains to createClient.'
  throw new AdapterError(`No adapter reads owner ${owner.id}. ${needed}`)
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / Math.max(size, 1)) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
