import type { RiskReport } from '@plimsoll/model'
import { assessRisk, DEFAULT_MARKET_STATE, reassess } from '@plimsoll/risk/score'
import { describe, expect, it } from 'vitest'
import { exampleLeglessAccount, examplePortfolio } from '../testing/example.js'
import { namesOf } from './names.js'
import { riskLines } from './risk.js'

const NOW_MS = 1_795_530_910_000
const options = { modules: [], nowMs: NOW_MS, market: DEFAULT_MARKET_STATE, paths: 100 }
const portfolio = examplePortfolio()
const full = { portfolio, report: assessRisk(portfolio, options) }

const text = (report: RiskReport) =>
  riskLines(report, namesOf(portfolio), { color: false, unicode: true }).join('\n')

describe('riskLines', () => {
  it('says how old a score is that was kept', () => {
    expect(text(full.report)).not.toMatch(/\d s old/)
    const later = reassess(portfolio, full, { ...options, nowMs: NOW_MS + 42_000 })
    expect(text(later)).toContain(', 42 s old')
  })

  it('says of what was withdrawn that it is unknown', () => {
    const more = examplePortfolio([exampleLeglessAccount('lender')])
    const withdrawn = text(reassess(more, full, options))
    expect(withdrawn).toMatch(/Score, 0 to 100 +unknown, at most \d+ +Withdrawn until/)
    expect(withdrawn).toMatch(/Netted buffer +unknown +withdrawn with the score/)
    expect(withdrawn).toMatch(/Worst node +unknown/)
  })
})
