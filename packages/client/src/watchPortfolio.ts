import type { InvalidIdError, OwnerId, PlimsollError, Portfolio } from '@plimsoll/model'
import type { Client } from './createClient.js'
import type { AdapterError, ChainError } from './errors.js'
import { ReplayError, WatchError } from './errors.js'
import type { StalePortfolio } from './freshness.js'
import { keepWatching } from './keepWatching.js'
import { planTasks } from './planTasks.js'
import { distinctOwners } from './readPortfolio.js'

export type WatchPortfolioParameters = {
  /** As in `readPortfolio`. */
  readonly owners: readonly (OwnerId | string)[]
  /**
   * Called with every portfolio that is current: the first read, and then one for each new block of a
   * chain that is read, or each interval where a venue without chains is. What could not be read is in
   * it, as in `readPortfolio`.
   */
  readonly onPortfolio: (portfolio: Portfolio) => void
  /**
   * Called when what was told last is no longer known to be current: after an error, when nothing has
   * been confirmed for `stalenessLimitMs`, or when a chain's newest block is as old as that. It holds
   * until `onPortfolio` is called again; required, so that nobody shows an old answer as today's.
   */
  readonly onStale: (stale: StalePortfolio) => void
  /** Called with every error of a read or of a look for new blocks. */
  readonly onError?: (error: PlimsollError) => void
  /** Milliseconds between looks for new blocks, and between reads of venues. Default 4,000. */
  readonly pollingIntervalMs?: number
  /** Milliseconds from which what was read is stale: more than the interval. Default 60,000. */
  readonly stalenessLimitMs?: number
  /** Ends the watch when it aborts. */
  readonly signal?: AbortSignal
}

/** Ends the watch: nothing is told or asked after. */
export type WatchPortfolioReturnType = () => void
export type WatchPortfolioErrorType =
  | InvalidIdError
  | ChainError
  | AdapterError
  | ReplayError
  | WatchError

const DEFAULT_POLLING_INTERVAL_MS = 4_000
const DEFAULT_STALENESS_LIMIT_MS = 60_000

/**
 * Reads what the owners hold, and again whenever there may be something new, until the watch is ended.
 * A read is of everything, so that all its parts belong together; after discovery it is one round. There
 * is never more than one read at a time: blocks that come during a read are read together after it.
 * While something fails, it is tried again at growing distances, up to half of `stalenessLimitMs`.
 *
 * A callback that throws does not end the watch: its error surfaces uncaught, as an event listener's.
 *
 * @example
 * const unwatch = watchPortfolio(client, {
 *   owners: ['0x…'],
 *   onPortfolio: (portfolio) => show(assess(portfolio, { modules: client.modules, nowMs: Date.now() })),
 *   onStale: ({ sinceMs, error }) => showUnknown(sinceMs, error.shortMessage),
 * })
 * unwatch()
 *
 * @throws InvalidIdError when there is no owner or one is malformed
 * @throws ChainError when an owner is of a chain without a connection
 * @throws AdapterError when no adapter reads an owner
 * @throws ReplayError when the client answers from a recording
 * @throws WatchError when an interval or limit is no positive number of milliseconds, or the limit is not
 * above the interval
 */
export function watchPortfolio(
  client: Client,
  parameters: WatchPortfolioParameters,
): WatchPortfolioReturnType {
  const { onPortfolio, onStale, onError = () => {}, signal } = parameters
  const intervalMs = parameters.pollingIntervalMs ?? DEFAULT_POLLING_INTERVAL_MS
  const limitMs = parameters.stalenessLimitMs ?? DEFAULT_STALENESS_LIMIT_MS
  checkMs('pollingIntervalMs', intervalMs)
  checkMs('stalenessLimitMs', limitMs)
  if (limitMs <= intervalMs) {
    throw new WatchError(
      `stalenessLimitMs is ${limitMs}, not above pollingIntervalMs ${intervalMs}: everything would be stale before it is read again. Raise it, or poll more often.`,
    )
  }
  const { live, chains } = client.source
  if (live === null) {
    throw new ReplayError(
      'A recording holds nothing new to wait for. Watch with a client of createClient, or read the recording with readPortfolio.',
    )
  }
  const owners = distinctOwners(parameters.owners)
  planTasks(client.adapters, chains, owners, client.limits.owners)
  const ending = new AbortController()
  const unwatch = () => {
    signal?.removeEventListener('abort', unwatch)
    ending.abort()
  }
  if (signal?.aborted === true) return unwatch
  signal?.addEventListener('abort', unwatch)
  const telling = <Told>(callback: (told: Told) => void) =>
    quietly(callback, () => ending.signal.aborted)
  keepWatching(client, {
    owners: owners.map(({ id }) => id),
    live,
    intervalMs,
    limitMs,
    signal: ending.signal,
    onPortfolio: telling(onPortfolio),
    onStale: telling(onStale),
    onError: telling(onError),
  }).catch(surface)
  return unwatch
}

function checkMs(name: string, value: number): void {
  if (value > 0 && value < Infinity) return
  throw new WatchError(
    `${name} is ${value}. Pass a positive number of milliseconds, for example 4000.`,
  )
}

/** A callback that is not called after the end, and whose errors surface without stopping anybody. */
function quietly<Told>(
  callback: (told: Told) => void,
  isOver: () => boolean,
): (told: Told) => void {
  return (told) => {
    if (isOver()) return
    try {
      callback(told)
    } catch (error) {
      surface(error)
    }
  }
}

function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
