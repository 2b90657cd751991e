import type { Owner, Portfolio } from '@plimsoll/model'
import type { ReadResult } from './adapter.js'
import { checkBlocks } from './checkBlocks.js'
import type { Client } from './createClient.js'
import { loadModules } from './deferredModule.js'
import { mergeOutcomes } from './mergeOutcomes.js'
import { planTasks } from './planTasks.js'
import type { Begin } from './readGroup.js'
import { readTasks } from './readTasks.js'
import type { OwnerTask } from './source.js'
import { unlessAborted } from './unlessAborted.js'

/** Reads checked owners; the part of `readPortfolio` that is fetched on first use. */
export async function readOwners(
  client: Client,
  parameters: {
    readonly owners: readonly Owner[]
    readonly blockNumbers: { readonly [chain: number]: bigint }
    readonly signal: AbortSignal | undefined
  },
): Promise<Portfolio> {
  const { owners, blockNumbers, signal } = parameters
  const { source, adapters, limits, memory } = client
  // It may have been aborted while this chunk was loaded.
  signal?.throwIfAborted()
  checkBlocks(blockNumbers, source.chains)
  const tasks = planTasks(adapters, source.chains, owners, limits.owners)
  const ids = owners.map(({ id }) => id)
  const input = { owners: ids, market: null, blockNumbers, signal }
  const outcomes = await readTasks(client, source.open(input), input, tasks, begin)
  const { portfolio, used } = mergeOutcomes(ids, outcomes)
  await unlessAborted(loadModules(client.modules, portfolio), signal)
  for (const { task, result } of used) {
    if (result.memory !== undefined) memory.set(task, result.memory)
  }
  return portfolio
}

const begin: Begin<ReadResult, OwnerTask> = ({ adapter, owners }, beginning) =>
  adapter.read({ ...beginning, owners })
