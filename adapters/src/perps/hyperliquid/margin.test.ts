import { parseAmount } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixed, magnitude, numberOf, ONE, times } from './fixed-point.js'
import type { PortfolioMargin, Position, TableRow } from './margin.js'
import {
  countedWeight,
  crossSums,
  initialOf,
  liquidationPrice,
  maintenanceAt,
  maintenanceOf,
  marginTiers,
  markPrice,
  PORTFOLIO_MARGIN_LIMIT,
  portfolioLiquidationValue,
  portfolioMarginRatio,
  portfolioRequirement,
  signedNotional,
} from './margin.js'

const decimal = (text: string): bigint => fixed(parseAmount(text))
/** ETH on mainnet in 2026-09: 25x, from 100 million USD on 15x. */
const ETH: readonly TableRow[] = [
  [0n, 25],
  [decimal('100000000'), 15],
]
const position = (size: string, price: string, rows = ETH, leverage = 10): Position => ({
  size: decimal(size),
  price: decimal(price),
  leverage,
  tiers: marginTiers(rows),
})

const tables = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 4 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 }),
  )
  .map(([steps, leverages]): readonly TableRow[] => {
    const falling = leverages.toSorted((a, b) => b - a)
    let from = 0
    return [0, ...steps].map((step, index): TableRow => {
      from += step
      return [decimal(String(from)), falling[index] ?? 1]
    })
  })
const sizes = fc
  .integer({ min: -1_000_000, max: 1_000_000 })
  .filter((size) => size !== 0)
  .map((size) => decimal((size / 1000).toFixed(3)))
const prices = fc
  .integer({ min: 1, max: 10_000_000 })
  .map((price) => decimal((price / 1000).toFixed(3)))

describe('marginTiers', () => {
  it('has half the inverse of the leverage as rate, and the deduction of the documentation', () => {
    const [low, high] = marginTiers(ETH)
    expect(low).toEqual({ from: 0n, rate: decimal('0.02'), deduction: 0n })
    expect(numberOf(high?.rate ?? 0n)).toBe(1 / 30)
    expect(numberOf(high?.deduction ?? 0n)).toBeCloseTo(1e8 * (1 / 30 - 1 / 50), 6)
  })

  it('keeps maintenance continuous at every lower bound', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const tiers = marginTiers(rows)
        for (const [index, tier] of tiers.entries()) {
          const below = tiers[index - 1]
          if (below === undefined) continue
          const at = times(tier.from, tier.rate) - tier.deduction
          const before = times(tier.from, below.rate) - below.deduction
          expect(Number(magnitude(at - before))).toBeLessThan(3)
        }
      }),
    )
  })
})

describe('maintenanceAt', () => {
  it('is the line of the tier that the notional lies in', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 0, max: 10_000_000 }), (rows, notional) => {
        const tiers = marginTiers(rows)
        const at = decimal(String(notional))
        const tier = tiers.findLast(({ from }) => from <= at)
        const expected = times(at, tier?.rate ?? 0n) - (tier?.deduction ?? 0n)
        // Truncation at 36 decimals, once a tier.
        expect(Number(magnitude(maintenanceAt(tiers, at) - expected))).toBeLessThan(10)
      }),
    )
  })

  it('is 2,000,000 at 100 million USD of ETH, and a thirtieth of what is above', () => {
    const tiers = marginTiers(ETH)
    expect(maintenanceAt(tiers, decimal('100000000'))).toBe(decimal('2000000'))
    expect(numberOf(maintenanceAt(tiers, decimal('130000000')))).toBeCloseTo(3_000_000, 6)
    expect(maintenanceAt(tiers, 0n)).toBe(0n)
  })
})

describe('a position', () => {
  it('has signed notional, and margins of its size alone', () => {
    const short = position('-8', '3000.5')
    const long = position('8', '3000.5')
    expect(signedNotional(short)).toBe(decimal('-24004'))
    expect(initialOf(short)).toBe(decimal('2400.4'))
    expect(maintenanceOf(short)).toBe(decimal('480.08'))
    expect([initialOf(long), maintenanceOf(long)]).toEqual([initialOf(short), maintenanceOf(short)])
  })

  it('adds up over an account: value with its sign, the rest without', () => {
    const sums = crossSums([position('-8', '3000'), position('2', '3000')])
    expect(sums).toEqual({
      value: decimal('-18000'),
      notional: decimal('30000'),
      initial: decimal('3000'),
      maintenance: decimal('600'),
    })
  })
})

describe('liquidationPrice', () => {
  it('is the closed form of the documentation within one tier', () => {
    const short = position('-8', '3000')
    expect(liquidationPrice(short, decimal('2500'))).toBe(
      decimal('3000') + (decimal('312.5') * ONE) / decimal('1.02'),
    )
    const long = position('8', '3000')
    expect(liquidationPrice(long, decimal('2500'))).toBe(
      decimal('3000') - (decimal('312.5') * ONE) / decimal('0.98') - 1n,
    )
  })

  it('is where equity meets maintenance, at the tier in force there', () => {
    fc.assert(
      fc.property(
        tables,
        sizes,
        prices,
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        (rows, size, price, available) => {
          const held = { size, price, leverage: 1, tiers: marginTiers(rows) }
          const spare = decimal(String(available))
          const root = liquidationPrice(held, spare)
          const surplusAt = (at: bigint): bigint =>
            spare +
            maintenanceOf(held) +
            times(size, at - price) -
            maintenanceOf({ ...held, price: at })
          if (root === null) {
            // A long without debt is safe down to nothing, a short in debt is at no price.
            const surplus = surplusAt(1n)
            expect(size > 0n ? surplus >= -magnitude(size) / ONE - 9n : surplus <= 9n).toBe(true)
          } else {
            expect(Math.abs(numberOf(surplusAt(root)))).toBeLessThan(1e-25)
          }
        },
      ),
    )
  })

  it('crosses into the higher tier for a long way up', () => {
    // 50,000 ETH short at 1,900 USD: 95 million, 25x; at 2,000 USD the tier changes.
    const short = position('-50000', '1900')
    const root = numberOf(liquidationPrice(short, decimal('12000000')) ?? 0n)
    expect(root * 50_000).toBeGreaterThan(100_000_000)
    const equity = 12_000_000 + 1_900_000 - 50_000 * (root - 1900)
    expect(equity).toBeCloseTo((root * 50_000) / 30 - 1e8 * (1 / 30 - 1 / 50), 4)
  })

  it('is null when no positive price liquidates', () => {
    expect(liquidationPrice(position('8', '3000'), decimal('24000'))).toBeNull()
    expect(liquidationPrice(position('8', '3000'), decimal('23520'))).toBeNull()
    expect(liquidationPrice(position('8', '3000'), decimal('23519'))).not.toBeNull()
    expect(liquidationPrice(position('-8', '3000'), decimal('-24480'))).toBeNull()
  })
})

describe('the portfolio margin ratio', () => {
  const account = (
    netEquity: string,
    collateral: string,
    maintenance: string,
  ): PortfolioMargin => ({
    netEquity: decimal(netEquity),
    collateral: decimal(collateral),
    maintenance: decimal(maintenance),
  })

  it('is liquidatable above 0.95', () => {
    expect(PORTFOLIO_MARGIN_LIMIT).toBe(decimal('0.95'))
  })

  it('counts collateral at the middle of its loan-to-value ratio and 1', () => {
    expect(countedWeight(decimal('0.65'))).toBe(decimal('0.825'))
    expect(countedWeight(0n)).toBe(decimal('0.5'))
  })

  it('is maintenance over balance where nothing is borrowed or supplied', () => {
    expect(portfolioMarginRatio(account('4000', '0', '1000'))).toBe(decimal('0.25'))
    expect(portfolioRequirement(account('4000', '0', '1000'))).toBe(decimal('1000'))
  })

  it('borrows what maintenance lacks', () => {
    const borrowing = account('-1500', '6000', '500')
    expect(portfolioRequirement(borrowing)).toBe(decimal('2500'))
    expect(portfolioLiquidationValue(borrowing)).toBe(decimal('6500'))
    expect(numberOf(portfolioMarginRatio(borrowing) ?? 0n)).toBe(2500 / 6500)
  })

  it('is null without a requirement, and without anything against one', () => {
    expect(portfolioMarginRatio(account('10', '5', '0'))).toBeNull()
    expect(portfolioMarginRatio(account('-10', '0', '0'))).toBeNull()
    expect(portfolioMarginRatio(account('-10', '40', '0'))).toBe(decimal('0.25'))
  })

  it('rises with maintenance, falls with balance and collateral, without a jump where borrowing begins', () => {
    const amounts = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        amounts,
        amounts,
        (net, collateral, maintenance) => {
          const ratio = (a: number, b: number, c: number): bigint =>
            portfolioMarginRatio(account(String(a), String(b), String(c))) ?? 0n
          const here = ratio(net, collateral, maintenance)
          expect(ratio(net + 1, collateral, maintenance) <= here).toBe(true)
          expect(ratio(net, collateral + 1, maintenance) <= here).toBe(true)
          const even = account(String(maintenance), String(collateral), String(maintenance))
          const less = { ...even, netEquity: even.netEquity - 1n }
          const gap = (portfolioMarginRatio(less) ?? 0n) - (portfolioMarginRatio(even) ?? 0n)
          expect(gap >= 0n && gap <= 2n).toBe(true)
        },
      ),
    )
  })
})

describe('markPrice', () => {
  it('recovers the mark that the notional was computed from', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 99_999 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        (sizeDecimals, digits, lots) => {
          // A perp price has five digits and at most 6 − sizeDecimals decimals.
          const price = (BigInt(digits) * ONE) / 10n ** BigInt(6 - sizeDecimals)
          const size = (BigInt(lots) * ONE) / 10n ** BigInt(sizeDecimals)
          expect(markPrice(times(size, price), size)).toBe(price)
          expect(markPrice(times(size, price), -size)).toBe(price)
        },
      ),
    )
  })

  it('ignores the tail of a printed double', () => {
    expect(markPrice(decimal('4299078.5136000002'), decimal('970359.0'))).toBe(decimal('4.4304'))
    expect(markPrice(decimal('1415576.3342820001'), decimal('15073113.0'))).toBe(
      decimal('0.093914'),
    )
  })

  it('tells prices apart that differ in the last place the venue prints', () => {
    expect(markPrice(decimal('0.650001'), decimal('0.00001'))).toBe(decimal('65000.1'))
    expect(markPrice(decimal('0.0000004'), ONE)).toBe(decimal('0.0000004'))
  })

  it('is the quotient where no decimal price fits', () => {
    const third = markPrice(decimal('1'), decimal('3000000'))
    expect(numberOf(third)).toBeCloseTo(1 / 3_000_000, 12)
    expect(third > 0n).toBe(true)
  })
})
