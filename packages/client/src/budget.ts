import type { Host } from './adapter.js'
import type { Clock } from './clock.js'
import { RateLimitError } from './errors.js'

/** Shares out a host's rate budget. */
export type Budget = {
  /** Waits until `weight` is free. @throws RateLimitError when that takes longer than `maxWaitMs`. */
  readonly take: (
    host: string,
    budget: Host['budget'],
    weight: number,
    signal: AbortSignal | undefined,
  ) => Promise<void>
}

type Taken = { readonly atMs: number; readonly weight: number }

/** Budgets of all hosts of a client; concurrent reads share them. */
export function createBudget(clock: Clock, maxWaitMs: number): Budget {
  const takenByHost = new Map<string, Taken[]>()
  return {
    async take(host, budget, weight, signal) {
      if (budget === null) return
      const now = clock.now()
      const taken = (takenByHost.get(host) ?? []).filter(({ atMs }) => atMs > now - budget.windowMs)
      takenByHost.set(host, taken)
      const atMs = firstFree(taken, budget, weight, now)
      if (atMs === null || atMs - now > maxWaitMs) {
        throw new RateLimitError(
          `The budget of ${budget.weight} per ${budget.windowMs} ms for a venue's host cannot take ${weight} more within ${maxWaitMs} ms. Read less often or fewer owners.`,
        )
      }
      // Reserved before waiting, so that those who ask meanwhile queue behind.
      taken.push({ atMs, weight })
      if (atMs > now) await clock.sleep(atMs - now, signal)
    },
  }
}

// The earliest instant from which the window before it has `weight` free; null when it never has.
function firstFree(
  taken: readonly Taken[],
  { weight: allowed, windowMs }: NonNullable<Host['budget']>,
  weight: number,
  now: number,
): number | null {
  if (weight > allowed) return null
  const latest = taken.reduce((time, { atMs }) => Math.max(time, atMs), now)
  const candidates = [latest, ...taken.map(({ atMs }) => atMs + windowMs)]
    .filter((time) => time >= latest)
    .sort((a, b) => a - b)
  const isFree = (time: number) =>
    taken.reduce((sum, entry) => sum + (entry.atMs > time - windowMs ? entry.weight : 0), weight) <=
    allowed
  return candidates.find(isFree) ?? null
}
