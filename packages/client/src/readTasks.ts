import type { Client } from './createClient.js'
import { AdapterError } from './errors.js'
import type { Begin, Group, Outcome } from './readGroup.js'
import { readGroup } from './readGroup.js'
import type { ReadInput, ReadSession, Task } from './source.js'
import { unlessAborted } from './unlessAborted.js'

/**
 * How all tasks of one read ended, in their order. A task whose adapter cannot read the block that is
 * asked for has failed.
 *
 * @throws ReplayError; the reason of the signal when it aborts
 */
export async function readTasks<Result, Of extends Task>(
  client: Client,
  session: ReadSession,
  { blockNumbers, signal }: ReadInput,
  tasks: readonly Of[],
  begin: Begin<Result, Of>,
): Promise<readonly Outcome<Result, Of>[]> {
  const isPast = (task: Of) => task.chain !== null && blockNumbers[task.chain] !== undefined
  const pastless = tasks.filter((task) => isPast(task) && task.adapter.history === 'none')
  const readable = tasks.filter((task) => !pastless.includes(task))
  const groups = groupTasks(readable).map((group) => readGroup(client, session, group, begin))
  const read = await unlessAborted(Promise.all(groups), signal)
  session.close()
  return inOrder(tasks, [...read.flat(), ...pastless.map(withoutPast)])
}

// Tasks of a chain advance together; an adapter without chains waits for nobody.
function groupTasks<Of extends Task>(tasks: readonly Of[]): readonly Group<Of>[] {
  const chains = [...new Set(tasks.map(({ chain }) => chain))].filter((chain) => chain !== null)
  return [
    ...chains.map((chain) => ({ chain, tasks: tasks.filter((task) => task.chain === chain) })),
    ...tasks.filter(({ chain }) => chain === null).map((task) => ({ chain: null, tasks: [task] })),
  ]
}

function withoutPast<Of extends Task>(task: Of) {
  const error = new AdapterError(
    `Adapter "${task.adapter.id}" cannot read the past. Read it without a block number for chain ${task.chain}.`,
  )
  return { task, block: null, ok: false, error } as const
}

function inOrder<Item extends { readonly task: Task }>(
  tasks: readonly Task[],
  items: readonly Item[],
): readonly Item[] {
  const place = new Map(tasks.map((task, index) => [task, index]))
  return [...items].sort((a, b) => (place.get(a.task) ?? 0) - (place.get(b.task) ?? 0))
}
