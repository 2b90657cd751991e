import { accountId, factorId } from '@plimsoll/model'
import type { WhatIf } from '@plimsoll/risk'
import { describe, expect, it } from 'vitest'
import { exampleLeglessAccount, examplePortfolio } from '../testing/example.js'
import { DEFAULT_THRESHOLDS } from '../verdict.js'
import type { Casualty } from '../what-if.js'
import { renderWhatIf } from './what-if.js'

const account = (name: string) => accountId(`${name}/1/x`)
const entry = (name: string, before: number | null, after: number | null) => ({
  account: account(name),
  label: `Example ${name}`,
  healthBefore: health(before),
  health: health(after),
  liquidatableBefore: before === null ? false : before < 1,
  liquidatable: after === null ? false : after < 1,
  equityBefore: 100_000,
  equity: 50_000,
})
const health = (value: number | null) =>
  value === null ? ({ value, reason: 'no-requirement', message: '' } as const) : { value }

const result: WhatIf = {
  scenario: { factors: { [factorId('spot:ETH')]: -0.2, [factorId('peg:USDC/USD')]: -0.05 } },
  numeraire: 'USD',
  accounts: [entry('exchange', 2.5, 4.2), entry('lender', 1.24, 0.98), entry('wallet', null, null)],
  equityBefore: 300_000,
  equity: 150_000,
}

function rendered(change: Partial<WhatIf> = {}, casualties: readonly Casualty[] = []): string {
  return renderWhatIf({
    result: { ...result, ...change },
    casualties,
    portfolio: examplePortfolio([exampleLeglessAccount('lender')]),
    thresholds: DEFAULT_THRESHOLDS,
    style: { color: false, unicode: true },
  }).replaceAll('\u00a0', ' ')
}

describe('renderWhatIf', () => {
  it('says who falls first and where, then every account before and after', () => {
    expect(rendered({}, [{ account: account('lender'), part: 0.9687 }])).toBe(
      `What if ETH moves −20.0 % and USDC/USD peg moves −5.0 %?

First to fall: Example lender, at ETH −19.4 %, USDC/USD peg −4.8 %.
Equity 300,000 → 150,000 USD

Accounts
  Account           Health  after   Equity   after  Verdict after
  ───────────────────────────────────────────────────────────────
  Example lender      1.24   0.98  100,000  50,000  liquidatable
  Example exchange    2.50   4.20  100,000  50,000  stands
  Example wallet      none   none  100,000  50,000  owes nothing`,
    )
  })

  it('says when nobody falls, and who has fallen already', () => {
    expect(rendered({ accounts: [entry('lender', 2, 1.5)] })).toContain(
      'No account that is known becomes liquidatable.',
    )
    const fallen = rendered({ accounts: [entry('lender', 0.9, 0.5)] })
    expect(fallen).toContain('Example lender can be liquidated today already.')
    expect(fallen).not.toContain('No account')
  })

  it('never passes over an account that is not known', () => {
    const unknown = {
      ...entry('lender', 2, 1.5),
      health: { value: null, reason: 'unknown', message: '' } as const,
      liquidatable: null,
      equity: null,
    }
    const text = rendered({ accounts: [unknown], equity: null })
    expect(text).toContain('Of Example lender it is not known.')
    expect(text).toContain('Equity 300,000 → unknown USD')
    expect(text).toMatch(/Example lender +2\.00 +unknown +100,000 +unknown +unknown/)
  })
})
