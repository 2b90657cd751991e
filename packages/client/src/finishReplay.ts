import type { Client } from './createClient.js'
import type { ReplayError } from './errors.js'

export type FinishReplayErrorType = ReplayError

/**
 * Checks that every recorded read was replayed; for a client that reads from the network there is
 * nothing to check.
 *
 * @throws ReplayError when a recorded read was not replayed
 */
export function finishReplay(client: Client): void {
  client.source.finish()
}
