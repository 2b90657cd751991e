import type { Leg, MarketState } from '@plimsoll/model'
import { factorId, parseAmount } from '@plimsoll/model'
import { UNIFIED_DEFAULTS, UnifiedMarginError } from '@plimsoll/risk/unified'
import { describe, expect, it } from 'vitest'
import { calibrationOf } from '../../packages/risk/src/unified/calibration.js'
import { checkMarket } from '../../packages/risk/src/unified/checkMarket.js'
import {
  BTC,
  cash,
  collateral,
  ETH,
  NOW_MS,
  option,
  PEG_STAKED,
  PEG_USDC,
  perp,
} from './toyWorld.js'
import { asked, held, MARKET } from './unifiedWorld.js'

const DAY = 86_400_000
const OTHER = factorId('spot:OTHER')
const over = (horizonDays: number) =>
  calibrationOf(MARKET, { ...UNIFIED_DEFAULTS, horizonDays }, NOW_MS)

describe('calibrationOf', () => {
  it('says of every number whether it is listed, and how old it is', () => {
    const { volatility, peg, impliedVolatility } = over(1)
    expect(volatility(ETH)).toMatchObject({ factor: ETH, isDefault: false, ageMs: DAY })
    expect(volatility(OTHER)).toMatchObject({ factor: OTHER, isDefault: true, raw: 2 })
    expect(peg(PEG_USDC)).toMatchObject({
      used: { factor: PEG_USDC, isDefault: false },
      stress: { down: 0.1, up: 0.02 },
    })
    const unlisted = factorId('peg:OTHER/USD')
    expect(peg(unlisted)).toMatchObject({
      used: { factor: unlisted, isDefault: true },
      stress: { down: 0.75, up: 0.25 },
    })
    expect(impliedVolatility(ETH).used).toMatchObject({ factor: 'iv:ETH', isDefault: false })
    expect(impliedVolatility(BTC).used).toMatchObject({ factor: BTC, isDefault: true, ageMs: DAY })
  })

  it('lets shocks of implied volatility grow over more days, and not shrink over less', () => {
    expect(over(1).impliedVolatility(ETH).stress).toMatchObject({ up: 0.5, down: 0.25 })
    expect(over(4).impliedVolatility(ETH).stress).toMatchObject({ up: 1, down: 0.5 })
    expect(over(36).impliedVolatility(ETH).stress).toMatchObject({ up: 3, down: 1 })
    expect(over(0.25).impliedVolatility(ETH).stress).toMatchObject({ up: 0.5, down: 0.25 })
  })

  it('knows correlations in either order, 1 with itself, and none that nobody measured', () => {
    const { correlation } = over(1)
    expect([correlation(ETH, BTC), correlation(BTC, ETH)]).toEqual([0.8, 0.8])
    expect(correlation(OTHER, OTHER)).toBe(1)
    expect(correlation(ETH, OTHER)).toBeNull()
  })
})

describe('checkMarket', () => {
  const { defaults } = MARKET
  const [spot] = MARKET.volatilities
  const [surface] = MARKET.impliedVolatilities
  const [pair] = MARKET.correlations
  if (spot === undefined || surface === undefined || pair === undefined) throw new RangeError()
  const spotDefault = (change: object) => ({
    defaults: { ...defaults, spot: { ...defaults.spot, ...change } },
  })
  const pegDefault = (change: object) => ({
    defaults: { ...defaults, peg: { ...defaults.peg, ...change } },
  })
  const refused: readonly (readonly [string, Partial<MarketState>])[] = [
    ['stressed volatility of an unlisted spot factor', spotDefault({ stressed: -1 })],
    ['floor volatility of an unlisted spot factor', spotDefault({ floor: NaN })],
    ['fall of an unlisted peg', pegDefault({ down: 1.01 })],
    ['rise of an unlisted peg', pegDefault({ up: -0.01 })],
    ...(
      [
        ['rise of volatility', 'up', -0.1],
        ['fall of volatility', 'down', 1.1],
        ['short power', 'shortPower', Infinity],
        ['long power', 'longPower', -1],
        ['least days', 'floorDays', 0],
      ] as const
    ).flatMap(([called, name, value]) => [
      [`${called} of iv:ETH`, { impliedVolatilities: [{ ...surface, [name]: value }] }] as const,
      [
        `${called} of an unlisted underlying`,
        {
          defaults: {
            ...defaults,
            impliedVolatility: { ...defaults.impliedVolatility, [name]: value },
          },
        },
      ] as const,
    ]),
    ['correlation of spot:BTC and spot:ETH', { correlations: [{ ...pair, value: -1.01 }] }],
  ]

  it.each(refused)('refuses a %s out of its range, by name', (called, change) => {
    const check = () => checkMarket({ ...MARKET, ...change })
    expect(check).toThrow(UnifiedMarginError)
    expect(check).toThrow(`The ${called} in the market state is`)
  })

  it('takes what is just at the end of its range', () => {
    const ends = [
      ...[1, -1].map((value) => ({ correlations: [{ ...pair, value }] })),
      pegDefault({ down: 1, up: 0 }),
      spotDefault({ stressed: Number.MAX_VALUE, floor: 0 }),
    ]
    for (const end of ends) expect(() => checkMarket({ ...MARKET, ...end })).not.toThrow()
  })

  it('finds a pair twice, whichever of the two is named first', () => {
    const turned = { ...pair, factors: [ETH, BTC] as const }
    expect(() => checkMarket({ ...MARKET, correlations: [pair, turned] })).toThrow(
      /spot:BTC and spot:ETH twice/,
    )
  })
})

describe('flags of a unified margin', () => {
  const flagged = (...[portfolio, options, market]: Parameters<typeof asked>) =>
    asked(portfolio, options, market).flags.map(({ code, severity, message }) => [
      code,
      severity,
      message,
    ])
  const volatilities = (calibration: 'default' | 'observed') =>
    MARKET.volatilities.map((row) => ({ ...row, calibration }))
  const deep = (...factors: (typeof ETH)[]): MarketState['depths'] =>
    factors.map((factor) => ({
      factor,
      dailyVolume: 1e9,
      points: [],
      provenance: { source: 'test', asOfMs: NOW_MS, observed: null },
    }))
  const both = held(perp('ethIndex', '1'), perp('btcIndex', '1'))

  it('are none where everything is listed, measured, deep and new', () => {
    expect(flagged(both, {}, { ...MARKET, depths: deep(ETH, BTC) })).toEqual([])
    expect(flagged(held(collateral('usdc', '1')))).toEqual([])
  })

  it('say when the market expired, in days', () => {
    const market = { ...MARKET, expiresAtMs: NOW_MS - 1, depths: deep(ETH, BTC) }
    expect(flagged(both, {}, market)).toEqual([
      [
        'expired-market',
        'unknown',
        'The market state “test” of 2026-09-20 expired on 2026-09-21. Read a newer one.',
      ],
    ])
  })

  it('say how old a default calibration is, only where one of its factors is held', () => {
    const market = (asOfMs: number, calibration: 'default' | 'observed' = 'default') => ({
      ...MARKET,
      asOfMs,
      volatilities: volatilities(calibration),
      depths: deep(ETH, BTC),
    })
    const told = (days: string) => [
      [
        'default-calibration',
        'warning',
        `Volatilities come from “test”, ${days}, not from today's market.`,
      ],
    ]
    expect(flagged(both, {}, market(NOW_MS - 2.5 * DAY))).toEqual(told('2 days old'))
    expect(flagged(both, {}, market(NOW_MS))).toEqual(told('0 days old'))
    expect(flagged(both, {}, market(NOW_MS + 1))).toEqual(told('made after these positions'))
    expect(flagged(both, {}, market(NOW_MS, 'observed'))).toEqual([])
    expect(flagged(held(collateral('usdc', '1')), {}, market(NOW_MS))).toEqual([])
    const [eth, btc] = volatilities('default')
    if (eth === undefined || btc === undefined) throw new RangeError()
    const mixed: MarketState = {
      ...market(NOW_MS),
      volatilities: [{ ...eth, calibration: 'observed' }, btc],
    }
    expect(flagged(held(perp('ethIndex', '1')), {}, mixed)).toEqual([])
  })

  it('name each factor that the market does not list, implied volatilities and pegs among them', () => {
    const market = { ...MARKET, depths: deep(ETH, BTC), impliedVolatilities: [], pegs: [] }
    const legs = [option(), cash('10'), collateral('wsteth', '1')]
    const names = flagged(held(...legs), {}, market).map(([code, , message]) => [
      code,
      /list (\S+):/.exec(message ?? '')?.[1],
    ])
    expect(names).toEqual([ETH, PEG_USDC, PEG_STAKED].map((factor) => ['unlisted-factor', factor]))
  })

  it('name each pair that nobody measured once, and none of an unlisted factor', () => {
    const unmeasured = { ...MARKET, depths: deep(ETH, BTC), correlations: [] }
    expect(flagged(both, {}, unmeasured)).toEqual([
      [
        'unmeasured-correlation',
        'warning',
        'The market state has no correlation of spot:BTC and spot:ETH: their losses add up in full.',
      ],
    ])
    const unlisted = { ...unmeasured, volatilities: MARKET.volatilities.slice(0, 1) }
    expect(flagged(both, {}, unlisted).map(([code]) => code)).toEqual(['unlisted-factor'])
  })

  it('name the underlyings of which no depth is given, in one note', () => {
    const told = (names: string) => [
      [
        'unknown-depth',
        'note',
        `No depth is given for ${names}: nothing is added for liquidity and concentration there.`,
      ],
    ]
    expect(flagged(both)).toEqual(told('spot:BTC, spot:ETH'))
    expect(flagged(both, {}, { ...MARKET, depths: deep(BTC) })).toEqual(told('spot:ETH'))
  })

  it('say of what cannot be placed why, and whether it counts', () => {
    const message = (leg: Leg) => flagged(held(leg)).find(([code]) => code === 'unplaced')
    const bought = { impliedVolatility: null, size: parseAmount('3'), price: parseAmount('100') }
    expect(message(option(bought))?.slice(1)).toEqual([
      'warning',
      'toy/1/a#option: Its venue gives no implied volatility. It counts for nothing.',
    ])
    expect(message(option({ ...bought, size: parseAmount('-3') }))?.slice(1)).toEqual([
      'unknown',
      'toy/1/a#option: Its venue gives no implied volatility.',
    ])
  })
})
