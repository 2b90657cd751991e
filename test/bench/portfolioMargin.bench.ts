import type {
  ScenarioBook,
  ScenarioExpiry,
  ScenarioLinear,
  ScenarioOption,
  ScenarioTest,
  StressScenario,
} from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { risk } from './builtRisk.js'
import { leastTimes, SLACK, say, timed } from './interleave.js'
import { textbookPrice } from './textbook.js'

const { evaluateScenarioTest, scenario } = risk

const ROUNDS = 81
/** Runs of a contender in a round. */
const REPEATS = 5
/** Accurate to the last digits of a tail and with the same bits everywhere, against `Math.exp`. */
const LEAST_OF_TEXTBOOK = 1 / 2.5
const SPOT = 3000
const DAYS: readonly number[] = [2, 9, 30, 65, 180]
const OPTIONS_OF_EXPIRY = 18

/** Nine moves of spot under three of volatility, and eight damped tails. */
const SCENARIOS: readonly StressScenario[] = [
  ...[-0.16, -0.12, -0.08, -0.04, 0, 0.04, 0.08, 0.12, 0.16].flatMap((move) =>
    [0.5, 0, -0.25].map((volatility) => inGrid(1 + move, volatility, 1)),
  ),
  ...[-0.66, -0.33, 0.5, 1, 2, 3, 4, 5].map((move) => inGrid(1 + move, 0.5, 0.16 / Math.abs(move))),
]

function inGrid(spot: number, volatility: number, weight: number): StressScenario {
  return { spot, volatility, skew: 'none', weight, extended: weight < 1 }
}

/** A number of [0, 1) that hops about as `index` counts. */
function scattered(index: number): number {
  return ((index * 7919) % 1000) / 1000
}

function option(index: number): ScenarioOption {
  return {
    leg: `option/${index}`,
    right: index % 2 === 0 ? 'call' : 'put',
    size: 20 * scattered(index + 3) - 10,
    strike: SPOT * (0.7 + 0.6 * scattered(index)),
    impliedVolatility: 0.5 + 0.4 * scattered(2 * index),
    price: null,
    delta: null,
    limitPrice: null,
  }
}

function linear(leg: string, size: number, price: number): ScenarioLinear {
  return { leg, size, price, mark: 0, moveLimit: null, delta: null, limitPrice: null }
}

const EXPIRIES: readonly ScenarioExpiry[] = DAYS.map((days, position) => {
  const forward = SPOT * (1 + (0.03 * days) / 365)
  return {
    years: days / 365,
    forward,
    forwardMark: 0,
    forwardFixed: 0,
    discount: SPOT / forward,
    gainFactor: 1,
    lossFactor: 1,
    profitScale: 1,
    options: Array.from({ length: OPTIONS_OF_EXPIRY }, (_, index) =>
      option(position * OPTIONS_OF_EXPIRY + index),
    ),
    futures: [linear(`future/${days}`, 4 - 2 * position, forward)],
  }
})

const BOOK: ScenarioBook = {
  name: 'ETH',
  payoff: 'linear',
  unit: { mark: -1, value: 1 },
  spot: SPOT,
  spotMark: 0,
  scenarios: SCENARIOS,
  volatilityShock: { shortPower: 0.3, longPower: 0.13, floorDays: 1, upFloor: null },
  skewShock: null,
  optionDelta: 'forward',
  expiries: EXPIRIES,
  perps: Array.from({ length: 5 }, (_, index) => linear(`perp/${index}`, 3 - index, SPOT)),
  collateral: [],
  gainOffset: { share: 1, maximum: null },
  tailDampener: 0,
  contingencies: [
    {
      kind: 'static',
      name: 'static',
      perp: 0.01,
      base: 0,
      nakedShort: 0.002,
      apply: 'added',
      margin: 'both',
    },
    {
      kind: 'forward',
      up: 1.045,
      down: 0.955,
      rate: 0.5,
      ratePerYear: 2,
      apply: 'competes',
      margin: 'both',
    },
  ],
}

const TEST: ScenarioTest = {
  kernel: 'scenario',
  strict: true,
  normalCdf: 'exact',
  cash: [{ mark: -1, value: 50_000 }],
  stable: { mark: -1, value: 1 },
  collateral: [],
  books: [BOOK],
  across: 'scenario',
  factors: { maintenance: 0.8, initial: 1 },
  depeg: null,
}

/** The same P&L by the textbook's formula, scenario by scenario and leg by leg. */
function textbookProfits(out: Float64Array): void {
  out.fill(0)
  for (const { years, forward, discount, options, futures } of EXPIRIES) {
    const days = years * 365
    const scale = (30 / Math.max(1, days)) ** (days <= 30 ? 0.3 : 0.13)
    for (const { right, size, strike, impliedVolatility } of options) {
      const isCall = right === 'call'
      const today = textbookPrice(isCall, forward, strike, impliedVolatility, years, discount)
      for (const [index, { spot, volatility, weight }] of SCENARIOS.entries()) {
        const shocked = impliedVolatility * Math.max(0, 1 + volatility * scale)
        const price = textbookPrice(isCall, forward * spot, strike, shocked, years, discount)
        out[index] = (out[index] ?? NaN) + weight * size * (price - today)
      }
    }
    for (const future of futures) addLinear(future, out)
  }
  for (const perp of BOOK.perps) addLinear(perp, out)
}

function addLinear({ size, price }: ScenarioLinear, out: Float64Array): void {
  for (const [index, { spot, weight }] of SCENARIOS.entries()) {
    out[index] = (out[index] ?? NaN) + weight * size * price * (spot - 1)
  }
}

describe('portfolio margin of an account with 100 legs', () => {
  const multipliers = Float64Array.of(1)
  const sides = new Float64Array(2)
  const profits = new Float64Array(SCENARIOS.length)

  it('is the P&L that the textbook has', () => {
    textbookProfits(profits)
    const { scenarios } = evaluateScenarioTest(TEST).maintenance
    expect(scenarios.length).toBe(SCENARIOS.length)
    for (const [index, profit] of scenarios.entries()) {
      expect(Math.abs(profit - (profits[index] ?? NaN))).toBeLessThan(1e-8)
    }
  })

  it('takes at most 2.5 times the time of its prices alone by a textbook', {
    timeout: 60_000,
  }, async () => {
    const least = await leastTimes(ROUNDS, {
      account: timed(REPEATS, () => {
        for (let count = 0; count < REPEATS; count++) scenario(TEST, multipliers, sides)
      }),
      textbook: timed(REPEATS, () => {
        for (let count = 0; count < REPEATS; count++) textbookProfits(profits)
      }),
    })
    const ratio = least.textbook / least.account
    say(
      `portfolio margin: 100 legs × ${SCENARIOS.length} scenarios in ${(least.account / 1e6).toFixed(2)} ms, textbook ${(least.textbook / 1e6).toFixed(2)} ms; ratio ${ratio.toFixed(2)}`,
    )
    expect(ratio).toBeGreaterThan(LEAST_OF_TEXTBOOK / SLACK)
  })
})
