import type { ScenarioTest } from '@plimsoll/model'
import { markId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import {
  book,
  CONTINGENCIES,
  collateral,
  expiry,
  linear,
  option,
  row,
  SKEWS,
  stress,
} from '../../../../test/risk/stressBooks.js'
import { idOf } from '../../../../test/risk/toyWorld.js'
import { CompileError } from '../errors.js'
import { KERNELS } from '../kernels/index.js'
import { validateCompiled } from '../program/validate.js'

const check = (test: ScenarioTest) =>
  validateCompiled(
    {
      account: idOf('toy/1/stress'),
      marks: ['spot', 'forward', 'perp', 'other', 'stable'].map((name) => markId(`toy/1/${name}`)),
      tests: [test],
      combine: 'any',
      errorBound: 0,
    },
    KERNELS,
  )

const legs = [option('a', 'call', -1, 100)]
const sound = stress(
  [
    book({
      scenarios: [row(0.9, 0.5), ...SKEWS],
      expiries: [expiry(0.1, legs, { futures: [linear('future', 1)] })],
      perps: [linear('perp', 1)],
      collateral: [collateral('base', 1)],
      contingencies: [
        ...CONTINGENCIES,
        {
          kind: 'delta',
          apply: 'scaled',
          margin: 'both',
          threshold: 1,
          step: 1,
          slope: 1,
          cap: 1,
        },
        {
          kind: 'fixed',
          name: 'fees',
          apply: 'added',
          margin: 'both',
          amount: { mark: -1, value: 1 },
        },
      ],
    }),
  ],
  { collateral: [collateral('other', 1)], depeg: { threshold: 0.98, factor: 2 } },
)

/** Every number inside a test, by its path. */
function numbersOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === 'number') return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => numbersOf(part, [...path, key]))
}

/** The test with one number replaced. */
function spoilt<Value>(value: Value, [key, ...rest]: readonly string[], by: number): Value {
  if (key === undefined) return by as Value
  const copy = structuredClone(value) as { [key: string]: unknown }
  copy[key] = spoilt(copy[key], rest, by)
  return copy as Value
}

describe('a compiled scenario test', () => {
  it('is sound as it is', () => {
    expect(() => check(sound)).not.toThrow()
  })

  it.each(numbersOf(sound).map((path) => [path.join('.'), path] as const))(
    'is refused when %s is not a finite number',
    (_name, path) => {
      for (const value of [NaN, Infinity]) {
        expect(() => check(spoilt(sound, path, value))).toThrow(CompileError)
      }
    },
  )

  it.each([
    ['a mark 5 that it does not name', stress([book({ spotMark: 5 })])],
    ['without a price', stress([book({ spot: 0 })])],
    ['without a price', stress([book({ unit: { mark: -1, value: 0 } })])],
    ['without a price', stress([], { stable: { mark: -1, value: 0 } })],
    ['differ in their number', stress([book(), book({ scenarios: [row(1)] })])],
    ['without a skew shock', stress([book({ scenarios: SKEWS, skewShock: null })])],
    ['negative multiplier of spot', stress([book({ scenarios: [row(-0.1)] })])],
    ['negative weight', stress([book({ scenarios: [row(1, 0, { weight: -1 })] })])],
    ['negative time to expiry', stress([book({ expiries: [expiry(-1, [])] })])],
    ['negative dampener', stress([book({ tailDampener: -1 })])],
    ['negative maintenance factor', stress([], { factors: { maintenance: -1, initial: 1 } })],
  ])('is refused with %s', (message, test) => {
    expect(() => check(test)).toThrow(message)
  })
})
