import type {
  ScenarioBook,
  ScenarioContingency,
  ScenarioOption,
  ScenarioTest,
} from '@plimsoll/model'
import type { ScenarioResult } from '@plimsoll/risk'
import { evaluateScenarioTest, scenario } from '@plimsoll/risk'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RUNS } from './arbitraries.js'
import {
  book,
  books,
  CONTINGENCIES,
  collateral,
  expiry,
  GRID,
  linear,
  MARK,
  MARKS,
  moves,
  option,
  row,
  SKEWS,
  scaled,
  stress,
  together,
} from './stressBooks.js'

const unmoved = new Float64Array(MARKS).fill(1)

const full: fc.Arbitrary<ScenarioTest> = fc.tuple(books, fc.nat(300)).map(([held, amount]) =>
  stress([{ ...held, scenarios: [...GRID, ...SKEWS], contingencies: CONTINGENCIES }], {
    collateral: [collateral('other', amount)],
  }),
)

function sides(test: ScenarioTest, multipliers: Float64Array = unmoved): readonly [number, number] {
  const out = new Float64Array(2)
  scenario(test, multipliers, out)
  return [out[0] ?? NaN, out[1] ?? NaN]
}

/** What a result is made of, gross: what its rounding is relative to. */
function gross({ books: results, markToMarket }: ScenarioResult): number {
  return results
    .flatMap(({ legs }) => legs)
    .reduce(
      (sum, leg) => sum + Math.max(Math.abs(leg.worth), ...leg.scenarios.map(Math.abs)),
      Math.abs(markToMarket) + 1,
    )
}

const residual = (a: number, b: number, scale: number): number => Math.abs(a - b) / scale

const lossOf = (held: ScenarioBook) => evaluateScenarioTest(stress([held])).maintenance.loss
const requirementOf = (...held: readonly ScenarioBook[]) =>
  evaluateScenarioTest(stress(held)).maintenance.requirement

describe('the scenario kernel', () => {
  it('asks what the full evaluation asks, under any multipliers', () => {
    fc.assert(
      fc.property(full, moves, (test, multipliers) => {
        const result = evaluateScenarioTest(test, multipliers)
        const [resource, requirement] = sides(test, multipliers)
        expect(resource).toBe(result.resource)
        const asked = result.maintenance.requirement
        const side = asked <= 0 && resource < asked ? -resource : asked
        expect(residual(requirement, side, gross(result))).toBeLessThanOrEqual(1e-12)
      }),
      { numRuns: RUNS },
    )
  })

  it('is the same at moved marks as at a portfolio that was read there', () => {
    fc.assert(
      fc.property(full, moves, (test, multipliers) => {
        const [spot = NaN, forward = NaN, perp = NaN, other = NaN, stable = NaN] = multipliers
        const there: ScenarioTest = {
          ...test,
          stable: { mark: -1, value: test.stable.value * stable },
          collateral: test.collateral.map((held) => ({
            ...held,
            value: { mark: -1, value: held.value.value * other },
          })),
          books: test.books.map((held) => ({
            ...held,
            spot: held.spot * spot,
            spotMark: -1,
            collateral: held.collateral.map((entry) => ({
              ...entry,
              value: { mark: -1, value: entry.value.value * spot },
            })),
            perps: held.perps.map((leg) => ({ ...leg, price: leg.price * perp, mark: -1 })),
            expiries: held.expiries.map((entry) => ({
              ...entry,
              forward: entry.forward * forward,
              forwardMark: -1,
              futures: entry.futures.map((leg) => ({ ...leg, price: leg.price * perp, mark: -1 })),
            })),
          })),
        }
        const moved = evaluateScenarioTest(test, multipliers)
        const read = evaluateScenarioTest(there)
        expect(residual(moved.resource, read.resource, gross(moved))).toBeLessThanOrEqual(1e-12)
        expect(
          residual(moved.maintenance.requirement, read.maintenance.requirement, gross(moved)),
        ).toBeLessThanOrEqual(1e-12)
        expect(
          residual(moved.initial.requirement, read.initial.requirement, gross(moved)),
        ).toBeLessThanOrEqual(1e-12)
      }),
      { numRuns: RUNS },
    )
  })

  it('does not depend on the order of legs', () => {
    fc.assert(
      fc.property(full, (test) => {
        const turned: ScenarioTest = {
          ...test,
          books: test.books.map((held) => ({
            ...held,
            expiries: [...held.expiries]
              .reverse()
              .map((entry) => ({ ...entry, options: [...entry.options].reverse() })),
          })),
        }
        const result = evaluateScenarioTest(test)
        const other = evaluateScenarioTest(turned)
        expect(residual(result.resource, other.resource, gross(result))).toBeLessThanOrEqual(1e-12)
        expect(
          residual(result.maintenance.requirement, other.maintenance.requirement, gross(result)),
        ).toBeLessThanOrEqual(1e-12)
      }),
      { numRuns: RUNS },
    )
  })

  it('grows in proportion to the positions', () => {
    fc.assert(
      fc.property(full, fc.double({ min: 0.01, max: 50, noNaN: true }), (test, factor) => {
        const larger: ScenarioTest = {
          ...test,
          collateral: [],
          books: test.books.map((held) => scaled(held, factor)),
        }
        const result = evaluateScenarioTest({ ...test, collateral: [] })
        const grown = evaluateScenarioTest(larger)
        for (const margin of ['initial', 'maintenance'] as const) {
          expect(
            residual(
              grown[margin].requirement,
              factor * result[margin].requirement,
              gross(result) * Math.max(1, factor),
            ),
          ).toBeLessThanOrEqual(1e-12)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('says what each leg adds to the loss that binds: the parts are the whole', () => {
    fc.assert(
      fc.property(full, moves, (test, multipliers) => {
        const result = evaluateScenarioTest(test, multipliers)
        for (const { scenarios, contributions } of [result.initial, result.maintenance]) {
          const whole = Math.min(0, ...scenarios)
          const parts = contributions.reduce((sum, { profit }) => sum + profit, 0)
          expect(residual(parts, whole, gross(result))).toBeLessThanOrEqual(1e-12)
        }
        for (const { scenarios, legs } of result.books) {
          for (const [index, profit] of scenarios.entries()) {
            expect(
              residual(
                legs.reduce((sum, leg) => sum + (leg.scenarios[index] ?? NaN), 0),
                profit,
                gross(result),
              ),
            ).toBeLessThanOrEqual(1e-12)
          }
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('is unknown where a price is', () => {
    const test = stress([book({ perps: [linear('perp', 1)] })])
    expect(sides(test, new Float64Array(1).fill(1))).toEqual([NaN, NaN])
  })

  it('allocates nothing that grows: the same numbers after a larger and a smaller book', () => {
    const small = stress([book({ perps: [linear('perp', 1)], scenarios: GRID.slice(0, 3) })])
    const large = stress([
      book({
        expiries: [expiry(0.1, [option('a', 'call', -1, 100), option('b', 'put', -2, 90)])],
      }),
    ])
    const before = [sides(small), sides(large)]
    expect([sides(small), sides(large)]).toEqual(before)
  })
})

describe('netting in one book', () => {
  it('never asks more for two portfolios together than apart', () => {
    fc.assert(
      fc.property(books, books, (a, b) => {
        const own = (held: ScenarioBook): ScenarioBook => ({
          ...held,
          contingencies: CONTINGENCIES,
          scenarios: [...GRID, ...SKEWS],
        })
        const apart = requirementOf(own(a)) + requirementOf(own(b))
        expect(requirementOf(own(together(a, b)))).toBeLessThanOrEqual(apart + 1e-9 * (1 + apart))
      }),
      { numRuns: RUNS },
    )
  })

  it('never lets a hedge raise the worst loss: a share of every position closed', () => {
    fc.assert(
      fc.property(books, fc.double({ min: 0, max: 1, noNaN: true }), (held, share) => {
        const loss = lossOf(held)
        const hedged = lossOf(together(held, scaled(held, -share)))
        expect(hedged).toBeLessThanOrEqual(loss + 1e-9 * (1 + loss))
        expect(Math.abs(hedged - (1 - share) * loss)).toBeLessThanOrEqual(1e-9 * (1 + loss))
      }),
      { numRuns: RUNS },
    )
  })

  it('sees a perp and its synthetic opposite as nothing', () => {
    const held = book({
      perps: [linear('perp', 2)],
      expiries: [expiry(0.2, [option('call', 'call', -2, 90), option('put', 'put', 2, 90)])],
    })
    expect(lossOf(held)).toBeLessThan(1e-11)
    expect(lossOf({ ...held, expiries: [] })).toBeGreaterThan(10)
  })

  it('is unfair to a hedge in another expiry under a skew: expiries do not net there', () => {
    const legs = (size: number) => [option(`call ${size}`, 'call', size, 150)]
    const short = book({ scenarios: SKEWS, expiries: [expiry(0.2, legs(-1))] })
    const hedged = { ...short, expiries: [...short.expiries, expiry(0.3, legs(1))] }
    expect(lossOf(hedged)).toBeGreaterThan(lossOf(short))
    // In the same expiry the hedge counts.
    expect(lossOf({ ...short, expiries: [expiry(0.2, [...legs(-1), ...legs(0.9)])] })).toBeCloseTo(
      0.1 * lossOf(short),
      12,
    )
  })

  it('sees a short option as naked however near the strike of its hedge is', () => {
    const held = (strike: number) =>
      book({
        contingencies: [
          {
            kind: 'static',
            name: 'static',
            apply: 'added',
            margin: 'both',
            perp: 0,
            base: 0,
            nakedShort: 0.02,
          },
        ],
        expiries: [
          expiry(0.2, [option('short', 'call', -3, 120), option('long', 'put', 3, strike)]),
        ],
      })
    const charge = (strike: number) =>
      evaluateScenarioTest(stress([held(strike)])).maintenance.contingencies[0]?.amount
    expect(charge(120)).toBe(0)
    expect(charge(120.01)).toBeCloseTo(0.02 * 100 * 3, 12)
  })
})

describe('what keeps a system from being sub-additive', () => {
  const both = (held: ScenarioBook) => ({
    apart: 2 * requirementOf(held),
    together: requirementOf(scaled(held, 2)),
  })

  it('is a dampener of tails: it is given once to each portfolio', () => {
    const { apart, together: asked } = both(
      book({
        scenarios: [row(0.4, 0, { weight: 0.5, extended: true })],
        tailDampener: 30,
        perps: [linear('perp', 1)],
      }),
    )
    expect(apart).toBe(0)
    expect(asked).toBeCloseTo(0.8 * 30, 12)
  })

  it('is a charge that grows with the square of delta', () => {
    const { apart, together: asked } = both(
      book({
        perps: [linear('perp', 3)],
        contingencies: [
          {
            kind: 'delta',
            apply: 'scaled',
            margin: 'both',
            threshold: 100,
            step: 1000,
            slope: 0.5,
            cap: 0.2,
          },
        ],
      }),
    )
    // Excess 200 at 10 %, excess 500 at its cap of 20 %.
    expect(asked - apart).toBeCloseTo(0.8 * (500 * 0.2 - 2 * 200 * 0.1), 10)
  })

  it('is a gain that counts for more than a loss, as Derive once configured it', () => {
    const held = (legs: readonly ScenarioOption[]) =>
      book({
        scenarios: [row(0.85)],
        expiries: [expiry(0.2, legs, { gainFactor: 1.05, lossFactor: 0.95 })],
      })
    const long = option('long', 'call', 1, 95)
    const short = option('short', 'put', -1, 95)
    const apart = requirementOf(held([long])) + requirementOf(held([short]))
    const netted = requirementOf(held([long, short]))
    expect(netted).toBeGreaterThan(apart)
  })
})

describe('books', () => {
  const gain = (rest: Partial<ScenarioBook> = {}) =>
    book({ name: 'gain', perps: [linear('short', -1)], scenarios: [row(0.8), row(1.1)], ...rest })
  const loss = book({
    name: 'loss',
    perps: [linear('long', 3)],
    scenarios: [row(0.8), row(1.1)],
  })

  it('net scenario by scenario, gains by their share and up to their most', () => {
    const asked = (offset: ScenarioBook['gainOffset']) =>
      evaluateScenarioTest(stress([gain({ gainOffset: offset }), loss])).maintenance.loss
    expect(asked({ share: 1, maximum: null })).toBeCloseTo(60 - 20, 12)
    expect(asked({ share: 0.5, maximum: null })).toBeCloseTo(60 - 10, 12)
    expect(asked({ share: 0, maximum: null })).toBeCloseTo(60, 12)
    expect(asked({ share: 1, maximum: 5 })).toBeCloseTo(60 - 5, 12)
  })

  it('or each has its own worst, and says which', () => {
    const { maintenance } = evaluateScenarioTest(stress([gain(), loss], { across: 'worst' }))
    expect(maintenance.loss).toBeCloseTo(60 + 10, 12)
    expect(maintenance.binding).toEqual({ kind: 'books', indices: [1, 0] })
    expect(maintenance.contributions.map(({ leg }) => leg)).toEqual(['short', 'long'])
  })

  it('share an account in which the parts of the binding loss are what counts of them', () => {
    const half = gain({ gainOffset: { share: 0.5, maximum: null } })
    const { contributions, scenarios } = evaluateScenarioTest(stress([half, loss])).maintenance
    expect(contributions).toEqual([
      { book: 'gain', leg: 'short', profit: expect.closeTo(10, 12) },
      { book: 'loss', leg: 'long', profit: expect.closeTo(-60, 12) },
    ])
    expect(scenarios[0]).toBeCloseTo(-50, 12)
  })

  it('are relieved of tail losses, never beyond 0, and only in tails', () => {
    const held = book({
      scenarios: [row(0.9), row(0.5, 0, { extended: true }), row(1.5, 0, { extended: true })],
      perps: [linear('long', 1)],
      tailDampener: 30,
    })
    const { scenarios } = evaluateScenarioTest(stress([held])).maintenance
    expect(scenarios).toEqual([expect.closeTo(-10, 12), expect.closeTo(-20, 12), 50])
    const small = evaluateScenarioTest(stress([scaled(held, 0.1)])).maintenance.scenarios
    expect(small[1]).toBe(0)
  })

  it('count in their own unit, worth what the numeraire pays for it', () => {
    const coin = book({
      payoff: 'inverse',
      unit: { mark: MARK.spot, value: 100 },
      scenarios: [row(0.8)],
      perps: [linear('perp', 2)],
    })
    const multipliers = Float64Array.from([1.1, 1, 1.1, 1, 1])
    const { maintenance, resource } = evaluateScenarioTest(stress([coin]), multipliers)
    // 2 coins at 100 are 2 ÷ 1.1 coins at 110; a fall of 20 % costs a quarter of them.
    expect(maintenance.loss).toBeCloseTo((2 / 1.1) * (1 / 0.8 - 1) * 110, 10)
    expect(resource).toBeCloseTo(1000 - (2 / 1.1) * 110, 10)
  })
})

describe('a coin-settled book', () => {
  it('loses size·(1 − 1 ÷ (1 + s)) coins, and its futures no more than their limit in tails', () => {
    // The documented example of Deribit's simulation: a perpetual and a short future in BTC.
    const held = book({
      payoff: 'inverse',
      scenarios: [row(0.84), row(1.16), row(0.34, 0, { extended: true })],
      perps: [linear('perp', 0.314538364, { moveLimit: 0.16 })],
      expiries: [
        expiry(11 / 365, [], {
          futures: [linear('future', -0.001187534, { moveLimit: 0.16 })],
        }),
      ],
      gainOffset: { share: 0, maximum: null },
      contingencies: [
        { kind: 'roll', apply: 'scaled', margin: 'both', minimum: 0.01, perYear: 0.075 },
      ],
    })
    const { maintenance } = evaluateScenarioTest(stress([held], { cash: [] }))
    expect(maintenance.loss).toBeCloseTo(0.05968587238095239, 16)
    expect(maintenance.scenarios).toEqual([
      expect.closeTo(-0.05968587238095239, 16),
      0,
      expect.closeTo(-0.05968587238095239, 16),
    ])
    expect(maintenance.contingencies[0]?.amount).toBeCloseTo(0.00315725898, 15)
    expect(maintenance.binding).toEqual({ kind: 'scenario', index: 0 })
  })

  it('prices an option in coins of the shocked forward', () => {
    const held = book({
      payoff: 'inverse',
      scenarios: [row(0.5)],
      expiries: [expiry(0, [option('put', 'put', -1, 120)])],
    })
    const result = evaluateScenarioTest(stress([held], { cash: [] }))
    expect(result.resource).toBeCloseTo(-20 / 100, 12)
    expect(result.maintenance.loss).toBeCloseTo(70 / 50 - 20 / 100, 12)
  })
})

describe('charges of a coin-settled book', () => {
  const charge = (contingency: ScenarioContingency, multipliers = unmoved) => {
    const held = book({
      payoff: 'inverse',
      perps: [linear('perp', -4)],
      expiries: [
        expiry(0.5, [option('short', 'call', -3, 120), option('long', 'put', 1, 120)], {
          futures: [linear('future', 1)],
        }),
      ],
      contingencies: [contingency],
    })
    const { maintenance } = evaluateScenarioTest(stress([held]), multipliers)
    return maintenance.contingencies[0]?.amount
  }
  const doubled = Float64Array.from([2, 1, 2, 1, 1])

  it('on amounts are in coins, whatever a coin costs', () => {
    const rates = {
      kind: 'static',
      name: 'static',
      apply: 'added',
      margin: 'both',
      perp: 0.01,
      base: 0,
      nakedShort: 0.02,
    } as const
    expect(charge(rates)).toBeCloseTo(0.01 * 5 + 0.02 * 2, 12)
    // The same contracts are half as many coins at twice the price.
    expect(charge(rates, doubled)).toBeCloseTo((0.01 * 5) / 2 + 0.02 * 2, 12)
  })

  it('on delta have their threshold in quote currency', () => {
    const held = (multipliers = unmoved) => {
      const test = stress([
        book({
          payoff: 'inverse',
          perps: [linear('perp', -4)],
          contingencies: [
            {
              kind: 'delta',
              apply: 'scaled',
              margin: 'both',
              threshold: 100,
              step: 1000,
              slope: 0.5,
              cap: 1,
            },
          ],
        }),
      ])
      return evaluateScenarioTest(test, multipliers).maintenance.contingencies[0]?.amount
    }
    // 400 at risk, 300 above the threshold: 300 × 15 %, at 100 a coin; the same 400 at 200 a coin.
    expect(held()).toBeCloseTo(45 / 100, 12)
    expect(held(doubled)).toBeCloseTo(45 / 200, 12)
  })

  it('take delta less the price of the option where the venue does', () => {
    const roll = (optionDelta: ScenarioBook['optionDelta'], payoff: ScenarioBook['payoff']) => {
      const options = [option('call', 'call', 1, 100)]
      const contingency = {
        kind: 'roll',
        apply: 'scaled',
        margin: 'both',
        minimum: 0.01,
        perYear: 0.5,
      } as const
      const held = book({
        payoff,
        optionDelta,
        expiries: [expiry(1, options)],
        contingencies: [contingency],
      })
      const { maintenance, markToMarket } = evaluateScenarioTest(stress([held]))
      return { amount: maintenance.contingencies[0]?.amount ?? NaN, markToMarket }
    }
    const coin = roll('forward', 'inverse')
    expect(roll('premium-adjusted', 'inverse').amount).toBeCloseTo(
      coin.amount - 0.5 * coin.markToMarket,
      12,
    )
    // In quote currency the price is that of 100 a coin, and so is the charge.
    expect(roll('premium-adjusted', 'linear').amount).toBeCloseTo(
      100 * (coin.amount - 0.5 * coin.markToMarket),
      10,
    )
  })

  it('and reliefs are in quote currency', () => {
    const held = book({
      payoff: 'inverse',
      scenarios: [row(0.5, 0, { extended: true }), row(2, 0, { extended: true })],
      perps: [linear('perp', 2)],
      tailDampener: 50,
      gainOffset: { share: 1, maximum: 20 },
    })
    const { scenarios } = evaluateScenarioTest(stress([held])).maintenance
    expect(scenarios).toEqual([expect.closeTo(-2 + 0.5, 12), expect.closeTo(0.2, 12)])
  })

  it('count a resting order by what its contracts would have cost', () => {
    // 2 coins at 100 are 200 of quote currency: bought at 125, worth 200 ÷ 100 coins less at 100.
    const held = book({
      payoff: 'inverse',
      scenarios: [row(1)],
      perps: [linear('order', 2, { limitPrice: 125 })],
    })
    const { initial } = evaluateScenarioTest(stress([held]))
    expect(initial.loss).toBeCloseTo(200 / 100 - 200 / 125, 12)
  })
})

describe('shocks of volatility', () => {
  const moved = (held: ScenarioBook) =>
    evaluateScenarioTest(stress([held])).books[0]?.legs[0]?.scenarios[0] ?? NaN
  const worth = (impliedVolatility: number, years: number) =>
    evaluateScenarioTest(
      stress([
        book({ expiries: [expiry(years, [option('a', 'call', 1, 105, { impliedVolatility })])] }),
      ]),
    ).books[0]?.worth ?? NaN
  const shocked = (years: number, shock: number, rest: Partial<ScenarioBook> = {}) =>
    book({
      scenarios: [row(1, shock)],
      expiries: [expiry(years, [option('a', 'call', 1, 105)])],
      ...rest,
    })
  const power = (base: number, exponent: number) => base ** exponent

  it.each([
    ['short', 10 / 365, power(3, 0.3)],
    ['at the split', 30 / 365, 1],
    ['long', 90 / 365, power(1 / 3, 0.13)],
    ['below the floor', 0.25 / 365, power(30, 0.3)],
  ])('scale with time to expiry: %s', (_what, years, scale) => {
    expect(moved(shocked(years, 0.5))).toBeCloseTo(
      worth(0.6 * (1 + 0.5 * scale), years) - worth(0.6, years),
      10,
    )
  })

  it('stop at no volatility', () => {
    const years = 2 / 365
    expect(moved(shocked(years, -0.9))).toBeCloseTo(-worth(0.6, years), 12)
  })

  it.each([
    ['shocked', 0.95],
    ['quoted', 0.95 * 1.5],
  ] as const)('have a floor upward, of the %s volatility', (of, expected) => {
    const years = 30 / 365
    const volatilityShock = {
      ...book().volatilityShock,
      upFloor: { value: 0.95, of },
    }
    expect(moved(shocked(years, 0.5, { volatilityShock }))).toBeCloseTo(
      worth(expected, years) - worth(0.6, years),
      10,
    )
    expect(moved(shocked(years, 0, { volatilityShock }))).toBeCloseTo(0, 12)
    expect(moved(shocked(years, -0.25, { volatilityShock }))).toBeCloseTo(
      worth(0.45, years) - worth(0.6, years),
      10,
    )
  })
})

describe('contingencies', () => {
  const amounts = (contingency: ScenarioContingency, held: Partial<ScenarioBook>) => {
    const result = evaluateScenarioTest(stress([book({ ...held, contingencies: [contingency] })]))
    return {
      initial: result.initial.contingencies[0]?.amount,
      maintenance: result.maintenance.contingencies[0]?.amount,
      result,
    }
  }

  it('of one margin are asked for in that one', () => {
    const contingency: ScenarioContingency = {
      kind: 'fixed',
      name: 'fees',
      apply: 'added',
      margin: 'initial',
      amount: { mark: -1, value: 7 },
    }
    const { initial, maintenance, result } = amounts(contingency, { perps: [linear('perp', 1)] })
    expect([initial, maintenance]).toEqual([7, undefined])
    expect(result.initial.requirement).toBeCloseTo(60 * 0.3 + 7, 12)
    expect(result.maintenance.requirement).toBeCloseTo(0.8 * 60 * 0.3, 12)
  })

  it.each([
    ['competes', 0.8 * 50],
    ['scaled', 0.8 * (18 + 50)],
    ['added', 0.8 * 18 + 50],
  ] as const)('count as they apply: %s', (apply, requirement) => {
    const { result } = amounts(
      { kind: 'fixed', name: 'x', apply, margin: 'both', amount: { mark: -1, value: 50 } },
      { perps: [linear('perp', 1)] },
    )
    expect(result.maintenance.requirement).toBeCloseTo(requirement, 12)
    expect(result.maintenance.binding.kind).toBe(apply === 'competes' ? 'contingency' : 'scenario')
  })

  it('of a minimum on deltas take legs one by one, orders for initial margin', () => {
    // A long of 3, a short of 1 and an order to sell 4.
    const { initial, maintenance } = amounts(
      { kind: 'minimum-delta', apply: 'competes', margin: 'both', unhedged: 0.02, hedged: 0.01 },
      { perps: [linear('a', 3), linear('b', -1), linear('c', -4, { limitPrice: 100 })] },
    )
    expect(maintenance).toBeCloseTo((2 * 0.02 + 1 * 0.01) * 100, 12)
    expect(initial).toBeCloseTo((2 * 0.02 + 3 * 0.01) * 100, 12)
  })

  it('take a delta as the venue gives it, and move it as the model moves', () => {
    const roll: ScenarioContingency = {
      kind: 'roll',
      apply: 'scaled',
      margin: 'both',
      minimum: 0.01,
      perYear: 0,
    }
    const test = (delta: number | null) =>
      stress([
        book({
          expiries: [expiry(0.2, [option('a', 'call', 1, 105, { delta })])],
          contingencies: [roll],
        }),
      ])
    const charge = (delta: number | null, multipliers = unmoved) =>
      evaluateScenarioTest(test(delta), multipliers).maintenance.contingencies[0]?.amount ?? NaN
    const up = Float64Array.from([1, 1.1, 1, 1, 1])
    expect(charge(0.4)).toBeCloseTo(0.4, 12)
    expect(charge(0.4, up) - charge(0.4)).toBeCloseTo(charge(null, up) - charge(null), 12)
    expect(charge(null)).toBeGreaterThan(0.4)
  })
})

describe('resting orders', () => {
  const held = book({
    scenarios: [row(0.9), row(1.1)],
    expiries: [expiry(0, [option('order', 'call', 2, 95, { limitPrice: 12 })])],
    perps: [linear('buy', 1, { limitPrice: 98 }), linear('perp', 1)],
  })

  it('count with their loss alone, in initial margin alone', () => {
    const { initial, maintenance, resource } = evaluateScenarioTest(stress([held]))
    // Down: the call is worth 0 against 12, twice; the perp 90 against 98. Up: both gain.
    expect(maintenance.scenarios).toEqual([expect.closeTo(-10, 12), expect.closeTo(10, 12)])
    expect(initial.scenarios).toEqual([expect.closeTo(-10 - 24 - 8, 12), expect.closeTo(10, 12)])
    expect(resource).toBe(1000 + 100)
    expect(initial.contributions.map(({ leg }) => leg)).toEqual(['order', 'buy', 'perp'])
    expect(maintenance.contributions.map(({ leg }) => leg)).toEqual(['perp'])
  })
})

describe('a quoted price', () => {
  const quoted = (price: number | null) =>
    stress([
      book({
        scenarios: [row(0.9)],
        expiries: [expiry(0, [option('a', 'call', 1, 95, { price })])],
      }),
    ])

  it('is what P&L is measured against, and keeps its distance from the model', () => {
    const today = evaluateScenarioTest(quoted(6))
    expect(today.resource).toBe(1006)
    expect(today.maintenance.scenarios[0]).toBe(-6)
    const up = Float64Array.from([1, 1.2, 1, 1, 1])
    expect(evaluateScenarioTest(quoted(6), up).resource).toBeCloseTo(1000 + 25 + 1, 12)
    expect(evaluateScenarioTest(quoted(null), up).resource).toBeCloseTo(1000 + 25, 12)
  })
})

describe('collateral', () => {
  it('counts in full in the resource, its haircuts in the requirement, the initial one in addition', () => {
    const { resource, initial, maintenance } = evaluateScenarioTest(
      stress([], { collateral: [collateral('other', 200)] }),
    )
    expect(resource).toBe(1200)
    expect(maintenance.requirement).toBeCloseTo(20, 12)
    expect(initial.requirement).toBeCloseTo(30, 12)
  })

  it('is worth more of a settlement asset that falls, and depegging raises the initial factor', () => {
    const test = stress([book({ perps: [linear('perp', 1)], scenarios: [row(0.9)] })], {
      collateral: [collateral('other', 200)],
      depeg: { threshold: 0.98, factor: 2 },
    })
    const fallen = Float64Array.from([1, 1, 1, 1, 0.9])
    const result = evaluateScenarioTest(test, fallen)
    expect(result.resource).toBeCloseTo(1000 + 100 + 200 / 0.9, 10)
    expect(result.initial.factor).toBeCloseTo(1 + 0.08 * 2, 12)
    expect(result.maintenance.factor).toBe(0.8)
    expect(evaluateScenarioTest(test).initial.factor).toBe(1)
  })

  it('moves with spot where it cancels risk', () => {
    const value = { mark: MARK.spot, value: 100 }
    const held = book({
      perps: [linear('short', -1)],
      collateral: [collateral('base', 100, { value })],
    })
    expect(evaluateScenarioTest(stress([held])).maintenance.loss).toBe(0)
    expect(
      evaluateScenarioTest(stress([{ ...held, collateral: [] }])).maintenance.loss,
    ).toBeCloseTo(200 * 0.1, 12)
  })
})
