import type { Leg, MarkId, Native, VenueState } from '@plimsoll/model'
import {
  accountId,
  InvalidRuleError,
  MarkError,
  OperationError,
  ownerId,
  PORTFOLIO_FORMAT,
  parseAmount,
  parsePortfolio,
  reconcile,
  serializePortfolio,
} from '@plimsoll/model'
import { evaluateScenarioTest, scenario } from '@plimsoll/risk'
import { describe, expect, it } from 'vitest'
import { underlyingAsset } from './assets.js'
import { yearsTo } from './feeds.js'
import { wei } from './fixed-point.js'
import { PERPETUAL_STRESS } from './perpetual-parameters.js'
import type { StressParameters } from './scenario-margin.js'
import { stressTest, worstScenario } from './scenario-margin.js'
import { venueMark } from './state.js'
import { stressModule, stressResult } from './stress-margin.js'
import type { StressRule } from './stress-rule.js'

const AT = 1_797_685_200
const EXPIRY = AT + 20 * 86_400
const asset = underlyingAsset('ETH').id
const row = (spot: number, volatility: number, weight = 1) =>
  ({ spot, volatility, skew: 'none', weight, extended: false }) as const

/** A complete set, in the form of the venue's contracts. */
const PARAMETERS: StressParameters = {
  scenarios: [
    ...[0.82, 0.91, 1, 1.09, 1.18].flatMap((spot) => [row(spot, 0.5), row(spot, -0.275)]),
    row(0.34, 0.5, 0.054),
    { spot: 1, volatility: 0, skew: 'linear', weight: 1, extended: false },
    { spot: 1, volatility: 0, skew: 'absolute', weight: 1, extended: false },
  ],
  volatilityShock: {
    shortPower: 0.3,
    longPower: 0.13,
    floorDays: 1,
    upFloor: { value: 0.45, of: 'shocked' },
  },
  skewShock: {
    linear: { cap: 0.15, capPerRoot: -0.05 },
    absolute: { cap: 0.15, capPerRoot: -0.05 },
    minimumWidth: 0.01,
    widthScale: 4,
    width: 0.6,
    widthPerRoot: -0.1,
  },
  forward: { up: 1.045, down: 0.955, rate: 0.5, ratePerYear: 2 },
  factors: { maintenance: 0.8, initial: 1 },
  depeg: { threshold: 0.98, factor: 2 },
  confidence: { threshold: 0.55, margin: 1 },
  static: {
    apply: 'added',
    both: { perp: 0.015, base: 0, nakedShort: 0.003 },
    initial: { perp: 0.005, base: 0, nakedShort: 0.002 },
  },
  discounted: true,
  gainDiscount: { base: 0.95, rateMultiplier: 1, rateAdd: 0.08 },
  lossDiscount: { base: 1.04, rateMultiplier: 0.5, rateAdd: 0.08 },
}

const RULE: StressRule = {
  parameters: PARAMETERS,
  maintenanceCredit: 0,
  collateral: { ETH: { riskCancelling: true, initialHaircut: 0.01, maintenanceHaircut: 0.02 } },
}

const FEEDS: Native = {
  volatilityConfidence: wei('0.9'),
  fixedForward: 0n,
  rate: wei('0.05'),
  rateConfidence: wei('1'),
}

const LEGS: readonly Leg[] = [
  {
    kind: 'cash',
    id: 'cash:USDC',
    asset,
    mark: venueMark('cash:USDC'),
    amount: parseAmount('500'),
  },
  {
    kind: 'perp',
    id: 'perp:ETH',
    asset,
    mark: venueMark('perp:ETH'),
    size: parseAmount('-2'),
    entryPrice: null,
  },
  {
    kind: 'cash',
    id: 'quote:ETH',
    asset,
    mark: venueMark('cash:USDC'),
    amount: parseAmount('3010'),
  },
  {
    kind: 'collateral',
    id: 'collateral:ETH',
    asset,
    mark: venueMark('collateral:ETH'),
    amount: parseAmount('1.5'),
    counts: true,
  },
  ...(['call', 'put'] as const).map(
    (right, index): Leg => ({
      kind: 'option',
      id: `option:ETH-${right}`,
      asset,
      mark: venueMark('spot:ETH'),
      right,
      size: parseAmount(index === 0 ? '-3' : '2'),
      strike: parseAmount('1600'),
      expiry: EXPIRY,
      forward: venueMark(`forward:ETH:${EXPIRY}`),
      impliedVolatility: index === 0 ? 0.7 : 0.8,
      price: null,
      native: FEEDS,
    }),
  ),
]

const PRICES: { readonly [what: string]: string } = {
  'cash:USDC': '0.97',
  'spot:ETH': '1500',
  'perp:ETH': '1502.5',
  'collateral:ETH': '1499',
  [`forward:ETH:${EXPIRY}`]: '1507',
}

function stateOf(
  legs: readonly Leg[] = LEGS,
  parameters: Native = RULE,
  prices: { readonly [what: string]: string } = PRICES,
  confidence: number | null = 0.8,
): VenueState {
  const marks = Object.entries(prices).map(([what, price]) => {
    const mid = parseAmount(price)
    return {
      id: venueMark(what),
      asset,
      numeraire: 'USD',
      min: mid,
      mid,
      max: mid,
      confidence,
      source: 'venue-oracle',
      feed: 'spot',
      timeMs: AT * 1000,
      stalenessLimitMs: null,
    } as const
  })
  return {
    account: {
      id: accountId('derive/1'),
      owner: ownerId('0x00000000000000000000000000000000000000aa'),
      venue: 'derive',
      label: 'Derive 1, portfolio margin',
      asOf: { kind: 'time', timeMs: AT * 1000 },
      recourse: false,
      rule: {
        tag: 'derive/stress',
        version: 1,
        numeraire: 'USD',
        modes: {},
        parameters,
        shared: [],
      },
      legs,
      dependsOn: [],
      reconciliation: reconcile('', []),
      fidelity: { grade: 'modelled' },
      flags: [],
    },
    marks: new Map<MarkId, (typeof marks)[number]>(marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map(),
    at: AT,
  }
}

const without = (id: string) => LEGS.filter((leg) => leg.id !== id)
const changed = (id: string, change: { readonly [field: string]: unknown }) =>
  LEGS.map((leg): Leg => (leg.id === id ? { ...leg, ...change } : leg))

describe('the stress rule', () => {
  it('is the scenario test of its legs, feeds and parameters', () => {
    const expected = evaluateScenarioTest(
      stressTest(
        {
          underlying: 'ETH',
          cash: [500, 3010],
          stable: { price: 0.97, mark: -1 },
          spot: { price: 1500, confidence: 0.8, mark: -1 },
          perp: { leg: 'perp:ETH', size: -2, price: 1502.5, confidence: 0.8, mark: -1 },
          collateral: [
            {
              leg: 'collateral:ETH',
              amount: 1.5,
              price: 1499,
              confidence: 0.8,
              mark: -1,
              riskCancelling: true,
              initialHaircut: 0.01,
              maintenanceHaircut: 0.02,
            },
          ],
          expiries: [
            {
              years: yearsTo(EXPIRY, AT),
              forward: { price: 1507, confidence: 0.8, mark: -1 },
              forwardFixed: 0,
              rate: 0.05,
              rateConfidence: 1,
              volatilityConfidence: 0.9,
              options: [
                { leg: 'option:ETH-call', right: 'call', size: -3, strike: 1600, volatility: 0.7 },
                { leg: 'option:ETH-put', right: 'put', size: 2, strike: 1600, volatility: 0.8 },
              ],
            },
          ],
        },
        PARAMETERS,
      ),
    )
    expect(stressResult(stateOf())).toEqual(expected)
    const { equity, initialMargin, maintenanceMargin, liquidatable } = stressModule.evaluate(
      stateOf(),
    )
    expect(equity).toBeCloseTo(expected.resource, 10)
    expect(initialMargin).toBeCloseTo(expected.initial.requirement, 10)
    expect(maintenanceMargin).toBeCloseTo(expected.maintenance.requirement, 10)
    expect(liquidatable).toBe(expected.maintenance.excess < 0)
  })

  it('compiles to a test that follows the marks', () => {
    const { marks, tests } = stressModule.compile(stateOf())
    const [test] = tests
    const move: { readonly [what: string]: number } = {
      'cash:USDC': 0.99,
      'spot:ETH': 1.1,
      'perp:ETH': 1.08,
      'collateral:ETH': 1.12,
      [`forward:ETH:${EXPIRY}`]: 1.09,
    }
    const multipliers = Float64Array.from(
      marks,
      (id) => Object.entries(move).find(([what]) => venueMark(what) === id)?.[1] ?? NaN,
    )
    const moved = Object.fromEntries(
      Object.entries(PRICES).map(([what, price]) => [
        what,
        (Number(price) * (move[what] ?? NaN)).toFixed(12),
      ]),
    )
    const there = stressResult(stateOf(LEGS, RULE, moved))
    const out = new Float64Array(2)
    if (test?.kernel === 'scenario') scenario(test, multipliers, out)
    expect(out[0]).toBeCloseTo(there.resource, 8)
    expect(out[1]).toBeCloseTo(there.maintenance.requirement, 8)
  })

  it('charges initial margin for what an oracle is not sure of', () => {
    const charge = (confidence: number | null) =>
      stressResult(stateOf(LEGS, RULE, PRICES, confidence)).initial.contingencies.find(
        ({ name }) => name === 'confidence',
      )?.amount
    expect(charge(0.55)).toBe(0)
    // Two perps and five options, at spot.
    expect(charge(0.5)).toBeCloseTo(0.5 * 7 * 1500, 9)
    expect(charge(null)).toBeCloseTo(7 * 1500, 9)
  })

  it('adds a temporary credit to net maintenance margin alone', () => {
    const credited = stressResult(stateOf(LEGS, { ...RULE, maintenanceCredit: 12 }))
    const plain = stressResult(stateOf())
    expect(credited.maintenance.excess - plain.maintenance.excess).toBeCloseTo(12, 9)
    expect(credited.initial.excess).toBe(plain.initial.excess)
  })

  it('judges cash and collateral without positions', () => {
    const { resource, maintenance } = stressResult(
      stateOf(LEGS.filter(({ id }) => id === 'cash:USDC' || id === 'collateral:ETH')),
    )
    expect(resource).toBeCloseTo(500 + (1.5 * 1499) / 0.97, 9)
    expect(maintenance.haircuts).toBeCloseTo((0.02 * 1.5 * 1499) / 0.97, 9)
  })

  it.each([
    ['no parameters', stateOf(LEGS, {}), InvalidRuleError],
    ['parameters without a grid', stateOf(LEGS, spoilt({ scenarios: [] })), InvalidRuleError],
    [
      'parameters without a factor',
      stateOf(LEGS, spoilt({ factors: { maintenance: 0.8 } })),
      InvalidRuleError,
    ],
    [
      'a haircut that is not a number',
      stateOf(LEGS, spoilt({}, { collateral: { ETH: { riskCancelling: true } } })),
      InvalidRuleError,
    ],
    [
      'no haircuts of a collateral',
      stateOf(LEGS, spoilt({}, { collateral: {} })),
      InvalidRuleError,
    ],
    ['no cash', stateOf(without('cash:USDC')), InvalidRuleError],
    [
      'a debt',
      stateOf([
        ...LEGS,
        {
          kind: 'debt',
          id: 'debt:ETH',
          asset,
          mark: venueMark('spot:ETH'),
          amount: parseAmount('1'),
        },
      ]),
      InvalidRuleError,
    ],
    [
      'two underlyings',
      stateOf(changed('option:ETH-call', { id: 'option:BTC-call' })),
      InvalidRuleError,
    ],
    [
      'an option without feeds',
      stateOf(changed('option:ETH-put', { native: { fixedForward: 0n } })),
      InvalidRuleError,
    ],
    [
      'an option without a volatility',
      stateOf(changed('option:ETH-put', { impliedVolatility: null })),
      MarkError,
    ],
    ['no price', stateOf(LEGS, RULE, { ...PRICES, 'spot:ETH': '0' }), MarkError],
  ])('is unknown, not calm, with %s', (_what, state, error) => {
    expect(() => stressModule.evaluate(state)).toThrow(error)
    expect(() => stressModule.compile(state)).toThrow(error)
  })

  it('survives being written and parsed', () => {
    const { account, marks } = stateOf()
    const portfolio = parsePortfolio(
      serializePortfolio({
        format: PORTFOLIO_FORMAT,
        owners: [account.owner],
        asOf: [account.asOf],
        skewMs: 0,
        accounts: [account],
        assets: [underlyingAsset('ETH')],
        marks: [...marks.values()],
        shared: {},
        existence: [],
        failures: [],
      }),
    )
    const [parsed] = portfolio.accounts
    if (parsed === undefined) throw new TypeError('No account was parsed.')
    expect(stressResult({ ...stateOf(), account: parsed })).toEqual(stressResult(stateOf()))
  })

  it('offers no operation', () => {
    expect(stressModule.liquidate).toBeNull()
    expect(() =>
      stressModule.apply(stateOf(), {
        kind: 'set-mode',
        account: accountId('derive/1'),
        mode: 'x',
        value: 'y',
      }),
    ).toThrow(OperationError)
  })
})

function spoilt(
  parameters: { readonly [field: string]: Native },
  rule: { readonly [field: string]: Native } = {},
): Native {
  return {
    parameters: { ...PARAMETERS, ...parameters } as Native,
    maintenanceCredit: 0,
    collateral: { ETH: { riskCancelling: true, initialHaircut: 0, maintenanceHaircut: 0 } },
    ...rule,
  }
}

describe('worstScenario', () => {
  const margin = (scenarios: readonly number[], basis: number) => ({
    ...stressResult(stateOf()).maintenance,
    scenarios,
    contingencies: [
      { book: 'ETH', name: 'forward', apply: 'competes' as const, amount: basis },
      { book: 'ETH', name: 'static', apply: 'added' as const, amount: 99 },
    ],
  })

  it.each([
    ['the first of the least', [3, -5, -7, -7], 0, 2],
    ['the number of scenarios where the basis charge is worse', [3, -5, -7], 7, 3],
    ['the number of scenarios where none loses', [3, 0, 1], 0, 3],
    ['blind to what is below the 18th decimal', [0, -1e-19], 0, 2],
  ])('is %s', (_what, scenarios, basis, index) => {
    expect(worstScenario(margin(scenarios, basis))).toBe(index)
  })
})

describe('what the V3 venue asks of perps', () => {
  it('is 16 % and 1.5 % for initial, four fifths and 0.75 % for maintenance', () => {
    const rule = { parameters: PERPETUAL_STRESS, maintenanceCredit: 0, collateral: {} }
    const { initial, maintenance } = stressResult(
      stateOf(
        LEGS.filter(({ kind }) => kind === 'cash' || kind === 'perp'),
        rule,
      ),
    )
    expect(initial.requirement).toBeCloseTo(2 * (0.16 * 1502.5 + 0.015 * 1500), 9)
    expect(maintenance.requirement).toBeCloseTo(2 * (0.128 * 1502.5 + 0.0075 * 1500), 9)
  })
})
