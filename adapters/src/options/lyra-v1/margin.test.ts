import { normalCdf } from '@plimsoll/risk/pricing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MarginInputError } from '../book.js'
import {
  divide,
  exponential,
  fromNumber,
  logarithm,
  multiply,
  ONE,
  squareRoot,
  toNumber,
} from './fixedPoint.js'
import {
  bookMargin,
  LYRA_V1_RECORDED,
  type LyraPosition,
  minimumCollateral,
  shockVolatility,
} from './margin.js'
import { venueNormalCdf } from './normalCdf.js'
import { venuePrice } from './price.js'

const numRuns = process.env.PLIMSOLL_DEEP === '1' ? 20_000 : 300
const days = (count: number): number => count / 365
const put: LyraPosition = { kind: 'short-put-quote', strike: 2_000, years: days(28), amount: 1 }

const position = fc.record({
  kind: fc.constantFrom('short-call-base', 'short-call-quote', 'short-put-quote'),
  strike: fc.double({ min: 100, max: 10_000, noNaN: true }),
  years: fc.double({ min: 0, max: 1, noNaN: true }),
  amount: fc.double({ min: 0.001, max: 100, noNaN: true }),
})
const spot = fc.double({ min: 500, max: 5_000, noNaN: true })

describe('shockVolatility', () => {
  it.each([
    [0, 2.5],
    [14, 2.5],
    [35, 2.15],
    [49, 1.916_666_666_666_666_7],
    [56, 1.8],
    [400, 1.8],
  ])('is flat, linear, flat: at %s days %s', (count, expected) => {
    expect(shockVolatility(days(count), LYRA_V1_RECORDED)).toBeCloseTo(expected, 12)
  })

  it('may step where both points are one', () => {
    const step = { ...LYRA_V1_RECORDED, shockDays: [14, 14] as const }
    expect(shockVolatility(days(14), step)).toBe(2.5)
    expect(shockVolatility(days(14.1), step)).toBe(1.8)
  })

  it('refuses volatilities and times that are no numbers', () => {
    const wrong = { ...LYRA_V1_RECORDED, shockVolatility: [2.5, Number.NaN] as const }
    expect(() => shockVolatility(1, wrong)).toThrow('later shock volatility NaN')
    expect(() => shockVolatility(-1, LYRA_V1_RECORDED)).toThrow(MarginInputError)
  })
})

describe('minimumCollateral', () => {
  it('is nothing for a long, and for no amount', () => {
    expect(minimumCollateral({ ...put, kind: 'long' }, 2_000, LYRA_V1_RECORDED)).toBe(0)
    expect(minimumCollateral({ ...put, amount: 0 }, 2_000, LYRA_V1_RECORDED)).toBe(0)
  })

  it('is the static minimum for positions worth less', () => {
    const far = { strike: 9_000, years: days(1), amount: 1 }
    const ask = (kind: LyraPosition['kind'], strike = far.strike): number =>
      minimumCollateral({ ...far, kind, strike }, 2_000, LYRA_V1_RECORDED)
    expect(ask('short-call-quote')).toBe(200)
    expect(ask('short-call-base')).toBe(0.2)
    expect(ask('short-put-quote', 500)).toBe(200)
  })

  it('is full cover where that is less than the static minimum', () => {
    const small = { ...put, amount: 0.05 }
    expect(minimumCollateral(small, 2_000, LYRA_V1_RECORDED)).toBe(100)
    expect(minimumCollateral({ ...small, kind: 'short-call-base' }, 2_000, LYRA_V1_RECORDED)).toBe(
      0.05,
    )
  })

  it('has no upper bound for a call backed in quote', () => {
    const call: LyraPosition = { ...put, kind: 'short-call-quote', amount: 0.001 }
    expect(minimumCollateral(call, 2_000, LYRA_V1_RECORDED)).toBe(200)
    expect(minimumCollateral({ ...call, amount: 10 }, 9_000, LYRA_V1_RECORDED)).toBeGreaterThan(
      88_000,
    )
  })

  it('is never below the lesser of static minimum and full cover, never above full cover', () => {
    fc.assert(
      fc.property(position, spot, (held, price) => {
        const isBase = held.kind === 'short-call-base'
        const full = isBase ? held.amount : held.amount * held.strike
        const minimum = isBase ? 0.2 : 200
        const least = held.kind === 'short-call-quote' ? minimum : Math.min(minimum, full)
        const collateral = minimumCollateral(held, price, LYRA_V1_RECORDED)
        expect(collateral).toBeGreaterThanOrEqual(least)
        if (held.kind !== 'short-call-quote') expect(collateral).toBeLessThanOrEqual(full)
      }),
      { numRuns },
    )
  })

  it('never falls with the amount, nor does the amount per unit rise', () => {
    fc.assert(
      fc.property(
        position,
        spot,
        fc.double({ min: 1, max: 20, noNaN: true }),
        (held, price, factor) => {
          const ask = (amount: number): number =>
            minimumCollateral({ ...held, amount }, price, LYRA_V1_RECORDED)
          const [one, many] = [ask(held.amount), ask(held.amount * factor)]
          expect(many).toBeGreaterThanOrEqual(one)
          expect(many).toBeLessThanOrEqual(one * factor * (1 + 1e-12))
        },
      ),
      { numRuns },
    )
  })

  it('never falls when spot moves against the position', () => {
    fc.assert(
      fc.property(
        position,
        spot,
        fc.double({ min: 1, max: 2, noNaN: true }),
        (held, price, rise) => {
          const [low, high] = [price, price * rise].map((at) =>
            minimumCollateral(held, at, LYRA_V1_RECORDED),
          )
          const [before, after] = held.kind === 'short-put-quote' ? [high, low] : [low, high]
          expect(after).toBeGreaterThanOrEqual((before ?? Number.NaN) * (1 - 1e-12))
        },
      ),
      { numRuns },
    )
  })

  it.each(['strike', 'years', 'amount'] as const)('refuses a negative %s', (field) => {
    expect(() => minimumCollateral({ ...put, [field]: -1 }, 2_000, LYRA_V1_RECORDED)).toThrow(
      `${field} -1`,
    )
  })

  it.each([
    'minimumQuote',
    'minimumBase',
    'callSpotShock',
    'putSpotShock',
    'rateAndCarry',
  ] as const)('refuses a %s that is no number', (field) => {
    const wrong = { ...LYRA_V1_RECORDED, [field]: Number.NaN }
    expect(() => minimumCollateral(put, 2_000, wrong)).toThrow(MarginInputError)
  })
})

describe('minimumCollateral, at a rate out of any range', () => {
  it('refuses', () => {
    expect(() =>
      minimumCollateral({ ...put, years: 100 }, 2_000, { ...LYRA_V1_RECORDED, rateAndCarry: 1 }),
    ).toThrow('A rate of 1 over 100 years')
  })
})

describe('bookMargin', () => {
  const short = {
    strike: 2_000,
    years: days(28),
    forward: 2_000,
    size: -2,
    impliedVolatility: 0.7,
    mark: 90,
  }
  const of = (right: 'call' | 'put', size = -2) => ({
    spot: 2_000,
    options: [{ ...short, right, size }],
    linear: [],
  })
  const alone = (kind: LyraPosition['kind']): number =>
    minimumCollateral({ ...put, kind, amount: 2 }, 2_000, LYRA_V1_RECORDED)

  it('adds up positions, calls as they are backed, base at spot', () => {
    const ask = (right: 'call' | 'put', backing: 'base' | 'quote'): number =>
      bookMargin(of(right), LYRA_V1_RECORDED, backing).maintenance
    expect(ask('put', 'quote')).toBe(alone('short-put-quote'))
    expect(ask('put', 'base')).toBe(alone('short-put-quote'))
    expect(ask('call', 'quote')).toBe(alone('short-call-quote'))
    expect(ask('call', 'base')).toBe(alone('short-call-base') * 2_000)
  })

  it('asks nothing for longs and the same to open as to keep', () => {
    expect(bookMargin(of('call', 2), LYRA_V1_RECORDED, 'quote')).toEqual({
      initial: 0,
      maintenance: 0,
      notModelled: [],
    })
    const { initial, maintenance } = bookMargin(of('put'), LYRA_V1_RECORDED, 'quote')
    expect(initial).toBe(maintenance)
  })

  it('refuses linear positions, which the venue does not offer', () => {
    const book = { ...of('put'), linear: [{ size: 1, price: 2_000 }] }
    expect(() => bookMargin(book, LYRA_V1_RECORDED, 'quote')).toThrow('Lyra v1 cannot judge')
  })
})

/** Φ of the venue, in doubles. */
const venueCdf = (x: number): number => toNumber(venueNormalCdf(fromNumber(x)))

describe('venueNormalCdf', () => {
  it('is Φ in the middle, and off by what the approximation is in the tail', () => {
    for (const x of [-2, -1, -0.3, 0, 0.7, 1.9, 4]) {
      expect(Math.abs(venueCdf(x) / normalCdf(x) - 1)).toBeLessThan(3e-15)
    }
    // At 50 digits the approximation is 1.549e-14, 4.584e-11 and 2.632e-9 above Φ.
    expect(venueCdf(-3) / normalCdf(-3) - 1).toBeCloseTo(1.549e-14, 14)
    expect(venueCdf(-5) / normalCdf(-5) - 1).toBeCloseTo(4.584e-11, 13)
    expect(venueCdf(-7) / normalCdf(-7) - 1).toBeCloseTo(2.632e-9, 12)
  })

  it('goes on beyond the split', () => {
    const [inside, outside] = [venueCdf(-7.071), venueCdf(-7.0711)]
    expect(outside).toBeLessThan(inside)
    expect(outside / inside).toBeCloseTo(normalCdf(-7.0711) / normalCdf(-7.071), 7)
    expect(venueCdf(-9) / normalCdf(-9)).toBeCloseTo(1, 7)
    expect(venueCdf(40)).toBe(1)
  })

  it('adds up to 1 on both sides', () => {
    for (const x of [0.1, 1, 3, 6, 8].map(fromNumber)) {
      expect(venueNormalCdf(x) + venueNormalCdf(-x)).toBe(ONE)
    }
  })
})

describe('the fixed point', () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true })

  it('has the square root, logarithm and exponential of doubles to their last bits', () => {
    fc.assert(
      fc.property(positive, fc.double({ min: -40, max: 60, noNaN: true }), (value, power) => {
        const fixed = fromNumber(value)
        expect(toNumber(squareRoot(fixed)) / Math.sqrt(value)).toBeCloseTo(1, 15)
        expect(Math.abs(toNumber(logarithm(fixed)) - Math.log(value))).toBeLessThan(4e-15)
        expect(toNumber(exponential(fromNumber(power))) / Math.exp(power)).toBeCloseTo(1, 14)
      }),
      { numRuns },
    )
  })

  it('is far more exact than they are: e^(ln x) = x and √x² = x', () => {
    fc.assert(
      fc.property(positive, (value) => {
        const fixed = fromNumber(value)
        const near = (other: bigint): boolean => {
          const distance = other > fixed ? other - fixed : fixed - other
          return distance * 10n ** 28n < fixed
        }
        expect(near(exponential(logarithm(fixed)))).toBe(true)
        const root = squareRoot(fixed)
        expect(near(multiply(root, root))).toBe(true)
      }),
      { numRuns },
    )
  })

  it('holds at its ends', () => {
    expect(squareRoot(0n)).toBe(0n)
    expect(logarithm(ONE)).toBe(0n)
    expect(exponential(0n)).toBe(ONE)
    expect(exponential(fromNumber(-200))).toBe(0n)
    expect(toNumber(divide(fromNumber(1), fromNumber(8)))).toBe(0.125)
  })
})

describe('venuePrice', () => {
  const at = { spot: 2_000, strike: 2_000, volatility: 2.5, years: 0, rate: 0.05 }

  it('keeps put-call parity', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 100, max: 9_000, noNaN: true }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (strike, years) => {
          const option = { ...at, strike, years }
          const call = venuePrice({ ...option, right: 'call' })
          const difference = call - venuePrice({ ...option, right: 'put' })
          expect(difference).toBeCloseTo(2_000 - strike * Math.exp(-0.05 * years), 8)
        },
      ),
      { numRuns },
    )
  })

  it('values one second at expiry', () => {
    const deviation = 2.5 * Math.sqrt(1 / 31_536_000)
    const call = venuePrice({ ...at, right: 'call' })
    expect(call / ((2_000 * deviation) / Math.sqrt(2 * Math.PI))).toBeCloseTo(1, 5)
    expect(venuePrice({ ...at, right: 'call', strike: 1_000 })).toBeCloseTo(1_000, 9)
  })

  it('is the payoff at no volatility but for the least', () => {
    const still = { ...at, volatility: 0, years: 1, rate: 0 }
    expect(venuePrice({ ...still, right: 'put', strike: 2_100 })).toBeCloseTo(100, 9)
    expect(venuePrice({ ...still, right: 'call' })).toBeCloseTo(2_000 * 1e-4 * 0.398942, 6)
  })

  it('is the payoff at prices beyond all measure', () => {
    expect(venuePrice({ ...at, right: 'call', spot: 1e-20, strike: 1e20 })).toBe(0)
    expect(venuePrice({ ...at, right: 'put', spot: 1e-20, strike: 1e20 })).toBe(1e20)
    expect(venuePrice({ ...at, right: 'call', spot: 1e20, strike: 1e-20 })).toBe(1e20)
  })

  it('is the payoff where spot or strike is 0', () => {
    expect(venuePrice({ ...at, right: 'put', spot: 0 })).toBe(2_000)
    expect(venuePrice({ ...at, right: 'call', spot: 0 })).toBe(0)
    expect(venuePrice({ ...at, right: 'call', strike: 0 })).toBe(2_000)
  })
})
