import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBudget } from './budget.js'
import { RateLimitError } from './errors.js'

/** Time that passes only when everyone sleeps. */
function virtualTime() {
  let now = 0
  const sleepers: { readonly at: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        sleepers.push({ at: now + ms, wake })
      }),
    /** Wakes the next sleeper; false when there is none. */
    async pass() {
      for (let tick = 0; tick < 20; tick++) await Promise.resolve()
      sleepers.sort((a, b) => a.at - b.at)
      const next = sleepers.shift()
      if (next === undefined) return false
      now = next.at
      next.wake()
      return true
    },
  }
}

describe('createBudget', () => {
  it('never lets more through in any window than is allowed, and loses no request', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 5, max: 9 }),
        async (weights, weight) => {
          const time = virtualTime()
          const budget = createBudget(time, 1e9)
          const sent: { readonly at: number; readonly weight: number }[] = []
          const all = weights.map(async (cost) => {
            await budget.take('host', { weight, windowMs: 1000 }, cost, undefined)
            sent.push({ at: time.now(), weight: cost })
          })
          while (await time.pass());
          await Promise.all(all)
          expect(sent).toHaveLength(weights.length)
          for (const { at } of sent) {
            const used = sent
              .filter((other) => other.at > at - 1000 && other.at <= at)
              .reduce((sum, other) => sum + other.weight, 0)
            expect(used).toBeLessThanOrEqual(weight)
          }
        },
      ),
    )
  })

  it('keeps hosts apart, and hosts without a budget never wait', async () => {
    const time = virtualTime()
    const budget = createBudget(time, 0)
    await budget.take('a', { weight: 1, windowMs: 1000 }, 1, undefined)
    await budget.take('b', { weight: 1, windowMs: 1000 }, 1, undefined)
    for (let index = 0; index < 100; index++) await budget.take('c', null, 1000, undefined)
    const again = budget.take('a', { weight: 1, windowMs: 1000 }, 1, undefined)
    await expect(again).rejects.toThrow(RateLimitError)
  })
})
