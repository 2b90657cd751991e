import { describe, expect, it } from 'vitest'
import { book, linear, MARK, MARKS, stress } from '../../../../test/risk/stressBooks.js'
import type { scenario } from './scenario.js'
import { scenarioKernel } from './scenarioKernel.js'

const sides = (tested: Parameters<typeof scenario>[0], multipliers: readonly number[] = []) => {
  const out = new Float64Array(2)
  const moved = Float64Array.from({ length: MARKS }, (_, mark) => multipliers[mark] ?? 1)
  scenarioKernel.evaluate(tested, moved, out)
  return [...out]
}
const cash = (value: number) => ({ cash: [{ mark: MARK.other, value }] })

describe('scenario', () => {
  it('is what cash and positions are worth against their worst loss', () => {
    const [resource, requirement = NaN] = sides(
      stress([book({ perps: [linear('a', 1)] })], cash(50)),
    )
    expect(resource).toBe(50 + 100)
    expect(requirement).toBeGreaterThan(0)
    const [moved] = sides(stress([book({ perps: [linear('a', 1)] })], cash(50)), [1, 1, 1, 0.5])
    expect(moved).toBe(25 + 100)
  })

  it('requires nothing of what is held, and nothing where nothing is', () => {
    expect(sides(stress([], cash(50)))).toEqual([50, 0])
    expect(sides(stress([], cash(0)))).toEqual([0, 0])
  })

  it('takes a debt with nothing that requires margin for a shortfall, health −1', () => {
    expect(sides(stress([], cash(-5)))).toEqual([-5, 5])
  })
})
