import { factorId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { ChainlinkFeed } from './feeds.js'
import type { PricedClose } from './history.js'
import { historyOf, pricedClose } from './history.js'

const DAY = 86_400
const FROM = 20_000 * DAY

const FEED: ChainlinkFeed = {
  chain: 1,
  address: '0x86392dC19c0b719886221c78AB11eb8Cf5c52812',
  factor: factorId('peg:stETH/ETH'),
  description: 'STETH / ETH',
  heartbeatSeconds: DAY,
}

const price = (value: number): PricedClose => ({ kind: 'price', price: value })
const stale: PricedClose = { kind: 'stale', age: 3 * DAY }

function historyWith(row: readonly PricedClose[]) {
  const instants = row.map((_, index) => FROM + index * DAY)
  const closes = new Map(row.map((close, index) => [FROM + index * DAY, close]))
  return historyOf(FEED, instants, closes, { intervalMs: DAY * 1000, maxAge: 2 * DAY })
}

describe('pricedClose', () => {
  it('takes the decimals off a price, and leaves the rest as it is', () => {
    expect(pricedClose({ kind: 'price', answer: 999_500_000_000_000_000n }, 18)).toEqual(
      price(0.9995),
    )
    expect(pricedClose({ kind: 'before' }, 8)).toEqual({ kind: 'before' })
  })
})

describe('historyOf', () => {
  it('is the row of all closes, oldest first, dated by the last', () => {
    const { history, gaps } = historyWith([price(1), price(2), price(3)])
    const toMs = (FROM + 2 * DAY) * 1000
    expect(gaps).toEqual([])
    expect(history).toMatchObject({
      factor: 'peg:stETH/ETH',
      intervalMs: DAY * 1000,
      toMs,
      prices: [1, 2, 3],
      provenance: { asOfMs: toMs, observed: { fromMs: FROM * 1000, toMs } },
    })
    expect(history?.provenance.source).toContain('"STETH / ETH" on chain 1')
  })

  it('is the part after the newest gap', () => {
    const row = [
      price(1),
      price(2),
      stale,
      price(4),
      { kind: 'no-price' } as const,
      price(6),
      price(7),
    ]
    const { history, gaps } = historyWith(row)
    expect(history?.prices).toEqual([6, 7])
    expect(gaps).toMatchObject([{ what: 'peg:stETH/ETH', error: 'MarketDataInvalidError' }])
  })

  it('ends where the feed went silent, and begins where it began', () => {
    const { history, gaps } = historyWith([{ kind: 'before' }, price(1), price(2), stale, stale])
    expect(history?.prices).toEqual([1, 2])
    expect(history?.toMs).toBe((FROM + 2 * DAY) * 1000)
    expect(gaps.map(({ error }) => error)).toEqual(['MarketDataStaleError'])
    expect(gaps[0]?.message).toContain('259200 s old, beyond the 172800 s')
  })

  it.each([
    ['no close', []],
    ['one close', [price(1)]],
    ['one close after a gap', [price(1), price(2), stale, price(3)]],
    ['stale closes alone', [stale, stale]],
  ])('is none of %s', (_what, row) => {
    const { history, gaps } = historyWith(row)
    expect(history).toBeNull()
    expect(gaps.at(-1)?.error).toBe('MarketDataMissingError')
  })
})
