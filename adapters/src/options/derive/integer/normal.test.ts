import { normalCdf as normalCdfInDoubles } from '@plimsoll/risk/pricing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONE } from '../standard-margin.js'
import { normalCdf } from './normal.js'

describe('normalCdf', () => {
  it('adds up with that of the other side', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 40n * ONE), (x) => {
        expect(normalCdf(x) + normalCdf(-x)).toBe(ONE)
      }),
    )
  })

  it('is within 2e-15 of the one in doubles', () => {
    fc.assert(
      fc.property(fc.bigInt(-9n * ONE, 9n * ONE), (x) => {
        const difference = Number(`${normalCdf(x)}e-18`) - normalCdfInDoubles(Number(`${x}e-18`))
        expect(Math.abs(difference)).toBeLessThan(2e-15)
      }),
    )
  })

  // What the venue's contracts answered; they are a unit short of a half at 0.
  it.each([
    [0n, ONE / 2n - 1n],
    [1n, ONE / 2n + 1n],
    [-1n, ONE / 2n - 1n],
    [-ONE, 158655253931457043n],
    [-7071067811865470000n, 768729n],
    [-7071067811865480000n, 768729n],
    [-8n * ONE, 622n],
    [8n * ONE, 999999999999999378n],
    [-37n * ONE, 0n],
    [-37n * ONE - 1n, 0n],
    [37n * ONE + 1n, ONE],
    [-(10n ** 30n), 0n],
  ])('of %s is %s', (x, probability) => {
    expect(normalCdf(x)).toBe(probability)
  })
})
