import type {
  ScenarioBook,
  ScenarioCollateral,
  ScenarioContingency,
  ScenarioExpiry,
  ScenarioLinear,
  ScenarioOption,
  ScenarioTest,
  StressScenario,
} from '@plimsoll/model'
import * as fc from 'fast-check'

/** Marks of the made-up books: spot, forward, perp, another collateral, the settlement asset. */
export const MARK = { spot: 0, forward: 1, perp: 2, other: 3, stable: 4 } as const
export const MARKS = 5

/** A row of a grid; a move of spot and a shock of volatility unless said otherwise. */
export const row = (
  spot: number,
  volatility = 0,
  rest: Partial<StressScenario> = {},
): StressScenario => ({ spot, volatility, skew: 'none', weight: 1, extended: false, ...rest })

export const GRID: readonly StressScenario[] = [
  row(1.15, 0.5),
  row(1.15, -0.3),
  row(1.07),
  row(1, 0.5),
  row(1, -0.3),
  row(0.93),
  row(0.85, 0.5),
  row(0.85, -0.3),
  row(0.4, 0.5, { weight: 0.3 }),
  row(3, 0.5, { weight: 0.1 }),
]

export const SKEWS: readonly StressScenario[] = [
  row(1, 0, { skew: 'linear' }),
  row(1, 0, { skew: 'absolute' }),
]

export const option = (
  leg: string,
  right: 'call' | 'put',
  size: number,
  strike: number,
  rest: Partial<ScenarioOption> = {},
): ScenarioOption => ({
  leg,
  right,
  size,
  strike,
  impliedVolatility: 0.6,
  price: null,
  delta: null,
  limitPrice: null,
  ...rest,
})

export const linear = (
  leg: string,
  size: number,
  rest: Partial<ScenarioLinear> = {},
): ScenarioLinear => ({
  leg,
  size,
  price: 100,
  mark: MARK.perp,
  delta: null,
  limitPrice: null,
  moveLimit: null,
  ...rest,
})

export const expiry = (
  years: number,
  options: readonly ScenarioOption[],
  rest: Partial<ScenarioExpiry> = {},
): ScenarioExpiry => ({
  years,
  forward: 100,
  forwardMark: MARK.forward,
  forwardFixed: 0,
  discount: 1,
  gainFactor: 1,
  lossFactor: 1,
  profitScale: 1,
  options,
  futures: [],
  ...rest,
})

export const collateral = (
  leg: string,
  value: number,
  rest: Partial<ScenarioCollateral> = {},
): ScenarioCollateral => ({
  leg,
  value: { mark: MARK.other, value },
  maintenanceHaircut: 0.1,
  initialHaircut: 0.05,
  ...rest,
})

export const book = (rest: Partial<ScenarioBook> = {}): ScenarioBook => ({
  name: 'underlying',
  payoff: 'linear',
  unit: { mark: -1, value: 1 },
  spot: 100,
  spotMark: MARK.spot,
  scenarios: GRID,
  volatilityShock: { shortPower: 0.3, longPower: 0.13, floorDays: 1, upFloor: null },
  skewShock: {
    linear: { cap: 0.15, capPerRoot: -0.05 },
    absolute: { cap: 0.15, capPerRoot: -0.05 },
    minimumWidth: 0.01,
    widthScale: 4,
    width: 0.6,
    widthPerRoot: -0.1,
  },
  optionDelta: 'forward',
  expiries: [],
  perps: [],
  collateral: [],
  gainOffset: { share: 1, maximum: null },
  tailDampener: 0,
  contingencies: [],
  ...rest,
})

export const stress = (
  books: readonly ScenarioBook[],
  rest: Partial<ScenarioTest> = {},
): ScenarioTest => ({
  kernel: 'scenario',
  strict: true,
  normalCdf: 'exact',
  cash: [{ mark: -1, value: 1000 }],
  stable: { mark: MARK.stable, value: 1 },
  collateral: [],
  books,
  across: 'scenario',
  factors: { maintenance: 0.8, initial: 1 },
  depeg: null,
  ...rest,
})

/** Every contingency that grows in proportion to the positions. */
export const CONTINGENCIES: readonly ScenarioContingency[] = [
  {
    kind: 'forward',
    apply: 'competes',
    margin: 'both',
    up: 1.05,
    down: 0.95,
    rate: 0.5,
    ratePerYear: 2,
  },
  {
    kind: 'static',
    name: 'static',
    apply: 'added',
    margin: 'both',
    perp: 0.015,
    base: 0.02,
    nakedShort: 0.003,
  },
  { kind: 'roll', apply: 'scaled', margin: 'both', minimum: 0.01, perYear: 0.075 },
  { kind: 'minimum-delta', apply: 'competes', margin: 'both', unhedged: 0.02, hedged: 0.01 },
]

const size = fc.double({ min: -5, max: 5, noNaN: true })

const options: fc.Arbitrary<readonly ScenarioOption[]> = fc
  .array(
    fc.record({
      right: fc.constantFrom('call' as const, 'put' as const),
      size,
      strike: fc.constantFrom(60, 90, 100, 110, 150),
      impliedVolatility: fc.double({ min: 0.05, max: 2, noNaN: true }),
    }),
    { maxLength: 6 },
  )
  .map((list) => list.map((entry, index) => option(`option ${index}`, 'call', 0, 0, entry)))

const expiries: fc.Arbitrary<readonly ScenarioExpiry[]> = fc
  .array(
    fc.record({
      years: fc.constantFrom(0, 0.001, 0.05, 0.3, 1.5),
      forward: fc.double({ min: 70, max: 130, noNaN: true }),
      forwardFixed: fc.constantFrom(0, 20),
      discount: fc.double({ min: 0.8, max: 1, noNaN: true }),
      options,
      future: fc.option(size),
    }),
    { maxLength: 3 },
  )
  .map((list) =>
    list.map(({ options: held, future, years, ...rest }, index) =>
      expiry(
        years,
        held.map((entry) => ({ ...entry, leg: `${index} ${entry.leg}` })),
        { ...rest, futures: future === null ? [] : [linear(`future ${index}`, future)] },
      ),
    ),
  )

/** A book of positions, with nothing that keeps them from netting. */
export const books: fc.Arbitrary<ScenarioBook> = fc
  .record({ expiries, perp: fc.option(size), base: fc.option(fc.nat(500)) })
  .map(({ expiries: held, perp, base }) =>
    book({
      expiries: held,
      perps: perp === null ? [] : [linear('perp', perp)],
      collateral:
        base === null
          ? []
          : [collateral('base', base, { value: { mark: MARK.spot, value: base } })],
    }),
  )

/** Multipliers of all marks. */
export const moves: fc.Arbitrary<Float64Array> = fc
  .array(fc.double({ min: 0.3, max: 2, noNaN: true }), { minLength: MARKS, maxLength: MARKS })
  .map((list) => Float64Array.from(list))

/** A book with every size multiplied. */
export function scaled(held: ScenarioBook, factor: number): ScenarioBook {
  const resize = <Item extends { readonly size: number }>(legs: readonly Item[]): readonly Item[] =>
    legs.map((leg) => ({ ...leg, size: leg.size * factor }))
  return {
    ...held,
    perps: resize(held.perps),
    expiries: held.expiries.map((entry) => ({
      ...entry,
      options: resize(entry.options),
      futures: resize(entry.futures),
    })),
    collateral: held.collateral.map((entry) => ({
      ...entry,
      value: { ...entry.value, value: entry.value.value * factor },
    })),
  }
}

/** Two books' positions in one. Expiries stay apart unless they are equal but for their positions. */
export function together(a: ScenarioBook, b: ScenarioBook): ScenarioBook {
  const merged = a.expiries.map((entry, index) => {
    const other = b.expiries[index]
    if (other?.years !== entry.years || other.forward !== entry.forward) return entry
    return {
      ...entry,
      options: [...entry.options, ...other.options],
      futures: [...entry.futures, ...other.futures],
    }
  })
  const taken = (index: number) => {
    const entry = a.expiries[index]
    const other = b.expiries[index]
    return other?.years === entry?.years && other?.forward === entry?.forward
  }
  return {
    ...a,
    expiries: [...merged, ...b.expiries.filter((_, index) => !taken(index))],
    perps: [...a.perps, ...b.perps],
    collateral: [...a.collateral, ...b.collateral],
  }
}
