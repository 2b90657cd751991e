import type { Owner, Portfolio } from '@plimsoll/model'
import type { Client } from './createClient.js'
import { loadModules } from './deferredModule.js'
import { AdapterError } from './errors.js'
import { mergeOutcomes } from './mergeOutcomes.js'
import { planTasks } from './planTasks.js'
import type { Outcome } from './readGroup.js'
import { readGroup } from './readGroup.js'
import type { Task } from './source.js'

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
  const tasks = planTasks(adapters, source.chains, owners, limits.owners)
  const ids = owners.map(({ id }) => id)
  const session = source.open({ owners: ids, blockNumbers, signal })
  const isPast = (task: Task) => task.chain !== null && blockNumbers[task.chain] !== undefined
  const pastless = tasks.filter((task) => isPast(task) && task.adapter.history === 'none')
  const readable = tasks.filter((task) => !pastless.includes(task))
  const groups = groupTasks(readable).map(({ chain, members }) =>
    readGroup(client, session, chain, members),
  )
  const read = await unlessAborted(Promise.all(groups), signal)
  session.close()
  const outcomes = inOrder(tasks, [...read.flat(), ...pastless.map(withoutPast)])
  const { portfolio, used } = mergeOutcomes(ids, outcomes)
  await unlessAborted(loadModules(client.modules, portfolio), signal)
  for (const { task, result } of used) {
    if (result.memory !== undefined) memory.set(task, result.memory)
  }
  return portfolio
}

// Tasks of a chain advance together; an adapter without chains waits for nobody.
function groupTasks(
  tasks: readonly Task[],
): readonly { readonly chain: number | null; readonly members: readonly Task[] }[] {
  const chains = [...new Set(tasks.map(({ chain }) => chain))].filter((chain) => chain !== null)
  return [
    ...chains.map((chain) => ({ chain, members: tasks.filter((task) => task.chain === chain) })),
    ...tasks
      .filter(({ chain }) => chain === null)
      .map((task) => ({ chain: null, members: [task] })),
  ]
}

function withoutPast(task: Task): Outcome {
  const error = new AdapterError(
    `Adapter "${task.adapter.id}" cannot read the past. Read it without a block number for chain ${task.chain}.`,
  )
  return { task, block: null, ok: false, error }
}

function inOrder<Item extends { readonly task: Task }>(
  tasks: readonly Task[],
  items: readonly Item[],
): readonly Item[] {
  const place = new Map(tasks.map((task, index) => [task, index]))
  return [...items].sort((a, b) => (place.get(a.task) ?? 0) - (place.get(b.task) ?? 0))
}

async function unlessAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return work
  let stop = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
