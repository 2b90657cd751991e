import type { MarketFailure, MarketObservations, PlimsollError } from '@plimsoll/model'
import { adapterFault } from './adapterFault.js'
import { checkBlocks } from './checkBlocks.js'
import { checkMarketResult, FORMAT } from './checkMarketResult.js'
import type { Client } from './createClient.js'
import { ChainError } from './errors.js'
import { failureMessage } from './failureMessage.js'
import type { MarketAdapter, MarketQuery, MarketResult } from './marketAdapter.js'
import type { Begin } from './readGroup.js'
import { readTasks } from './readTasks.js'
import type { MarketInput, MarketTask, ReadInput } from './source.js'

/** Four years: closes of a rise and a fall, not of one of them. */
const HISTORY_MS = 1461 * 86_400_000

/** Reads a checked query; the part of `readMarket` that is fetched on first use. */
export async function readSources(
  client: Client,
  input: ReadInput & { readonly market: MarketInput },
): Promise<MarketObservations> {
  const { source, markets, memory } = client
  // It may have been aborted while this chunk was loaded.
  input.signal?.throwIfAborted()
  checkBlocks(input.blockNumbers, source.chains)
  const { tasks, unreachable } = planSources(markets, source.chains)
  const session = source.open(input)
  const { nowMs } = session
  const query = { ...input.market, fromMs: input.market.fromMs ?? Math.max(0, nowMs - HISTORY_MS) }
  const outcomes = await readTasks(client, session, input, tasks, begin(query))
  const results: MarketResult[] = []
  const failures = unreachable.map(unreachableFailure)
  for (const outcome of outcomes) {
    const { task, block } = outcome
    const { adapter, chain } = task
    try {
      if (!outcome.ok) throw outcome.error
      const result = checkMarketResult(task, { query, block, nowMs }, outcome.result)
      results.push(result)
      failures.push(...result.gaps.map((gap) => ({ adapter: adapter.id, chain, ...gap })))
      if (result.memory !== undefined) memory.set(task, result.memory)
    } catch (thrown) {
      failures.push(failureOf(adapter, chain, adapterFault(adapter, thrown)))
    }
  }
  const rows = {
    histories: results.flatMap(({ histories }) => histories),
    depths: results.flatMap(({ depths }) => depths),
    surfaces: results.flatMap(({ surfaces }) => surfaces),
    fundings: results.flatMap(({ fundings }) => fundings),
  }
  const dates = Object.values(rows)
    .flat()
    .map(({ provenance }) => provenance.asOfMs)
  return {
    format: FORMAT,
    asOfMs: Math.max(nowMs, ...dates),
    ...rows,
    failures,
  }
}

const begin =
  (query: MarketQuery): Begin<MarketResult, MarketTask> =>
  ({ adapter }, beginning) =>
    adapter.read({ ...beginning, query })

/** Each source on each of its chains, and the sources none of whose chains is connected. */
function planSources(
  markets: readonly MarketAdapter[],
  chains: readonly number[],
): { readonly tasks: readonly MarketTask[]; readonly unreachable: readonly MarketAdapter[] } {
  const tasks = markets.flatMap((adapter) => {
    const places: readonly (number | null)[] =
      adapter.chains.length === 0 ? [null] : adapter.chains.filter((id) => chains.includes(id))
    return places.map((chain): MarketTask => ({ adapter, chain, owners: [] }))
  })
  const reached = new Set(tasks.map(({ adapter }) => adapter))
  return { tasks, unreachable: markets.filter((adapter) => !reached.has(adapter)) }
}

function unreachableFailure(adapter: MarketAdapter): MarketFailure {
  const error = new ChainError(
    `"${adapter.id}" is read on chain ${adapter.chains.join(', ')}, and none of them has a connection. Pass { id: ${adapter.chains[0]}, transport } to createClient, or leave the source out.`,
  )
  return failureOf(adapter, null, error)
}

function failureOf(
  { id: adapter }: MarketAdapter,
  chain: number | null,
  error: PlimsollError,
): MarketFailure {
  return { adapter, chain, what: null, error: error.name, message: failureMessage(error) }
}
