import type { ScenarioTest } from '@plimsoll/model'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  book,
  books,
  CONTINGENCIES,
  collateral,
  expiry,
  GRID,
  linear,
  MARK,
  moves,
  option,
  SKEWS,
  stress,
} from '../../../../test/risk/stressBooks.js'
import { idOf } from '../../../../test/risk/toyWorld.js'
import { CompileError } from '../errors.js'
import { KERNELS } from '../kernels/index.js'
import { scenario } from '../kernels/scenario.js'
import { evaluateSides } from '../program/evaluate.js'
import { flattenTests } from '../program/flatten.js'
import type { FlatTests, ProgramAccount } from '../program/program.js'

/** Program marks of the made-up marks. */
const PLACES = [4, 2, 0, 1, 3]
const CONSTANT = PLACES.length

const account = (test: ScenarioTest): ProgramAccount => ({
  id: idOf('toy/1/stress'),
  compiled: {
    account: idOf('toy/1/stress'),
    marks: [],
    tests: [test],
    combine: 'any',
    errorBound: 0,
  },
  error: null,
  marks: Uint32Array.from(PLACES),
})
const flat = (test: ScenarioTest): FlatTests => flattenTests([account(test)], CONSTANT, KERNELS)

function sidesOf(tests: FlatTests, multipliers: Float64Array, base = 0): readonly number[] {
  const out = new Float64Array(2)
  evaluateSides(tests, 0, multipliers, base, out)
  return [...out]
}

/** Multipliers of the program, the last one 1. */
function placed(moved: Float64Array): Float64Array {
  const multipliers = new Float64Array(CONSTANT + 1).fill(1)
  for (const [mark, place] of PLACES.entries()) multipliers[place] = moved[mark] ?? NaN
  return multipliers
}

describe('a scenario test in a program', () => {
  it('is evaluated over the marks of the program', () => {
    fc.assert(
      fc.property(books, moves, (held, moved) => {
        const test = stress([{ ...held, scenarios: [...GRID, ...SKEWS] }], {
          collateral: [collateral('other', 50)],
        })
        const out = new Float64Array(2)
        scenario(test, moved, out)
        const [resource = NaN, requirement = NaN] = sidesOf(flat(test), placed(moved))
        expect(resource).toBeCloseTo(out[0] ?? NaN, 6)
        expect(requirement).toBeCloseTo(out[1] ?? NaN, 6)
      }),
      { numRuns: 40 },
    )
  })

  it('is evaluated at an offset of the multipliers', () => {
    const tests = flat(stress([book({ perps: [linear('perp', 1)] })]))
    const two = Float64Array.from([
      ...placed(Float64Array.from([1, 1, 1, 1, 1])),
      ...placed(Float64Array.from([1, 1, 2, 1, 1])),
    ])
    expect(sidesOf(tests, two, CONSTANT + 1)[0]).toBe(1000 + 200)
    expect(sidesOf(tests, two)[0]).toBe(1000 + 100)
  })

  it('has the same bits in any order of legs, expiries, books and terms', () => {
    const options = [
      option('a', 'call', 1.3, 90),
      option('b', 'put', -0.7, 90),
      option('c', 'call', -1.1, 90),
      option('d', 'call', 1.3, 120),
    ]
    const held = book({
      expiries: [
        expiry(0.1, options, { futures: [linear('f', 0.1), linear('g', 0.3), linear('h', 0.3)] }),
        expiry(0.3, options),
        expiry(0.3, options, { forward: 101 }),
      ],
      perps: [linear('p', 0.7), linear('q', -0.1), linear('r', 0.1, { mark: MARK.spot })],
      collateral: [
        collateral('a', 0.1),
        collateral('b', 0.3),
        collateral('c', 0.1, { value: { mark: MARK.spot, value: 0.7 } }),
      ],
      contingencies: [
        ...CONTINGENCIES,
        {
          kind: 'fixed',
          name: 'fees',
          apply: 'added',
          margin: 'both',
          amount: { mark: MARK.other, value: 0.1 },
        },
      ],
    })
    const test = stress([held, { ...held, name: 'b' }, { ...held, spotMark: MARK.other }], {
      cash: [
        { mark: -1, value: 0.1 },
        { mark: -1, value: 0.7 },
        { mark: MARK.other, value: 0.2 },
      ],
      collateral: held.collateral,
    })
    const turned: ScenarioTest = {
      ...test,
      cash: [...test.cash].reverse(),
      collateral: [...test.collateral].reverse(),
      books: [...test.books].reverse().map((entry) => ({
        ...entry,
        perps: [...entry.perps].reverse(),
        collateral: [...entry.collateral].reverse(),
        expiries: [...entry.expiries].reverse().map((one) => ({
          ...one,
          options: [...one.options].reverse(),
          futures: [...one.futures].reverse(),
        })),
      })),
    }
    expect(flat(turned).scenario).toEqual(flat(test).scenario)
  })

  it('is not found where the program has no such test', () => {
    const tests = { ...flat(stress([])), scenario: [] }
    expect(() => sidesOf(tests, new Float64Array(6))).toThrow(CompileError)
  })

  it('asks of a debt with nothing that requires margin', () => {
    const test = stress([], { cash: [{ mark: -1, value: -5 }] })
    expect(sidesOf(flat(test), placed(new Float64Array(5).fill(1)))).toEqual([-5, 5])
  })
})
