import { stripVTControlCharacters } from 'node:util'
import type { RiskReport } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import {
  exampleAccount,
  examplePortfolio,
  exampleReport,
  exampleUnreadReport,
} from '../testing/example.js'
import { DEFAULT_THRESHOLDS } from '../verdict.js'
import { renderReport } from './report.js'
import type { Style } from './style.js'

const PLAIN: Style = { color: false, unicode: false }
const FINE: Style = { color: false, unicode: true }
const COLORED: Style = { color: true, unicode: true }

function rendered(report: RiskReport, style: Style = FINE): string {
  const view = { report, portfolio: examplePortfolio(), thresholds: DEFAULT_THRESHOLDS, style }
  return renderReport(view).replaceAll('\u00a0', ' ')
}

describe('renderReport', () => {
  it('says health, weakest account and what liquidates it, then accounts, exposure and netting', () => {
    expect(rendered(exampleReport())).toBe(`Plimsoll · margin report · 2026-11-24 14:35:10 UTC · USD
Owner 0xab58…1234 · as of block 21,000,000 of chain 1, 2026-11-24 14:35:09 UTC

Margin health 1.23  WARNING
The weakest account is Example lender (lender): it is liquidated with ETH below 2,410 (−19.7 %).
────────┃┆─────●┆───────────────────────────────  ┃ liquidation, ┆ 1.05 and 1.25

Equity 290,513 · assets 900,000 · debt 609,488 · notional 300,000

Accounts
  Account                 Venue     Health   Equity  Maintenance  Liquidation                Fidelity
  ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  Example lender          lender      1.23  250,000      120,000  ETH below 2,410 (−19.7 %)  verified (12), reconciled
  Example exchange        exchange    2.50   40,000        8,000  ETH above 3,600 (+20.0 %)  modelled, unreconciled
  Example wallet (small)  wallet      none   512.50            ·  ·                          exact

Net exposure · USD per +100 % of the factor, all accounts
  Factor             Net      Gross
  ─────────────────────────────────
  USDC/USD peg  −609,488    609,488
  ETH            600,513  1,200,513

Requirement · a hedge elsewhere saves no account
  Maintenance                             Amount
  ───────────────────────────────────────────────────────────────────────
  What the venues ask, each for itself   128,000
  What one cross-margin venue would ask   70,000
  Netting no venue grants                 58,000  45.3 % of what they ask

Quality
  modelled  Example exchange: the rule is modelled from documents.`)
  })

  it('says what could not be read and what to do, and bounds the health by what is known', () => {
    expect(
      rendered(exampleUnreadReport()),
    ).toBe(`Plimsoll · margin report · 2026-11-24 14:35:10 UTC · USD
Owner 0xab58…1234 · as of block 21,000,000 of chain 1, 2026-11-24 14:35:09 UTC

Margin health UNKNOWN
Not everything could be read: see below what and what to do.
Of what is known, the lowest health is 1.23.
The weakest account is Example lender (lender): it is liquidated with ETH below 2,410 (−19.7 %).

Equity 290,513 · assets 900,000 · debt 609,488 · notional 300,000

Accounts
  Account                 Venue     Health   Equity  Maintenance  Liquidation                Fidelity
  ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  Example lender          lender      1.23  250,000      120,000  ETH below 2,410 (−19.7 %)  verified (12), reconciled
  Example exchange        exchange    2.50   40,000        8,000  ETH above 3,600 (+20.0 %)  modelled, unreconciled
  Example wallet (small)  wallet      none   512.50            ·  ·                          exact

Net exposure · USD per +100 % of the factor, all accounts
  Factor             Net      Gross
  ─────────────────────────────────
  USDC/USD peg  −609,488    609,488
  ETH            600,513  1,200,513

Requirement · a hedge elsewhere saves no account
  Maintenance                             Amount
  ───────────────────────────────────────────────────────────────────────
  What the venues ask, each for itself   128,000
  What one cross-margin venue would ask   70,000
  Netting no venue grants                 58,000  45.3 % of what they ask

Not read
  bank on chain 1: TimeoutError  The node timed out after 10,000 ms. Try again, or use another node.`)
  })

  it('says once what several adapters failed with', () => {
    const [failure] = exampleUnreadReport().failures
    const failures = failure === undefined ? [] : [failure, { ...failure, adapter: 'exchange' }]
    const text = rendered(exampleReport({ failures }))
    expect(text).toContain('  bank, exchange on chain 1: TimeoutError\n    The node timed out')
    expect(text.match(/The node timed out/g)).toHaveLength(1)
  })

  it('shows three messages of a kind and counts the others', () => {
    const [failure] = exampleUnreadReport().failures
    const failures = [1, 2, 3, 4, 5].flatMap((number) =>
      failure === undefined ? [] : [{ ...failure, message: `Message ${number}.` }],
    )
    const text = rendered(exampleReport({ failures }))
    expect(text.match(/Message \d/g)).toEqual(['Message 1', 'Message 2', 'Message 3'])
    expect(text).toContain('And 2 more of this kind; --json prints them all.')
  })

  it('breaks long messages between words', () => {
    const message = 'word '.repeat(80).trim()
    const [failure] = exampleUnreadReport().failures
    const failures = failure === undefined ? [] : [{ ...failure, message }]
    const lines = rendered(exampleReport({ failures })).split('\n')
    const broken = lines.filter((line) => line.includes('word'))
    expect(broken.every((line) => line.length <= 104)).toBe(true)
    expect(broken.join(' ').match(/word/g)).toHaveLength(80)
  })

  it('keeps to ASCII in the plain style', () => {
    expect(rendered(exampleReport(), PLAIN)).toMatch(/^[\x20-\x7e\n]*$/)
  })

  it('says the same with colours as without', () => {
    const painted = rendered(exampleReport(), COLORED)
    expect(painted).not.toBe(rendered(exampleReport()))
    expect(stripVTControlCharacters(painted)).toBe(rendered(exampleReport()))
  })

  it('paints a health by its band: red, yellow, green, and magenta where unknown', () => {
    const paintedHealth = (value: number) =>
      rendered(exampleReport({ accounts: [exampleAccount('bank', { value })] }), COLORED)
    expect(paintedHealth(0.98)).toContain('\u001b[1m\u001b[31m0.98')
    expect(paintedHealth(1.04)).toContain('\u001b[1m\u001b[31m1.04')
    expect(paintedHealth(1.1)).toContain('\u001b[33m1.1')
    expect(paintedHealth(1.6)).toContain('\u001b[32m1.6')
    const unknown = exampleAccount('bank', { value: null, reason: 'unknown', message: '' })
    expect(rendered(exampleReport({ accounts: [unknown] }), COLORED)).toContain('\u001b[35munknown')
  })

  it('says that an account can be liquidated now, before anything else about it', () => {
    const account = exampleAccount('bank', { value: 0.98 })
    const text = rendered(
      exampleReport({ accounts: [account], weakest: account.account, health: account.health }),
    )
    expect(text).toContain(
      'Margin health 0.98  CRITICAL\nExample bank (bank) can be liquidated now.',
    )
    expect(text).toMatch(/Example bank +bank +0\.98 .* now /)
  })

  it('puts the weakest account first, the unknown before the known, what owes nothing last', () => {
    const accounts = [
      exampleAccount('wallet', { value: null, reason: 'no-requirement', message: '' }),
      exampleAccount('second', { value: 1.2 }),
      exampleAccount('first', { value: null, reason: 'unknown', message: '' }),
      exampleAccount('third', { value: 3 }),
    ]
    const rows = rendered(exampleReport({ accounts })).matchAll(/^ {2}Example (\w+)/gm)
    expect([...rows].map(([, name]) => name)).toEqual(['first', 'second', 'third', 'wallet'])
  })

  it('tells "nothing owed" from "nothing found"', () => {
    const health = { value: null, reason: 'no-requirement', message: '' } as const
    const none = { health, weakest: null, requirement: null, netDeltas: [], quality: [] }
    const empty = rendered(exampleReport({ ...none, accounts: [] }))
    expect(empty).toContain('No accounts were found')
    const wallet = exampleAccount('wallet', health)
    const owesNothing = rendered(exampleReport({ ...none, accounts: [wallet] }))
    expect(owesNothing).toContain('Nothing is owed, so nothing can be liquidated.')
    expect(owesNothing).not.toContain('No accounts')
  })

  it('names the owner of each account where there are several', () => {
    const [owner] = exampleReport().owners
    const other = owner === undefined ? [] : [owner, owner]
    expect(rendered(exampleReport({ owners: other }))).toMatch(/Account +Venue +Owner +Health/)
    expect(rendered(exampleReport())).not.toMatch(/Account +Venue +Owner/)
  })
})
