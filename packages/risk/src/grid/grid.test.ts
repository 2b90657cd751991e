import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScenarioError } from '../errors.js'
import { forwardPrice } from '../pricing/black76.js'
import { normalCdf } from '../pricing/normalCdf.js'
import {
  accurateGridProfits,
  emptyOptionBook,
  gridProfits,
  gridProfitsByGroup,
  gridProfitsByOption,
  type OptionBook,
  type StressGrid,
  stressGrid,
  tableCdf,
} from './index.js'

type Row = {
  readonly isCall: boolean
  readonly size: number
  readonly strike: number
  readonly forward: number
  readonly fixed: number
  readonly years: number
  readonly discount: number
  readonly reference: number
  readonly volatilities: readonly number[]
}

const SPOTS = [0.34, 0.67, 0.84, 0.92, 1, 1.08, 1.16, 1.5, 2, 6]
const GRID = stressGrid(SPOTS, 3)
const CELLS = 3 * SPOTS.length

function bookOf(
  rows: readonly Row[],
  columns = 3,
): { book: OptionBook; volatilities: Float64Array } {
  const book = emptyOptionBook(rows.length)
  const volatilities = new Float64Array(rows.length * columns)
  for (const [option, row] of rows.entries()) {
    book.call[option] = row.isCall ? 1 : 0
    book.size[option] = row.size
    book.strike[option] = row.strike
    book.forward[option] = row.forward
    book.forwardFixed[option] = row.fixed
    book.years[option] = row.years
    book.discount[option] = row.discount
    book.reference[option] = row.reference
    volatilities.set(row.volatilities, option * columns)
  }
  return { book, volatilities }
}

function totals(
  evaluate: typeof gridProfits,
  rows: readonly Row[],
  grid: StressGrid = GRID,
): readonly number[] {
  const { book, volatilities } = bookOf(rows, grid.columns)
  const out = new Float64Array(grid.columns * grid.spots.length)
  evaluate(book, volatilities, grid, out)
  return [...out]
}

const number = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true })
const anyRow: fc.Arbitrary<Row> = fc.record({
  isCall: fc.boolean(),
  size: number(-10, 10),
  strike: fc.oneof(number(1, 1e5), fc.constant(0)),
  forward: fc.oneof(number(1, 1e5), fc.constant(0)),
  fixed: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, number(0, 1e4)),
  years: fc.oneof(number(0, 2), fc.constant(0)),
  discount: number(0.5, 1),
  reference: number(0, 1e4),
  volatilities: fc.array(fc.oneof(number(0, 3), number(0, 1e-5), number(3, 400)), {
    minLength: 3,
    maxLength: 3,
  }),
})

const ROW: Row = {
  isCall: true,
  size: 2,
  strike: 100,
  forward: 105,
  fixed: 0,
  years: 0.25,
  discount: 0.98,
  reference: 7,
  volatilities: [0.9, 0.6, 0.4],
}

describe('tableCdf', () => {
  it('is the normal distribution to 1e-15', () => {
    let worst = 0
    for (let step = -95_000; step <= 95_000; step++) {
      const x = step / 10_007
      worst = Math.max(worst, Math.abs(tableCdf(x) - normalCdf(x)))
    }
    expect(worst).toBeLessThan(1e-15)
  })

  it('meets the ends of its range without a step', () => {
    expect(tableCdf(-Infinity)).toBe(0)
    expect(tableCdf(-9)).toBe(0)
    expect(tableCdf(9)).toBe(1)
    expect(tableCdf(Infinity)).toBe(1)
    for (const edge of [8.5, 8.515624, 8.515626]) {
      expect(Math.abs(tableCdf(edge) - 1)).toBeLessThan(1e-15)
      expect(Math.abs(tableCdf(-edge) - normalCdf(-edge))).toBeLessThan(2e-17)
    }
  })

  it('knows no number for no number', () => {
    expect(tableCdf(NaN)).toBeNaN()
  })

  it('keeps its bits', () => {
    let sum = 0
    for (let i = -8500; i < 8500; i++) sum += tableCdf(i / 1000) * (i % 2 === 0 ? 1 : -1.5)
    expect(sum).toBe(-2125.5000000000014)
  })
})

describe('gridProfits', () => {
  it('agrees with the accurate formula to 2e-15 of what it adds up, whatever the option', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const fast = totals(gridProfits, [row])
        const accurate = totals(accurateGridProfits, [row])
        for (const [cell, value] of accurate.entries()) {
          const moved = row.forward * (SPOTS[cell % SPOTS.length] ?? NaN) + row.fixed
          const scale = Math.abs(row.size) * (moved + row.strike + row.reference)
          expect(Math.abs((fast[cell] ?? NaN) - value)).toBeLessThanOrEqual(2e-15 * scale + 1e-300)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('is size × (discounted price − reference) in rows of volatility and columns of spot', () => {
    const out = totals(gridProfits, [ROW])
    const price = 0.98 * forwardPrice(true, 105 * 0.84, 100, 0.4 * Math.sqrt(0.25))
    expect(out[2 * SPOTS.length + 2]).toBeCloseTo(2 * (price - 7), 12)
  })

  it('adds up a book, whose order does not matter', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 12 }), (rows) => {
        const together = totals(gridProfits, rows)
        const backwards = totals(gridProfits, rows.toReversed())
        const scale = rows.reduce((sum, row) => {
          return (
            sum + Math.abs(row.size) * (6 * row.forward + row.fixed + row.strike + row.reference)
          )
        }, 1e-300)
        for (const [cell, value] of together.entries()) {
          const apart = rows.reduce(
            (sum, row) => sum + (totals(gridProfits, [row])[cell] ?? NaN),
            0,
          )
          expect(Math.abs(value - apart)).toBeLessThanOrEqual(1e-14 * scale)
          expect(Math.abs(value - (backwards[cell] ?? NaN))).toBeLessThanOrEqual(1e-14 * scale)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('pays what an option is worth at expiry when no time or no volatility is left', () => {
    for (const row of [
      { ...ROW, years: 0 },
      { ...ROW, volatilities: [0, 0, 0] },
    ]) {
      for (const isCall of [true, false]) {
        const out = totals(gridProfits, [{ ...row, isCall, reference: 0 }])
        for (const [cell, value] of out.entries()) {
          const moved = 105 * (SPOTS[cell % SPOTS.length] ?? NaN)
          const payoff = Math.max(isCall ? moved - 100 : 100 - moved, 0)
          expect(value).toBe(2 * (0.98 * payoff))
        }
      }
    }
  })

  it('does not move the part of the forward that is averaged in', () => {
    const out = totals(gridProfits, [{ ...ROW, forward: 0, fixed: 105 }])
    for (let column = 0; column < 3; column++) {
      const row = out.slice(column * SPOTS.length, (column + 1) * SPOTS.length)
      expect(new Set(row).size).toBe(1)
    }
    const half = totals(gridProfits, [{ ...ROW, forward: 52.5, fixed: 52.5, reference: 0 }])
    const price = 0.98 * forwardPrice(true, 52.5 * 1.5 + 52.5, 100, 0.9 * 0.5)
    expect(half[7]).toBeCloseTo(2 * price, 12)
  })

  it('values a spot that fell to nothing', () => {
    const grid = stressGrid([0], 1)
    const row = { ...ROW, reference: 0, volatilities: [0.6] }
    expect(totals(gridProfits, [row], grid)).toEqual([0])
    expect(totals(gridProfits, [{ ...row, isCall: false }], grid)[0]).toBeCloseTo(2 * 98, 12)
  })

  it.each(['size', 'strike', 'forward', 'fixed', 'years', 'discount', 'reference'] as const)(
    'is no number where the %s is none',
    (field) => {
      for (const evaluate of [gridProfits, accurateGridProfits]) {
        expect(totals(evaluate, [ROW, { ...ROW, [field]: NaN }])).toEqual(Array(CELLS).fill(NaN))
      }
    },
  )

  it('is no number where a volatility or the time is negative or none', () => {
    const bad: readonly Row[] = [
      { ...ROW, volatilities: [NaN, NaN, NaN] },
      { ...ROW, volatilities: [-0.1, -0.1, -0.1] },
      { ...ROW, years: -1 },
      { ...ROW, fixed: 1, volatilities: [NaN, NaN, NaN] },
    ]
    for (const row of bad) {
      expect(totals(gridProfits, [row])).toEqual(Array(CELLS).fill(NaN))
      expect(totals(accurateGridProfits, [row])).toEqual(Array(CELLS).fill(NaN))
    }
  })

  it('keeps the total of 1,024 options to 1e-10', () => {
    const rows = Array.from(
      { length: 1024 },
      (_, index): Row => ({
        ...ROW,
        isCall: index % 2 === 0,
        size: ((index * 7919) % 401) / 100 - 2,
        strike: 60 + ((index * 104_729) % 801) / 10,
        years: 0.02 + (index % 50) / 50,
        volatilities: [0.9, 0.6, 0.4].map((volatility) => volatility * (0.5 + (index % 7) / 7)),
      }),
    )
    const fast = totals(gridProfits, rows)
    for (const [cell, value] of totals(accurateGridProfits, rows).entries()) {
      expect(Math.abs((fast[cell] ?? NaN) - value)).toBeLessThan(1e-10)
    }
  })

  it('refuses arrays that do not fit', () => {
    const { book, volatilities } = bookOf([ROW, ROW])
    const out = new Float64Array(CELLS)
    for (const evaluate of [gridProfits, accurateGridProfits]) {
      expect(() => evaluate(book, volatilities, GRID, new Float64Array(CELLS - 1))).toThrow(
        ScenarioError,
      )
      expect(() => evaluate(book, volatilities.subarray(1), GRID, out)).toThrow(ScenarioError)
      const short = { ...book, strike: book.strike.subarray(1) }
      expect(() => evaluate(short, volatilities, GRID, out)).toThrow(ScenarioError)
    }
  })
})

describe('gridProfitsByOption and gridProfitsByGroup', () => {
  it('are the bits that the book adds up', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 12 }), (rows) => {
        const { book, volatilities } = bookOf(rows)
        const byOption = new Float64Array(rows.length * CELLS)
        gridProfitsByOption(book, volatilities, GRID, byOption)
        const byGroup = new Float64Array(3 * CELLS)
        const groups = Int32Array.from(rows, (_, option) => option % 3)
        gridProfitsByGroup(book, groups, 3, volatilities, GRID, byGroup)
        const total = totals(gridProfits, rows)
        for (let cell = 0; cell < CELLS; cell++) {
          const sums = [0, 0, 0]
          let sum = 0
          for (let option = 0; option < rows.length; option++) {
            const value = byOption[option * CELLS + cell] ?? NaN
            sums[option % 3] = (sums[option % 3] ?? NaN) + value
            sum += value
          }
          expect([0, 1, 2].map((group) => byGroup[group * CELLS + cell])).toEqual(sums)
          expect(total[cell]).toBe(sum)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('refuse an option outside the groups and results of the wrong length', () => {
    const { book, volatilities } = bookOf([ROW])
    const out = new Float64Array(CELLS)
    for (const group of [-1, 1]) {
      expect(() =>
        gridProfitsByGroup(book, Int32Array.of(group), 1, volatilities, GRID, out),
      ).toThrow(ScenarioError)
    }
    expect(() => gridProfitsByGroup(book, new Int32Array(0), 1, volatilities, GRID, out)).toThrow(
      ScenarioError,
    )
    expect(() => gridProfitsByOption(book, volatilities, GRID, new Float64Array(1))).toThrow(
      ScenarioError,
    )
  })
})

describe('stressGrid', () => {
  it('refuses moves that are no prices and grids without a column', () => {
    for (const multiplier of [-0.1, NaN, Infinity]) {
      expect(() => stressGrid([1, multiplier], 3)).toThrow(ScenarioError)
    }
    for (const columns of [0, -1, 1.5, NaN]) {
      expect(() => stressGrid([1], columns)).toThrow(ScenarioError)
    }
  })
})
