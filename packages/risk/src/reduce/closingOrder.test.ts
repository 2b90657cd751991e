import type { Leg } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  book,
  expiry,
  linear,
  stress,
  option as stressOption,
} from '../../../../test/risk/stressBooks.js'
import { toySystem } from '../../../../test/risk/toyMarginSystem.js'
import { account, NOW, option, perp, portfolioOf } from '../../../../test/risk/toyWorld.js'
import { positionsOf, scenarioTestOf } from '../compare/index.js'
import { ScenarioError } from '../errors.js'
import { evaluateScenarioTest } from '../scenario/evaluateScenarioTest.js'
import { closingOrder, closingPriorities, scaleLegs } from './index.js'
import { closableLegs } from './scaleLegs.js'

const testOf = (...legs: readonly Leg[]) =>
  scenarioTestOf(positionsOf(portfolioOf([account('a', 'toy-perps', legs)]), NOW), toySystem())
const sold = (id: string, right: 'call' | 'put', strike: number, size: number) =>
  option({ id, right, strike: parseAmount(String(strike)), size: parseAmount(String(size)) })
const equalCost = { cost: () => 1 }
const required = (test: ReturnType<typeof testOf>) =>
  evaluateScenarioTest(test).maintenance.requirement

describe('closingPriorities', () => {
  const test = testOf(
    sold('call', 'call', 2200, -3),
    perp('ethIndex', '1'),
    sold('put', 'put', 1800, -1),
  )

  it('put the leg first that loses most in the binding scenario, a hedge last', () => {
    expect(closingPriorities(test, equalCost).map(({ leg }) => leg)).toEqual([
      'a#call',
      'a#put',
      'a#perp-ethIndex',
    ])
    expect(closingPriorities(test, equalCost).at(-1)?.relief).toBeLessThan(0)
  })

  it('add up to the requirement, which grows with size alone', () => {
    const sum = closingPriorities(test, equalCost).reduce((total, { relief }) => total + relief, 0)
    expect(sum).toBeCloseTo(required(test), 4)
  })

  it('weigh by cost', () => {
    const calls = testOf(sold('near', 'call', 2200, -3), sold('far', 'call', 2600, -3))
    expect(closingPriorities(calls, equalCost)[0]?.leg).toBe('a#near')
    const dear = { cost: (leg: string) => (leg === 'a#near' ? 1000 : 1) }
    expect(closingPriorities(calls, dear)[0]?.leg).toBe('a#far')
  })

  it.each([0, -1, NaN, Infinity])('refuse a cost of %s', (cost) => {
    expect(() => closingPriorities(test, { cost: () => cost })).toThrow(ScenarioError)
  })
})

describe('closableLegs', () => {
  it('are positions, each once and in order: no resting order, nothing of size 0', () => {
    const held = book({
      perps: [linear('perp', -1), linear('order', 1, { limitPrice: 95 })],
      expiries: [
        expiry(0.1, [stressOption('call', 'call', 2, 100), stressOption('closed', 'put', 0, 90)], {
          futures: [linear('future', 3)],
        }),
        expiry(0.2, [stressOption('call', 'call', 1, 100)]),
      ],
    })
    expect(closableLegs(stress([held]))).toEqual(['call', 'future', 'perp'])
  })
})

describe('closingOrder', () => {
  it('closes a single leg just as far as it must', () => {
    const test = testOf(perp('ethIndex', '10'))
    const whole = required(test)
    const { steps, requirement, reached } = closingOrder(test, whole / 4, equalCost)
    expect(reached).toBe(true)
    expect(steps).toHaveLength(1)
    expect(steps[0]?.close[0]?.share).toBeCloseTo(0.75, 12)
    expect(requirement).toBeCloseTo(whole / 4, 9)
  })

  it('closes both wings of a straddle in turn or together, as the binding side switches', () => {
    const test = testOf(sold('call', 'call', 2000, -3), sold('put', 'put', 2000, -3))
    const { steps, reached } = closingOrder(test, required(test) / 3, equalCost)
    expect(reached).toBe(true)
    expect(new Set(steps.flatMap(({ close }) => close.map(({ leg }) => leg)))).toEqual(
      new Set(['a#call', 'a#put']),
    )
  })

  it('says when no closing reaches the target', () => {
    const test = testOf(perp('ethIndex', '1'))
    expect(closingOrder(test, -1, equalCost)).toMatchObject({ reached: false, requirement: 0 })
  })

  it('refuses a target that is no number', () => {
    expect(() => closingOrder(testOf(perp('ethIndex', '1')), NaN, equalCost)).toThrow(ScenarioError)
  })

  it('lowers the requirement at every step to what it says, and closes no leg twice over', () => {
    const leg = fc.record({
      right: fc.constantFrom('call' as const, 'put' as const),
      strike: fc.integer({ min: 1500, max: 2800 }),
      size: fc.integer({ min: -20, max: 20 }).filter((size) => size !== 0),
    })
    fc.assert(
      fc.property(
        fc.array(leg, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (made, part) => {
          const test = testOf(
            ...made.map(({ right, strike, size }, index) => sold(`o${index}`, right, strike, size)),
          )
          const whole = required(test)
          const { steps, requirement, reached } = closingOrder(test, whole * part, equalCost)
          const left = new Map<string, number>()
          let before = whole
          for (const step of steps) {
            expect(step.before).toBeCloseTo(before, 6)
            expect(step.after).toBeLessThan(step.before)
            for (const { leg: closed, share } of step.close) {
              left.set(closed, (left.get(closed) ?? 1) - share)
            }
            before = step.after
          }
          for (const share of left.values()) expect(share).toBeGreaterThanOrEqual(-1e-9)
          expect(required(scaleLegs(test, left))).toBeCloseTo(requirement, 6)
          expect(reached).toBe(requirement <= whole * part)
          expect(reached || whole === 0).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })
})
