import type { ScenarioBook, ScenarioContingency, ScenarioTest } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { evaluateScenarioTest } from './evaluateScenarioTest.js'
import { optionPrice } from './price.js'

type Formula = Extract<ScenarioContingency, { readonly kind: 'option-formula' }>['formula']

const SPOT = 100
const YEARS = 0.25
const PRICE = 9

function bookOf(right: 'call' | 'put', strike: number, formula: Formula, leg = 'a'): ScenarioBook {
  const option = {
    right,
    strike,
    impliedVolatility: 0.5,
    price: PRICE,
    delta: null,
    limitPrice: null,
  }
  return {
    name: 'X',
    payoff: 'linear',
    unit: { mark: -1, value: 1 },
    spot: SPOT,
    spotMark: 0,
    scenarios: [],
    volatilityShock: { shortPower: 0, longPower: 0, floorDays: 0, upFloor: null },
    skewShock: null,
    optionDelta: 'forward',
    expiries: [
      {
        years: YEARS,
        forward: SPOT,
        forwardMark: 0,
        forwardFixed: 0,
        discount: 1,
        gainFactor: 1,
        lossFactor: 1,
        profitScale: 1,
        options: [
          { ...option, leg: 'other', size: 7, strike: 1 },
          { ...option, leg: 'a', size: -2 },
        ],
        futures: [],
      },
    ],
    perps: [],
    collateral: [],
    gainOffset: { share: 1, maximum: null },
    tailDampener: 0,
    contingencies: [
      {
        kind: 'option-formula',
        name: 'own',
        apply: 'added',
        margin: 'both',
        leg,
        size: 3,
        formula,
      },
    ],
  }
}

const testOf = (book: ScenarioBook): ScenarioTest => ({
  kernel: 'scenario',
  strict: true,
  normalCdf: 'exact',
  cash: [],
  stable: { mark: -1, value: 1 },
  collateral: [],
  books: [book],
  across: 'scenario',
  factors: { maintenance: 1, initial: 1 },
  depeg: null,
})

const charge = (book: ScenarioBook, move = 1): number =>
  evaluateScenarioTest(testOf(book), Float64Array.of(move)).maintenance.requirement

describe('a formula of one option', () => {
  it('is the lower of a share of its price and a share of spot, for the stated size', () => {
    const low = { kind: 'premium', premium: 0.5, spot: 0.1 } as const
    expect(charge(bookOf('call', 100, low))).toBeCloseTo(3 * 0.5 * PRICE, 12)
    expect(charge(bookOf('call', 100, { ...low, premium: 2 }))).toBeCloseTo(3 * 0.1 * SPOT, 12)
  })

  it('follows the price of the option and spot when prices move', () => {
    const total = 0.5 * Math.sqrt(YEARS)
    const model = (spot: number) => optionPrice(false, true, spot, 100, total)
    const moved = PRICE + model(110) - model(100)
    const premium = { kind: 'premium', premium: 1, spot: 1 } as const
    expect(charge(bookOf('call', 100, premium), 1.1)).toBeCloseTo(3 * moved, 10)
    expect(charge(bookOf('call', 100, { ...premium, spot: 0.1 }), 1.1)).toBeCloseTo(3 * 11, 10)
  })

  const short = { kind: 'short', inTheMoney: 0.15, outOfTheMoney: 0.1, cap: null } as const

  it.each([
    ['call', 100, 15],
    ['call', 103, 12],
    ['call', 130, 10],
    ['call', 80, 15],
    ['put', 100, 15],
    ['put', 97, 12],
    ['put', 70, 10],
    ['put', 120, 15],
  ] as const)('charges a short %s at %d by what it is out of the money', (right, strike, each) => {
    expect(charge(bookOf(right, strike, short))).toBeCloseTo(3 * each, 10)
  })

  it('reads spot as it moves, and stops at the cap', () => {
    expect(charge(bookOf('call', 103, short), 1.03)).toBeCloseTo(3 * 0.15 * 103, 10)
    expect(charge(bookOf('put', 100, { ...short, cap: 0.12 }))).toBeCloseTo(3 * 12, 10)
  })

  it('is not a number where the book has no such leg, never nothing', () => {
    expect(charge(bookOf('call', 100, short, 'missing'))).toBeNaN()
  })
})
