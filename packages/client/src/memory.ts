import type { Native } from '@plimsoll/model'
import type { Task } from './source.js'

/** What adapters found out before, so that a refresh is one round. Forgets the oldest when full. */
export type Memory = {
  readonly get: (task: Task) => Native | undefined
  readonly set: (task: Task, memory: Native) => void
}

/** Room for `size` discoveries. */
export function createMemory(size: number): Memory {
  const entries = new Map<string, Native>()
  return {
    get: (task) => entries.get(keyOf(task)),
    set(task, memory) {
      const key = keyOf(task)
      entries.delete(key)
      entries.set(key, memory)
      const oldest = entries.keys().next().value
      if (entries.size > size && oldest !== undefined) entries.delete(oldest)
    },
  }
}

function keyOf({ adapter, chain, owners }: Task): string {
  return [adapter.id, chain ?? '', ...owners.map(({ id }) => id)].join(' ')
}
