import type { OwnerId, Portfolio } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import type { Client } from './createClient.js'
import { ConnectionError } from './errors.js'
import type { Freshness, FreshnessOptions } from './freshness.js'
import { createFreshness } from './freshness.js'
import { newestBlocks } from './newestBlocks.js'
import { readPortfolio } from './readPortfolio.js'
import { scrub } from './scrub.js'
import type { Block, Live } from './source.js'

/** A watch with every default filled in. */
export type Watch = Omit<FreshnessOptions, 'clock'> & {
  readonly owners: readonly OwnerId[]
  readonly live: Live
  readonly intervalMs: number
  readonly onError: (error: PlimsollError) => void
}

/** What the last read says of the next. */
type Last = {
  /** Where chains were read; a chain that could not be is not among them. */
  readonly blocks: readonly Block[]
  /** Whether something was read that has no block, such as a venue: only reading tells of a change. */
  readonly isTimed: boolean
  /** Whether nothing failed. */
  readonly isWhole: boolean
}

const NOTHING: Last = { blocks: [], isTimed: false, isWhole: false }

/** Reads and waits by turns until the signal: so two reads never overlap, and blocks coalesce. */
export async function keepWatching(client: Client, watch: Watch): Promise<void> {
  const freshness = createFreshness({ ...watch, clock: watch.live.clock })
  let failures = 0
  while (!watch.signal.aborted) {
    const last = await readOnce(client, watch, freshness)
    failures = last.isWhole ? 0 : failures + 1
    await untilDue(watch, freshness, last, failures)
  }
}

async function readOnce(client: Client, watch: Watch, freshness: Freshness): Promise<Last> {
  const { owners, signal } = watch
  try {
    const portfolio = await readPortfolio(client, { owners, signal })
    const blocks = newestBlocks(portfolio, client.source.chains)
    freshness.tell(portfolio, blocks)
    return lastOf(portfolio, blocks)
  } catch (thrown) {
    if (!signal.aborted) fail(watch, freshness, typed(thrown))
    return NOTHING
  }
}

function lastOf({ failures, existence }: Portfolio, blocks: readonly Block[]): Last {
  const pinned = new Set<number | null>(blocks.map(({ chain }) => chain))
  return {
    blocks,
    isTimed: existence.some(({ chain, state }) => state !== 'unknown' && !pinned.has(chain)),
    isWhole: failures.length === 0 && existence.every(({ state }) => state !== 'unknown'),
  }
}

/**
 * Resolves when there may be something new: a block, an interval of a venue, a node that stopped
 * answering (the next read says what of), or the time to try again what failed.
 */
async function untilDue(
  watch: Watch,
  freshness: Freshness,
  { blocks, isTimed }: Last,
  failures: number,
): Promise<void> {
  const { live, intervalMs, signal } = watch
  const { clock } = live
  const retryAtMs = failures === 0 ? Infinity : clock.now() + pauseMs(watch, failures)
  for (;;) {
    await clock.sleep(intervalMs, signal)
    if (signal.aborted || isTimed || clock.now() >= retryAtMs) return
    try {
      const heads = await Promise.all(blocks.map(({ chain }) => live.head(chain, signal)))
      if (heads.some((head, index) => head > (blocks[index]?.number ?? head))) return
      if (blocks.length > 0) freshness.confirm()
    } catch (thrown) {
      if (!signal.aborted) fail(watch, freshness, typed(thrown))
      return
    }
  }
}

/**
 * One interval after a first failure, twice as long with every further one, and short enough that what
 * could be read is not stale meanwhile.
 */
function pauseMs({ intervalMs, limitMs }: Watch, failures: number): number {
  return Math.max(intervalMs, Math.min(intervalMs * 2 ** (failures - 1), limitMs / 2))
}

function fail(watch: Watch, freshness: Freshness, error: PlimsollError): void {
  watch.onError(error)
  freshness.lose(error)
}

function typed(thrown: unknown): PlimsollError {
  if (thrown instanceof PlimsollError) return thrown
  return new ConnectionError(
    'The watch met an error that the client does not know. It goes on; report it if it happens twice.',
    { cause: thrown, details: scrub(String(thrown)) },
  )
}
