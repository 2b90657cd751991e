import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PricingError } from '../errors.js'
import type { TermPoint } from './index.js'
import {
  black76Price,
  discountOfRate,
  forwardOfParity,
  interpolateTerm,
  rateOfDiscount,
  termPoint,
} from './index.js'

const rates = fc.double({ min: -0.2, max: 1, noNaN: true })
const times = fc.double({ min: 0.01, max: 5, noNaN: true })

describe('discountOfRate and rateOfDiscount', () => {
  it('undo each other', () => {
    fc.assert(
      fc.property(rates, times, (rate, years) => {
        const again = rateOfDiscount(discountOfRate(rate, years), years)
        expect(Math.abs(again - rate)).toBeLessThanOrEqual(
          (3e-16 * (1 + Math.abs(rate * years))) / years,
        )
      }),
    )
    expect(discountOfRate(0.05, 0)).toBe(1)
    expect(Math.abs(discountOfRate(0.05, 2) - 0.9048374180359595)).toBeLessThan(2e-16)
  })

  it('refuse what is no rate, time or discount', () => {
    expect(() => discountOfRate(0.05, -1)).toThrow(PricingError)
    expect(() => discountOfRate(NaN, 1)).toThrow(PricingError)
    expect(() => discountOfRate(1e6, 1)).toThrow(/the discount 0/)
    expect(() => rateOfDiscount(0, 1)).toThrow(/discount 0/)
    expect(() => rateOfDiscount(0.9, 0)).toThrow(/years 0/)
  })
})

describe('termPoint', () => {
  it('discounts at the rate', () => {
    expect(termPoint({ years: 2, forward: 100, rate: 0.05 })).toEqual({
      years: 2,
      forward: 100,
      discount: discountOfRate(0.05, 2),
    })
    expect(() => termPoint({ years: 2, forward: 0, rate: 0.05 })).toThrow(/forward 0/)
  })
})

describe('forwardOfParity', () => {
  it('finds the forward that both prices were made on', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        (forward, moneyness, discount) => {
          const strike = forward * moneyness
          const option = { forward, strike, volatility: 0.7, years: 0.5, discount }
          const call = black76Price({ ...option, right: 'call' })
          const put = black76Price({ ...option, right: 'put' })
          const found = forwardOfParity({ strike, call, put, discount })
          expect(Math.abs(found / forward - 1)).toBeLessThanOrEqual(1e-14)
        },
      ),
    )
  })

  it('refuses prices that imply no forward', () => {
    expect(() => forwardOfParity({ strike: 100, call: 0, put: 100, discount: 1 })).toThrow(
      /forward 0/,
    )
    expect(() => forwardOfParity({ strike: 100, call: 1, put: 1, discount: 0 })).toThrow(
      PricingError,
    )
  })
})

describe('interpolateTerm', () => {
  const points: readonly TermPoint[] = [
    { years: 0, forward: 100, discount: 1 },
    termPoint({ years: 0.5, forward: 104, rate: 0.04 }),
    termPoint({ years: 1, forward: 105, rate: 0.05 }),
  ]

  it('is the quoted point at a quoted expiry', () => {
    for (const point of points) expect(interpolateTerm(points, point.years)).toBe(point)
  })

  it('keeps carry and rate constant between expiries', () => {
    const { forward, discount, years } = interpolateTerm(points, 0.25)
    expect(years).toBe(0.25)
    expect(forward).toBeCloseTo(Math.sqrt(100 * 104), 12)
    expect(rateOfDiscount(discount, 0.25)).toBeCloseTo(0.04, 14)
    const late = interpolateTerm(points, 0.75)
    expect(late.forward).toBeCloseTo(Math.sqrt(104 * 105), 12)
    expect(late.discount).toBeCloseTo(Math.exp(-(0.02 + 0.05) / 2), 14)
  })

  it('invents none outside them', () => {
    expect(() => interpolateTerm(points, 1.01)).toThrow(
      /1\.01 years: the quoted expiries reach from 0 to 1/,
    )
    expect(() => interpolateTerm(points.slice(1), 0.25)).toThrow(PricingError)
    expect(() => interpolateTerm([], 0.25)).toThrow(PricingError)
    expect(() => interpolateTerm(points, NaN)).toThrow(PricingError)
  })
})
