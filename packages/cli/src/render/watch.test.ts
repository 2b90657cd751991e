import { describe, expect, it } from 'vitest'
import { examplePortfolio, exampleReport } from '../testing/example.js'
import { DEFAULT_THRESHOLDS } from '../verdict.js'
import type { WatchLine } from '../watch-line.js'
import { currentLine, staleLine } from '../watch-line.js'
import { renderWatchLine, saidForPeople } from './watch.js'

const PLAIN = { color: false, unicode: false }
const line: WatchLine = currentLine(exampleReport(), examplePortfolio(), DEFAULT_THRESHOLDS)
const scored = (value: number | null, atMs = line.nowMs): WatchLine => ({
  ...line,
  score: { value, upperBound: 75, atMs },
})

describe('renderWatchLine', () => {
  it('says when, where, health, weakest account and verdict in one line', () => {
    expect(renderWatchLine({ ...line, verdict: 'WARNING' }, PLAIN)).toMatch(
      /^2026-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}block 21,000,000 of chain 1 {2}health 1\.23 {2}Example lender \(lender\) {2}WARNING$/,
    )
  })

  it('says the score with its age, or what it is at most', () => {
    const text = (of: WatchLine) => renderWatchLine(of, PLAIN)
    expect(text(scored(62.4))).toContain('  score 62  ')
    expect(text(scored(62.4, line.nowMs - 12_900))).toContain('  score 62 (12 s old)  ')
    expect(text(scored(null))).toContain('  score unknown, at most 75  ')
  })

  it('says that nothing is known when it is stale, and why', () => {
    const error = Object.assign(new Error(), { shortMessage: 'Chain 1 stands still.' })
    const stale = { portfolio: examplePortfolio(), sinceMs: 1, error } as never
    const text = renderWatchLine(staleLine(stale, line.nowMs), PLAIN)
    expect(text).toMatch(
      /block 21,000,000 of chain 1 {2}health unknown {2}stale {2}UNKNOWN {2}Chain 1 stands still\.$/,
    )
  })

  it('paints the verdict where colours are allowed', () => {
    const text = renderWatchLine({ ...line, verdict: 'CRITICAL' }, { color: true, unicode: true })
    expect(text).toContain('\u001b[31mCRITICAL')
  })
})

describe('saidForPeople', () => {
  it('is the same when only times are others', () => {
    const later = { ...scored(62.4, line.nowMs - 5000), nowMs: line.nowMs + 60_000, asOf: [] }
    expect(saidForPeople(later)).toBe(saidForPeople(scored(62.4)))
    expect(saidForPeople(scored(61.4))).not.toBe(saidForPeople(scored(62.4)))
    expect(saidForPeople({ ...line, verdict: 'OK' })).not.toBe(
      saidForPeople({ ...line, verdict: 'WARNING' }),
    )
  })
})
