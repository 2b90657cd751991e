import type { Clock } from '../clock.js'

/** A clock that stands until a test moves it. */
export type ManualClock = Clock & {
  /** How many sleep now. */
  readonly sleeping: () => number
  /** Moves time, waking sleepers in order; what they set off has settled when it returns. */
  readonly advance: (ms: number) => Promise<void>
  /** Lets everything settle that needs no time. */
  readonly settle: () => Promise<void>
}

type Sleeper = { readonly atMs: number; readonly wake: () => void }

const TURNS = 12

export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs
  const sleepers = new Set<Sleeper>()

  async function settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve()
        const wake = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper: Sleeper = { atMs: nowMs + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      }),
    sleeping: () => sleepers.size,
    settle,
    async advance(ms) {
      const untilMs = nowMs + ms
      for (;;) {
        const [next] = [...sleepers].sort((a, b) => a.atMs - b.atMs)
        if (next === undefined || next.atMs > untilMs) break
        nowMs = Math.max(nowMs, next.atMs)
        next.wake()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
  }
}
