import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lowerMillsRatio, scaledComplementaryError } from './errorFunction.js'
import { inverseNormalCdf, normalCdf, normalDensity } from './index.js'

// Reference values: mpmath 1.3 at 60 digits, of the double nearest to the argument.
const ERFCX: readonly [number, number][] = [
  [0, 1],
  [0.3, 0.7345993345676551],
  [0.46875, 0.6320696892495561],
  [1, 0.427583576155807],
  [4, 0.1369994576250614],
  [30, 0.01879588886141675],
  [-0.3, 1.4537492328427657],
  [-1, 5.00898008076228],
  [-5, 144009798674.66104],
]
const QUANTILES: readonly [number, number][] = [
  [0.5, 0],
  [0.975, 1.9599639845400543],
  [0.1, -1.2815515655446004],
  [1e-5, -4.264890793922825],
  [1e-15, -7.941345326170997],
  [1e-300, -37.0470962993612],
]

describe('scaledComplementaryError', () => {
  it.each(ERFCX)('of %s is %s to 1e-15 relative', (y, expected) => {
    expect(Math.abs(scaledComplementaryError(y) / expected - 1)).toBeLessThanOrEqual(1e-15)
  })

  it('overflows far below 0', () => {
    expect(scaledComplementaryError(-28)).toBe(Infinity)
  })
})

describe('lowerMillsRatio', () => {
  it('is the distribution over the density', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 8, noNaN: true }), (z) => {
        const ratio = lowerMillsRatio(z) * normalDensity(z)
        expect(Math.abs(ratio / normalCdf(z) - 1)).toBeLessThanOrEqual(2e-14)
      }),
    )
  })
})

describe('inverseNormalCdf', () => {
  it.each(QUANTILES)('of %s is %s to 1e-15 relative', (p, expected) => {
    expect(Math.abs(inverseNormalCdf(p) - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected))
  })

  it('undoes the distribution', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (z) => {
        const slack = 3e-16 * (Math.abs(z) + normalCdf(z) / normalDensity(z))
        expect(Math.abs(inverseNormalCdf(normalCdf(z)) - z)).toBeLessThanOrEqual(4 * slack)
      }),
    )
  })

  it('is infinite at the ends and no number outside', () => {
    expect(inverseNormalCdf(0)).toBe(-Infinity)
    expect(inverseNormalCdf(1)).toBe(Infinity)
    for (const p of [-1e-9, 1.000001, NaN]) expect(inverseNormalCdf(p)).toBeNaN()
  })
})
