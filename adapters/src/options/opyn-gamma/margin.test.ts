import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BookOption, OptionBook } from '../book.js'
import { MarginInputError } from '../book.js'
import { AUCTION_SECONDS, debtPrice } from './auction.js'
import { nakedBookMargin, spreadBookMargin } from './margin.js'
import { nakedMargin, OPYN_GAMMA_TESTS, upperBound } from './naked.js'
import { callSpreadMargin, putSpreadMargin, type VaultSpread } from './spread.js'

const numRuns = process.env.PLIMSOLL_DEEP === '1' ? 20_000 : 300
const products = { put: OPYN_GAMMA_TESTS, call: OPYN_GAMMA_TESTS }
const years = 7 / 365

const of = (right: 'call' | 'put', strike: number, size: number): BookOption => ({
  right,
  strike,
  years,
  forward: 2_000,
  size,
  impliedVolatility: 0.8,
  mark: 50,
})
const book = (...options: readonly BookOption[]): OptionBook => ({
  spot: 2_000,
  options,
  linear: [],
})

const spread: fc.Arbitrary<VaultSpread> = fc.record({
  shortStrike: fc.double({ min: 100, max: 5_000, noNaN: true }),
  shortSize: fc.double({ min: 0, max: 10, noNaN: true }),
  longStrike: fc.double({ min: 100, max: 5_000, noNaN: true }),
  longSize: fc.double({ min: 0, max: 10, noNaN: true }),
})

/** The greatest loss of a vault over settlement prices, in quote or in the underlying. */
function greatestLoss(vault: VaultSpread, right: 'call' | 'put'): number {
  const { shortStrike, shortSize, longStrike, longSize } = vault
  const payoff = (strike: number, settled: number): number =>
    Math.max(right === 'call' ? settled - strike : strike - settled, 0)
  const losses = [1e-9, shortStrike, longStrike, 1e14].map((settled) => {
    const owed = payoff(shortStrike, settled) * shortSize
    const loss = owed - payoff(longStrike, settled) * Math.min(longSize, shortSize)
    return right === 'call' ? loss / settled : loss
  })
  return Math.max(0, ...losses)
}

describe('vault spreads', () => {
  it.each([
    [{ shortStrike: 2_000, shortSize: 1, longStrike: 1_800, longSize: 1 }, 200, 0],
    [{ shortStrike: 2_000, shortSize: 2, longStrike: 1_800, longSize: 1 }, 2_200, 1],
    [{ shortStrike: 2_000, shortSize: 1, longStrike: 1_800, longSize: 3 }, 200, 0],
    [{ shortStrike: 2_000, shortSize: 1, longStrike: 2_500, longSize: 1 }, 0, 0.2],
    [{ shortStrike: 2_000, shortSize: 2, longStrike: 2_500, longSize: 1.9 }, 0, 0.4],
    [{ shortStrike: 2_000, shortSize: 1.5, longStrike: 0, longSize: 0 }, 3_000, 1.5],
  ])('ask of %j %s for puts and %s for calls', (vault, puts, calls) => {
    expect(putSpreadMargin(vault)).toBe(puts)
    expect(callSpreadMargin(vault)).toBeCloseTo(calls, 12)
  })

  it('ask the greatest loss at settlement', () => {
    fc.assert(
      fc.property(spread, (vault) => {
        expect(putSpreadMargin(vault)).toBeCloseTo(greatestLoss(vault, 'put'), 5)
        expect(callSpreadMargin(vault)).toBeCloseTo(greatestLoss(vault, 'call'), 6)
      }),
      { numRuns },
    )
  })

  it('ask no more than the naked short in full cover', () => {
    fc.assert(
      fc.property(spread, (vault) => {
        const naked = { ...vault, longStrike: 0, longSize: 0 }
        expect(putSpreadMargin(vault)).toBeLessThanOrEqual(putSpreadMargin(naked))
        expect(callSpreadMargin(vault)).toBeLessThanOrEqual(callSpreadMargin(naked))
      }),
      { numRuns },
    )
  })

  it('refuse numbers that are none', () => {
    const vault = { shortStrike: 1, shortSize: 1, longStrike: Number.NaN, longSize: 1 }
    expect(() => putSpreadMargin(vault)).toThrow('longStrike NaN')
    expect(() => callSpreadMargin(vault)).toThrow(MarginInputError)
  })
})

describe('upperBound', () => {
  it.each([
    [0, 0.1678],
    [6.9, 0.1678],
    [7, 0.1678],
    [7.01, 0.237],
    [14, 0.237],
    [30, 0.4032],
    [56, 0.4603],
  ])('is that of the first step not shorter: %s days, %s', (days, bound) => {
    expect(upperBound(days / 365, OPYN_GAMMA_TESTS)).toBe(bound)
  })

  it('refuses an expiry beyond the table', () => {
    expect(() => upperBound(57 / 365, OPYN_GAMMA_TESTS)).toThrow(MarginInputError)
    expect(() => upperBound(0, { ...OPYN_GAMMA_TESTS, upperBounds: [] })).toThrow(MarginInputError)
    expect(() => upperBound(Number.NaN, OPYN_GAMMA_TESTS)).toThrow('years NaN')
  })
})

describe('nakedMargin', () => {
  const short = { size: 1, bound: 0.1678, spotShock: 0.75 }

  it('is the bound alone for a call whose strike is above shocked spot', () => {
    expect(nakedMargin({ ...short, right: 'call', strike: 2_500, spot: 1_800 })).toBe(0.1678)
  })

  it('adds the intrinsic value of the shocked spot', () => {
    const call = nakedMargin({ ...short, right: 'call', strike: 1_200, spot: 1_800 })
    expect(call).toBeCloseTo(0.1678 * 0.5 + 0.5, 14)
    const put = nakedMargin({ ...short, right: 'put', strike: 1_800, spot: 2_000, size: 3 })
    expect(put).toBeCloseTo(3 * (0.1678 * 1_500 + 300), 10)
  })

  it('lies between the bound of what it is measured in and full cover', () => {
    const price = fc.double({ min: 100, max: 5_000, noNaN: true })
    fc.assert(
      fc.property(price, price, fc.constantFrom('call', 'put'), (strike, spot, right) => {
        const margin = nakedMargin({ ...short, right, strike, spot })
        const full = right === 'put' ? strike : 1
        const measured = right === 'put' ? Math.min(strike, 0.75 * spot) : 1
        expect(margin).toBeLessThanOrEqual(full * (1 + 1e-12))
        const least =
          right === 'put' ? 0.1678 * measured : 0.1678 * Math.min(1, (strike * 0.75) / spot)
        expect(margin).toBeGreaterThanOrEqual(least * (1 - 1e-12))
      }),
      { numRuns },
    )
  })

  it.each(['strike', 'size', 'bound', 'spotShock'] as const)('refuses a negative %s', (field) => {
    const position = { ...short, right: 'put' as const, strike: 1, spot: 1, [field]: -1 }
    expect(() => nakedMargin(position)).toThrow(`${field} -1`)
  })

  it('refuses a call at spot 0', () => {
    expect(() => nakedMargin({ ...short, right: 'call', strike: 1, spot: 0 })).toThrow(
      'strike over spot',
    )
  })
})

describe('nakedBookMargin', () => {
  it('adds up what is sold, calls at spot, and takes the parameters of each right', () => {
    const call = { ...OPYN_GAMMA_TESTS, spotShock: 0.8 }
    const { initial, maintenance, notModelled } = nakedBookMargin(
      book(of('put', 2_000, -1), of('call', 2_000, -2), of('call', 2_000, 5)),
      { ...products, call },
    )
    const puts = 0.1678 * 1_500 + 500
    const calls = 2 * 2_000 * (0.1678 * 0.8 + 0.2)
    expect(maintenance).toBeCloseTo(puts + calls, 9)
    expect(initial).toBe(maintenance)
    expect(notModelled).toEqual([expect.stringContaining('dust')])
  })

  it('refuses linear positions, which the venue does not offer', () => {
    const held = { ...book(), linear: [{ size: 1, price: 1 }] }
    expect(() => nakedBookMargin(held, products)).toThrow(MarginInputError)
    expect(() => spreadBookMargin(held)).toThrow(MarginInputError)
  })
})

describe('spreadBookMargin', () => {
  const ask = (...options: readonly BookOption[]): number =>
    spreadBookMargin(book(...options)).maintenance

  it('is the vault of a pair, calls at spot', () => {
    expect(ask(of('put', 2_000, -1), of('put', 1_800, 1))).toBe(200)
    expect(ask(of('call', 2_000, -1), of('call', 2_500, 1))).toBeCloseTo(400, 9)
    expect(ask(of('put', 2_000, -1))).toBe(2_000)
    expect(ask(of('call', 2_000, -1.5))).toBe(3_000)
    expect(ask(of('call', 2_000, 1))).toBe(0)
  })

  it('splits series over vaults', () => {
    expect(ask(of('put', 2_000, -2), of('put', 1_900, 1), of('put', 1_800, 1))).toBe(300)
    expect(ask(of('put', 2_000, -1), of('put', 1_500, -1), of('put', 1_400, 3))).toBe(700)
  })

  it('pairs within an expiry and a right only', () => {
    expect(ask(of('put', 2_000, -1), { ...of('put', 1_900, 1), years: 0.5 })).toBe(2_000)
    expect(ask(of('put', 2_000, -1), of('call', 1_900, 1))).toBe(2_000)
  })

  it('covers the highest strikes sold where longs are short', () => {
    // 1,000 uncovered, 2,000 against 2,500.
    const calls = ask(of('call', 1_000, -1), of('call', 2_000, -1), of('call', 2_500, 1))
    expect(calls).toBeCloseTo(2_000 + 400, 9)
    const puts = ask(of('put', 2_000, -1), of('put', 1_000, -1), of('put', 1_500, 1))
    expect(puts).toBe(500 + 1_000)
  })

  it('takes the cheaper of both orders for calls', () => {
    // One against the other: 110 with 150, 100 with 1,000.
    expect(
      ask(of('call', 100, -1), of('call', 110, -1), of('call', 150, 1), of('call', 1_000, 1)),
    ).toBeCloseTo(2_000 * (40 / 150 + 900 / 1_000), 9)
    // Both ascending: 100 with 150, 200 with 250.
    expect(
      ask(of('call', 100, -1), of('call', 200, -1), of('call', 150, 1), of('call', 250, 1)),
    ).toBeCloseTo(2_000 * (50 / 150 + 50 / 250), 9)
  })

  it('is the cheapest set of vaults for puts', () => {
    const strikes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(strikes, strikes, (shorts, longs) => {
        const options = [
          ...shorts.map((strike) => of('put', strike, -1)),
          ...longs.map((strike) => of('put', strike, 1)),
        ]
        expect(ask(...options)).toBeCloseTo(cheapestPuts(shorts, longs), 9)
      }),
      { numRuns },
    )
  })
})

/** Every pairing of single puts, tried. */
function cheapestPuts(shorts: readonly number[], longs: readonly number[]): number {
  const [first, ...rest] = shorts
  if (first === undefined) return 0
  const choices = longs.map(
    (long, index) => Math.max(first - long, 0) + cheapestPuts(rest, longs.toSpliced(index, 1)),
  )
  return Math.min(first + cheapestPuts(rest, longs), ...choices)
}

describe('debtPrice', () => {
  const vault = {
    right: 'put' as const,
    strike: 2_000,
    spot: 1_500,
    collateral: 650,
    debt: 1,
    oracleDeviation: 0.05,
  }

  it('rises from cash value less the deviation to all collateral', () => {
    expect(debtPrice(vault, 0)).toBe(425)
    expect(debtPrice(vault, 1_800)).toBe(537.5)
    expect(debtPrice(vault, AUCTION_SECONDS)).toBe(650)
    expect(debtPrice(vault, 1e6)).toBe(650)
  })

  it('starts at 0 out of the money', () => {
    expect(debtPrice({ ...vault, spot: 2_500 }, 0)).toBe(0)
    expect(debtPrice({ ...vault, right: 'call' }, 900)).toBe(162.5)
  })

  it('is in the underlying for a call', () => {
    const call = { ...vault, right: 'call' as const, spot: 2_500, collateral: 0.5, debt: 2 }
    expect(debtPrice(call, 0)).toBeCloseTo((500 - 125) / 2_500, 14)
    expect(debtPrice(call, 3_600)).toBe(0.25)
  })

  it('never exceeds the collateral of an insolvent vault', () => {
    expect(debtPrice({ ...vault, collateral: 100 }, 0)).toBe(100)
    expect(debtPrice({ ...vault, collateral: 100 }, 1_800)).toBe(100)
  })

  it.each(['debt', 'spot'] as const)('refuses a %s of 0', (field) => {
    expect(() => debtPrice({ ...vault, [field]: 0 }, 0)).toThrow(MarginInputError)
  })

  it('refuses a time before the auction', () => {
    expect(() => debtPrice(vault, -1)).toThrow('elapsedSeconds -1')
  })
})
