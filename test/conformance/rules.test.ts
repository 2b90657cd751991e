import { SchemaError } from '@plimsoll/client'
import type { Evaluation, MarginAccount, Portfolio, VenueModule } from '@plimsoll/model'
import { unlistedAsset } from '@plimsoll/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { harbour } from '../../examples/custom-adapter/src/index.js'
import type { LocalHarbour } from '../../examples/custom-adapter/src/localHarbour.js'
import { harbourModule } from '../../examples/custom-adapter/src/margin.js'
import type { Bench, Reading } from '../../packages/testkit/src/conformance/bench.js'
import type { CorruptedRead } from '../../packages/testkit/src/conformance/corrupted.js'
import { rules } from '../../packages/testkit/src/conformance/rules/index.js'
import { setUp } from '../../packages/testkit/src/conformance/setUp.js'
import { recordHarbour, startRecordedHarbour } from './harbourRecording.js'

let local: LocalHarbour
let bench: Bench
beforeAll(async () => {
  local = await startRecordedHarbour()
  const recording = await recordHarbour(local, harbour)
  const ready = await setUp({ adapter: harbour, recording, registry: unlistedAsset }, 1_000)
  if (ready instanceof Error) throw ready
  bench = ready
})
afterAll(() => local.stop())

/** The verdict of one rule on a bench that differs from the sound one. */
const verdictOf = async (name: string, differing: Partial<Bench> = {}) => {
  const rule = rules.find((candidate) => candidate.name === name)
  if (rule === undefined) throw new RangeError(`no rule ${name}`)
  return rule.check({ ...bench, ...differing })
}
const withPortfolio = (change: (portfolio: Portfolio) => Portfolio): Partial<Bench> => ({
  baseline: { ...bench.baseline, portfolio: change(bench.baseline.portfolio) },
})
const withAccounts = (change: (account: MarginAccount) => MarginAccount): Partial<Bench> =>
  withPortfolio((portfolio) => ({ ...portfolio, accounts: portfolio.accounts.map(change) }))
const withModule = (change: Partial<VenueModule>): Partial<Bench> => ({
  adapter: { ...harbour, modules: [{ ...harbourModule, ...change }] },
})
const withEvaluation = (change: (evaluation: Evaluation) => Evaluation): Partial<Bench> =>
  withModule({ evaluate: (state) => change(harbourModule.evaluate(state)) })
/** Reads that end otherwise than they did. */
const withReads = (change: (reading: Reading) => Reading): Partial<Bench> => ({
  read: async (...parameters) => change(await bench.read(...parameters)),
})
const failed = (reading: Reading): Reading => ({
  ...reading,
  outcome: null,
  error: new SchemaError('It failed.'),
})
const relabelled = (reading: Reading): Reading => ({
  ...reading,
  outcome: reading.outcome && {
    ...reading.outcome,
    text: reading.outcome.text.replace('"label":"Harbour"', '"label":"Other"'),
    portfolio: {
      ...reading.outcome.portfolio,
      accounts: reading.outcome.portfolio.accounts.map((account) => ({
        ...account,
        label: 'Other',
      })),
    },
  },
})

describe('every rule', () => {
  it('holds for the sound bench', async () => {
    for (const { name } of rules)
      expect(await verdictOf(name), name).toMatchObject({ passed: true })
  })

  it.each(['equity', 'arithmetic'])(
    '"%s" judges by the module of the version in force',
    async (name) => {
      const refuse = () => {
        throw new SchemaError('Another version.')
      }
      const others = { evaluate: refuse, compile: refuse }
      const modules = [
        { ...harbourModule, ...others, version: 2 },
        { ...harbourModule, ...others, tag: 'another' },
        harbourModule,
      ]
      expect(await verdictOf(name, { adapter: { ...harbour, modules } })).toEqual(
        await verdictOf(name),
      )
    },
  )

  it.each(['replay', 'order', 'owners', 'memory'])(
    '"%s" says when a read that should succeed fails',
    async (name) => {
      const { passed, message } = await verdictOf(name, withReads(failed))
      expect(passed).toBe(false)
      expect(message).toContain('It failed.')
    },
  )

  it.each(['replay', 'order', 'owners', 'memory'])(
    '"%s" says when a read gives something else',
    async (name) => {
      expect((await verdictOf(name, withReads(relabelled))).passed).toBe(false)
    },
  )
})

describe('serialisation', () => {
  it('fails for a text that does not come back, or that is none', async () => {
    const withText = (text: string) => ({ baseline: { ...bench.baseline, text } })
    expect((await verdictOf('serialisation', withText(`${bench.baseline.text} `))).passed).toBe(
      false,
    )
    expect((await verdictOf('serialisation', withText('{}'))).message).toMatch(/plimsoll-portfolio/)
  })
})

describe('equity', () => {
  const withReport = (equity: number | null) => ({
    baseline: { ...bench.baseline, report: { ...bench.baseline.report, equity } },
  })

  it('compares the accounts with the report', async () => {
    const { equity } = bench.baseline.report
    expect((await verdictOf('equity', withReport((equity ?? 0) + 1))).message).toMatch(
      /report says/,
    )
    expect((await verdictOf('equity', withReport(null))).passed).toBe(true)
  })

  it('does not compare them when a leg has no price of the numeraire, or backs another account', async () => {
    const shifted = withReport((bench.baseline.report.equity ?? 0) + 1)
    const also = (change: Partial<Bench>): Partial<Bench> => ({
      baseline: {
        ...bench.baseline,
        ...shifted.baseline,
        portfolio: change.baseline?.portfolio ?? bench.baseline.portfolio,
      },
    })
    const unpriced = withAccounts((account) => ({
      ...account,
      legs: account.legs.map((leg) => ({ ...leg, mark: null })),
    }))
    const inEuros = withAccounts((account) => ({
      ...account,
      rule: { ...account.rule, numeraire: 'EUR' },
    }))
    let first = true
    const backed = withAccounts((account) => {
      if (!first) return account
      first = false
      const [leg, ...others] = account.legs
      if (leg === undefined) return account
      const backedBy = { kind: 'account', account: account.id } as const
      return { ...account, legs: [{ ...leg, backedBy }, ...others] }
    })
    for (const change of [unpriced, inEuros, backed]) {
      expect((await verdictOf('equity', also(change))).passed).toBe(true)
    }
  })

  it('says when an account cannot be evaluated', async () => {
    const refusing = withModule({
      evaluate: () => {
        throw new SchemaError('It cannot be judged.')
      },
    })
    expect((await verdictOf('equity', refusing)).message).toMatch(/cannot be judged/)
  })
})

describe('arithmetic', () => {
  it('says when the module throws, typed or not', async () => {
    const throwing = (error: Error) =>
      withModule({
        evaluate: () => {
          throw error
        },
      })
    expect((await verdictOf('arithmetic', throwing(new RangeError('oh')))).message).toMatch(
      /untyped RangeError: oh/,
    )
    expect((await verdictOf('arithmetic', throwing(new SchemaError('no')))).message).not.toMatch(
      /untyped/,
    )
  })

  it('says when nothing is required by one evaluator only', async () => {
    const nothing = withEvaluation((evaluation) => ({
      ...evaluation,
      health: { value: null, reason: 'no-requirement', message: '' },
    }))
    expect((await verdictOf('arithmetic', nothing)).message).toMatch(
      /"no-requirement", compiles to/,
    )
  })

  it('accepts an evaluator that does not know', async () => {
    const unknown = withEvaluation((evaluation) => ({
      ...evaluation,
      health: { value: null, reason: 'unknown', message: '' },
    }))
    expect((await verdictOf('arithmetic', unknown)).passed).toBe(true)
  })

  it('says when an account evaluates but does not compile', async () => {
    const uncompiled = withModule({
      compile: () => {
        throw new SchemaError('It does not compile.')
      },
    })
    expect((await verdictOf('arithmetic', uncompiled)).message).toMatch(/does not compile/)
  })

  it('compares today, all prices moved, and each price moved, for every account', async () => {
    // 3 accounts, 1 + 4 + 2 × 4 scenarios.
    expect((await verdictOf('arithmetic')).message).toBe('39 comparisons')
  })
})

describe('reconciliation', () => {
  it('says when a residual is not the difference', async () => {
    const lying = withAccounts((account) => ({
      ...account,
      reconciliation: {
        ...account.reconciliation,
        checks: account.reconciliation.checks.map((check) => ({
          ...check,
          reported: { ...check.reported, raw: check.reported.raw + 10n ** 18n },
        })),
      },
    }))
    expect((await verdictOf('reconciliation', lying)).message).toMatch(/has residual 0, not 1/)
  })

  it('says when the recording itself is unreconciled', async () => {
    const unreconciled = withAccounts((account) => ({
      ...account,
      reconciliation: {
        ...account.reconciliation,
        status: 'unreconciled',
        checks: account.reconciliation.checks.map((check) => ({
          ...check,
          reported: { ...check.reported, raw: check.recomputed.raw + 10n ** 18n },
          residual: 1,
        })),
      },
    }))
    expect((await verdictOf('reconciliation', unreconciled)).message).toMatch(/as recorded/)
  })

  it('says when the status is not what the checks say', async () => {
    const claiming = withAccounts((account) => ({
      ...account,
      reconciliation: { ...account.reconciliation, status: 'not-reported' },
    }))
    expect((await verdictOf('reconciliation', claiming)).message).toMatch(
      /says "not-reported", its checks say "reconciled"/,
    )
  })

  it('blames the limit where corruptions were left out', async () => {
    const limited = (skipped: number) => ({ corrupted: async () => ({ reads: [], skipped }) })
    expect((await verdictOf('reconciliation', limited(7))).message).toMatch(/raise the limit: 7/)
    expect((await verdictOf('reconciliation', limited(0))).message).not.toMatch(/limit/)
  })
})

describe('the rules of corrupted reads', () => {
  const read: CorruptedRead = {
    kind: 'dropped',
    question: 'q',
    what: 'something',
    field: null,
    unanswered: true,
    untyped: [],
    improvements: [],
    changed: false,
    admitted: false,
    unmet: [],
    listed: [],
    refused: [],
    silentlyOlder: false,
  }
  const having = (...reads: readonly Partial<CorruptedRead>[]): Partial<Bench> => ({
    corrupted: async () => ({
      reads: reads.map((differing) => ({ ...read, ...differing })),
      skipped: 0,
    }),
  })
  const passes = async (name: string, ...reads: readonly Partial<CorruptedRead>[]) =>
    (await verdictOf(name, having(...reads))).passed

  it('excuse an unanswered request only if no answer to it changes anything', async () => {
    expect(await passes('visible-failures', {}, { unanswered: false })).toBe(true)
    expect(await passes('visible-failures', {}, { unanswered: false, changed: true })).toBe(false)
    expect(await passes('visible-failures', {}, { unanswered: false, admitted: true })).toBe(false)
    expect(
      await passes(
        'visible-failures',
        {},
        { question: 'another', unanswered: false, changed: true },
      ),
    ).toBe(true)
    expect(await passes('visible-failures', { changed: true, admitted: true })).toBe(true)
  })

  it('judge each kind by its own reads', async () => {
    const improved = { improvements: ['better'] }
    expect(await passes('fail-closed/dropped', improved)).toBe(false)
    expect(await passes('fail-closed/empty', improved)).toBe(true)
    expect(await passes('fail-closed/empty', { ...improved, kind: 'empty' })).toBe(false)
    expect(await passes('plausible-values', { ...improved, kind: 'plausible' })).toBe(true)
  })

  it('find what each is about, and say after what', async () => {
    expect(await passes('typed-errors', { untyped: ['TypeError'] })).toBe(false)
    expect(await passes('contract', { refused: ['two accounts'] })).toBe(false)
    expect(await passes('identity', { listed: ['a token'] })).toBe(false)
    expect(await passes('visible-age', { silentlyOlder: true })).toBe(false)
    const { message } = await verdictOf('typed-errors', having({ untyped: ['TypeError'] }))
    expect(message).toBe('TypeError, after something')
  })

  it('count what they looked at', async () => {
    const reads = having({ kind: 'stale' }, { kind: 'wrong-id' }, { kind: 'wrong-id' })
    expect((await verdictOf('visible-age', reads)).message).toBe('1 times taken back')
    expect((await verdictOf('identity', reads)).message).toBe('2 made-up identities')
    expect((await verdictOf('typed-errors', reads)).message).toBe('3 corrupted reads')
  })

  it('show five findings and how many more there are', async () => {
    const many = Array.from({ length: 8 }, (_, index) => ({ untyped: [`error ${index}`] }))
    const lines = (await verdictOf('typed-errors', having(...many))).message.split('\n')
    expect(lines).toHaveLength(6)
    expect(lines.at(-1)).toBe('and 3 more')
  })
})
