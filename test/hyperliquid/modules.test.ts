import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import { encode, operations } from '@plimsoll/adapters/perps/hyperliquid/actions'
import type { MarginAccount, MarkId, VenueModule, VenueState } from '@plimsoll/model'
import {
  accountId,
  InvalidRuleError,
  MarkError,
  OperationError,
  parseAmount,
  toNumber,
} from '@plimsoll/model'
import { maintenance } from '@plimsoll/risk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MadeAccount, MadeMode } from './madeUp.js'
import { madeUpVenue } from './madeUp.js'
import type { Venue } from './venue.js'
import { play, stateOf } from './venue.js'

const { modules } = hyperliquid()
const moduleFor = ({ rule }: MarginAccount): VenueModule => {
  const found = modules.find(({ tag, version }) => tag === rule.tag && version === rule.version)
  if (found === undefined) expect.fail(`no module for ${rule.tag}`)
  return found
}

const hedged = (mode: MadeMode): MadeAccount => ({
  mode,
  dexes: [
    {
      name: '',
      collateralToken: 0,
      rawUsd: 30_000_000_000,
      positions: [
        { coin: 'ETH', size: -800, price: 300_000, maxLeverage: 25, leverage: 10, isolated: null },
        { coin: 'SOL', size: 10_000, price: 15_000, maxLeverage: 20, leverage: 5, isolated: null },
        {
          coin: 'BTC',
          size: 50,
          price: 9_000_000,
          maxLeverage: 40,
          leverage: 20,
          isolated: -42_000_000_000,
        },
      ],
    },
  ],
  spot: { 0: 1_000_000_000_000 },
})

/** Portfolio margin that borrows USDC against HYPE: made up, without the venue's numbers. */
const borrowing = (supplied: string): Venue => {
  const venue = madeUpVenue({ ...hedged('portfolioMargin'), spot: { 0: 0 } })
  return (question) => {
    if (question.type === 'allBorrowLendReserveStates') {
      return [
        [0, { oraclePx: '1.0', ltv: '0.0' }],
        [150, { oraclePx: '40.0', ltv: '0.65' }],
        [268, { oraclePx: '1.0', ltv: '0.0' }],
      ]
    }
    if (question.type !== 'spotClearinghouseState') return venue(question)
    return {
      portfolioMarginEnabled: true,
      balances: [
        { coin: 'USDC', token: 0, total: '1500.0', borrowed: '2500.0' },
        { coin: 'HYPE', token: 150, total: '500.0', supplied },
        { coin: 'USDT0', token: 268, total: '7.0' },
      ],
    }
  }
}

/** The state with the marks of some paths multiplied. */
function shocked(state: VenueState, factors: ReadonlyMap<MarkId, number>): VenueState {
  return {
    ...state,
    marks: new Map(
      [...state.marks].map(([id, mark]) => {
        const mid = parseAmount((toNumber(mark.mid) * (factors.get(id) ?? 1)).toFixed(12))
        return [id, { ...mark, min: mid, mid, max: mid }]
      }),
    ),
  }
}

function compiledHealth(state: VenueState, factors: ReadonlyMap<MarkId, number>) {
  const { marks, tests, errorBound } = moduleFor(state.account).compile(state)
  const [test] = tests
  if (test?.kernel !== 'maintenance') expect.fail('no maintenance test')
  const out = new Float64Array(2)
  // The mark after rounding to the decimals that the exact state has.
  const moved = shocked(state, factors)
  const multipliers = Float64Array.from(marks, (id) => {
    const [now, then] = [state.marks.get(id), moved.marks.get(id)]
    return now === undefined || then === undefined ? NaN : toNumber(then.mid) / toNumber(now.mid)
  })
  maintenance(test, multipliers, out)
  return {
    health: (out[0] ?? NaN) / (out[1] ?? NaN),
    fails: (out[0] ?? NaN) < (out[1] ?? NaN),
    errorBound,
  }
}

describe('the compiled account', () => {
  const venues: readonly (readonly [string, Venue])[] = [
    ['standard', madeUpVenue(hedged('default'))],
    ['unified', madeUpVenue(hedged('unifiedAccount'))],
    ['portfolio margin that lends', madeUpVenue(hedged('portfolioMargin'))],
    ['portfolio margin that borrows', borrowing('450.0')],
  ]
  it.each(venues)('agrees with the exact one under any move of prices: %s', (_name, venue) => {
    const { result } = play(venue)
    const states = result.accounts
      .filter(({ rule }) => rule.tag !== 'hyperliquid/holdings')
      .map(({ id }) => stateOf(result, id))
    expect(states.length).toBeGreaterThan(1)
    fc.assert(
      fc.property(
        fc.constantFrom(...states),
        fc.array(fc.double({ min: 0.3, max: 2.5, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (state, moves) => {
          const ids = [...state.marks.keys()].filter((id) => !id.includes('collateral'))
          const factors = new Map(ids.map((id, index) => [id, moves[index] ?? 1]))
          const exact = moduleFor(state.account).evaluate(shocked(state, factors))
          const { health, fails, errorBound } = compiledHealth(state, factors)
          const value = exact.health.value ?? expect.fail('no health')
          // Relative at health 1: what matters is on which side of the threshold it lies.
          expect(Math.abs(health - value)).toBeLessThanOrEqual(
            Math.max(1e-12, errorBound) * Math.max(1, Math.abs(value)) + 1e-11,
          )
          if (Math.abs(value - 1) > 1e-9) expect(fails).toBe(exact.liquidatable)
        },
      ),
    )
  })

  it('of holdings requires nothing, and their health has a reason', () => {
    const { result } = play(borrowing('450.0'))
    const state = stateOf(result, '/spot')
    const holdings = moduleFor(state.account)
    const [test] = holdings.compile(state).tests
    expect(test).toMatchObject({ positions: [], fixedRequirement: 0, borrow: null })
    expect(holdings.evaluate(state)).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      maintenanceMargin: 0,
    })
  })
})

describe('evaluating', () => {
  const crossOf = (venue: Venue, path: string) => {
    const state = stateOf(play(venue).result, path)
    return { state, evaluation: moduleFor(state.account).evaluate(state) }
  }

  it('a standard account: equity, margins and excess in USD', () => {
    const { evaluation } = crossOf(madeUpVenue(hedged('default')), '/cross/main')
    // 30,000 − 8 × 3,000 + 100 × 150; 24,000 ÷ 50 + 15,000 ÷ 40
    expect(evaluation).toMatchObject({
      equity: 21_000,
      maintenanceMargin: 855,
      initialMargin: 5400,
      excess: 20_145,
      liquidatable: false,
    })
    expect(evaluation.health.value).toBeCloseTo(21_000 / 855, 12)
    expect(Object.keys(evaluation.exact)).toContain('liquidationPx:ETH')
    expect(Object.keys(evaluation.exact)).not.toContain('liquidationPx:SOL')
  })

  it('an isolated account by its own balance alone', () => {
    const { state, evaluation } = crossOf(madeUpVenue(hedged('default')), '/isolated/BTC')
    expect(evaluation).toMatchObject({ equity: 3000, maintenanceMargin: 562.5 })
    expect(state.account.recourse).toBe(false)
  })

  it('an isolated account of a portfolio-margin owner like any other', () => {
    const { evaluation } = crossOf(madeUpVenue(hedged('portfolioMargin')), '/isolated/BTC')
    expect(evaluation.health.value).toBeCloseTo(3000 / 562.5, 12)
    expect(Object.keys(evaluation.exact)).not.toContain('portfolioMarginRatio')
  })

  it('portfolio margin at 0.95 of its ratio', () => {
    const { evaluation } = crossOf(borrowing('450.0'), '/cross/token:0')
    // NE = 1,500 − 3,000; C = 450 × 40 × 0.825; MM = 855
    const [net, collateral, required] = [-1500, 14_850, 855]
    const ratio = (required + required - net) / (collateral + required)
    expect(evaluation.health.value).toBeCloseTo(0.95 / ratio, 12)
    expect(toNumber(evaluation.exact.portfolioMarginRatio ?? { raw: 0n, decimals: 0 })).toBeCloseTo(
      ratio,
      12,
    )
    expect(evaluation.equity).toBeCloseTo(net + 500 * 40, 9)
    expect(evaluation.excess).toBeCloseTo(net + collateral - required, 9)
  })

  it('counts what is supplied, up to the balance', () => {
    const excess = (supplied: string) =>
      crossOf(borrowing(supplied), '/cross/token:0').evaluation.excess
    expect(excess('0.0')).toBeCloseTo(-1500 - 855, 9)
    expect(excess('9999.0')).toBeCloseTo(-1500 + 500 * 33 - 855, 9)
  })

  it('a debt without a position is below every threshold', () => {
    const venue = madeUpVenue({
      mode: 'default',
      dexes: [{ name: '', collateralToken: 0, rawUsd: -5_000_000, positions: [] }],
      spot: {},
    })
    expect(crossOf(venue, '/cross/main').evaluation).toMatchObject({
      health: { value: -1 },
      liquidatable: true,
    })
  })

  it('never improves when collateral is taken away or the mark of a losing leg moves on', () => {
    const { state } = crossOf(madeUpVenue(hedged('default')), '/cross/main')
    const { evaluate } = moduleFor(state.account)
    const health = (cash: number, eth: number): number => {
      const legs = state.account.legs.map((leg) =>
        leg.kind === 'cash' ? { ...leg, amount: parseAmount(String(cash)) } : leg,
      )
      const moved = shocked(
        { ...state, account: { ...state.account, legs } },
        new Map(
          [...state.marks.keys()].filter((id) => id.endsWith('perp:ETH')).map((id) => [id, eth]),
        ),
      )
      return evaluate(moved).health.value ?? NaN
    }
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 100, max: 300 }),
        (cash, eth) => {
          expect(health(cash + 1, eth / 100)).toBeGreaterThan(health(cash, eth / 100))
          expect(health(30_000, eth / 100 + 0.01)).toBeLessThan(health(30_000, eth / 100))
        },
      ),
    )
  })
})

describe('what does not fit the rule', () => {
  const { state } = (() => {
    const { result } = play(madeUpVenue(hedged('default')))
    return { state: stateOf(result, '/cross/main') }
  })()
  const { evaluate, compile } = moduleFor(state.account)
  const withLegs = (
    change: (leg: MarginAccount['legs'][number]) => MarginAccount['legs'][number],
  ) => ({
    ...state,
    account: { ...state.account, legs: state.account.legs.map(change) },
  })

  it('is an InvalidRuleError: native state, margin table or kind of leg', () => {
    const noNative = withLegs((leg) => (leg.kind === 'perp' ? { ...leg, native: null } : leg))
    const noTable = { ...state, shared: new Map() }
    const share = withLegs((leg) =>
      leg.kind === 'cash'
        ? { kind: 'share', id: 'share', asset: leg.asset, mark: null, amount: leg.amount }
        : leg,
    )
    for (const bad of [noNative, noTable, share]) {
      expect(() => evaluate(bad)).toThrow(InvalidRuleError)
      expect(() => compile(bad)).toThrow(InvalidRuleError)
    }
  })

  it('is a MarkError: no mark, or one of 0', () => {
    const zero = shocked(state, new Map([...state.marks.keys()].map((id) => [id, 0])))
    const none = withLegs((leg) => (leg.kind === 'perp' ? { ...leg, mark: null } : leg))
    for (const bad of [zero, none, { ...state, marks: new Map() }]) {
      expect(() => evaluate(bad)).toThrow(MarkError)
    }
  })
})

describe('operations', () => {
  it('are none: applying and encoding say where to go instead', () => {
    const { result } = play(madeUpVenue(hedged('default')))
    const state = stateOf(result, '/cross/main')
    const operation = {
      kind: 'withdraw',
      account: accountId(state.account.id),
      asset: state.account.legs[0]?.asset ?? expect.fail('no leg'),
      amount: 'max',
    } as const
    expect(operations).toEqual([])
    expect(() => encode(operation)).toThrow(OperationError)
    for (const module of modules) {
      expect(module.operations).toEqual([])
      expect(module.liquidate).toBeNull()
      expect(() => module.apply(state, operation)).toThrow(/"withdraw".*venue's own app/)
    }
  })
})
