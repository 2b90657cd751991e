import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXIT } from './exit-codes.js'
import { exampleAccount, exampleReport, exampleUnreadReport } from './testing/example.js'
import type { Verdict } from './verdict.js'
import { bandOf, DEFAULT_THRESHOLDS, verdictOf, worstOf } from './verdict.js'

const UNKNOWN = { value: null, reason: 'unknown', message: '' } as const
const NONE = { value: null, reason: 'no-requirement', message: '' } as const

function verdictFor(accounts: ReturnType<typeof exampleAccount>[]): Verdict {
  return verdictOf(exampleReport({ accounts, quality: [] }), DEFAULT_THRESHOLDS)
}

describe('bandOf', () => {
  it.each([
    [1.0499, 'CRITICAL'],
    [1.05, 'WARNING'],
    [1.2499, 'WARNING'],
    [1.25, 'OK'],
  ])('of %s is %s', (value, band) => {
    expect(bandOf({ value }, DEFAULT_THRESHOLDS)).toBe(band)
  })

  it('is OK where nothing is owed and UNKNOWN where it is not known', () => {
    expect(bandOf(NONE, DEFAULT_THRESHOLDS)).toBe('OK')
    expect(bandOf(UNKNOWN, DEFAULT_THRESHOLDS)).toBe('UNKNOWN')
  })
})

describe('verdictOf', () => {
  it('is the worst of the material accounts', () => {
    expect(verdictFor([exampleAccount('a', { value: 2 })])).toBe('OK')
    expect(verdictFor([exampleAccount('a', { value: 1.2 })])).toBe('WARNING')
    expect(
      verdictFor([exampleAccount('a', { value: 2 }), exampleAccount('b', { value: 1.01 })]),
    ).toBe('CRITICAL')
    expect(verdictFor([exampleAccount('a', { value: 1.01 }, { material: false })])).toBe('OK')
  })

  it('is CRITICAL for any account that can be liquidated, however small', () => {
    const small = exampleAccount('a', { value: 0.9 }, { material: false })
    expect(verdictFor([small])).toBe('CRITICAL')
  })

  it('is CRITICAL rather than UNKNOWN when something is liquidatable and something else unread', () => {
    const report = exampleUnreadReport()
    const liquidatable = exampleAccount('a', { value: 0.9 })
    expect(verdictOf({ ...report, accounts: [liquidatable] }, DEFAULT_THRESHOLDS)).toBe('CRITICAL')
  })

  it('is UNKNOWN whenever anything is unread or unknown and nothing is critical', () => {
    const fine = [exampleAccount('a', { value: 9 })]
    const [failure] = exampleUnreadReport().failures
    const cases = [
      { health: UNKNOWN },
      { failures: failure === undefined ? [] : [failure] },
      { accounts: [...fine, exampleAccount('b', UNKNOWN)] },
      {
        quality: [
          { code: 'stale', severity: 'unknown', account: null, message: 'It is old.' } as const,
        ],
      },
    ]
    for (const change of cases) {
      const report = exampleReport({ accounts: fine, quality: [], ...change })
      expect(verdictOf(report, DEFAULT_THRESHOLDS)).toBe('UNKNOWN')
    }
  })
})

describe('worstOf', () => {
  it('does not depend on the order, and adding a verdict never makes it better', () => {
    const verdict = fc.constantFrom<Verdict>('OK', 'WARNING', 'CRITICAL', 'UNKNOWN')
    const order: readonly Verdict[] = ['OK', 'WARNING', 'UNKNOWN', 'CRITICAL']
    fc.assert(
      fc.property(fc.array(verdict), verdict, (verdicts, more) => {
        expect(worstOf([...verdicts].reverse())).toBe(worstOf(verdicts))
        expect(order.indexOf(worstOf([...verdicts, more]))).toBeGreaterThanOrEqual(
          order.indexOf(worstOf(verdicts)),
        )
      }),
    )
  })
})

describe('EXIT', () => {
  it('gives verdicts the scale of Nagios plugins and failures 64 and above', () => {
    expect([EXIT.OK, EXIT.WARNING, EXIT.CRITICAL, EXIT.UNKNOWN]).toEqual([0, 1, 2, 3])
    for (const code of [EXIT.USAGE, EXIT.DATA, EXIT.UNAVAILABLE, EXIT.INTERNAL]) {
      expect(code).toBeGreaterThanOrEqual(64)
    }
  })
})
