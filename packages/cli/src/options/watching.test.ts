import { describe, expect, it } from 'vitest'
import { UsageError } from '../errors.js'
import { parseWatching } from './watching.js'

describe('parseWatching', () => {
  it('has defaults, and takes seconds as milliseconds', () => {
    expect(parseWatching({})).toEqual({
      intervalMs: 4000,
      rescoreMs: 60_000,
      staleMs: 60_000,
      count: null,
    })
    const given = { interval: '0.05', rescore: '300', stale: '12.5', count: '3' }
    expect(parseWatching(given)).toEqual({
      intervalMs: 50,
      rescoreMs: 300_000,
      staleMs: 12_500,
      count: 3,
    })
  })

  it.each(['0', '-1', '', 'x', '1e3', '0.0001', '86401', 'Infinity'])(
    'refuses %j as a number of seconds',
    (text) => {
      for (const name of ['interval', 'rescore', 'stale']) {
        expect(() => parseWatching({ [name]: text })).toThrow(UsageError)
      }
    },
  )

  it('refuses what would be stale before it is read again', () => {
    expect(() => parseWatching({ interval: '60' })).toThrow(UsageError)
    expect(() => parseWatching({ stale: '4' })).toThrow(UsageError)
    expect(parseWatching({ interval: '60', stale: '61' }).staleMs).toBe(61_000)
  })

  it.each(['0', '-1', '', '1.5', 'all'])('refuses %j as a number of lines', (count) => {
    expect(() => parseWatching({ count })).toThrow(UsageError)
  })
})
