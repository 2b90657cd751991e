import { HttpStatusError, NotJsonError, RateLimitError } from '@plimsoll/client'
import { describe, expect, it } from 'vitest'
import type { MadeAccount, MadeDex, MadeMode } from './madeUp.js'
import { madeUpVenue } from './madeUp.js'
import { EMPTY_DEX, meta, venueOf } from './recorded.js'
import type { Venue } from './venue.js'
import { OWNER, play, portfolioOf } from './venue.js'

const ETH = { coin: 'ETH', size: -800, price: 300_000, maxLeverage: 25, leverage: 10 }
const MAIN: MadeDex = {
  name: '',
  collateralToken: 0,
  rawUsd: 27_000_000_000,
  positions: [{ ...ETH, isolated: null }],
}
const XYZ: MadeDex = {
  name: 'xyz',
  collateralToken: 0,
  rawUsd: 5_000_000,
  positions: [
    {
      coin: 'xyz:NVDA',
      size: 100,
      price: 20_000,
      maxLeverage: 10,
      leverage: 5,
      isolated: -150_000_000,
    },
  ],
}
const made = (mode: MadeMode, dexes: readonly MadeDex[] = [MAIN, XYZ]): MadeAccount => ({
  mode,
  dexes,
  spot: { 0: 500_000_000_000, 360: 0 },
})

/** The venue with some answers changed. */
const changed =
  (venue: Venue, change: (type: string, answer: () => unknown, dex?: string) => unknown): Venue =>
  (question) =>
    change(question.type, () => venue(question), question.dex)

const refusing = (venue: Venue, key: string, error: () => Error): Venue =>
  changed(venue, (type, answer, dex) => {
    if ((dex === undefined ? type : `${type}:${dex}`) === key) throw error()
    return answer()
  })

const codes = (venue: Venue) => {
  const { result } = play(venue)
  return {
    accounts: result.accounts.length,
    failures: result.failures,
    existence: result.existence[0]?.state,
  }
}

describe('reading', () => {
  it('takes two rounds at first and one when nothing has changed', () => {
    const venue = madeUpVenue(made('unifiedAccount'))
    const first = play(venue)
    expect(
      first.rounds.map((round) => round.map(({ type, dex }) => `${type}:${dex ?? ''}`)),
    ).toEqual([
      [
        'allPerpMetas:',
        'allMids:',
        'allBorrowLendReserveStates:',
        'spotMeta:',
        'userAbstraction:',
        'spotClearinghouseState:',
        'clearinghouseState:',
      ],
      ['clearinghouseState:xyz'],
    ])
    const again = play(venue, { memory: first.result.memory })
    expect(again.rounds).toHaveLength(1)
    expect(again.rounds[0]?.map(({ type }) => type)).not.toContain('spotMeta')
    expect(again.result.accounts).toEqual(first.result.accounts)
    expect(again.result.memory).toEqual(first.result.memory)
  })

  it('takes one round more for a dex or a token that is new', () => {
    const before = play(madeUpVenue(made('default', [MAIN])))
    const after = play(madeUpVenue(made('default')), {
      memory: before.result.memory,
    })
    expect(
      after.rounds.map((round) => round.map(({ type, dex }) => `${type}:${dex ?? ''}`))[1],
    ).toEqual(['clearinghouseState:xyz'])
    const token = play(
      venueOf({
        spotClearinghouseState: { balances: [{ coin: 'NEW', token: 900, total: '1.0' }] },
      }),
      { memory: before.result.memory },
    )
    expect(token.rounds[1]?.map(({ type }) => type)).toEqual(['spotMeta'])
  })

  it('asks nothing for owners that are no EVM address, who have no account', () => {
    const { result, rounds } = play(venueOf({}), { owners: ['venue:dydx:dydx1abc'] })
    expect(rounds).toEqual([])
    expect(result.existence.map(({ state }) => state)).toEqual(['none'])
  })

  it('keeps two owners apart, and one address under two names once', () => {
    const other = '0x00000000000000000000000000000000000000bb'
    const venue = madeUpVenue(made('default'))
    const empty = venueOf({ allPerpMetas: [meta({ ETH: 25 }), meta({ 'xyz:NVDA': 10 })] })
    const shared: Venue = (question) =>
      question.user === undefined || question.user === OWNER ? venue(question) : empty(question)
    const alone = play(venue)
    const both = play(shared, { owners: [OWNER, other, `eip155:1:${OWNER}`] })
    portfolioOf(both.result)
    expect(both.result.accounts).toEqual(alone.result.accounts)
    expect(both.result.existence.map(({ state }) => state)).toEqual(['has', 'none', 'has'])
    expect(both.rounds.flat().filter(({ type }) => type === 'userAbstraction')).toHaveLength(2)
  })

  it('leaves out dexes on demand, and says where that makes an account unknown', () => {
    const standard = play(madeUpVenue(made('default')), { dexes: [] })
    expect(standard.result.accounts.every(({ id }) => !id.includes('xyz'))).toBe(true)
    expect(standard.result.accounts.flatMap(({ flags }) => flags)).toEqual([])
    const pooled = play(madeUpVenue(made('unifiedAccount')), { dexes: [] })
    expect(pooled.result.accounts[0]?.flags).toMatchObject([
      { code: 'dexes-not-read', severity: 'unknown' },
    ])
    expect(pooled.result.accounts[0]?.reconciliation.status).toBe('unreconciled')
  })
})

describe('an account mode', () => {
  it.each([
    ['default', 'standard'],
    ['disabled', 'standard'],
    ['dexAbstraction', 'dexAbstraction'],
    ['unifiedAccount', 'unifiedAccount'],
    ['portfolioMargin', 'portfolioMargin'],
  ] as const)('%s is read as %s', (stated, mode) => {
    const { result } = play(madeUpVenue(made(stated)))
    expect(result.failures).toEqual([])
    expect(result.accounts.map(({ rule }) => rule.modes)).toEqual(
      result.accounts.map(() => ({ account: mode })),
    )
  })

  it.each(['', 'superUnified', 'zzmadeup'])(
    '"%s" is unknown, which is not "no account"',
    (word) => {
      const venue = changed(madeUpVenue(made('default')), (type, answer) =>
        type === 'userAbstraction' ? word : answer(),
      )
      const { accounts, failures, existence } = codes(venue)
      expect(failures.map(({ error }) => error)).toEqual(['UnsupportedVenueStateError'])
      expect(failures[0]?.message).toContain(`"${word}"`)
      expect([accounts, existence]).toEqual([0, 'unknown'])
    },
  )

  it.each([
    ['disabled', 'unifiedAccount'],
    ['dexAbstraction', 'unifiedAccount'],
    ['default', 'portfolioMargin'],
    ['unifiedAccount', 'portfolioMargin'],
  ] as const)('%s is refused where the spot answer is one of %s', (stated, shown) => {
    const venue = changed(madeUpVenue(made(shown)), (type, answer) =>
      type === 'userAbstraction' ? stated : answer(),
    )
    expect(codes(venue)).toMatchObject({
      accounts: 0,
      existence: 'unknown',
      failures: [{ error: 'UnsupportedVenueStateError' }],
    })
  })

  it('of null is what the spot answer shows', () => {
    for (const [shown, mode] of [
      ['default', 'standard'],
      ['unifiedAccount', 'unifiedAccount'],
    ] as const) {
      const venue = changed(madeUpVenue(made(shown)), (type, answer) =>
        type === 'userAbstraction' ? null : answer(),
      )
      const { result } = play(venue)
      expect(result.accounts[0]?.rule.modes.account).toBe(mode)
      expect(result.accounts[0]?.flags).toMatchObject([{ code: 'mode-by-evidence' }])
    }
  })
})

describe('a failed answer', () => {
  const plain = () => new NotJsonError('The venue answered text.')
  const bad = () => new HttpStatusError('HTTP 422.', 422)
  const limited = () => new RateLimitError('HTTP 429.')

  it.each(['userAbstraction', 'spotClearinghouseState', 'allPerpMetas'])(
    'to %s leaves no account and existence unknown',
    (key) => {
      for (const mode of ['default', 'unifiedAccount'] as const) {
        for (const error of [plain, bad, limited]) {
          const { accounts, failures, existence } = codes(
            refusing(madeUpVenue(made(mode)), key, error),
          )
          expect([accounts, existence]).toEqual([0, 'unknown'])
          expect(failures.map((failure) => failure.error)).toEqual([error().name])
        }
      }
    },
  )

  it('on one dex leaves the others in standard mode, and nothing where they share collateral', () => {
    const key = 'clearinghouseState:xyz'
    const standard = codes(refusing(madeUpVenue(made('default')), key, limited))
    expect(standard).toMatchObject({
      accounts: 2,
      existence: 'has',
      failures: [{ error: 'RateLimitError' }],
    })
    const pooled = codes(refusing(madeUpVenue(made('unifiedAccount')), key, limited))
    expect(pooled).toMatchObject({ accounts: 0, existence: 'unknown' })
  })

  it('on the only dex still shows spot balances', () => {
    const { result } = play(
      refusing(madeUpVenue(made('default', [MAIN])), 'clearinghouseState', limited),
    )
    expect(result.accounts.map(({ id }) => id.split('/').at(-1))).toEqual(['spot'])
    expect(result.failures).toHaveLength(1)
  })

  it('to the reserves leaves a portfolio-margin account unread', () => {
    const venue = refusing(
      madeUpVenue(made('portfolioMargin')),
      'allBorrowLendReserveStates',
      limited,
    )
    expect(codes(venue)).toMatchObject({ accounts: 0, existence: 'unknown' })
  })

  it('to prices is a failure where a balance needs one, and none elsewhere', () => {
    const held = venueOf({
      spotClearinghouseState: { balances: [{ coin: 'HYPE', token: 150, total: '2.0' }] },
    })
    for (const key of ['allMids', 'spotMeta']) {
      const { result } = play(refusing(held, key, limited))
      expect(result.accounts).toHaveLength(1)
      expect(result.accounts[0]?.legs[0]?.mark).toBeNull()
      expect(result.failures.map(({ error }) => error)).toEqual(['RateLimitError'])
      expect(codes(refusing(venueOf({}), key, limited)).failures).toEqual([])
    }
  })
})

describe('a malformed answer', () => {
  const position = (change: { readonly [field: string]: unknown }): Venue =>
    changed(madeUpVenue(made('default', [MAIN])), (type, answer) => {
      if (type !== 'clearinghouseState') return answer()
      const state = answer() as { assetPositions: { type: string; position: object }[] }
      const [held] = state.assetPositions
      return { ...state, assetPositions: [{ ...held, position: { ...held?.position, ...change } }] }
    })

  it.each([
    ['szi', '0.0'],
    ['szi', '1e3'],
    ['szi', ''],
    ['szi', 8],
    ['positionValue', '-24000.0'],
    ['positionValue', undefined],
    ['liquidationPx', '-1.0'],
    ['liquidationPx', undefined],
    ['leverage', { type: 'portfolio', value: 3 }],
    ['leverage', { type: 'isolated', value: 3 }],
    ['maxLeverage', 0],
    ['marginUsed', 'NaN'],
    ['coin', 'ETH USD'],
  ])('with %s = %s is a SchemaError', (field, value) => {
    const { failures, accounts } = codes(position({ [field]: value }))
    expect(failures.map(({ error }) => error)).toEqual(['SchemaError'])
    // The spot balances are another answer.
    expect(accounts).toBe(1)
  })

  it.each([
    ['a coin that is not listed', { coin: 'zzmadeup' }],
    ['a maximum leverage that its margin table does not have', { maxLeverage: 40 }],
  ])('with %s is an UnsupportedVenueStateError', (_what, change) => {
    expect(codes(position(change)).failures.map(({ error }) => error)).toEqual([
      'UnsupportedVenueStateError',
    ])
  })

  it.each([
    ['missing', []],
    ['of no tier', [[55, { marginTiers: [] }]]],
    ['that begins above 0', [[55, { marginTiers: [{ lowerBound: '1.0', maxLeverage: 25 }] }]]],
    [
      'that does not rise',
      [
        [
          55,
          {
            marginTiers: [
              { lowerBound: '0.0', maxLeverage: 25 },
              { lowerBound: '0.0', maxLeverage: 15 },
            ],
          },
        ],
      ],
    ],
    [
      'whose leverage does not fall',
      [
        [
          55,
          {
            marginTiers: [
              { lowerBound: '0.0', maxLeverage: 25 },
              { lowerBound: '10.0', maxLeverage: 25 },
            ],
          },
        ],
      ],
    ],
  ])('with a margin table %s never gives an account', (_what, tables) => {
    const venue = changed(madeUpVenue(made('unifiedAccount', [MAIN])), (type, answer) =>
      type === 'allPerpMetas'
        ? [
            {
              collateralToken: 0,
              marginTables: tables,
              universe: [{ name: 'ETH', maxLeverage: 25, marginTableId: 55 }],
            },
          ]
        : answer(),
    )
    const { failures, accounts, existence } = codes(venue)
    expect(failures).toHaveLength(1)
    expect(['SchemaError', 'UnsupportedVenueStateError']).toContain(failures[0]?.error)
    expect([accounts, existence]).toEqual([0, 'unknown'])
  })

  it('with a position twice, a token twice or a negative balance is refused', () => {
    const twice = changed(madeUpVenue(made('default', [MAIN])), (type, answer) => {
      if (type !== 'clearinghouseState') return answer()
      const state = answer() as { assetPositions: unknown[] }
      return { ...state, assetPositions: [...state.assetPositions, ...state.assetPositions] }
    })
    expect(codes(twice).failures.map(({ error }) => error)).toEqual(['UnsupportedVenueStateError'])
    const balances = (rows: readonly unknown[]) =>
      codes(venueOf({ spotClearinghouseState: { balances: rows } }))
    const usdc = { coin: 'USDC', token: 0, total: '1.0' }
    expect(balances([usdc, usdc]).failures.map(({ error }) => error)).toEqual(['SchemaError'])
    expect(balances([{ ...usdc, total: '-1.0' }]).failures.map(({ error }) => error)).toEqual([
      'UnsupportedVenueStateError',
    ])
  })

  it('may lack what not every account has', () => {
    const rows = [
      { coin: 'USDC', token: 0, total: '-0.000000', supplied: '', borrowed: '' },
      { coin: '+92260', total: '12.5' },
      { coin: 'DUST', token: 9, total: '0.0000000000000000000000000000000000000000001' },
    ]
    const { result } = play(
      venueOf({ clearinghouseState: EMPTY_DEX, spotClearinghouseState: { balances: rows } }),
    )
    expect(result.failures).toEqual([])
    expect(result.accounts[0]?.legs.map(({ id }) => id)).toEqual(['token:+92260'])
    expect(portfolioOf(result).assets.map(({ id }) => id)).toEqual([
      'venue:hyperliquid/token:%2B92260',
    ])
  })
})

describe('portfolio margin', () => {
  it('is refused where no recording shows how the venue margins it', () => {
    const flx: MadeDex = {
      ...MAIN,
      name: 'flx',
      collateralToken: 360,
      positions: [{ ...ETH, coin: 'flx:ETH', isolated: null }],
    }
    expect(codes(madeUpVenue(made('portfolioMargin', [MAIN, flx])))).toMatchObject({
      accounts: 0,
      failures: [{ error: 'UnsupportedVenueStateError' }],
    })
    const borrows = changed(madeUpVenue(made('portfolioMargin', [MAIN])), (type, answer) => {
      if (type !== 'spotClearinghouseState') return answer()
      const state = answer() as { balances: unknown[] }
      return {
        ...state,
        balances: [...state.balances, { coin: 'USDT0', token: 268, total: '0.0', borrowed: '5.0' }],
      }
    })
    expect(codes(borrows)).toMatchObject({
      accounts: 0,
      failures: [{ error: 'UnsupportedVenueStateError' }],
    })
  })
})
