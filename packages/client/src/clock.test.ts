import { describe, expect, it } from 'vitest'
import { systemClock } from './clock.js'
import { TimeoutError } from './errors.js'
import { withDeadline } from './withDeadline.js'

const within = (ms: number, signal?: AbortSignal) => ({
  ms,
  clock: systemClock,
  signal,
  timeout: () => new TimeoutError('late'),
})

describe('systemClock', () => {
  it('sleeps as long as it is told, or until the signal', async () => {
    const start = systemClock.now()
    await systemClock.sleep(15)
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(14)
    const controller = new AbortController()
    const sleeping = systemClock.sleep(60_000, controller.signal)
    controller.abort()
    await sleeping
    await systemClock.sleep(60_000, controller.signal)
    expect(systemClock.now() - start).toBeLessThan(10_000)
  })
})

describe('withDeadline', () => {
  it('returns what the work returns, and throws what it throws', async () => {
    expect(await withDeadline(async () => 7, within(1000))).toBe(7)
    const failing = withDeadline(() => Promise.reject(new RangeError('own')), within(1000))
    await expect(failing).rejects.toThrow('own')
  })

  it('throws what the clock throws', async () => {
    const clock = { now: Date.now, sleep: () => Promise.reject(new RangeError('no clock')) }
    const running = withDeadline(() => new Promise(() => {}), { ...within(5), clock })
    await expect(running).rejects.toThrow('no clock')
  })

  it('stops the work at the deadline', async () => {
    let seen: AbortSignal | undefined
    const endless = withDeadline((signal) => {
      seen = signal
      return new Promise<never>(() => {})
    }, within(5))
    await expect(endless).rejects.toThrow(TimeoutError)
    expect(seen?.aborted).toBe(true)
  })

  it('stops the work when the caller gives up, before or during', async () => {
    const controller = new AbortController()
    const seen: boolean[] = []
    const work = (signal: AbortSignal) =>
      new Promise<string>((resolve) => {
        seen.push(signal.aborted)
        signal.addEventListener('abort', () => resolve('stopped'))
      })
    const running = withDeadline(work, within(60_000, controller.signal))
    controller.abort()
    expect(await running).toBe('stopped')
    const late = withDeadline(work, within(5, controller.signal))
    await expect(late).rejects.toThrow(TimeoutError)
    expect(seen).toEqual([false, true])
  })
})
