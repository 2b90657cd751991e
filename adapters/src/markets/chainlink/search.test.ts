import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Round } from './rounds.js'
import type { Close } from './search.js'
import { searchCloses } from './search.js'

/** Rounds of the aggregators of a feed, by number; null is a hole. */
type Aggregators = readonly (readonly (Round | null)[])[]

const DAY = 86_400
const HOUR = 3600

const round = (updatedAt: number, answer: number, answeredIn: number): Round => ({
  updatedAt,
  answer: BigInt(answer),
  answeredIn,
})

/** Answers the search as the chain would. */
function run(aggregators: Aggregators, instants: readonly number[], maxAge: number) {
  const phase = aggregators.length
  const rows = aggregators[phase - 1] ?? []
  const newest = rows.at(-1)
  if (newest === null || newest === undefined) throw new TypeError('No newest round.')
  const search = searchCloses(
    { place: { phase, round: rows.length }, round: newest },
    instants,
    maxAge,
  )
  const asked: number[] = []
  for (let places = search.wanted(); places.length > 0; places = search.wanted()) {
    asked.push(places.length)
    if (asked.length > 40) throw new RangeError('It does not end.')
    for (const place of places) {
      search.learn(place, aggregators[place.phase - 1]?.[place.round - 1] ?? null)
    }
  }
  return { closes: search.closes, asked }
}

/** The same by looking at every round. */
function expected(aggregators: Aggregators, at: number, maxAge: number): Close {
  let close: Close = { kind: 'before' }
  for (const rows of [...aggregators].reverse()) {
    let inForce: Round | null = null
    for (const [index, data] of rows.entries()) {
      if (data === null || data.updatedAt > at) continue
      inForce = data.answeredIn < index + 1 ? (rows[data.answeredIn - 1] ?? null) : data
    }
    if (inForce === null) continue
    const age = at - inForce.updatedAt
    if (age <= maxAge) {
      return inForce.answer > 0n ? { kind: 'price', answer: inForce.answer } : { kind: 'no-price' }
    }
    if (close.kind !== 'stale' || age < close.age) close = { kind: 'stale', age }
  }
  return close
}

/** Rounds that begin at an instant, with the seconds before each; every few are carried or missing. */
function aggregator(
  begin: number,
  steps: readonly number[],
  odd: (index: number) => 'carried' | 'missing' | null,
): readonly (Round | null)[] {
  let time = begin
  let answered = 1
  return steps.map((step, index) => {
    time += step
    const kind = index === 0 || index === steps.length - 1 ? null : odd(index)
    if (kind === 'missing') return null
    if (kind === 'carried') return round(time, index, answered)
    answered = index + 1
    return round(time, 1000 + index, answered)
  })
}

const days = (from: number, to: number): readonly number[] => {
  const first = Math.ceil(from / DAY)
  return Array.from(
    { length: Math.floor(to / DAY) - first + 1 },
    (_, index) => (first + index) * DAY,
  )
}

const steadily = (begin: number, end: number, step: number): readonly (Round | null)[] =>
  aggregator(
    begin,
    Array.from({ length: Math.floor((end - begin) / step) }, () => step),
    () => null,
  )

describe('searchCloses', () => {
  const from = 20_000 * DAY

  it('finds a year of closes of an hourly feed in six rounds of calls', () => {
    // Between one round an hour and one every five minutes, by the day.
    const steps: number[] = []
    for (let time = 0; time < 900 * DAY; ) {
      const step = 300 + ((Math.floor(time / DAY) * 7919) % 3300)
      steps.push(step)
      time += step
    }
    const feed = [aggregator(from, steps, () => null)]
    const end = from + 899 * DAY
    const instants = days(end - 365 * DAY, end)
    const { closes, asked } = run(feed, instants, 2 * HOUR)
    for (const at of instants) expect(closes.get(at)).toEqual(expected(feed, at, 2 * HOUR))
    expect(asked.length).toBeLessThanOrEqual(6)
    expect(asked.reduce((sum, count) => sum + count, 0)).toBeLessThan(5000)
  })

  it('finds a day in few calls, near the newest round', () => {
    const feed = [steadily(from, from + 400 * DAY, HOUR)]
    const { closes, asked } = run(feed, [from + 399 * DAY], 2 * HOUR)
    expect(closes.get(from + 399 * DAY)?.kind).toBe('price')
    expect(asked.length).toBeLessThanOrEqual(2)
    expect(asked.reduce((sum, count) => sum + count, 0)).toBeLessThan(40)
  })

  it('goes back through the aggregators before the newest', () => {
    const feed = [0, 1, 2, 3].map((index) =>
      steadily(from + index * 100 * DAY, from + (index + 1) * 100 * DAY, HOUR),
    )
    const instants = days(from + DAY, from + 399 * DAY)
    const { closes, asked } = run(feed, instants, 2 * HOUR)
    for (const at of instants) expect(closes.get(at)?.kind).toBe('price')
    expect(asked.length).toBeLessThanOrEqual(5)
  })

  it('takes the older aggregator where the newer one has only begun', () => {
    // The newer one was tried once, a month before it took over.
    const tried = aggregator(from, [DAY, 30 * DAY, HOUR, HOUR], () => null)
    const feed = [steadily(from, from + 32 * DAY, HOUR), tried]
    const instants = days(from + DAY, from + 31 * DAY)
    const { closes } = run(feed, instants, 2 * HOUR)
    for (const at of instants) expect(closes.get(at)).toEqual(expected(feed, at, 2 * HOUR))
    expect([...closes.values()].every(({ kind }) => kind === 'price')).toBe(true)
  })

  it('judges the age of a carried answer by the round that it is from', () => {
    const rows = [round(from, 7, 1), round(from + DAY, 7, 1), round(from + 2 * DAY, 8, 3)]
    const at = from + DAY
    expect(run([rows], [at], DAY).closes.get(at)).toEqual({ kind: 'price', answer: 7n })
    expect(run([rows], [at], DAY - 1).closes.get(at)).toEqual({ kind: 'stale', age: DAY })
  })

  it('says what is no price, and where the feed had not begun', () => {
    const rows = [round(from, 0, 1), round(from + DAY, 5, 2)]
    const { closes } = run([rows], [from - 1, from, from + DAY], DAY)
    expect([...closes.values()].map(({ kind }) => kind).sort()).toEqual([
      'before',
      'no-price',
      'price',
    ])
  })

  it('wants nothing where nothing is asked for', () => {
    expect(run([[round(from, 1, 1)]], [], DAY).asked).toEqual([])
  })

  it('finds what looking at every round finds', () => {
    const seconds = fc.oneof(
      fc.integer({ min: 1, max: HOUR }),
      fc.integer({ min: HOUR, max: 3 * DAY }),
    )
    const odd = fc.constantFrom(null, null, null, null, 'carried' as const, 'missing' as const)
    const rows = fc.record({
      begin: fc.integer({ min: 0, max: 40 }),
      steps: fc.array(seconds, { minLength: 1, maxLength: 120 }),
      odd: fc.array(odd, { minLength: 1, maxLength: 30 }),
    })
    // Holes of an older aggregator, whose end nobody tells, may hide what is behind them.
    const made = fc.array(rows, { minLength: 1, maxLength: 3 }).map((phases) =>
      phases.map(({ begin, steps, odd: kinds }, phase) =>
        aggregator(from + begin * DAY, steps, (index) => {
          const kind = kinds[index % kinds.length] ?? null
          return kind === 'missing' && phase < phases.length - 1 ? null : kind
        }),
      ),
    )
    fc.assert(
      fc.property(made, fc.integer({ min: 60, max: 4 * DAY }), (feed, maxAge) => {
        const instants = days(from, from + 120 * DAY)
        const { closes } = run(feed, instants, maxAge)
        for (const at of instants) expect(closes.get(at)).toEqual(expected(feed, at, maxAge))
      }),
      { numRuns: 150 },
    )
  })
})
