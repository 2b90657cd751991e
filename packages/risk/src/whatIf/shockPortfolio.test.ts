import type { Leg, StandardTest } from '@plimsoll/model'
import { factorId, parseAmount, toNumber } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { book, expiry, option as held, stress } from '../../../../test/risk/stressBooks.js'
import { MODULES } from '../../../../test/risk/toyModules.js'
import {
  account,
  BTC,
  collateral,
  ETH,
  mark,
  NOW,
  option,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { ScenarioError } from '../errors.js'
import { black76Price } from '../pricing/black76.js'
import { compile } from '../program/compile.js'
import type { Scenario } from '../program/scenario.js'
import { worldToday, worldUnder } from '../valuation/world.js'
import { checkPortfolioScenario } from './checkScenario.js'
import { movedMultipliers, shockPortfolio } from './shockPortfolio.js'
import { shockVolatility, volatilityFactors } from './volatility.js'

const IV = factorId('iv:ETH')
const scenario: Scenario = { factors: { [ETH]: 0.1, [IV]: 0.5 } }
const of = (...legs: readonly Leg[]) => portfolioOf([account('toy/1/a', 'toy-perps', legs)])
const call = { price: parseAmount('160') }

describe('shockPortfolio', () => {
  const shocked = (leg: Leg) => {
    const portfolio = of(leg)
    const today = worldToday(portfolio, NOW, 'USD')
    const found = shockPortfolio(portfolio, today, worldUnder(today, scenario)).accounts[0]?.legs[0]
    if (found?.kind !== 'option') throw new RangeError('no option')
    return { ...found, price: found.price === null ? null : toNumber(found.price) }
  }
  const model = (forward: number, volatility: number) =>
    black76Price({ right: 'call', forward, strike: 2200, volatility, years: 0.25, discount: 1 })

  it('moves the volatility of an option, and its price by as much as the model', () => {
    const { impliedVolatility, price } = shocked(option(call))
    expect(impliedVolatility).toBeCloseTo(0.9, 15)
    expect(price).toBeCloseTo(160 + model(2001.25 * 1.1, 0.9) - model(2001.25, 0.6), 9)
  })

  it('gives no price to an option that had none, or of which nothing is held', () => {
    expect(shocked(option({ price: null })).price).toBeNull()
    const empty = shocked(option({ ...call, size: parseAmount('0') }))
    expect(empty.price).toBe(160)
    expect(empty.impliedVolatility).toBeCloseTo(0.9, 15)
  })

  it('takes the price of what it cannot reprice away, and leaves it without a volatility', () => {
    expect(shocked(option({ ...call, impliedVolatility: null }))).toMatchObject({
      impliedVolatility: null,
      price: null,
    })
  })

  it('leaves every other leg as it is, and scales every mark', () => {
    const portfolio = of(collateral('weth', '3'), perp('btcIndex', '1'))
    const today = worldToday(portfolio, NOW, 'USD')
    const moved = shockPortfolio(portfolio, today, worldUnder(today, scenario))
    expect(moved.accounts).toEqual(portfolio.accounts)
    const prices = new Map(moved.marks.map((each) => [each.id, each]))
    const weth = prices.get(mark('weth'))
    for (const end of ['min', 'mid', 'max'] as const) {
      expect(toNumber(weth?.[end] ?? parseAmount('0'))).toBeCloseTo(2200, 9)
    }
    expect(toNumber(prices.get(mark('wbtc'))?.mid ?? parseAmount('0'))).toBe(60_000)
  })
})

describe('movedMultipliers', () => {
  it('are price by price what moved, 1 where nothing is known, and 1 at the end', () => {
    const portfolio = of(collateral('weth', '3'))
    const program = compile(portfolio, { modules: MODULES, at: NOW })
    const at = (id: string) => program.marks.findIndex((each) => each.id === id)
    const today = worldToday(portfolio, NOW, 'USD')
    const moved = shockPortfolio(portfolio, today, worldUnder(today, scenario))
    const found = movedMultipliers(program, moved)
    expect(found).toHaveLength(program.marks.length + 1)
    expect(found.at(-1)).toBe(1)
    if (at(mark('weth')) >= 0) expect(found[at(mark('weth'))]).toBeCloseTo(1.1, 15)
    const without = movedMultipliers(program, { ...moved, marks: [] })
    expect([...without]).toEqual(Array.from({ length: program.marks.length + 1 }, () => 1))
    const worthless = {
      ...program,
      marks: program.marks.map((each) => ({ ...each, price: 0 })),
    }
    expect(new Set(movedMultipliers(worthless, moved))).toEqual(new Set([1]))
  })
})

describe('volatilityFactors', () => {
  it('are one for each spot factor of an option, in order, and none of other legs', () => {
    const wbtc = perp('wbtc', '1')
    const onBitcoin = option({ id: 'btc', asset: wbtc.asset, mark: wbtc.mark })
    const legs = [option(), onBitcoin, option({ id: 'second' }), perp('ethIndex', '1')]
    expect(volatilityFactors(of(...legs))).toEqual(['iv:BTC', 'iv:ETH'])
    expect(volatilityFactors(of(collateral('weth', '1')))).toEqual([])
    const staked = perp('wsteth', '1')
    const onStaked = option({ asset: staked.asset, mark: staked.mark })
    expect(volatilityFactors(of(onStaked))).toEqual(['iv:ETH'])
  })
})

describe('checkPortfolioScenario', () => {
  it('takes the volatility of an option that is held, and no shock below −1', () => {
    checkPortfolioScenario(of(option()), scenario)
    expect(() => checkPortfolioScenario(of(perp('ethIndex', '1')), scenario)).toThrow(ScenarioError)
    expect(() => checkPortfolioScenario(of(), { factors: { [BTC]: -1.5 } })).toThrow(ScenarioError)
  })
})

describe('shockVolatility', () => {
  const portfolio = of(option(), perp('ethIndex', '1'), perp('btcIndex', '1'))
  const today = worldToday(portfolio, NOW, 'USD')
  const marks = (['ethIndex', 'btcIndex'] as const).map((name) => ({
    id: mark(name),
    price: 1,
    asset: perp(name, '1').asset,
    feed: 'index',
  }))
  const market = (spotMark: number): StandardTest['markets'][number] => ({
    spot: 2000,
    spotMark,
    perp: null,
    base: 0,
    expiries: [
      {
        years: 0.25,
        forward: 2000,
        forwardMark: -1,
        forwardFixed: 0,
        options: [{ right: 'call', size: -1, strike: 2200, impliedVolatility: 0.6 }],
      },
    ],
    parameters: {
      perpRequirement: 0.05,
      baseFactor: 0.75,
      callSpotRequirement: 0.075,
      putSpotRequirement: 0.075,
      putMarkRequirement: 0.09,
      unpairedScale: 1.1,
    },
  })
  const standard: StandardTest = {
    kernel: 'standard',
    strict: true,
    cash: [],
    stable: { mark: -1, value: 1 },
    credit: 0,
    markets: [market(0), market(1), market(-1)],
  }
  const calm = compile(portfolio, { modules: MODULES, at: NOW })
  const onMark = (spotMark: number) => ({
    ...book({ expiries: [expiry(0.2, [held('a', 'call', 1, 105)])] }),
    spotMark,
  })
  const program = {
    ...calm,
    marks,
    tests: {
      ...calm.tests,
      standard: [null, standard],
      scenario: [null, stress([onMark(0), onMark(1), onMark(-1)])],
    },
  }

  it('moves the options of the underlying that is named, and of no other', () => {
    const moved = shockVolatility(program, today, scenario)
    const volatilities = moved.tests.standard[1]?.markets.map(
      ({ expiries }) => expiries[0]?.options[0]?.impliedVolatility,
    )
    expect(volatilities).toEqual([expect.closeTo(0.9, 15), 0.6, 0.6])
    const stressed = moved.tests.scenario[1]?.books.map(
      ({ expiries }) => expiries[0]?.options[0]?.impliedVolatility,
    )
    const before = program.tests.scenario[1]?.books[0]?.expiries[0]?.options[0]?.impliedVolatility
    expect(stressed).toEqual([expect.closeTo(1.5 * (before ?? NaN), 15), before, before])
    expect([moved.tests.standard[0], moved.tests.scenario[0]]).toEqual([null, null])
    expect(moved.tests.opcode).toBe(program.tests.opcode)
  })

  it('changes nothing where no volatility moves', () => {
    expect(shockVolatility(program, today, { factors: { [ETH]: 0.1 } }).tests).toEqual(
      program.tests,
    )
  })
})
