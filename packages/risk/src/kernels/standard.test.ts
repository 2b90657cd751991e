import type { StandardMarket, StandardOption, StandardTest } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standard } from './standard.js'

const YEARS = 500_400 / (365 * 86_400)
const FORWARD = 1500.833279310994
const VOLATILITY = 1.0478844940849863
/** Black-76 price of the at-the-money call below, measured on a venue's contracts. */
const PRICE = 79.37158518905994
/** The same for a put at 1,300 and a volatility of 1.0831894155098765. */
const PUT_1300 = 14.322794294374036

const call = (size: number, strike = 1500): StandardOption => ({
  right: 'call',
  size,
  strike,
  impliedVolatility: VOLATILITY,
})
const put = (size: number, strike = 1500): StandardOption => ({
  ...call(size, strike),
  right: 'put',
})

function market(
  options: readonly StandardOption[],
  change: Partial<StandardMarket> = {},
): StandardMarket {
  return {
    spot: 1500,
    spotMark: 0,
    perp: null,
    base: 0,
    expiries: [{ years: YEARS, forward: FORWARD, forwardMark: 1, forwardFixed: 0, options }],
    parameters: {
      perpRequirement: 0.05,
      baseFactor: 0.75,
      callSpotRequirement: 0.075,
      putSpotRequirement: 0.075,
      putMarkRequirement: 0.09,
      unpairedScale: 1.1,
    },
    ...change,
  }
}

function test(
  markets: readonly StandardMarket[],
  change: Partial<StandardTest> = {},
): StandardTest {
  return {
    kernel: 'standard',
    strict: true,
    cash: [],
    stable: { mark: -1, value: 1 },
    credit: 0,
    markets,
    ...change,
  }
}

function sides(
  tested: StandardTest,
  multipliers: readonly number[] = [1, 1, 1],
): readonly number[] {
  const out = new Float64Array(2)
  standard(tested, Float64Array.from(multipliers), out)
  return [...out]
}

/** Net maintenance margin: resource − requirement. */
const net = (tested: StandardTest, multipliers?: readonly number[]): number => {
  const [resource = Number.NaN, requirement = Number.NaN] = sides(tested, multipliers)
  return resource - requirement
}

describe('standard', () => {
  it('asks of a short call its mark and a share of spot', () => {
    const [resource, requirement] = sides(test([market([call(-1)])]))
    expect(resource).toBeCloseTo(-PRICE, 11)
    expect(requirement).toBeCloseTo(0.075 * 1500, 11)
    const [, moved] = sides(test([market([call(-2)])]), [1.1, 1, 1])
    expect(moved).toBeCloseTo(2 * 0.075 * 1650, 11)
  })

  it('asks of a short put the larger of a share of spot and a share of its mark', () => {
    const [near = 0, small] = sides(
      test([market([{ ...put(-1, 1300), impliedVolatility: 1.0831894155098765 }])]),
    )
    expect(near).toBeCloseTo(-PUT_1300, 11)
    expect(small).toBeCloseTo(0.075 * 1500, 11)
    const [far = 0, large] = sides(test([market([put(-1, 4500)])]))
    expect(large).toBeCloseTo(0.09 * -far, 9)
  })

  it('credits a long option with nothing but what it covers', () => {
    const [resource, requirement] = sides(test([market([call(1)])]))
    expect(resource).toBeCloseTo(PRICE, 11)
    expect(requirement).toBe(resource)
    expect(net(test([market([call(-1, 1100), call(1, 1300)])]))).toBeCloseTo(-200, 9)
    expect(net(test([market([put(-1, 1300), put(1, 1200)])]))).toBeCloseTo(-100, 9)
    const apart = { years: YEARS, forward: FORWARD, forwardMark: 1, forwardFixed: 0 }
    const calendar = market([], {
      expiries: [
        { ...apart, options: [call(-1, 1100)] },
        { ...apart, options: [call(1, 1300)] },
      ],
    })
    expect(net(test([calendar]))).toBeLessThan(-400)
  })

  it('adds a share of the forward for each call that no long call covers', () => {
    const deep = market([call(-3, 100), call(1, 90)], {
      parameters: { ...market([]).parameters, callSpotRequirement: 10 },
    })
    // At a settlement of 100 the long is worth 10; two calls are uncovered.
    expect(net(test([deep]))).toBeCloseTo(-2 * 1.1 * FORWARD, 9)
    expect(net(test([deep]), [1, 0.5, 1])).toBeCloseTo(-1.1 * FORWARD, 9)
  })

  it('moves the forward but not what is already averaged into it', () => {
    const options = [call(-1, 1)]
    const [expiry] = market(options).expiries
    const half = { years: 0, forward: 750, forwardMark: 1, forwardFixed: 700, options }
    expect(expiry).toBeDefined()
    expect(sides(test([market([], { expiries: [half] })]), [1, 1.2, 1])[0]).toBeCloseTo(-1599, 9)
  })

  it('asks of a perp a share of its notional on either side', () => {
    for (const size of [-2, 2]) {
      const perp = { size, price: 1505, mark: 2 }
      const tested = test([market([], { perp })], { cash: [{ mark: -1, value: -1505 * size }] })
      expect(sides(tested)).toEqual([0, 2 * 1505 * 0.05])
      const [resource, requirement] = sides(tested, [1, 1, 1.1])
      expect(resource).toBeCloseTo(size * 150.5, 9)
      expect(requirement).toBeCloseTo(2 * 1655.5 * 0.05, 9)
    }
  })

  it('counts collateral in part, and its mark-to-market in the settlement asset', () => {
    const tested = test([market([], { base: 2 })], { stable: { mark: 2, value: 0.98 } })
    const [resource, requirement] = sides(tested)
    expect(resource).toBeCloseTo(3000 / 0.98, 9)
    expect(requirement).toBeCloseTo(3000 / 0.98 - 3000 * 0.75, 9)
    expect(net(tested, [0.5, 1, 0.5])).toBeCloseTo(1500 * 0.75, 9)
    expect(sides(tested, [1, 1, 0.5])[0]).toBeCloseTo(3000 / 0.49, 9)
  })

  it('counts cash in full, moved by its mark if it has one', () => {
    const cash = [
      { mark: -1, value: 100 },
      { mark: 2, value: 50 },
    ]
    expect(sides(test([], { cash }), [1, 1, 2])).toEqual([200, -0])
  })

  it('adds a credit to the net margin and not to the resource', () => {
    const [resource, requirement] = sides(test([market([call(-1)])], { credit: 12.5 }))
    expect(resource).toBeCloseTo(-PRICE, 11)
    expect(requirement).toBeCloseTo(0.075 * 1500 - 12.5, 11)
  })

  it('is −1 for a debt with nothing that requires margin', () => {
    expect(sides(test([], { cash: [{ mark: -1, value: -5 }] }))).toEqual([-5, 5])
    // A credit that outweighs the debt leaves nothing required.
    const [resource = 0, requirement = 0] = sides(
      test([], { cash: [{ mark: -1, value: -5 }], credit: 6 }),
    )
    expect([resource, requirement]).toEqual([-5, -6])
  })

  it('is NaN once a mark that it is pinned to moves, or a multiplier is missing', () => {
    const pinned = test([], { cash: [{ mark: -1, value: 5 }], credit: -2, pinned: [0, 2] })
    expect(sides(pinned)).toEqual([5, 2])
    expect(sides(pinned, [1, 3, 1])).toEqual([5, 2])
    expect(sides(pinned, [1, 1, 1.000001])).toEqual([Number.NaN, Number.NaN])
    expect(sides(test([market([call(-1)])]), [1])[0]).toBeNaN()
  })

  it('does not depend on the order of options, and never improves when one more is sold', () => {
    const option = fc.record({
      right: fc.constantFrom<'call' | 'put'>('call', 'put'),
      size: fc.double({ min: -5, max: 5, noNaN: true }),
      strike: fc.double({ min: 500, max: 4000, noNaN: true }),
      impliedVolatility: fc.double({ min: 0.1, max: 2, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(option, { minLength: 1, maxLength: 6 }), option, (options, sold) => {
        const before = net(test([market(options)]))
        expect(net(test([market([...options].reverse())]))).toBeCloseTo(before, 6)
        const more = [...options, { ...sold, size: -Math.abs(sold.size) }]
        expect(net(test([market(more)]))).toBeLessThanOrEqual(before + 1e-6)
      }),
    )
  })
})
