import type { OwnerId, Portfolio } from '@plimsoll/model'
import { InvalidIdError, parseOwner } from '@plimsoll/model'
import type { Client } from './createClient.js'
import type { ReplayError } from './errors.js'
import { AdapterError, ChainError } from './errors.js'
import { mergeOutcomes } from './mergeOutcomes.js'
import { planTasks } from './planTasks.js'
import type { Outcome } from './readGroup.js'
import { readGroup } from './readGroup.js'
import type { Task } from './source.js'

export type ReadPortfolioParameters = {
  /** EVM addresses (on every chain), CAIP-10 accounts (on one chain), or `venue:<venue>:<account>`. */
  readonly owners: readonly (OwnerId | string)[]
  /** Block to read at by chain id; the latest where none is given. */
  readonly blockNumbers?: { readonly [chain: number]: bigint }
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal
}
export type ReadPortfolioReturnType = Portfolio
export type ReadPortfolioErrorType = InvalidIdError | ChainError | AdapterError | ReplayError

/**
 * Reads what the owners hold: all adapters, every chain at one pinned block, one `eth_call` a chain
 * and round. What cannot be read is a failure in the portfolio and `unknown`, never an empty list.
 *
 * @example
 * const portfolio = await readPortfolio(client, {
 *   owners: ['0x…', 'eip155:1:0x…'],
 *   blockNumbers: { 1: 21_000_000n },
 * })
 * if (portfolio.failures.length > 0) console.warn(portfolio.failures)
 *
 * @throws InvalidIdError when there is no owner or one is malformed
 * @throws ChainError when an owner or block number is of a chain without a connection
 * @throws AdapterError when no adapter reads an owner
 * @throws ReplayError when the client replays a recording that was made of something else
 * @throws the reason of `signal` when it aborts
 */
export async function readPortfolio(
  client: Client,
  parameters: ReadPortfolioParameters,
): Promise<Portfolio> {
  const { blockNumbers = {}, signal } = parameters
  const { source, adapters, limits, memory } = client
  const owners = distinctOwners(parameters.owners)
  checkBlocks(blockNumbers, source.chains)
  const tasks = planTasks(adapters, source.chains, owners, limits.owners)
  signal?.throwIfAborted()
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
  for (const { task, result } of used) {
    if (result.memory !== undefined) memory.set(task, result.memory)
  }
  return portfolio
}

function distinctOwners(owners: readonly string[]) {
  if (owners.length === 0) {
    throw new InvalidIdError('No owner was given. Pass at least one address or account.')
  }
  return [...new Map(owners.map(parseOwner).map((owner) => [owner.id, owner])).values()]
}

function checkBlocks(
  blockNumbers: { readonly [chain: number]: bigint },
  chains: readonly number[],
): void {
  for (const [chain, number] of Object.entries(blockNumbers)) {
    if (!chains.includes(Number(chain))) {
      throw new ChainError(
        `A block number is given for chain ${chain}, which has no connection. Pass its transport to createClient, or drop the number.`,
      )
    }
    if (number < 0n) {
      throw new ChainError(`Block ${number} of chain ${chain} is negative. Pass a block number.`)
    }
  }
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
