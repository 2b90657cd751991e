import { describe, expect, it } from 'vitest'
import { recall, remember } from './memory.js'

const NOW = 1_800_000_000

describe('memory of closes', () => {
  it('comes back as it was, without what is younger than an hour', () => {
    const row = new Map([
      [NOW - 7200, 3000.5],
      [NOW - 3600, 3001],
      [NOW - 3599, 3002],
    ])
    const memory = remember(new Map([['0xfeed', row]]), NOW)
    expect(recall(memory).get('0xfeed')).toEqual(
      new Map([
        [NOW - 7200, 3000.5],
        [NOW - 3600, 3001],
      ]),
    )
  })

  it.each([
    ['nothing', undefined],
    ['another form', { format: 'chainlink-closes/0', feeds: {} }],
    ['a price of nothing', { format: 'chainlink-closes/1', feeds: { '0x': [[1, 0]] } }],
    ['half a close', { format: 'chainlink-closes/1', feeds: { '0x': [[1]] } }],
  ])('is empty where it is %s', (_what, memory) => {
    expect(recall(memory).size).toBe(0)
  })
})
