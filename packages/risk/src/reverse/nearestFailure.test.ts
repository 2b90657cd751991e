import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cholesky } from '../covariance/index.js'
import { exp } from '../pricing/index.js'
import type { FailurePoint, NearestFailure } from './index.js'
import { nearestFailure, nearestLinearFailure, ReverseStressError } from './index.js'

const isDeep = process.env.PLIMSOLL_DEEP === '1'
const numRuns = isDeep ? 1000 : 40

function nearestOf(found: NearestFailure): FailurePoint {
  if (found.kind !== 'nearest') throw new ReverseStressError(`It is ${found.kind}.`)
  return found.nearest
}

/** Daily volatilities of 1 to 8 % with a common correlation, as a covariance. */
const markets = fc
  .tuple(
    fc.array(fc.double({ min: 0.01, max: 0.08, noNaN: true }), { minLength: 2, maxLength: 4 }),
    fc.double({ min: 0, max: 0.9, noNaN: true }),
  )
  .map(([volatilities, correlation]) => ({
    volatilities,
    covariance: covarianceOf(volatilities, correlation),
  }))

function covarianceOf(volatilities: readonly number[], correlation: number): Float64Array {
  return Float64Array.from(
    volatilities.flatMap((a, i) => volatilities.map((b, j) => a * b * (i === j ? 1 : correlation))),
  )
}

const sensitivity = fc.integer({ min: -100, max: 100 }).filter((value) => value !== 0)
const accounts = markets.chain((market) =>
  fc.record({
    market: fc.constant(market),
    gradient: fc
      .tuple(...market.volatilities.map(() => sensitivity))
      .map((entries) => Float64Array.from(entries)),
    surplus: fc.double({ min: 0.5, max: 6, noNaN: true }),
  }),
)

const linear = (surplus: number, gradient: Float64Array) => (moves: Float64Array) =>
  gradient.reduce((sum, entry, index) => sum + entry * (moves[index] ?? 0), surplus)

describe('nearestLinearFailure', () => {
  it('does not depend on the order of the factors', () => {
    fc.assert(
      fc.property(accounts, ({ market, gradient, surplus }) => {
        const size = gradient.length
        const there = nearestOf(
          nearestLinearFailure({ surplus, gradient, root: cholesky(market.covariance) }),
        )
        const reversed = market.covariance.slice().reverse()
        const back = nearestOf(
          nearestLinearFailure({
            surplus,
            gradient: gradient.slice().reverse(),
            root: cholesky(reversed),
          }),
        )
        expect(back.distance / there.distance).toBeCloseTo(1, 11)
        for (let index = 0; index < size; index++) {
          expect(back.moves[size - 1 - index]).toBeCloseTo(there.moves[index] ?? NaN, 11)
        }
      }),
    )
  })

  it('does not depend on the unit of a factor', () => {
    fc.assert(
      fc.property(accounts, ({ market, gradient, surplus }) => {
        const root = cholesky(market.covariance)
        const there = nearestOf(nearestLinearFailure({ surplus, gradient, root }))
        const rescaled = root.map((entry, at) => (at < gradient.length ? 1000 * entry : entry))
        const other = gradient.map((entry, at) => (at === 0 ? entry / 1000 : entry))
        const found = nearestLinearFailure({ surplus, gradient: other, root: rescaled })
        expect(nearestOf(found).distance / there.distance).toBeCloseTo(1, 12)
      }),
    )
  })

  it('stands on the surface, along the steepest fall', () => {
    fc.assert(
      fc.property(accounts, ({ market, gradient, surplus }) => {
        const root = cholesky(market.covariance)
        const { moves, distance, shares, shocks } = nearestOf(
          nearestLinearFailure({ surplus, gradient, root }),
        )
        expect(linear(surplus, gradient)(moves) / surplus).toBeCloseTo(0, 10)
        expect(Math.sqrt(shocks.reduce((sum, u) => sum + u * u, 0))).toBe(distance)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
      }),
    )
  })

  it('says so where the account fails today, or no factor touches it', () => {
    const root = Float64Array.of(0.1)
    const gradient = Float64Array.of(1)
    expect(nearestLinearFailure({ surplus: 0, gradient, root })).toEqual({ kind: 'failed' })
    const untouched = { surplus: 1, gradient: Float64Array.of(0), root }
    expect(nearestLinearFailure(untouched)).toEqual({ kind: 'none', searchedTo: Infinity })
  })

  it('refuses what does not fit', () => {
    const gradient = Float64Array.of(1)
    const refused = (surplus: number, root: Float64Array) => () =>
      nearestLinearFailure({ surplus, gradient, root })
    expect(refused(1, Float64Array.of(1, 0, 0, 1))).toThrow(/1 sensitivities .* 2 factors/)
    expect(refused(NaN, Float64Array.of(1))).toThrow(/surplus of NaN/)
    expect(refused(1, Float64Array.of(1, 0))).toThrow(/not square/)
    expect(refused(1, Float64Array.of())).toThrow(ReverseStressError)
    expect(refused(1, Float64Array.of(NaN))).toThrow(/\(0, 0\) .* NaN/)
  })
})

describe('nearestFailure', () => {
  it('equals the closed form of a linear account', () => {
    fc.assert(
      fc.property(accounts, ({ market, gradient, surplus }) => {
        const root = cholesky(market.covariance)
        const exact = nearestOf(nearestLinearFailure({ surplus, gradient, root }))
        const stress = { surplus: linear(surplus, gradient), root, searchTo: 2 * exact.distance }
        const found = nearestFailure(stress)
        const nearest = nearestOf(found)
        expect(nearest.distance / exact.distance).toBeCloseTo(1, 8)
        expect(nearest.alignment).toBeCloseTo(1, 8)
        expect(found).toMatchObject({ others: [] })
        nearest.shocks.forEach((shock, index) => {
          expect(shock / exact.distance).toBeCloseTo(
            (exact.shocks[index] ?? NaN) / exact.distance,
            5,
          )
        })
      }),
      { numRuns },
    )
  })

  it('finds the nearest of several tests of one account, and names the others', () => {
    const root = cholesky(covarianceOf([0.05, 0.05], 0.6))
    const tests = [
      linear(1, Float64Array.of(6, 2)),
      linear(1.2, Float64Array.of(-9, 1)),
      linear(2, Float64Array.of(1, -9)),
    ]
    const found = nearestFailure({
      surplus: (moves) => Math.min(...tests.map((test) => test(moves))),
      root,
    })
    const gradients = [
      [6, 2],
      [-9, 1],
      [1, -9],
    ] as const
    const exact = [1, 1.2, 2]
      .map((surplus, index) => {
        const gradient = Float64Array.from(gradients[index] ?? [])
        return nearestOf(nearestLinearFailure({ surplus, gradient, root })).distance
      })
      .sort((a, b) => a - b)
    expect(found.kind).toBe('nearest')
    if (found.kind !== 'nearest') return
    const distances = [found.nearest, ...found.others].map(({ distance }) => distance)
    expect(distances).toHaveLength(3)
    for (const [index, distance] of distances.entries()) {
      expect(distance).toBeCloseTo(exact[index] ?? NaN, 8)
    }
  })

  it('finds the line on both sides of a book that is short gamma', () => {
    const found = nearestFailure({
      surplus: ([move = 0]) => 1 - 2 * move - 100 * move * move,
      root: Float64Array.of(0.05),
    })
    expect(found).toMatchObject({ kind: 'nearest', others: [{}] })
    if (found.kind !== 'nearest') return
    expect(found.nearest.moves[0]).toBeCloseTo((-2 + Math.sqrt(404)) / 200, 10)
    expect(found.others[0]?.moves[0]).toBeCloseTo((-2 - Math.sqrt(404)) / 200, 10)
  })

  it('meets a corner, where the account fails only if two tests do', () => {
    const root = Float64Array.of(0.05, 0, 0, 0.05)
    const surplus = ([a = 0, b = 0]: Float64Array) => Math.max(1 + 10 * a, 1 + 20 * b)
    const nearest = nearestOf(nearestFailure({ surplus, root }))
    expect(nearest.moves[0]).toBeCloseTo(-0.1, 5)
    expect(nearest.moves[1]).toBeCloseTo(-0.05, 5)
    expect(surplus(nearest.moves)).toBeLessThanOrEqual(0)
  })

  it('meets a jump, where the surplus has no slope', () => {
    const { moves, distance } = nearestOf(
      nearestFailure({
        surplus: ([move = 0]) => (move < -0.2 ? -1 : 1),
        root: Float64Array.of(0.1),
      }),
    )
    expect(moves[0]).toBeLessThan(-0.2)
    expect(distance).toBeCloseTo(2, 12)
  })

  it('turns to the corner of a jump, where no slope leads', () => {
    const surplus = ([a = 0, b = 0]: Float64Array) => (a < -0.2 && b < -0.1 ? -1 : 1)
    const { shocks, alignment } = nearestOf(
      nearestFailure({ surplus, root: Float64Array.of(0.1, 0, 0, 0.1) }),
    )
    expect(shocks[0]).toBeCloseTo(-2, 2)
    expect(shocks[1]).toBeCloseTo(-1, 2)
    expect(alignment).toBeLessThan(1)
  })

  it('does not depend on the unit of the surplus', () => {
    const root = cholesky(covarianceOf([0.05, 0.04], 0.5))
    const within = (unit: number) =>
      nearestOf(
        nearestFailure({
          surplus: ([a = 0, b = 0]) => unit * (50 * exp(a) + 40 * exp(b) - 75),
          root,
        }),
      )
    for (const unit of [1e-9, 1e9]) {
      expect(within(unit).distance).toBeCloseTo(within(1).distance, 9)
      expect(within(unit).alignment).toBeCloseTo(1, 9)
    }
  })

  it('never names a point that does not fail', () => {
    fc.assert(
      fc.property(accounts, ({ market, gradient, surplus }) => {
        const root = cholesky(market.covariance)
        const curved = (moves: Float64Array) =>
          gradient.reduce((sum, entry, at) => sum + entry * (exp(moves[at] ?? 0) - 1), surplus)
        const found = nearestFailure({ surplus: curved, root })
        if (found.kind !== 'nearest') return
        for (const { moves } of [found.nearest, ...found.others]) {
          expect(curved(moves)).toBeLessThanOrEqual(0)
        }
      }),
      { numRuns },
    )
  })

  it('is not farther than what a scan of all directions finds, for options sold and shares held', () => {
    const book = fc.record({
      held: fc.tuple(sensitivity, sensitivity),
      sold: fc.tuple(fc.integer({ min: -300, max: 100 }), fc.integer({ min: -300, max: 100 })),
      volatilities: fc.tuple(
        fc.double({ min: 0.02, max: 0.1, noNaN: true }),
        fc.double({ min: 0.02, max: 0.1, noNaN: true }),
      ),
      correlation: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
    })
    fc.assert(
      fc.property(book, ({ held, sold, volatilities, correlation }) => {
        const root = cholesky(covarianceOf(volatilities, correlation))
        const surplus = (moves: Float64Array) =>
          held.reduce((sum, shares, index) => {
            const price = exp(moves[index] ?? 0)
            const straddles = (price - 1) * (price - 1) * (sold[index] ?? 0)
            return sum + shares * (price - 1) + straddles - Math.abs(shares) * price * 0.05
          }, 30)
        const found = nearestFailure({ surplus, root })
        const reach = found.kind === 'nearest' ? found.nearest.distance : 10
        for (let step = 0; step < 180; step++) {
          const angle = (step * Math.PI) / 90
          for (const share of [0.25, 0.5, 0.75, 0.9, 0.999999]) {
            const [u, v] = [reach * share * Math.cos(angle), reach * share * Math.sin(angle)]
            const [a = 0, , b = 0, c = 0] = root
            expect(surplus(Float64Array.of(a * u, b * u + c * v))).toBeGreaterThan(0)
          }
        }
      }),
      { numRuns: isDeep ? 300 : 8 },
    )
  })

  it('treats factors that move as one', () => {
    const found = nearestFailure({
      surplus: ([a = 0, b = 0]) => 1 + 4 * a + 6 * b,
      root: Float64Array.of(0.05, 0, 0.05, 0),
    })
    expect(nearestOf(found).distance).toBeCloseTo(2, 9)
  })
})
