import type { Answer, CallRequest, ReadContext, ReadResult, Request } from '@plimsoll/client'
import { PlimsollError, parseOwner } from '@plimsoll/model'
import { type Hex, numberToHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { readAaveV3 } from './read.js'
import { VIEWS } from './views.js'

const POOL = '0x00000000000000000000000000000000000000b0'
const PROVIDER = '0x00000000000000000000000000000000000000b1'
const ORACLE = '0x00000000000000000000000000000000000000b2'
const OWNER = '0x00000000000000000000000000000000000000aa'
const TOKEN = 0xcc
const RAY = 10n ** 27n

const words = (...values: readonly (bigint | number)[]): Hex =>
  `0x${values.map((value) => numberToHex(value, { size: 32 }).slice(2)).join('')}`

/** Decimals 18, LTV 80 %, threshold 82.5 %, bonus 5 %, active, borrowing enabled. */
const CONFIGURATION =
  8_000n | (8_250n << 16n) | (10_500n << 32n) | (18n << 48n) | (1n << 56n) | (1n << 58n)
const RESERVE = words(CONFIGURATION, RAY, 0, RAY, 0, 0, 1_000, 0, 0xa0, 0, 0xd0, 0, 0, 0, 0)

/** Answers of a pool in which the owner supplied one token and owes a third of it. */
const ANSWERS: { readonly [view in keyof typeof VIEWS]?: Hex } = {
  revision: words(10),
  reserves: words(32, 1, TOKEN),
  reserve: RESERVE,
  gracePeriod: words(0),
  configuration: words(3),
  mode: words(0),
  account: words(
    300_000_000n,
    100_000_000n,
    140_000_000n,
    8_250,
    8_000,
    2_475_000_000_000_000_000n,
  ),
  oracle: words(BigInt(ORACLE)),
  sentinel: words(0),
  baseCurrency: words(0),
  baseUnit: words(10n ** 8n),
  prices: words(32, 1, 10n ** 8n),
  scaledBalance: words(3n * 10n ** 18n),
  scaledTotal: words(1),
  symbol: words(32, 4, BigInt(`0x${Buffer.from('TEST').toString('hex').padEnd(64, '0')}`)),
}

type Change = (view: string, call: CallRequest<unknown>, round: number) => Hex | undefined

/** Reads with the answers above, some of them changed. */
function read(
  change: Change = () => undefined,
  context: Partial<ReadContext> = {},
): { readonly result: ReadResult; readonly rounds: number } {
  const given: ReadContext = {
    owners: [parseOwner(OWNER)],
    block: {
      kind: 'block',
      chain: 1,
      number: 1n,
      hash: `0x${'11'.repeat(32)}`,
      timestamp: 1_000,
    },
    nowMs: 1_000_000,
    memory: undefined,
    auth: [],
    ...context,
  }
  const reading = readAaveV3(given, {
    venue: 'aave-v3',
    markets: [{ chain: 1, name: 'Test', pool: POOL, provider: PROVIDER }],
    reserves: 'held',
    eModes: [],
  })
  let rounds = 0
  let step = reading.next()
  while (step.done !== true) {
    rounds += 1
    step = reading.next(step.value.map((request) => answered(request, change, rounds)))
  }
  return { result: step.value, rounds }
}

function answered(request: Request, change: Change, round: number): Answer {
  if (request.kind !== 'call') throw new RangeError('only calls are asked')
  const [view = ''] =
    Object.entries(VIEWS).find(([, { selector }]) => request.data.startsWith(selector)) ?? []
  const isDebt = request.to.endsWith('d0') && view === 'scaledBalance'
  const usual = isDebt ? words(10n ** 18n) : ANSWERS[view as keyof typeof VIEWS]
  try {
    return { ok: true, value: request.decode(change(view, request, round) ?? usual ?? '0x') }
  } catch (error) {
    if (error instanceof PlimsollError) return { ok: false, error }
    throw error
  }
}

const only =
  (view: keyof typeof VIEWS, answer: Hex): Change =>
  (asked) =>
    asked === view ? answer : undefined

describe('aaveV3 read', () => {
  it('finds an account in three rounds where every reserve is named, and refreshes it in one', () => {
    const first = read()
    expect(first.rounds).toBe(3)
    expect(first.result.failures).toEqual([])
    const [account] = first.result.accounts
    expect(account?.reconciliation.status).toBe('reconciled')
    expect(account?.legs.map((leg) => [leg.kind, 'amount' in leg && leg.amount.raw])).toEqual([
      ['collateral', 3n * 10n ** 18n],
      ['debt', 10n ** 18n],
    ])
    expect(first.result.assets).toMatchObject([{ symbol: 'TEST', source: 'unlisted' }])
    const second = read(undefined, { memory: first.result.memory })
    expect(second.rounds).toBe(1)
    expect(second.result.accounts).toEqual(first.result.accounts)
  })

  it('looks again when the memory is a day old, of other owners, or not its own', () => {
    const { memory } = read().result
    const fresh = read(undefined, { memory, nowMs: 1_000_000 + 86_399_999 })
    expect(fresh.rounds).toBe(1)
    for (const context of [
      { memory, nowMs: 1_000_000 + 86_400_000 },
      { memory, nowMs: 999_999 },
      { memory, owners: [parseOwner('0x00000000000000000000000000000000000000ab')] },
      { memory: ['other/1'] },
      { memory: 'nonsense' },
    ]) {
      expect(read(undefined, context).rounds).toBe(3)
    }
  })

  it('is unreconciled as soon as the pool reports another unit', () => {
    for (let position = 0; position < 6; position += 1) {
      const reported = [
        300_000_000n,
        100_000_000n,
        140_000_000n,
        8_250n,
        8_000n,
        2_475_000_000_000_000_000n,
      ]
      const changed = reported.map((word, index) => (index === position ? word + 1n : word))
      const [account] = read(only('account', words(...changed))).result.accounts
      expect(account?.reconciliation.status).toBe('unreconciled')
      expect(account?.reconciliation.checks.map(({ residual }) => residual > 0)).toEqual(
        reported.map((_, index) => index === position),
      )
    }
  })

  it.each([
    ['an unknown revision', only('revision', words(12)), 'UnsupportedVenueStateError', '1 to 11'],
    [
      'an oracle in another currency',
      only('baseCurrency', words(1)),
      'UnsupportedVenueStateError',
      'US dollars',
    ],
    [
      'a unit that is no power of ten',
      only('baseUnit', words(7)),
      'UnsupportedVenueStateError',
      'US dollars',
    ],
    ['a truncated answer', only('reserve', words(1)), 'MalformedCallAnswerError', '32 bytes'],
    [
      'an index below 1',
      only('reserve', words(CONFIGURATION, 1, 0, RAY, 0, 0, 1_000, 0, 0xa0, 0, 0xd0, 0, 0, 0, 0)),
      'MalformedCallAnswerError',
      'out of range',
    ],
    [
      'a reserve newer than the block',
      only('reserve', words(CONFIGURATION, RAY, 0, RAY, 0, 0, 1_001, 0, 0xa0, 0, 0xd0, 0, 0, 0, 0)),
      'MalformedCallAnswerError',
      'out of range',
    ],
    ['a price of 0', only('prices', words(32, 1, 0)), 'MalformedCallAnswerError', 'price 0'],
    [
      'a word that is no address',
      only('oracle', words(1n << 160n)),
      'MalformedCallAnswerError',
      'no address',
    ],
  ] as const)('fails for every owner on %s, and says so', (_what, change, error, text) => {
    const { result } = read(change)
    expect(result.accounts).toEqual([])
    expect(result.failures).toMatchObject([{ owner: null, error, chain: 1 }])
    expect(result.failures[0]?.message).toContain(text)
    expect(result.existence).toMatchObject([{ state: 'unknown', asOf: null }])
  })

  it.each(['configuration', 'mode', 'account', 'scaledBalance'] as const)(
    'fails for the owner alone when his %s is not answered in a refresh',
    (view) => {
      const { memory } = read().result
      const { result } = read(only(view, '0x'), { memory })
      expect(result.accounts).toEqual([])
      expect(result.failures).toMatchObject([{ owner: `eip155:_:${OWNER}` }])
      expect(result.existence).toMatchObject([{ state: 'unknown' }])
    },
  )

  it('says that an owner has none, at the block', () => {
    const nothing: Change = (view) =>
      view === 'configuration' || view === 'scaledBalance' ? words(0) : undefined
    const { result } = read(nothing)
    expect(result).toMatchObject({ accounts: [], failures: [] })
    expect(result.existence).toMatchObject([{ state: 'none', asOf: { number: 1n } }])
  })

  it('finds supply that is not used as collateral', () => {
    const [account] = read((view) => {
      if (view === 'configuration') return words(0)
      return view === 'account' ? words(0, 0, 0, 0, 0, 2n ** 256n - 1n) : undefined
    }).result.accounts
    expect(account?.legs).toMatchObject([{ kind: 'collateral', counts: false }])
    expect(account?.reconciliation.status).toBe('reconciled')
  })

  it('keeps supply in view whose bit is taken back', () => {
    const { memory } = read().result
    const { result, rounds } = read(
      (view) => {
        if (view === 'configuration') return words(1)
        return view === 'account' ? words(0, 100_000_000n, 0, 0, 0, 0) : undefined
      },
      { memory },
    )
    expect(rounds).toBe(2)
    expect(result.accounts[0]?.legs).toMatchObject([{ counts: false }, { kind: 'debt' }])
    expect(result.accounts[0]?.reconciliation.status).toBe('reconciled')
  })

  it('gives up on a node that mixes blocks', () => {
    let turn = 0n
    const { result } = read((view) => {
      if (view !== 'configuration') return undefined
      turn += 1n
      return words(1n + (turn % 3n))
    })
    expect(result.failures).toMatchObject([{ error: 'BlockPinError' }])
  })

  it('reads nothing for owners that are elsewhere', () => {
    const { result, rounds } = read(undefined, {
      owners: [parseOwner('venue:some-venue:1'), parseOwner(`eip155:10:${OWNER}`)],
    })
    expect(rounds).toBe(0)
    expect(result.existence.map(({ state }) => state)).toEqual(['none', 'none'])
  })

  it('cannot be read without a chain', () => {
    expect(() => read(undefined, { block: null })).toThrow('on no chain')
  })
})
