import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import { black76Price, liveDeltaShare, settlementForward, shockedForward } from './index.js'

const window = {
  forward: 61_000,
  secondsToExpiry: 600,
  windowSeconds: 1_800,
  realisedAverage: 60_000,
}

describe('settlementForward', () => {
  it('fixes the share (W − t)/W of the window that has passed', () => {
    const { variable, fixed } = settlementForward(window)
    expect(fixed).toBe(40_000)
    expect(variable).toBeCloseTo(61_000 / 3, 10)
  })

  it('follows the live price before the window and not at all at expiry', () => {
    const early = { ...window, secondsToExpiry: 1_800, realisedAverage: null }
    expect(settlementForward(early)).toEqual({ variable: 61_000, fixed: 0 })
    expect(settlementForward({ ...window, secondsToExpiry: 0 })).toEqual({
      variable: 0,
      fixed: 60_000,
    })
    expect(settlementForward({ ...window, secondsToExpiry: -5 })).toEqual({
      variable: 0,
      fixed: 60_000,
    })
  })

  it('has no window where it is 0 seconds long', () => {
    const last = { ...window, windowSeconds: 0, realisedAverage: null }
    expect(settlementForward({ ...last, secondsToExpiry: 0 })).toEqual({
      variable: 61_000,
      fixed: 0,
    })
  })

  it('refuses to take the live price for a missing average, and numbers that are none', () => {
    expect(() => settlementForward({ ...window, realisedAverage: null })).toThrow(
      /600 of 1800 seconds left.*Read the realised average/,
    )
    for (const wrong of [
      { realisedAverage: NaN },
      { forward: -1 },
      { windowSeconds: Infinity },
      { secondsToExpiry: NaN },
    ]) {
      expect(() => settlementForward({ ...window, ...wrong })).toThrow(PricingError)
    }
  })
})

describe('shockedForward', () => {
  it('moves only what is not yet averaged', () => {
    const split = settlementForward(window)
    expect(shockedForward(split, 0)).toBeCloseTo(60_333.333_333_333, 8)
    expect(shockedForward(split, -1)).toBe(40_000)
  })
})

describe('liveDeltaShare', () => {
  it('is the slope of the settlement forward in the live one, falling linearly to 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600 }), (secondsToExpiry) => {
        const at = (forward: number) => {
          const split = settlementForward({ ...window, secondsToExpiry, forward })
          return shockedForward(split, 0)
        }
        const share = liveDeltaShare({ ...window, secondsToExpiry })
        expect(share).toBeCloseTo((at(61_100) - at(61_000)) / 100, 9)
        expect(share).toBeCloseTo(Math.min(1, secondsToExpiry / 1_800), 12)
      }),
    )
    expect(liveDeltaShare({ secondsToExpiry: -1, windowSeconds: 1_800 })).toBe(0)
    expect(liveDeltaShare({ secondsToExpiry: 0, windowSeconds: 0 })).toBe(0)
    expect(liveDeltaShare({ secondsToExpiry: 1, windowSeconds: 0 })).toBe(1)
  })

  it('scales the delta of a deep option under a shock of the live price', () => {
    const split = settlementForward(window)
    const price = (shock: number) =>
      black76Price({
        right: 'call',
        forward: shockedForward(split, shock),
        strike: 30_000,
        volatility: 0.5,
        years: 600 / 31_536_000,
        discount: 1,
      })
    const slope = (price(0.001) - price(-0.001)) / (0.002 * window.forward)
    expect(slope).toBeCloseTo(liveDeltaShare(window), 10)
  })
})
