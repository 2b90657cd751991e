import type { PlimsollError } from '@plimsoll/model'
import type { Clock } from './clock.js'

/**
 * Runs `work` with a signal that aborts at the deadline or when `signal` does, whichever is first.
 *
 * @throws what `timeout` makes, after `ms` milliseconds without a result.
 */
export async function withDeadline<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  options: {
    readonly ms: number
    readonly clock: Clock
    readonly signal: AbortSignal | undefined
    readonly timeout: () => PlimsollError
  },
): Promise<Value> {
  const { ms, clock, signal, timeout } = options
  const worker = new AbortController()
  const timer = new AbortController()
  const stop = () => worker.abort(signal?.reason)
  if (signal?.aborted === true) stop()
  signal?.addEventListener('abort', stop)
  const deadline = new Promise<never>((_resolve, reject) => {
    clock.sleep(ms, timer.signal).then(() => {
      if (timer.signal.aborted) return
      reject(timeout())
      worker.abort()
    }, reject)
  })
  try {
    return await Promise.race([work(worker.signal), deadline])
  } finally {
    timer.abort()
    signal?.removeEventListener('abort', stop)
  }
}
