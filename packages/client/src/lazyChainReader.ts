import type { ChainReader } from './chainReader.js'
import type { Clock } from './clock.js'
import type { Connection } from './connection.js'
import { lazily } from './lazily.js'
import type { Limits } from './limits.js'

/** Reads one chain; the code for it is fetched when the first chain is read. */
export function lazyChainReader(connection: Connection, clock: Clock, limits: Limits): ChainReader {
  const reader = lazily('asks nodes', () =>
    import('./chainReader.js').then(({ createChainReader }) =>
      createChainReader(connection, clock, limits),
    ),
  )
  return {
    pin: async (wanted, signal) => (await reader()).pin(wanted, signal),
    call: async (pinned, calls, signal) => (await reader()).call(pinned, calls, signal),
    head: async (signal) => (await reader()).head(signal),
    confirm: async (pinned, signal) => (await reader()).confirm(pinned, signal),
  }
}
