import type { FactorHistory, FactorId, Provenance } from '@plimsoll/model'
import { compareText } from '../order.js'
import { DAY_MS, dailyCloses, logReturns } from './histories.js'
import type { Noter } from './notes.js'
import { dateOf } from './notes.js'

/** Clocks of venues differ: a row dated by no more than this after now was made now. */
const CLOCK_SKEW_MS = 60_000
/** Closes in a row that no traded price repeats. */
const FROZEN_CLOSES = 5

/** When rows are read, and how old they may be. */
export type Timing = { readonly nowMs: number; readonly maxAgeMs: number }

/** A spot history as it counts: its closes a day apart with their log returns, and its last of all. */
export type UsableHistory = {
  readonly daily: FactorHistory
  readonly returns: Float64Array
  readonly toMs: number
}

/** Whether an instant is neither after now nor too old; says so of its row if not. */
export function isTimely(
  atMs: number,
  factor: FactorId,
  what: string,
  { nowMs, maxAgeMs }: Timing,
  note: Noter,
): boolean {
  if (atMs > nowMs + CLOCK_SKEW_MS) {
    note(
      'future',
      [factor],
      `${what} of ${factor} is dated ${dateOf(atMs)}, after now. It is not used: check the clocks.`,
    )
    return false
  }
  if (nowMs + CLOCK_SKEW_MS - atMs < maxAgeMs) return true
  note(
    'stale',
    [factor],
    `${what} of ${factor} is of ${dateOf(atMs)}. It is not used: read it again.`,
  )
  return false
}

/** Those whose last close is not after now. */
export function notFuture(
  histories: readonly FactorHistory[],
  { nowMs }: Timing,
): readonly FactorHistory[] {
  return histories.filter(({ provenance }) => provenance.asOfMs <= nowMs + CLOCK_SKEW_MS)
}

/**
 * The history of each spot factor that counts: of those that can be used, the one with most days, then
 * the newest, then by source.
 *
 * @throws CalibrationError when a history holds what is no price.
 */
export function usableHistories(
  histories: readonly FactorHistory[],
  leastReturns: number,
  timing: Timing,
  note: Noter,
): readonly UsableHistory[] {
  const usable = histories
    .filter(({ factor }) => factor.startsWith('spot:'))
    .sort(byLengthThenAge)
    .flatMap((history) => usableHistory(history, leastReturns, timing, note))
  return [...firstByKey(usable, ({ daily }) => daily.factor, 'histories', note)].sort((a, b) =>
    compareText(a.daily.factor, b.daily.factor),
  )
}

function usableHistory(
  history: FactorHistory,
  leastReturns: number,
  timing: Timing,
  note: Noter,
): readonly UsableHistory[] {
  const { factor, provenance } = history
  logReturns(history)
  if (!isTimely(history.toMs, factor, 'The last close', timing, note)) return []
  const daily = dailyCloses(history)
  const source = provenance.source
  if (daily === null) {
    note(
      'interval',
      [factor],
      `${source} has closes of ${factor} every ${history.intervalMs} ms, which is no part of a day. They are not used: give daily or hourly ones.`,
    )
    return []
  }
  if (daily.prices.length <= leastReturns) {
    note(
      'too-short',
      [factor],
      `${source} has ${daily.prices.length} daily closes of ${factor}; ${leastReturns + 1} are needed. They are not used.`,
    )
    return []
  }
  const returns = logReturns(daily)
  if (returns.subarray(1 - FROZEN_CLOSES).every((value) => value === 0)) {
    note(
      'frozen',
      [factor],
      `The last ${FROZEN_CLOSES} closes of ${factor} from ${source} are the same: it stands still. It is not used.`,
    )
    return []
  }
  return [{ daily, returns, toMs: history.toMs }]
}

/** Most days first, then the newest, then by source. */
export function byLengthThenAge(a: FactorHistory, b: FactorHistory): number {
  const days = ({ prices, intervalMs }: FactorHistory) => (prices.length * intervalMs) / DAY_MS
  return (
    days(b) - days(a) || b.toMs - a.toMs || compareText(a.provenance.source, b.provenance.source)
  )
}

/**
 * One row a key out of the timely ones: the first by `better`, then the newest, then by source, in the
 * order of their keys.
 */
export function chosenRows<
  Row extends { readonly factor: FactorId; readonly provenance: Provenance },
>(
  rows: readonly Row[],
  what: string,
  timing: Timing,
  note: Noter,
  choice: { readonly key?: (row: Row) => string; readonly better?: (row: Row) => number } = {},
): readonly Row[] {
  const { key = ({ factor }) => factor, better = () => 0 } = choice
  const timely = rows
    .filter(({ factor, provenance }) =>
      isTimely(provenance.asOfMs, factor, `The ${what} of ${provenance.source}`, timing, note),
    )
    .sort(
      (a, b) =>
        better(b) - better(a) ||
        b.provenance.asOfMs - a.provenance.asOfMs ||
        compareText(a.provenance.source, b.provenance.source),
    )
  return [...firstByKey(timely, key, `${what} rows`, note)].sort((a, b) =>
    compareText(key(a), key(b)),
  )
}

function firstByKey<
  Row extends UsableHistory | { readonly factor: FactorId; readonly provenance: Provenance },
>(sorted: readonly Row[], key: (row: Row) => string, what: string, note: Noter): readonly Row[] {
  const groups = new Map<string, Row[]>()
  for (const row of sorted) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const { factor, provenance } = 'daily' in first ? first.daily : first
    if (others.length > 0) {
      note(
        'several-sources',
        [factor],
        `${others.length + 1} ${what} of ${factor} can be used: that of ${provenance.source} counts.`,
      )
    }
    return [first]
  })
}
