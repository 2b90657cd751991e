import { InvalidAmountError } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lesser, multiply, ONE } from '../standard-margin.js'
import { black76 } from './black76.js'
import { collateralValue } from './collateral.js'
import { nakedShorts } from './contingencies.js'
import { FixedPointError } from './errors.js'
import { discountFactor } from './expiry.js'
import { portfolioMargin } from './margin.js'
import type {
  PortfolioExpiry,
  PortfolioHoldings,
  PortfolioMarginParameters,
  PortfolioOption,
  Scenario,
} from './portfolio.js'
import { tiltMultiplier, tiltOf, volatilityMultipliers } from './volatility-shocks.js'

const DAY = 86_400n
const part = (thousandths: bigint): bigint => (thousandths * ONE) / 1000n

const parameters: PortfolioMarginParameters = {
  volatility: {
    rangeUp: part(500n),
    rangeDown: part(300n),
    leastUp: part(400n),
    shortPower: part(300n),
    longPower: part(130n),
    floorSeconds: DAY,
  },
  skew: {
    linearCap: part(150n),
    linearCapSlope: part(-50n),
    absoluteCap: part(150n),
    absoluteCapSlope: part(-50n),
    leastWidth: part(10n),
    widthScale: 4n * ONE,
    widthVolatility: part(600n),
    widthVolatilitySlope: part(-100n),
  },
  lossFactor: { initial: ONE, maintenance: part(800n) },
  longDiscount: { base: part(950n), multiple: ONE, add: part(80n) },
  shortDiscount: { base: part(1040n), multiple: part(500n), add: part(80n) },
  basis: { spotUp: part(1045n), spotDown: part(955n), add: part(500n), addPerYear: 2n * ONE },
  peg: { threshold: part(980n), factor: 2n * ONE },
  confidence: { threshold: part(550n), factor: ONE },
  perp: { initial: part(5n), maintenance: part(15n) },
  option: { initial: part(2n), maintenance: part(3n) },
}

const down: Scenario = { spot: part(820n), volatility: 'up', dampening: ONE }
const up: Scenario = { spot: part(1180n), volatility: 'up', dampening: ONE }
const linear: Scenario = { spot: ONE, volatility: 'linear', dampening: ONE }
const absolute: Scenario = { spot: ONE, volatility: 'absolute', dampening: ONE }
const still: Scenario = { spot: ONE, volatility: 'none', dampening: ONE }

const empty: PortfolioHoldings = {
  cash: 0n,
  stablePrice: ONE,
  spot: 2000n * ONE,
  confidence: ONE,
  perp: null,
  expiries: [],
  collateral: [],
}
const expiry: PortfolioExpiry = {
  seconds: 20n * DAY,
  forward: { variable: 2010n * ONE, fixed: 0n },
  rate: part(50n),
  discount: discountFactor(part(50n), 20n * DAY),
  confidence: ONE,
  options: [],
}
const call: PortfolioOption = {
  right: 'call',
  strike: 2100n * ONE,
  volatility: part(600n),
  size: -ONE,
}

describe('portfolioMargin', () => {
  it('of cash is the cash', () => {
    expect(portfolioMargin({ ...empty, cash: -5n }, [down], parameters)).toMatchObject({
      initial: -5n,
      maintenance: -5n,
      markToMarket: -5n,
      worst: 1,
      basisContingency: 0n,
    })
  })

  it('of a perp is its worst scenario and its charges', () => {
    const perp = { size: -2n * ONE, price: 2001n * ONE, unrealized: -7n * ONE }
    const margin = portfolioMargin({ ...empty, perp }, [down, still, up], parameters)
    const loss = -2n * 2001n * part(180n)
    expect(margin.scenarios).toEqual([-loss, 0n, loss])
    expect(margin.worst).toBe(2)
    expect(margin.markToMarket).toBe(-7n * ONE)
    expect(margin.contingency).toEqual({ maintenance: 60n * ONE, initial: 20n * ONE })
    expect(margin.initial).toBe(loss - 80n * ONE - 7n * ONE)
    expect(margin.maintenance).toBe((loss * 4n) / 5n - 60n * ONE - 7n * ONE)
  })

  it('cuts every product toward zero, below 0 too', () => {
    // 1 × 0.82 of a price of 3 units is −0.54 of a unit: nothing.
    const tiny = { ...empty, perp: { size: 3n, price: ONE, unrealized: 0n } }
    expect(portfolioMargin(tiny, [down], parameters).scenarios).toEqual([0n])
    expect(
      portfolioMargin({ ...tiny, perp: { size: 6n, price: ONE, unrealized: 0n } }, [down], {
        ...parameters,
      }).scenarios,
    ).toEqual([-1n])
    const collateral = {
      value: 11n,
      confidence: ONE,
      isRiskCancelling: true,
      haircut: { initial: part(100n), maintenance: part(150n) },
    }
    const margin = portfolioMargin({ ...empty, collateral: [collateral] }, [down], parameters)
    // −1.98 → −1; its share of 0.8 → 0; haircuts 1.1 → 1 and 1.65 → 1.
    expect(margin.scenarios).toEqual([-1n])
    expect(margin).toMatchObject({ maintenance: 11n - 1n, initial: 11n - 1n - 1n - 1n })
  })

  it('keeps collateral that does not cancel risk still', () => {
    const collateral = {
      value: 100n * ONE,
      confidence: ONE,
      isRiskCancelling: false,
      haircut: { initial: 0n, maintenance: 0n },
    }
    expect(
      portfolioMargin({ ...empty, collateral: [collateral] }, [down], parameters),
    ).toMatchObject({ initial: 100n * ONE, worst: 1 })
  })

  it('prefers the basis contingency, then the first of equal scenarios', () => {
    const perp = { size: ONE, price: 2000n * ONE, unrealized: 0n }
    const margin = portfolioMargin({ ...empty, perp }, [still, down, down], parameters)
    expect(margin.worst).toBe(1)
    expect(portfolioMargin({ ...empty, perp }, [still, up], parameters).worst).toBe(2)
  })

  it('charges for low confidence below the threshold alone, and in initial margin alone', () => {
    const perp = { size: ONE, price: 2000n * ONE, unrealized: 0n }
    const at = (confidence: bigint) =>
      portfolioMargin({ ...empty, perp, confidence }, [still], parameters)
    expect(at(part(550n))).toEqual(at(ONE))
    expect(at(part(549n)).initial).toBe(at(ONE).initial - 2n * 451n * ONE)
    expect(at(part(549n)).maintenance).toBe(at(ONE).maintenance)
  })

  it('takes the least confidence for an expiry: its own or the portfolio’s', () => {
    const at = (own: bigint, ofPortfolio: bigint) =>
      portfolioMargin(
        {
          ...empty,
          confidence: ofPortfolio,
          expiries: [{ ...expiry, confidence: own, options: [call] }],
        },
        [still],
        parameters,
      ).contingency
    expect(at(part(500n), ONE).initial - at(ONE, ONE).initial).toBe(1000n * ONE)
    expect(at(part(500n), ONE)).toEqual(at(ONE, part(500n)))
    expect(at(part(500n), ONE)).toEqual(at(part(500n), part(500n)))
  })

  it('scales the loss by the depeg in initial margin alone', () => {
    const perp = { size: ONE, price: 2000n * ONE, unrealized: 0n }
    const at = (stablePrice: bigint) =>
      portfolioMargin({ ...empty, perp, stablePrice }, [down], parameters)
    expect(at(part(980n))).toEqual(at(ONE))
    // 0.03 below, twice: 6 % of the loss of 360.
    expect(at(part(950n)).initial).toBe(at(ONE).initial - (360n * 6n * ONE) / 100n)
    expect(at(part(950n)).maintenance).toBe(at(ONE).maintenance)
  })

  it('counts a gain under a tilt as a loss', () => {
    const margin = (size: bigint) =>
      portfolioMargin(
        { ...empty, expiries: [{ ...expiry, options: [{ ...call, size }] }] },
        [linear, absolute],
        { ...parameters, longDiscount: { base: ONE, multiple: ONE, add: 0n } },
      ).scenarios
    for (const gain of [...margin(ONE), ...margin(-ONE)]) expect(gain).toBeLessThan(0n)
  })

  it('keeps the realised part of the forward out of the shock', () => {
    const settling = (fixed: bigint): PortfolioExpiry => ({
      ...expiry,
      seconds: 900n,
      forward: { variable: 2010n * ONE - fixed, fixed },
      options: [{ ...call, strike: 1n, size: ONE }],
    })
    const loss = (fixed: bigint) =>
      portfolioMargin({ ...empty, expiries: [settling(fixed)] }, [down], {
        ...parameters,
        longDiscount: { base: ONE, multiple: 0n, add: 0n },
      }).scenarios[0] ?? 0n
    expect(loss(0n) < 2n * loss(1005n * ONE) + ONE / 1000n).toBe(true)
    expect(loss(2010n * ONE) > -ONE / 1000n).toBe(true)
  })

  it('does not depend on the order of legs', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            right: fc.constantFrom('call' as const, 'put' as const),
            strike: fc.bigInt(1000n, 4000n).map((strike) => strike * ONE),
            volatility: fc.bigInt(ONE / 5n, 2n * ONE),
            size: fc.bigInt(-10n * ONE, 10n * ONE),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        (options) => {
          const of = (legs: readonly PortfolioOption[]) =>
            portfolioMargin(
              { ...empty, expiries: [{ ...expiry, options: legs }] },
              [down, up, linear],
              parameters,
            )
          expect(of([...options].reverse())).toEqual(of(options))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('refuses what the contracts revert on', () => {
    const holding = (change: Partial<PortfolioExpiry>): PortfolioHoldings => ({
      ...empty,
      expiries: [{ ...expiry, options: [call], ...change }],
    })
    const margin =
      (holdings: PortfolioHoldings, scenario: Scenario = still) =>
      () =>
        portfolioMargin(holdings, [scenario], parameters)
    expect(() => portfolioMargin(empty, [], parameters)).toThrow(/no scenarios/)
    expect(margin(holding({ rate: -1n }))).toThrow(FixedPointError)
    expect(margin(holding({ seconds: -1n }))).toThrow(FixedPointError)
    expect(margin(holding({ discount: 0n }))).toThrow(InvalidAmountError)
    expect(margin(holding({ options: [{ ...call, strike: 0n }] }), linear)).toThrow(FixedPointError)
    expect(margin(holding({ forward: { variable: 0n, fixed: 0n } }), linear)).toThrow(
      InvalidAmountError,
    )
    const collateral = {
      value: -1n,
      confidence: ONE,
      isRiskCancelling: true,
      haircut: { initial: 0n, maintenance: 0n },
    }
    expect(margin({ ...empty, collateral: [collateral] })).toThrow(/value of a collateral is -1/)
  })
})

describe('nakedShorts', () => {
  it('nets a call and a put of the same strike, and nothing else', () => {
    const short = (strike: bigint, size: bigint, right: 'call' | 'put' = 'call') => ({
      ...call,
      strike,
      size,
      right,
    })
    expect(nakedShorts([short(1n, -3n), short(1n, 2n, 'put')])).toBe(1n)
    expect(nakedShorts([short(1n, -3n), short(2n, 5n)])).toBe(3n)
    expect(nakedShorts([short(1n, -3n), short(1n, -2n, 'put')])).toBe(5n)
    expect(nakedShorts([short(1n, -3n), short(1n, 4n, 'put')])).toBe(0n)
  })
})

describe('volatilityMultipliers', () => {
  it('are the ranges at 30 days, and grow as time runs out, down to the floor', () => {
    const at = (seconds: bigint) => volatilityMultipliers(seconds, parameters.volatility)
    // 1 to a power is a unit short of 1.
    expect(at(30n * DAY)).toEqual({ up: part(1500n) - 1n, down: part(700n) + 1n })
    expect(at(0n)).toEqual(at(DAY))
    expect(at(10n * DAY).up).toBeGreaterThan(at(30n * DAY).up)
    expect(at(300n * DAY).up).toBeLessThan(at(30n * DAY).up)
    expect(at(DAY).down).toBeGreaterThanOrEqual(0n)
    expect(volatilityMultipliers(1n, { ...parameters.volatility, rangeDown: ONE }).down).toBe(0n)
  })
})

describe('tiltMultiplier', () => {
  const forward = 2000n * ONE
  it('is capped on both sides, and of one sign when absolute', () => {
    const tilt = tiltOf('linear', 30n * DAY, parameters.skew)
    const far = 1n << 80n
    expect(tiltMultiplier(tilt, far, forward)).toBe(ONE + tilt.cap)
    expect(tiltMultiplier(tilt, forward / 1000n, forward)).toBe(ONE - tilt.cap)
    expect(tiltMultiplier(tilt, forward, forward)).toBe(ONE)
    const wings = tiltOf('absolute', 30n * DAY, parameters.skew)
    expect(tiltMultiplier(wings, far, forward)).toBe(ONE + wings.cap)
    expect(tiltMultiplier(wings, forward / 1000n, forward)).toBe(ONE + wings.cap)
  })

  it('turns around with a cap below 0, and never makes volatility negative', () => {
    const inverted = { kind: 'linear', cap: -part(400n), width: part(10n) } as const
    // With a cap below 0 the lesser and the greater change sides: no limit is left.
    expect(tiltMultiplier(inverted, forward * 2n, forward)).toBe(0n)
    expect(tiltMultiplier(inverted, forward / 2n, forward)).toBeGreaterThan(ONE)
  })

  it('needs a strike that is something beside the forward', () => {
    const tilt = tiltOf('linear', 30n * DAY, parameters.skew)
    expect(() => tiltMultiplier(tilt, 1n, forward)).toThrow(FixedPointError)
  })

  it('needs a width', () => {
    const flat = { kind: 'linear', cap: part(100n), width: 0n } as const
    expect(() => tiltMultiplier(flat, forward, forward)).toThrow(InvalidAmountError)
  })
})

describe('tiltOf', () => {
  it('has the least width near expiry, and where the volatility of the width is below 0', () => {
    expect(tiltOf('linear', 0n, parameters.skew)).toEqual({
      kind: 'linear',
      cap: part(150n),
      width: part(10n),
    })
    const falling = { ...parameters.skew, widthVolatilitySlope: -2n * ONE }
    expect(tiltOf('linear', 365n * DAY, falling).width).toBe(part(10n))
    expect(tiltOf('absolute', 365n * DAY, parameters.skew)).toEqual({
      kind: 'absolute',
      cap: part(100n),
      width: 2n * ONE,
    })
  })
})

describe('discountFactor', () => {
  it('is what a unit at expiry is worth now', () => {
    expect(discountFactor(150000000000000020n, 794_852n)).toBe(996226449068872948n)
    expect(discountFactor(ONE, 365n * DAY)).toBe(367879441171442321n)
    expect(discountFactor(0n, DAY)).toBe(ONE - 1n)
  })

  it.each([
    [-1n, 1n],
    [1n, -1n],
  ])('refuses a rate of %s over %s s', (rate, seconds) => {
    expect(() => discountFactor(rate, seconds)).toThrow(FixedPointError)
  })
})

describe('collateralValue', () => {
  it('is cut once', () => {
    expect(collateralValue(3n, 5n, 4n)).toBe(3n)
    expect(() => collateralValue(1n, 1n, 0n)).toThrow(InvalidAmountError)
  })
})

describe('the basis contingency', () => {
  it('is the worse of two moves, times a share that grows with time', () => {
    const options = [call]
    const { basisContingency, worst } = portfolioMargin(
      { ...empty, expiries: [{ ...expiry, options }] },
      [still],
      parameters,
    )
    const price = (spot: bigint) =>
      black76({
        seconds: expiry.seconds,
        volatility: call.volatility,
        forward: multiply(expiry.forward.variable, spot),
        strike: call.strike,
        discount: expiry.discount,
      }).call
    const loss = lesser(price(ONE) - price(part(1045n)), price(ONE) - price(part(955n)))
    const years = (expiry.seconds * ONE) / (365n * DAY)
    expect(basisContingency).toBe(multiply(loss, part(500n) + 2n * years))
    expect(worst).toBe(1)
  })
})
