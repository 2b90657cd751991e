import type {
  AccountReport,
  Existence,
  Flag,
  Health,
  Leg,
  MarginAccount,
  Portfolio,
  QualityFlag,
  ReadFailure,
  RiskReport,
} from '@plimsoll/model'
import { accountId, erc20, ownerId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { Assessed } from './assessed.js'
import { admitsGap, admitsMore, improvements, newFlags, vanished } from './assessed.js'

const OWNER = ownerId(`0x${'a1'.repeat(20)}`)
const ACCOUNT = accountId('toy/1/a')
const TOKEN = erc20(1, `0x${'70'.repeat(20)}`)
const UNKNOWN: Health = { value: null, reason: 'unknown', message: '' }
const NOTHING_OWED: Health = { value: null, reason: 'no-requirement', message: '' }

type Given = {
  readonly health?: Health
  readonly headline?: Health
  readonly quality?: readonly QualityFlag[]
  readonly flags?: readonly Flag[]
  readonly existence?: Existence['state']
  readonly failures?: readonly ReadFailure[]
  readonly amount?: bigint
  /** Without its account. */
  readonly without?: boolean
}

function assessed(given: Given = {}): Assessed {
  const { health = { value: 1.5 }, quality = [], flags = [], failures = [] } = given
  const leg: Leg = {
    id: 'cash',
    kind: 'cash',
    asset: TOKEN,
    mark: null,
    amount: { raw: given.amount ?? 100n, decimals: 0 },
  }
  const account: MarginAccount = {
    id: ACCOUNT,
    owner: OWNER,
    venue: 'toy',
    label: 'Toy',
    asOf: { kind: 'time', timeMs: 1 },
    recourse: false,
    rule: { tag: 'toy', version: 1, numeraire: 'USD', modes: {}, parameters: null, shared: [] },
    legs: [leg],
    dependsOn: [],
    reconciliation: { status: 'not-reported', formulaVersion: '1', checks: [] },
    fidelity: { grade: 'modelled' },
    flags,
  }
  const portfolio: Portfolio = {
    format: 'plimsoll-portfolio/1',
    owners: [OWNER],
    asOf: [],
    skewMs: 0,
    accounts: given.without === true ? [] : [account],
    assets: [],
    marks: [],
    shared: {},
    existence: [
      {
        adapter: 'toy',
        chain: null,
        owner: OWNER,
        state: given.existence ?? 'has',
        asOf: null,
        validForMs: 1,
      },
    ],
    failures,
  }
  const accountReport: AccountReport = {
    account: ACCOUNT,
    owner: OWNER,
    venue: 'toy',
    label: 'Toy',
    health,
    liquidatable: null,
    equity: null,
    initialMargin: null,
    maintenanceMargin: null,
    excess: null,
    liquidationPrices: [],
    reconciliation: account.reconciliation,
    fidelity: account.fidelity,
    flags,
    material: true,
  }
  const report: RiskReport = {
    format: 'plimsoll-report/1',
    risk: null,
    nowMs: 1,
    numeraire: 'USD',
    owners: [OWNER],
    equity: null,
    grossAssets: null,
    debt: null,
    notional: null,
    accounts: given.without === true ? [] : [accountReport],
    weakest: null,
    health: given.headline ?? health,
    healthUpperBound: null,
    netDeltas: [],
    requirement: null,
    quality,
    failures,
  }
  return { portfolio, text: '', report }
}

const failure: ReadFailure = {
  adapter: 'toy',
  chain: null,
  owner: OWNER,
  error: 'ConnectionError',
  message: '',
}
const quality = (
  code: QualityFlag['code'],
  severity: QualityFlag['severity'] = 'unknown',
  account: QualityFlag['account'] = ACCOUNT,
): QualityFlag => ({ code, severity, account, message: '' })
const warning: Flag = { code: 'frozen', severity: 'warning', message: '' }

describe('improvements', () => {
  const better = (before: Given, after: Given) => improvements(assessed(before), assessed(after))

  it('finds none where nothing changed, or a health fell', () => {
    expect(better({}, {})).toEqual([])
    expect(better({}, { health: { value: 1.4 } })).toEqual([])
  })

  it('finds a health that rose, of the account and of the portfolio', () => {
    expect(better({}, { health: { value: 1.6 } })).toHaveLength(2)
    expect(better({}, { headline: { value: 1.6 } })).toEqual(['headline: health 1.5 → 1.6'])
  })

  it('takes a health beyond rounding for risen, and rounding for nothing', () => {
    expect(better({}, { health: { value: 1.5 + 1e-8 } })).not.toEqual([])
    expect(better({}, { health: { value: 1.5 + 1e-12 } })).toEqual([])
    expect(better({ health: { value: -2 } }, { health: { value: -1.9 } })).not.toEqual([])
  })

  it('holds unknown for worse than any number, and nothing owed for better', () => {
    expect(better({}, { health: UNKNOWN })).toEqual([])
    expect(better({ health: UNKNOWN }, {})).not.toEqual([])
    expect(better({}, { health: NOTHING_OWED })).not.toEqual([])
    expect(better({ health: NOTHING_OWED }, {})).toEqual([])
    expect(better({ health: NOTHING_OWED }, { health: NOTHING_OWED })).toEqual([])
  })

  it('excuses a higher health that is flagged as not known, and not one that is only warned of', () => {
    const risen = { health: { value: 1.6 }, headline: UNKNOWN }
    expect(better({}, { ...risen, quality: [quality('unreconciled')] })).toEqual([])
    expect(better({}, { ...risen, quality: [quality('unreconciled', 'warning')] })).toHaveLength(1)
    expect(
      better(
        { quality: [quality('unreconciled')] },
        { ...risen, quality: [quality('unreconciled')] },
      ),
    ).toHaveLength(1)
  })

  it('finds an account that vanished, unless a failure or unknown says so', () => {
    expect(better({}, { without: true })).toEqual([`account ${ACCOUNT} vanished without a failure`])
    expect(better({}, { without: true, failures: [failure] })).toEqual([])
    expect(better({}, { without: true, existence: 'unknown' })).toEqual([])
  })

  it('does not excuse an account by the failure of another owner', () => {
    const other = ownerId(`0x${'b2'.repeat(20)}`)
    expect(better({}, { without: true, failures: [{ ...failure, owner: other }] })).toHaveLength(1)
    expect(better({}, { without: true, failures: [{ ...failure, owner: null }] })).toEqual([])
  })

  it('finds a flag that went, unless what it was about is unknown now', () => {
    const stale = [quality('stale', 'warning')]
    expect(better({ quality: stale }, {})).toEqual([`flag "stale" of ${ACCOUNT} is gone`])
    expect(better({ quality: stale }, { quality: stale })).toEqual([])
    expect(better({ quality: stale }, { health: UNKNOWN })).toEqual([])
    expect(better({ quality: stale }, { failures: [failure] })).toEqual([])
    const skew = [quality('skew', 'warning', null)]
    expect(better({ quality: skew }, {})).toEqual(['flag "skew" of the portfolio is gone'])
    expect(better({ quality: skew }, { headline: UNKNOWN })).toEqual([])
  })

  it('finds a flag of the account itself that went, unless another warning came', () => {
    expect(better({ flags: [warning] }, {})).toEqual([
      `flag "frozen" of account ${ACCOUNT} is gone`,
    ])
    expect(better({ flags: [warning] }, { flags: [{ ...warning, code: 'closed' }] })).toEqual([])
    expect(better({ flags: [{ ...warning, severity: 'note' }] }, {})).toEqual([])
    expect(
      better({ flags: [warning] }, { flags: [{ ...warning, code: 'a', severity: 'note' }] }),
    ).toHaveLength(1)
  })

  it('finds that an owner who had accounts or was unknown has none', () => {
    expect(better({}, { existence: 'none' })).toHaveLength(1)
    expect(better({ existence: 'unknown' }, { existence: 'none' })).toHaveLength(1)
    expect(better({ existence: 'none' }, { existence: 'none' })).toEqual([])
    expect(better({}, { existence: 'none', failures: [failure] })).toEqual([])
  })

  it('compares what is said of one owner, chain and adapter with the same of it', () => {
    const base = assessed()
    const [entry] = base.portfolio.existence
    if (entry === undefined) throw new RangeError('no entry')
    const others: Existence[] = [
      { ...entry, adapter: 'another', state: 'none' },
      { ...entry, chain: 1, state: 'none' },
      { ...entry, owner: ownerId(`0x${'b2'.repeat(20)}`), state: 'none' },
    ]
    const existence = [...others, entry]
    expect(improvements(base, { ...base, portfolio: { ...base.portfolio, existence } })).toEqual([])
    expect(
      improvements(base, { ...base, portfolio: { ...base.portfolio, existence: others } }),
    ).toEqual([`existence of ${OWNER} is no longer stated`])
  })

  it('finds that more is held where nothing is owed', () => {
    const held = { health: NOTHING_OWED }
    expect(better(held, { ...held, amount: 101n })).toHaveLength(1)
    expect(better(held, { ...held, amount: 99n })).toEqual([])
    expect(better({}, { amount: 101n })).toEqual([])
  })
})

describe('vanished', () => {
  it('is empty while the account is there', () => {
    expect(vanished(assessed(), assessed())).toEqual([])
  })
})

describe('admitsGap', () => {
  it('is true for a failure or unknown of the owner, or a failure of all', () => {
    expect(admitsGap(assessed().portfolio, OWNER)).toBe(false)
    expect(admitsGap(assessed({ failures: [failure] }).portfolio, OWNER)).toBe(true)
    expect(admitsGap(assessed({ existence: 'unknown' }).portfolio, OWNER)).toBe(true)
    expect(admitsGap(assessed({ existence: 'unknown' }).portfolio, 'another')).toBe(false)
  })
})

describe('admitsMore', () => {
  it('is true for one more failure, unknown or flag', () => {
    const base = assessed()
    expect(admitsMore(base, assessed())).toBe(false)
    expect(admitsMore(base, assessed({ failures: [failure] }))).toBe(true)
    expect(admitsMore(base, assessed({ existence: 'unknown' }))).toBe(true)
    expect(admitsMore(base, assessed({ flags: [{ ...warning, severity: 'unknown' }] }))).toBe(true)
    expect(admitsMore(base, assessed({ quality: [quality('stale')] }))).toBe(true)
    expect(admitsMore(assessed({ failures: [failure] }), assessed())).toBe(false)
  })
})

describe('newFlags', () => {
  it('counts: a second flag of the same kind is new', () => {
    const one = assessed({ quality: [quality('stale')] })
    const two = assessed({ quality: [quality('stale'), { ...quality('stale'), message: 'b' }] })
    expect(newFlags(one, one)).toEqual([])
    expect(newFlags(one, two)).toHaveLength(2)
    expect(newFlags(two, one)).toEqual([])
  })
})
