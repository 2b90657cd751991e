import type { MarketState } from '@plimsoll/model'
import { fromCanonicalJson, parseAmount, toCanonicalJson } from '@plimsoll/model'
import { compareMargin } from '@plimsoll/risk/compare'
import { black76Delta, black76Price } from '@plimsoll/risk/pricing'
import { UnifiedMarginError, unifiedSystem } from '@plimsoll/risk/unified'
import { describe, expect, it } from 'vitest'
import {
  account,
  BTC,
  collateral,
  debt,
  ETH,
  NOW_MS,
  option,
  optionModel,
  PEG_STAKED,
  perp,
  portfolioOf,
} from './toyWorld.js'
import { asked, held, MARKET, RANGE } from './unifiedWorld.js'

const SPOT = 2001.25
const codes = ({ flags }: ReturnType<typeof asked>) => flags.map(({ code }) => code)

describe('unifiedMargin', () => {
  it('asks of a perp its loss at the end of the range, of a sold one more', () => {
    const long = asked(held(perp('ethIndex', '10')))
    expect(long.maintenance).toBeCloseTo(10 * SPOT * (1 - Math.exp(-RANGE.eth)), 8)
    expect(long.initial).toBeCloseTo(1.25 * (long.maintenance ?? NaN), 8)
    expect(long.parts.worst?.label).toBe('spot −10.9 %, volatility 0 %')
    const short = asked(held(perp('ethIndex', '-10')))
    expect(short.maintenance).toBeCloseTo(10 * SPOT * (Math.exp(RANGE.eth) - 1), 8)
    expect(short.parts.worst?.label).toBe('spot +12.2 %, volatility 0 %')
  })

  it('does not round up a range that is a whole number of steps', () => {
    const whole = asked(held(perp('ethIndex', '10')), { tailMultiplier: 2.5 })
    expect(whole.maintenance).toBeCloseTo(10 * SPOT * (1 - Math.exp(-0.1)), 8)
  })

  it('grows with the square root of the horizon, and counts a third of moves beyond the range', () => {
    const steps = Math.ceil((2.823871 * 0.04 * 4) / 0.0025)
    const at = asked(held(perp('ethIndex', '-1')), { horizonDays: 16 })
    expect(at.maintenance).toBeCloseTo(SPOT * (Math.exp(steps * 0.0025) - 1), 8)
    const extreme = asked(held(perp('ethIndex', '-1')), { horizonDays: 60 })
    const far = 4 * Math.ceil((2 * Math.ceil((2.823871 * 0.04 * Math.sqrt(60)) / 0.0025)) / 4)
    expect(extreme.maintenance).toBeCloseTo((SPOT * (Math.exp(far * 0.0025) - 1)) / 3, 6)
    expect(extreme.parts.worst?.label).toMatch(/33\.3 % of the loss$/)
  })

  it('reprices options in full, with volatility shocked by term', () => {
    const { maintenance, parts } = asked(held(option()))
    const scale = (30 / (0.25 * 365)) ** 0.13
    const loss = (spot: number, shock: number) =>
      3 *
      (black76Price(optionModel(SPOT * spot, 0.6 * (1 + shock * scale))) -
        black76Price(optionModel(SPOT, 0.6)))
    expect(maintenance).toBeCloseTo(loss(Math.exp(RANGE.eth), 0.5), 8)
    expect(parts.worst?.label).toBe('spot +12.2 %, volatility +50 %')
  })

  it('counts an option at its quoted price, which falls no further than to 0', () => {
    const bought = option({ size: parseAmount('3'), price: parseAmount('80') })
    const position = asked(held(bought))
    const model = (spot: number, volatility: number) =>
      black76Price(optionModel(SPOT * spot, volatility))
    const scale = (30 / (0.25 * 365)) ** 0.13
    const lost = model(1, 0.6) - model(Math.exp(-RANGE.eth), 0.6 * (1 - 0.25 * scale))
    expect(position.equity).toBe(240)
    expect(lost).toBeGreaterThan(80)
    expect(position.maintenance).toBeCloseTo(240, 9)
    const modelled = asked(held(option({ size: parseAmount('3') })))
    expect(modelled.equity).toBeCloseTo(3 * model(1, 0.6), 9)
    expect(modelled.maintenance).toBeCloseTo(3 * lost, 8)
  })

  it('counts a loss at the price of today on both sides', () => {
    const bought = (right: 'call' | 'put') =>
      option({ id: right, right, strike: parseAmount('2055'), size: parseAmount('5') })
    const { fall, rise } = asked(held(bought('call'), bought('put'))).parts.underlyings[0] ?? {}
    expect(fall?.label).toBe('spot 0 %, volatility −25 %')
    expect(fall?.loss).toBeGreaterThan(0)
    expect(rise).toEqual(fall)
  })

  it('finds the worst between the ends of the range', () => {
    // Sold calls at 2100 against bought ones on both sides: it loses most where the middle is.
    const at = (strike: string, size: string) =>
      option({
        id: strike,
        strike: parseAmount(strike),
        size: parseAmount(size),
        expiry: NOW_MS / 1000 + 3600,
      })
    const { parts } = asked(held(at('2000', '5'), at('2100', '-10'), at('2200', '5')))
    const short = asked(held(at('2000', '-5'), at('2100', '10'), at('2200', '-5')))
    expect(short.parts.worst?.scenario?.spot).toBeCloseTo(2100 / SPOT, 2)
    expect(parts.spot).toBeLessThan(short.parts.spot)
  })

  it('asks at least the minimum of short options, call and put each on its side', () => {
    const far = option({ strike: parseAmount('90000') })
    const { maintenance, parts } = asked(held(far))
    expect(maintenance).toBeCloseTo(3 * 0.005 * 2000, 9)
    expect(parts.worst?.label).toBe('the minimum of short options')
    const put = option({ id: 'put', right: 'put', strike: parseAmount('10') })
    expect(asked(held(far, put)).maintenance).toBeCloseTo(3 * 0.005 * 2000, 9)
    const bought = option({ id: 'bought', strike: parseAmount('90000'), size: parseAmount('3') })
    expect(asked(held(far, bought)).maintenance).toBeCloseTo(0, 9)
  })

  it('adds up underlyings that lose one way by stressed correlation, √(a² + b² + 2·c·a·b)', () => {
    const a = 10 * SPOT * (1 - Math.exp(-RANGE.eth))
    const b = 60_010 * (1 - Math.exp(-RANGE.btc))
    const c = 0.25 + 0.75 * 0.8
    const both = asked(held(perp('ethIndex', '10'), perp('btcIndex', '1')))
    expect(both.maintenance).toBeCloseTo(Math.sqrt(a * a + b * b + 2 * c * a * b), 7)
  })

  it('gives a hedge across underlyings no credit beyond independence', () => {
    const a = 10 * SPOT * (1 - Math.exp(-RANGE.eth))
    const b = 60_010 * (Math.exp(RANGE.btc) - 1)
    const both = asked(held(perp('ethIndex', '10'), perp('btcIndex', '-1')))
    expect(both.maintenance).toBeCloseTo(Math.sqrt(a * a + b * b), 7)
  })

  it('shows a hedged pair on two venues: a low netted requirement, and what no venue grants', () => {
    const pair = portfolioOf([
      account('toy/1/long', 'toy-perps', [perp('ethIndex', '10')]),
      account('toy/1/short', 'toy-perps', [perp('ethIndex', '-10')]),
    ])
    const { maintenance, netting, venues } = asked(pair, { siloedByVenues: 2000 })
    expect(maintenance).toBeCloseTo(0, 9)
    expect(netting.siloed).toBeCloseTo(10 * SPOT * (Math.exp(RANGE.eth) - Math.exp(-RANGE.eth)), 7)
    expect(netting.notGranted).toBeCloseTo(netting.siloed, 9)
    expect(netting.capitalEfficiency).toBeCloseTo(0, 9)
    expect(netting.byAccount.map(({ account: id }) => id)).toEqual(['toy/1/long', 'toy/1/short'])
    expect(venues).toEqual({ siloed: 2000, notGranted: 2000 - (maintenance ?? NaN) })
  })

  it('names the scenario of the one underlying that loses', () => {
    const flat = [perp('ethIndex', '10'), { ...perp('ethIndex', '-10'), id: 'short' }]
    const { parts } = asked(held(...flat, perp('btcIndex', '1')))
    expect(parts.worst).toMatchObject({
      label: 'spot −8.1 %, volatility 0 %',
      loss: parts.spot,
      scenario: { direction: -1 },
    })
    const [row] = compareMargin(held(...flat, perp('btcIndex', '1')), {
      systems: [unifiedSystem(MARKET)],
      nowMs: NOW_MS,
    }).systems
    expect(row?.ok === true && row.worst).toEqual(parts.worst)
  })

  it('is data: its canonical text holds every part', () => {
    const margin = asked(held(option(), collateral('wsteth', '3'), debt('usdc', '100')))
    expect(fromCanonicalJson(toCanonicalJson(margin))).toEqual(margin)
  })

  it('asks nothing where nothing is held', () => {
    const empty = asked(portfolioOf([]))
    expect(empty).toMatchObject({ maintenance: 0, initial: 0, equity: 0, collateral: [] })
    expect(empty.netting.capitalEfficiency).toBeNull()
    expect(empty.parts.worst).toBeNull()
  })

  const [row] = MARKET.volatilities
  const [correlation] = MARKET.correlations
  if (row === undefined || correlation === undefined) throw new RangeError('no market')
  const { defaults } = MARKET
  const broken: readonly (readonly [string, Partial<MarketState>, RegExp])[] = [
    ['NaN', { volatilities: [{ ...row, volatility: NaN }] }, /volatility of spot:ETH .* is NaN/],
    ['an infinite stress', { volatilities: [{ ...row, stressed: Infinity }] }, /stressed/],
    ['a floor below 0', { volatilities: [{ ...row, floor: -1 }] }, /floor/],
    ['a factor twice', { volatilities: [row, row] }, /spot:ETH twice/],
    ['a pair twice', { correlations: [correlation, correlation] }, /spot:BTC and spot:ETH twice/],
    ['a correlation above 1', { correlations: [{ ...correlation, value: 1.1 }] }, /from -1 to 1/],
    [
      'a peg that loses more than all',
      { pegs: [{ ...defaults.peg, factor: PEG_STAKED, down: 1.1 }] },
      /fall of peg:wstETH/,
    ],
    [
      'a peg without a rise',
      { pegs: [{ ...defaults.peg, factor: PEG_STAKED, up: NaN }] },
      /rise of peg:wstETH/,
    ],
    [
      'a low default',
      { defaults: { ...defaults, spot: { ...defaults.spot, volatility: 1.9 } } },
      /at least 2/,
    ],
    [
      'a surface without days',
      {
        defaults: {
          ...defaults,
          impliedVolatility: { ...defaults.impliedVolatility, floorDays: 0 },
        },
      },
      /least days/,
    ],
    [
      'a surface without a power',
      {
        defaults: {
          ...defaults,
          impliedVolatility: { ...defaults.impliedVolatility, shortPower: NaN },
        },
      },
      /short power/,
    ],
  ]
  it.each(broken)('refuses a market with %s', (_, change, message) => {
    expect(() => asked(held(), {}, { ...MARKET, ...change })).toThrow(UnifiedMarginError)
    expect(() => unifiedSystem({ ...MARKET, ...change })).toThrow(message)
  })

  it('takes parameters at the ends of their ranges', () => {
    const both = held(perp('ethIndex', '10'), perp('btcIndex', '1'))
    const at = (correlationStress: number) => asked(both, { correlationStress }).maintenance
    const losses = asked(both).parts.underlyings.map(({ fall }) => fall.loss)
    expect(at(1)).toBeCloseTo(
      losses.reduce((sum, loss) => sum + loss, 0),
      8,
    )
    expect(at(0)).toBeLessThan(at(0.25) ?? NaN)
  })

  it('refuses parameters out of range', () => {
    expect(() => asked(held(), { horizonDays: 0 })).toThrow(UnifiedMarginError)
    expect(() => asked(held(), { initialFactor: 1 })).toThrow(/initialFactor .* is 1\./)
  })
})

describe('collateral and add-ons', () => {
  it('weights collateral by volatility and peg, each alone', () => {
    const { collateral: rows } = asked(
      held(collateral('wsteth', '10'), debt('weth', '9'), perp('ethIndex', '2')),
    )
    const volatility = 1 - Math.exp(-2.823871 * 0.04)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ value: 24_005, liquidity: null })
    expect(rows[0]?.volatility).toBeCloseTo(volatility, 12)
    expect(rows[0]?.peg).toBeCloseTo(0.15, 15)
    expect(rows[0]?.weighted).toBeCloseTo(24_005 * (1 - volatility) * 0.85, 8)
  })

  const deep = (dailyVolume: number | null): MarketState => ({
    ...MARKET,
    depths: [
      {
        factor: ETH,
        dailyVolume,
        points: [
          { notional: 0, price: 1 },
          { notional: 100_000, price: 0.9 },
        ],
        provenance: { source: 'test', asOfMs: MARKET.asOfMs, observed: null },
      },
    ],
  })

  it('takes what selling collateral at once loses off it, in the thinner of its markets', () => {
    const market = deep(null)
    const thin = market.depths.map((each) => ({
      ...each,
      factor: BTC,
      points: each.points.map((point) => ({ ...point, notional: point.notional / 2 })),
    }))
    const rowsOf = (name: 'wsteth' | 'pool', depths = market.depths) =>
      asked(held(collateral(name, '10')), {}, { ...market, depths }).collateral
    const [row] = rowsOf('wsteth')
    expect(row?.liquidity).toBeCloseTo((0.1 * 24_005) / 200_000, 12)
    expect(row?.weighted).toBeCloseTo(
      24_005 * (1 - (row?.volatility ?? NaN)) * 0.85 * (1 - (row?.liquidity ?? NaN)),
      8,
    )
    const [pool] = rowsOf('pool', [...market.depths, ...thin])
    expect(pool?.liquidity).toBeCloseTo((0.1 * 1257.5) / 100_000, 12)
  })

  it('adds what closing the larger side costs, and concentration beyond a share of the volume', () => {
    const legs = [perp('ethIndex', '40'), perp('weth', '-10')]
    const plain = asked(held(...legs))
    const { parts } = asked(held(...legs), {}, deep(100_000))
    const quantity = 40 * SPOT
    const [addOn] = parts.addOns
    expect(addOn?.quantity).toBeCloseTo(quantity, 8)
    expect(addOn?.liquidity).toBeCloseTo((0.1 * quantity * quantity) / 200_000, 8)
    expect(addOn?.multiplier).toBeCloseTo(Math.sqrt(quantity / 10_000), 12)
    expect(addOn?.concentration).toBeCloseTo(
      (Math.sqrt(quantity / 10_000) - 1) * plain.parts.spot,
      7,
    )
    expect(parts.maintenance).toBeCloseTo(parts.spot + parts.addOn, 9)
    expect(parts.initial).toBeCloseTo(1.25 * parts.spot + parts.addOn, 9)
    expect(codes(plain)).toContain('unknown-depth')
  })

  it('counts options by their delta', () => {
    const [addOn] = asked(held(option(), perp('ethIndex', '0.1')), {}, deep(null)).parts.addOns
    const delta = black76Delta(optionModel(SPOT, 0.6))
    expect(addOn?.quantity).toBeCloseTo(3 * delta * SPOT, 8)
    expect(addOn?.shares).toEqual([{ leg: 'toy/1/a#option', share: 1 }])
  })

  it('counts what no price is known for as lost, and no concentration without a volume', () => {
    const { parts } = asked(held(perp('ethIndex', '100')), {}, deep(null))
    const quantity = 100 * SPOT
    expect(parts.addOn).toBeCloseTo(quantity - 100_000 * 0.95, 6)
    expect(parts.addOns[0]?.concentration).toBe(0)
  })
})
