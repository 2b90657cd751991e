import type { PlimsollError } from '@plimsoll/model'
import type { Clock } from './clock.js'
import type { Connection } from './connection.js'
import { TimeoutError } from './errors.js'
import type { NodeFailure } from './nodeError.js'
import { nodeError, nodeFailure } from './nodeError.js'
import { withDeadline } from './withDeadline.js'

/** What a node answered, or why it did not. `failure` is null when our own deadline passed. */
export type NodeAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: PlimsollError; readonly failure: NodeFailure | null }

/** One JSON-RPC request; its errors are values. */
export type AskNode = (
  method: string,
  params: readonly unknown[],
  signal: AbortSignal | undefined,
) => Promise<NodeAnswer>

/** Asks a chain's node, within a deadline. */
export function askNode(connection: Connection, clock: Clock, timeoutMs: number): AskNode {
  return async (method, params, signal) => {
    const timeout = () =>
      new TimeoutError(
        `${method} on chain ${connection.id} had no answer after ${timeoutMs} ms. Try again, raise limits.nodeTimeoutMs, or use a faster node.`,
      )
    try {
      const value = await withDeadline(
        (deadline) => connection.request({ method, params }, { signal: deadline }),
        { ms: timeoutMs, clock, signal, timeout },
      )
      return { ok: true, value }
    } catch (thrown) {
      if (thrown instanceof TimeoutError) return { ok: false, error: thrown, failure: null }
      const failure = nodeFailure(thrown)
      return { ok: false, error: nodeError(failure, connection.id, method), failure }
    }
  }
}
