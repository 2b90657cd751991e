import type {
  Asset,
  Leg,
  MarginAccount,
  Mark,
  MarkId,
  Native,
  SharedKey,
  VenueState,
} from '@plimsoll/model'
import {
  accountId,
  addAmounts,
  formatAmount,
  InvalidRuleError,
  MarkError,
  mulDivTrunc,
  OperationError,
  ownerId,
  parseAmount,
  reconcile,
  toNumber,
} from '@plimsoll/model'
import { standard } from '@plimsoll/risk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { underlyingAsset } from './assets.js'
import { standardModule } from './margin.js'
import { CONTINGENCY, marketParameters } from './parameters.js'
import { portfolioModule } from './portfolio-margin.js'
import { venueMark, venueState } from './state.js'

const AT = 1_797_685_200
/** Random subaccounts tried for each property. */
const RUNS = process.env.PLIMSOLL_DEEP === '1' ? 10_000 : 300
const asset = underlyingAsset('ETH').id

function mark(id: MarkId, price: string, confidence: number | null = 1): Mark {
  const mid = parseAmount(price)
  return {
    id,
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
  }
}

type Option = {
  readonly right: 'call' | 'put'
  readonly size: string
  readonly strike: string
  readonly expiry: number
  readonly volatility: number
}

type Spec = {
  readonly cash?: string
  readonly stable?: string
  readonly spot?: string
  readonly credit?: bigint
  readonly perp?: { readonly size: string; readonly price: string; readonly quote: string }
  readonly base?: string
  readonly options?: readonly Option[]
  readonly forwards?: { readonly [expiry: number]: string }
  readonly confidence?: number
  readonly fixed?: bigint
}

/** A subaccount under the standard manager with ETH positions. */
function stateOf(spec: Spec): VenueState {
  const { cash = '0', stable = '1', spot = '1500', perp, base, options = [] } = spec
  const confidence = spec.confidence ?? 1
  const expiries = [...new Set(options.map(({ expiry }) => expiry))]
  const cashLeg = (id: string, amount: string): Leg => ({
    kind: 'cash',
    id,
    asset,
    mark: venueMark('cash:USDC'),
    amount: parseAmount(amount),
  })
  const legs: readonly Leg[] = [
    cashLeg('cash:USDC', cash),
    ...(perp === undefined
      ? []
      : [
          {
            kind: 'perp',
            id: 'perp:ETH',
            asset,
            mark: venueMark('perp:ETH'),
            size: parseAmount(perp.size),
            entryPrice: null,
          } as const,
          cashLeg('quote:ETH', perp.quote),
        ]),
    ...(base === undefined
      ? []
      : [
          {
            kind: 'collateral',
            id: 'collateral:ETH',
            asset,
            mark: venueMark('collateral:ETH'),
            amount: parseAmount(base),
            counts: true,
          } as const,
        ]),
    ...options.map(
      (option, index): Leg => ({
        kind: 'option',
        id: `option:ETH-${index}`,
        asset,
        mark: venueMark('spot:ETH'),
        right: option.right,
        size: parseAmount(option.size),
        strike: parseAmount(option.strike),
        expiry: option.expiry,
        forward: venueMark(`forward:ETH:${option.expiry}`),
        impliedVolatility: option.volatility,
        price: null,
        native: {
          volatilityConfidence: 1_000_000_000_000_000_000n,
          fixedForward: spec.fixed ?? 0n,
        },
      }),
    ),
  ]
  const parameters = marketParameters('ETH')
  const shared: readonly (readonly [SharedKey, Native])[] = [
    [venueState('perp:ETH'), parameters.perp],
    [venueState('option:ETH'), parameters.option],
    [
      venueState('collateral:1:ETH'),
      { initial: 600_000_000_000_000_000n, maintenance: 750_000_000_000_000_000n },
    ],
  ]
  const account: MarginAccount = {
    id: accountId('derive/1'),
    owner: ownerId(`0x${'11'.repeat(20)}`),
    venue: 'derive',
    label: 'test',
    asOf: { kind: 'time', timeMs: AT * 1000 },
    recourse: false,
    rule: {
      tag: 'derive/standard',
      version: 1,
      numeraire: 'USD',
      modes: { manager: 'SM' },
      parameters: { universe: 1n, maintenanceCredit: spec.credit ?? 0n, ...CONTINGENCY },
      shared: shared.map(([key]) => key),
    },
    legs,
    dependsOn: [],
    reconciliation: reconcile('', []),
    fidelity: { grade: 'exact' },
    flags: [],
  }
  const marks = [
    mark(venueMark('cash:USDC'), stable, null),
    mark(venueMark('collateral:ETH'), spot, confidence),
    mark(venueMark('spot:ETH'), spot, confidence),
    ...(perp === undefined ? [] : [mark(venueMark('perp:ETH'), perp.price, confidence)]),
    ...expiries.map((expiry) =>
      mark(venueMark(`forward:ETH:${expiry}`), spec.forwards?.[expiry] ?? spot, confidence),
    ),
  ]
  return {
    account,
    marks: new Map(marks.map((entry) => [entry.id, entry])),
    assets: new Map<Asset['id'], Asset>(),
    shared: new Map(shared),
    at: AT,
  }
}

const WEEK = AT + 500_400
const call = (size: string, strike = '1500'): Option => ({
  right: 'call',
  size,
  strike,
  expiry: WEEK,
  volatility: 1.0478844940849863,
})
const put = (size: string, strike = '1500'): Option => ({ ...call(size, strike), right: 'put' })
const FORWARD = { [WEEK]: '1500.833279310994' }

/** [resource, requirement] of the compiled test under multipliers by mark. */
function compiledSides(
  state: VenueState,
  multiplierOf: (id: MarkId) => number = () => 1,
): readonly [number, number] {
  const { marks, tests } = standardModule.compile(state)
  const [test] = tests
  if (test?.kernel !== 'standard') throw new TypeError('No standard test.')
  const out = new Float64Array(2)
  standard(test, Float64Array.from(marks, multiplierOf), out)
  return [out[0] ?? Number.NaN, out[1] ?? Number.NaN]
}

/** The state with each mark moved by a ratio of a million. */
function moved(state: VenueState, ratioOf: (id: MarkId) => bigint): VenueState {
  const marks = new Map(
    [...state.marks].map(([id, entry]) => {
      const { raw, decimals } = entry.mid
      const mid = {
        raw: mulDivTrunc(raw * 10n ** 12n, ratioOf(id), 1_000_000n),
        decimals: decimals + 12,
      }
      return [id, { ...entry, min: mid, mid, max: mid }] as const
    }),
  )
  return { ...state, marks }
}

describe('the standard rule', () => {
  it('gives the venue its own names, and requirements their sign', () => {
    const evaluation = standardModule.evaluate(
      stateOf({ cash: '2500', options: [call('-4')], forwards: FORWARD }),
    )
    // Four times case Test1 of the recorded truth, with a maintenance ratio of 9 %.
    expect(evaluation.equity).toBeCloseTo(2500 - 4 * 79.37158518905994, 10)
    expect(evaluation.initialMargin).toBeCloseTo(900, 9)
    expect(evaluation.maintenanceMargin).toBeCloseTo(540, 9)
    expect(evaluation.excess).toBeCloseTo(evaluation.equity - 540, 9)
    expect(evaluation.health.value).toBeCloseTo(evaluation.equity / 540, 12)
    expect(evaluation.liquidatable).toBe(false)
  })

  it('is at health 1 where the net maintenance margin is 0, and liquidatable below', () => {
    const perp = { size: '1', price: '1500', quote: '-1500' }
    const at = standardModule.evaluate(stateOf({ cash: '75', perp }))
    expect(at).toMatchObject({ health: { value: 1 }, liquidatable: false, excess: 0 })
    const below = standardModule.evaluate(stateOf({ cash: '74.999999999999999999', perp }))
    expect(below.liquidatable).toBe(true)
  })

  it('requires nothing of cash or of nothing', () => {
    expect(standardModule.evaluate(stateOf({ cash: '10' })).health).toMatchObject({
      value: null,
      reason: 'no-requirement',
    })
    expect(standardModule.evaluate(stateOf({})).liquidatable).toBe(false)
  })

  it('is −1 and liquidatable for a debt against nothing, compiled too', () => {
    const state = stateOf({ cash: '-10' })
    expect(standardModule.evaluate(state)).toMatchObject({
      health: { value: -1 },
      liquidatable: true,
    })
    const [resource, requirement] = compiledSides(state)
    expect(resource / requirement).toBe(-1)
  })

  it('adds a credit to maintenance margin alone', () => {
    const without = standardModule.evaluate(stateOf({ cash: '600', options: [call('-4')] }))
    const state = stateOf({ cash: '600', options: [call('-4')], credit: 5n * 10n ** 18n })
    const evaluation = standardModule.evaluate(state)
    expect(evaluation.excess).toBeCloseTo((without.excess ?? 0) + 5, 9)
    expect(evaluation.equity).toBe(without.equity)
    expect(evaluation.initialMargin).toBe(without.initialMargin)
  })

  it('lets a long option cover a short one of its expiry, and no other', () => {
    const spread = standardModule.evaluate(
      stateOf({ cash: '200', options: [put('-1', '1400'), put('1', '1300')] }),
    )
    expect(spread.excess).toBeCloseTo(100, 9)
    const apart = standardModule.evaluate(
      stateOf({
        cash: '200',
        options: [put('-1', '1400'), { ...put('1', '1300'), expiry: WEEK + 604_800 }],
      }),
    )
    expect(apart.excess).toBeLessThan(50)
  })

  it('raises initial margin alone when a feed is unsure or the settlement asset falls', () => {
    const spec = { cash: '5000', base: '1', options: [call('-4')] }
    const sure = standardModule.evaluate(stateOf(spec))
    const unsure = standardModule.evaluate(stateOf({ ...spec, confidence: 0.5 }))
    // Half of spot for four options and one ETH.
    expect(unsure.initialMargin).toBeCloseTo((sure.initialMargin ?? 0) + 0.5 * 1500 * 5, 6)
    expect(unsure.excess).toBe(sure.excess)
    const depegged = standardModule.evaluate(stateOf({ ...spec, base: '0', stable: '0.98' }))
    const pegged = standardModule.evaluate(stateOf({ ...spec, base: '0' }))
    expect(depegged.initialMargin).toBeCloseTo((pegged.initialMargin ?? 0) + 0.02 * 1500 * 4, 6)
    expect(depegged.excess).toBe(pegged.excess)
  })

  it('offers no operations', () => {
    expect(standardModule).toMatchObject({ operations: [], liquidate: null })
    const operation = {
      kind: 'withdraw',
      account: accountId('derive/1'),
      asset,
      amount: 1n,
    } as const
    expect(() => standardModule.apply(stateOf({}), operation)).toThrow(OperationError)
  })
})

const amount = (from: number, to: number) =>
  fc.integer({ min: from * 1e6, max: to * 1e6 }).map((value) => (value / 1e6).toFixed(6))
const ratio = fc.integer({ min: 400_000, max: 2_500_000 })
const option = fc.record({
  right: fc.constantFrom<'call' | 'put'>('call', 'put'),
  size: amount(-5, 5),
  strike: fc.integer({ min: 6, max: 40 }).map((hundreds) => String(hundreds * 100)),
  expiry: fc.constantFrom(AT - 60, AT + 900, WEEK, WEEK + 604_800),
  volatility: fc.double({ min: 0.05, max: 3, noNaN: true }),
})
const subaccount = fc.record({
  cash: amount(-20_000, 20_000),
  stable: fc.constantFrom('1', '0.97', '1.01'),
  spot: amount(1000, 3000),
  perp: fc.option(
    fc.record({ size: amount(-5, 5), price: amount(1000, 3000), quote: amount(-9000, 9000) }),
    {
      nil: undefined,
    },
  ),
  base: fc.option(amount(0, 20), { nil: undefined }),
  options: fc.array(option, { maxLength: 8 }),
})

describe('exact and compiled evaluation', () => {
  it('agree to 1e-12 of the gross amounts, at the prices read and at moved ones', () => {
    fc.assert(
      fc.property(subaccount, fc.array(ratio, { minLength: 9, maxLength: 9 }), (spec, ratios) => {
        const state = stateOf({
          ...spec,
          ...(spec.perp === undefined ? {} : { perp: spec.perp }),
        } as Spec)
        const ids = [...state.marks.keys()]
        const ratioOf = (id: MarkId) => ratios[ids.indexOf(id)] ?? 1_000_000
        const exact = standardModule.evaluate(moved(state, (id) => BigInt(ratioOf(id))))
        const [resource, requirement] = compiledSides(state, (id) => ratioOf(id) / 1e6)
        const gross =
          Math.abs(toNumber(parseAmount(spec.cash))) +
          100_000 +
          10 * Math.abs(exact.equity) +
          10 * Math.abs(exact.maintenanceMargin ?? 0)
        expect(Math.abs(resource - exact.equity)).toBeLessThan(1e-12 * gross)
        if (exact.health.value !== null && exact.health.value !== -1) {
          const health = resource / requirement
          const scale = gross / Math.abs(requirement)
          expect(Math.abs(health - exact.health.value)).toBeLessThan(
            1e-12 * Math.max(1, Math.abs(health)) * scale,
          )
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('never find less health with more cash', () => {
    fc.assert(
      fc.property(subaccount, amount(0, 1000), (spec, more) => {
        const before = standardModule.evaluate(stateOf(spec as Spec))
        const cash = formatAmount(addAmounts(parseAmount(spec.cash), parseAmount(more)))
        const after = standardModule.evaluate(stateOf({ ...spec, cash } as Spec))
        if (before.health.value === null || after.health.value === null) return
        expect(after.health.value).toBeGreaterThanOrEqual(before.health.value - 1e-12)
        expect(after.excess ?? 0).toBeGreaterThanOrEqual((before.excess ?? 0) - 1e-9)
      }),
      { numRuns: RUNS },
    )
  })

  it('move only the part of a forward that is not averaged in', () => {
    const spec: Spec = {
      options: [{ ...call('-1'), expiry: AT + 900 }],
      forwards: { [AT + 900]: '1500' },
      fixed: 750n * 10n ** 18n,
      cash: '1000',
    }
    const id = venueMark(`forward:ETH:${AT + 900}`)
    const [resource] = compiledSides(stateOf(spec), (entry) => (entry === id ? 1.2 : 1))
    const exact = standardModule.evaluate(stateOf({ ...spec, forwards: { [AT + 900]: '1650' } }))
    expect(resource).toBeCloseTo(exact.equity, 9)
  })
})

describe('a standard account that does not fit its rule', () => {
  const state = stateOf({
    cash: '1',
    base: '1',
    perp: { size: '1', price: '1500', quote: '0' },
    options: [call('-1')],
  })
  const withLegs = (change: (leg: Leg) => readonly Leg[]): VenueState => ({
    ...state,
    account: { ...state.account, legs: state.account.legs.flatMap(change) },
  })
  const withShared = (what: string, value: Native | undefined): VenueState => ({
    ...state,
    shared: new Map(
      [...state.shared].flatMap(([id, entry]) =>
        id !== venueState(what)
          ? [[id, entry] as const]
          : value === undefined
            ? []
            : [[id, value] as const],
      ),
    ),
  })
  const without = (id: MarkId): VenueState => ({
    ...state,
    marks: new Map([...state.marks].filter(([entry]) => entry !== id)),
  })
  const asDebt = (leg: Leg): readonly Leg[] =>
    leg.kind === 'collateral'
      ? [{ kind: 'debt', id: leg.id, asset: leg.asset, mark: leg.mark, amount: leg.amount }]
      : [leg]

  it.each<[string, VenueState, typeof InvalidRuleError | typeof MarkError]>([
    [
      'no settlement balance',
      withLegs((leg) => (leg.id === 'cash:USDC' ? [] : [leg])),
      InvalidRuleError,
    ],
    ['a debt', withLegs(asDebt), InvalidRuleError],
    [
      'a perp without its quote',
      withLegs((leg) => (leg.id === 'quote:ETH' ? [] : [leg])),
      InvalidRuleError,
    ],
    ['options without parameters', withShared('option:ETH', null), InvalidRuleError],
    ['perps without parameters', withShared('perp:ETH', undefined), InvalidRuleError],
    [
      'parameters of which one is missing',
      withShared('perp:ETH', { initial: 1n }),
      InvalidRuleError,
    ],
    [
      'negative factors',
      withShared('collateral:1:ETH', { initial: 1n, maintenance: -1n }),
      InvalidRuleError,
    ],
    [
      'an option without feeds',
      withLegs((leg) => (leg.kind === 'option' ? [{ ...leg, native: {} }] : [leg])),
      InvalidRuleError,
    ],
    ['no spot price', without(venueMark('spot:ETH')), MarkError],
    ['no perp price', without(venueMark('perp:ETH')), MarkError],
    ['no forward', without(venueMark(`forward:ETH:${WEEK}`)), MarkError],
    ['no price of the settlement asset', without(venueMark('cash:USDC')), MarkError],
    [
      'no volatility',
      withLegs((leg) => (leg.kind === 'option' ? [{ ...leg, impliedVolatility: null }] : [leg])),
      MarkError,
    ],
    [
      'a rule of another form',
      { ...state, account: { ...state.account, rule: { ...state.account.rule, parameters: 1 } } },
      InvalidRuleError,
    ],
  ])('is refused with %s, evaluated or compiled', (_what, broken, error) => {
    expect(() => standardModule.evaluate(broken)).toThrow(error)
    expect(() => standardModule.compile(broken)).toThrow(error)
  })
})

describe('the reported rule', () => {
  const whole = stateOf({
    cash: '100',
    perp: { size: '0.5', price: '1500', quote: '-749' },
    base: '2',
    options: [call('1')],
  })
  const state: VenueState = {
    ...whole,
    account: {
      ...whole.account,
      rule: {
        ...whole.account.rule,
        tag: 'derive/portfolio',
        shared: [],
        parameters: {
          initial: 20n * 10n ** 18n,
          maintenance: 60n * 10n ** 18n,
          markToMarket: 100n * 10n ** 18n,
          ...Object.fromEntries(
            [...whole.marks].map(([id, { mid }]) => [
              id,
              mid.raw * 10n ** BigInt(18 - mid.decimals),
            ]),
          ),
        },
      },
    },
  }

  it("is the venue's own numbers at the prices read, evaluated and compiled", () => {
    expect(portfolioModule.evaluate(state)).toMatchObject({
      health: { value: 2.5 },
      equity: 100,
      initialMargin: 80,
      maintenanceMargin: 40,
      excess: 60,
      liquidatable: false,
    })
    const { tests, marks } = portfolioModule.compile(state)
    const [test] = tests
    if (test?.kernel !== 'standard') throw new TypeError('No standard test.')
    const out = new Float64Array(2)
    standard(
      test,
      Float64Array.from(marks, () => 1),
      out,
    )
    expect([...out]).toEqual([100, 40])
    for (const [index] of marks.entries()) {
      standard(
        test,
        Float64Array.from(marks, (_id, other) => (other === index ? 1.01 : 1)),
        out,
      )
      expect([...out]).toEqual([Number.NaN, Number.NaN])
    }
  })

  it('is unknown at any other price, with the equity that needs no margin model', () => {
    const down = moved(state, () => 800_000n)
    const evaluation = portfolioModule.evaluate(down)
    expect(evaluation).toMatchObject({
      health: { value: null, reason: 'unknown' },
      liquidatable: null,
      initialMargin: null,
      maintenanceMargin: null,
      excess: null,
    })
    // Compiled there it would be pinned to prices that nobody reported for.
    expect(() => portfolioModule.compile(down)).toThrow(MarkError)
    const same = standardModule.evaluate({ ...moved(whole, () => 800_000n) })
    const stable = toNumber(down.marks.get(venueMark('cash:USDC'))?.mid ?? { raw: 0n, decimals: 0 })
    const collateral = 2 * 1200
    expect(evaluation.equity).toBeCloseTo(same.equity - collateral / stable + collateral, 9)
  })

  it('is refused when it does not hold the margins', () => {
    const broken = {
      ...state,
      account: { ...state.account, rule: { ...state.account.rule, parameters: {} } },
    }
    expect(() => portfolioModule.evaluate(broken)).toThrow(InvalidRuleError)
    expect(() => portfolioModule.compile(broken)).toThrow(InvalidRuleError)
  })
})
