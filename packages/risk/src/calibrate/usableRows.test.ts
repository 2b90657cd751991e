import type { FactorHistory } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { DEFAULT_MARKET_STATE } from '../unified/defaultMarketState.js'
import { CalibrationError } from './errors.js'
import { DAY_MS } from './histories.js'
import type { CalibrationNote, Noter } from './notes.js'
import { byLengthThenAge, chosenRows, isTimely, notFuture, usableHistories } from './usableRows.js'
import { widenedPegs } from './widenedPegs.js'

const NOW = Date.UTC(2026, 10, 30)
const timing = { nowMs: NOW, maxAgeMs: 3 * DAY_MS }
const MINUTE = 60_000
const A = factorId('spot:A')
const B = factorId('spot:B')

function noted(): { readonly note: Noter; readonly notes: Omit<CalibrationNote, 'value'>[] } {
  const notes: Omit<CalibrationNote, 'value'>[] = []
  return { notes, note: (code, factors, message) => notes.push({ code, factors, message }) }
}

const historyOf = (changes: Partial<FactorHistory> & { readonly source?: string } = {}) => {
  const { source = 'test', ...rest } = changes
  const toMs = rest.toMs ?? NOW
  return {
    factor: A,
    intervalMs: DAY_MS,
    toMs,
    prices: [1, 2, 1, 2, 1, 2, 1],
    provenance: { source, asOfMs: toMs, observed: null },
    ...rest,
  }
}

describe('isTimely', () => {
  const said = (atMs: number) => {
    const { note, notes } = noted()
    return [isTimely(atMs, A, 'The close', timing, note), ...notes.map(({ code }) => code)]
  }

  it('allows clocks to differ by a minute either way', () => {
    expect(said(NOW + MINUTE)).toEqual([true])
    expect(said(NOW + MINUTE + 1)).toEqual([false, 'future'])
    expect(said(NOW + MINUTE - 3 * DAY_MS + 1)).toEqual([true])
    expect(said(NOW + MINUTE - 3 * DAY_MS)).toEqual([false, 'stale'])
  })

  it('names the factor and the day', () => {
    const { note, notes } = noted()
    isTimely(NOW - 9 * DAY_MS, A, 'The close', timing, note)
    isTimely(NOW + 9 * DAY_MS, A, 'The close', timing, note)
    expect(notes.map(({ factors }) => factors)).toEqual([[A], [A]])
    expect(notes[0]?.message).toMatch(/^The close of spot:A is of 2026-11-21\. /)
    expect(notes[1]?.message).toMatch(/^The close of spot:A is dated 2026-12-09, /)
  })
})

describe('notFuture', () => {
  it('leaves out what is dated after now, but for a minute', () => {
    const [late, now, old] = [NOW + MINUTE + 1, NOW + MINUTE, 0].map((toMs) => historyOf({ toMs }))
    const given = [late, now, old].filter((history) => history !== undefined)
    expect(notFuture(given, timing)).toEqual([now, old])
  })
})

describe('byLengthThenAge', () => {
  it('puts most days first, then the newest, then by source', () => {
    const hourly = historyOf({ prices: Array<number>(48).fill(1), intervalMs: DAY_MS / 24 })
    const long = historyOf({ prices: [1, 2, 3] })
    const newer = historyOf({ toMs: NOW + 1 })
    const [a, b] = [historyOf({ source: 'a' }), historyOf({ source: 'b' })]
    const sorted = [newer, b, a, historyOf({ prices: Array<number>(8).fill(1) }), hourly, long]
    const wanted = [sorted[3], newer, a, b, long, hourly]
    expect([...sorted].sort(byLengthThenAge)).toEqual(wanted)
    expect(sorted.toReversed().sort(byLengthThenAge)).toEqual(wanted)
  })
})

describe('usableHistories', () => {
  const of = (...histories: readonly FactorHistory[]) => {
    const { note, notes } = noted()
    return { usable: usableHistories(histories, 6, timing, note), notes }
  }

  it('gives returns and the last close, by factor', () => {
    const { usable, notes } = of(historyOf({ factor: B }), historyOf())
    expect(usable.map(({ daily }) => daily.factor)).toEqual([A, B])
    expect(usable[0]?.returns).toHaveLength(6)
    expect(usable[0]?.toMs).toBe(NOW)
    expect(notes).toEqual([])
  })

  it('takes the longest of several, and says so with how many there are', () => {
    const long = historyOf({ prices: [1, 2, 3, 4, 5, 6, 7, 8], source: 'long' })
    for (const given of [
      [historyOf(), long, historyOf()],
      [long, historyOf(), historyOf()],
    ]) {
      const { usable, notes } = of(...given)
      expect(usable.map(({ daily }) => daily.provenance.source)).toEqual(['long'])
      expect(notes).toMatchObject([{ code: 'several-sources', factors: [A] }])
      expect(notes[0]?.message).toBe('3 histories of spot:A can be used: that of long counts.')
    }
  })

  it('needs one close more than returns, and says how many', () => {
    const { usable, notes } = of(historyOf({ prices: [1, 2, 1, 2, 1, 2] }))
    expect(usable).toEqual([])
    expect(notes).toMatchObject([{ code: 'too-short', factors: [A] }])
    expect(notes[0]?.message).toMatch(/6 daily closes of spot:A; 7 are needed/)
  })

  it('leaves out what stands still for five closes, not for four', () => {
    expect(of(historyOf({ prices: [1, 2, 3, 4, 4, 4, 4] })).usable).toHaveLength(1)
    const { usable, notes } = of(historyOf({ prices: [1, 2, 4, 4, 4, 4, 4] }))
    expect(usable).toEqual([])
    expect(notes).toMatchObject([{ code: 'frozen', factors: [A] }])
  })

  it('leaves out intervals that are no part of a day, and pegs without a word', () => {
    const { usable, notes } = of(
      historyOf({ intervalMs: 7 * DAY_MS }),
      historyOf({ factor: factorId('peg:A/B') }),
    )
    expect(usable).toEqual([])
    expect(notes).toMatchObject([{ code: 'interval', factors: [A] }])
  })

  it('refuses what is no price, though it would not be used', () => {
    expect(() => of(historyOf({ prices: [0, 1], toMs: NOW - 99 * DAY_MS }))).toThrow(
      CalibrationError,
    )
  })
})

describe('chosenRows', () => {
  const row = (source: string, asOfMs = NOW, factor = A) => ({
    factor,
    provenance: { source, asOfMs, observed: null },
  })
  const chosen = (
    rows: readonly ReturnType<typeof row>[],
    choice?: Parameters<typeof chosenRows<ReturnType<typeof row>>>[4],
  ) => {
    const { note, notes } = noted()
    const sources = chosenRows(rows, 'depth', timing, note, choice).map(
      ({ provenance: { source } }) => source,
    )
    return { sources, notes }
  }

  it('are one a factor, in the order of factors: the newest, then by source', () => {
    const rows = [row('b', NOW, B), row('z', NOW - 1), row('y'), row('x'), row('c', NOW - 1, B)]
    for (const given of [rows, rows.toReversed()]) {
      const { sources, notes } = chosen(given)
      expect(sources).toEqual(['x', 'b'])
      expect(notes.flatMap(({ factors }) => factors).sort()).toEqual([A, B])
      expect(notes.map(({ message }) => message)).toContain(
        '3 depth rows of spot:A can be used: that of x counts.',
      )
    }
  })

  it('are the better before the newer', () => {
    const better = ({ provenance }: ReturnType<typeof row>) => Number(provenance.source === 'best')
    const rows = [row('new'), row('best', NOW - 9)]
    for (const given of [rows, rows.toReversed()]) {
      expect(chosen(given, { better }).sources).toEqual(['best'])
    }
  })

  it('are one a key where one is given, in the order of keys', () => {
    const key = ({ provenance }: ReturnType<typeof row>) => provenance.source
    expect(chosen([row('b'), row('a'), row('b', NOW - 1)], { key }).sources).toEqual(['a', 'b'])
  })

  it('are none that is stale', () => {
    const { sources, notes } = chosen([row('old', NOW - 4 * DAY_MS)])
    expect(sources).toEqual([])
    expect(notes[0]?.message).toMatch(/^The depth of old of spot:A is of 2026-11-26/)
  })
})

describe('widenedPegs', () => {
  const peg = factorId('peg:A/USD')
  const base = {
    ...DEFAULT_MARKET_STATE,
    pegs: [
      { factor: factorId('peg:Z/USD'), down: 0.1, up: 0.1, provenance: historyOf().provenance },
      { factor: peg, down: 0.1, up: 0.05, provenance: historyOf().provenance },
    ],
  }
  const widened = (prices: readonly number[], factor = peg) => {
    const { note, notes } = noted()
    const history = historyOf({ factor, prices, source: 'seen' })
    return { pegs: widenedPegs(base, [history], note), notes }
  }

  it('are the table, by name, where a history held as well', () => {
    const { pegs, notes } = widened([1, 0.95, 1.04])
    expect(pegs).toEqual(base.pegs.toReversed())
    expect(notes).toEqual([])
  })

  it('are wider on the side that broke by more, by what was seen', () => {
    const down = widened([1, 0.75, 1.01])
    expect(down.pegs[0]).toMatchObject({ down: 0.25, up: 0.05, provenance: { source: 'seen' } })
    expect(down.notes).toMatchObject([{ code: 'peg-broke', factors: [peg] }])
    expect(down.notes[0]?.message).toMatch(/25\.0 % below and 1\.0 % above/)
    expect(widened([1, 0.99, 1.25]).pegs[0]).toMatchObject({ down: 0.1, up: 0.25 })
  })

  it('are of pegs alone', () => {
    const { pegs, notes } = widened([1, 0.01, 9], A)
    expect(pegs).toEqual(base.pegs.toReversed())
    expect(notes).toEqual([])
  })

  it('refuse what is no price', () => {
    expect(() => widened([1, -1])).toThrow(CalibrationError)
  })
})
