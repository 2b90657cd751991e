import { describe, expect, it } from 'vitest'
import { book, expiry, option, stress } from '../../../../test/risk/stressBooks.js'
import { evaluateScenarioTest } from './evaluateScenarioTest.js'
import { withVolatility } from './withVolatility.js'

const roll = {
  kind: 'roll',
  apply: 'scaled',
  margin: 'both',
  minimum: 0.01,
  perYear: 0,
} as const

describe('withVolatility', () => {
  const held = (rest: { readonly price?: number; readonly delta?: number }) =>
    book({
      expiries: [expiry(0.2, [option('a', 'call', 1, 105, rest)])],
      contingencies: [roll],
    })
  const numbers = (rest: { readonly price?: number; readonly delta?: number }, by: number) => {
    const result = evaluateScenarioTest(stress([withVolatility(held(rest), false, by)]))
    return {
      worth: result.markToMarket,
      delta: result.maintenance.contingencies[0]?.amount ?? NaN,
    }
  }

  it('is the book at multiplied volatilities', () => {
    const other = book({
      expiries: [expiry(0.2, [option('a', 'call', 1, 105, { impliedVolatility: 1.2 })])],
      contingencies: [roll],
    })
    expect(evaluateScenarioTest(stress([withVolatility(held({}), false, 2)]))).toEqual(
      evaluateScenarioTest(stress([withVolatility(other, false, 1)])),
    )
  })

  it('moves a quoted price and a given delta by as much as the model', () => {
    const model = numbers({}, 1.5)
    const calm = numbers({}, 1)
    const quoted = numbers({ price: 9, delta: 0.4 }, 1.5)
    expect(quoted.worth - 9).toBeCloseTo(model.worth - calm.worth, 12)
    expect(quoted.delta - 0.4).toBeCloseTo(model.delta - calm.delta, 12)
    expect(model.worth).toBeGreaterThan(calm.worth + 1)
    expect(numbers({ price: 9, delta: 0.4 }, 1)).toEqual({
      worth: 9,
      delta: expect.closeTo(0.4, 15),
    })
  })

  it('never lets a quoted price fall below 0', () => {
    expect(numbers({ price: 0.01 }, 0).worth).toBe(0)
  })
})
