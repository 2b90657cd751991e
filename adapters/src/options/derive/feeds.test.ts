import { parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { ForwardPrint, SurfacePrint } from './answers.js'
import { FeedError } from './errors.js'
import type { CurrencyFeeds } from './feeds.js'
import {
  currencyFeeds,
  discountFactor,
  forwardAt,
  needed,
  printTimeMs,
  strikeVolatility,
  yearsTo,
} from './feeds.js'
import { fromWeiNumber, toWei, wei, weiOf } from './fixed-point.js'

const confidence = parseAmount('1')
const EXPIRY = 1_798_185_600

function forward(timestamp: number, latest = '0', start = '0', diff = '0.5'): ForwardPrint {
  return {
    confidence,
    timestamp,
    fwd_diff: parseAmount(diff),
    spot_aggregate_latest: parseAmount(latest),
    spot_aggregate_start: parseAmount(start),
  }
}

function surface(values: Partial<Record<keyof SurfacePrint['vol_data'], string>>): SurfacePrint {
  const of = (key: keyof SurfacePrint['vol_data'], usual: string) =>
    parseAmount(values[key] ?? usual)
  return {
    confidence,
    timestamp: 0,
    vol_data: {
      SVI_a: of('SVI_a', '0.02'),
      SVI_b: of('SVI_b', '0.05'),
      SVI_fwd: of('SVI_fwd', '1500'),
      SVI_m: of('SVI_m', '0.01'),
      SVI_refTau: of('SVI_refTau', '0.5'),
      SVI_rho: of('SVI_rho', '-0.2'),
      SVI_sigma: of('SVI_sigma', '0.3'),
    },
  }
}

const feeds: CurrencyFeeds = {
  spot: { confidence, timestamp: 0, price: parseAmount('1500') },
  perps: {},
  forwards: {},
  rates: { [EXPIRY]: { confidence, timestamp: 0, rate: parseAmount('0.05') } },
  surfaces: {},
}

describe('printTimeMs', () => {
  it('reads seconds and milliseconds', () => {
    const at = (timestamp: number) => printTimeMs({ confidence, timestamp })
    expect(at(1_797_685_200)).toBe(1_797_685_200_000)
    expect(at(1_797_685_200_000)).toBe(1_797_685_200_000)
  })
})

describe('forwardAt', () => {
  const spot = wei('1500')

  it('is spot and difference until half an hour before expiry', () => {
    expect(forwardAt(spot, forward(EXPIRY - 1800), EXPIRY)).toEqual({
      variable: wei('1500.5'),
      fixed: 0n,
    })
    expect(forwardAt(spot, forward((EXPIRY - 1800) * 1000), EXPIRY).fixed).toBe(0n)
  })

  it('is the realised average for the elapsed part of the last half hour', () => {
    // 600 of 1,800 seconds have passed at an average of 1,470.
    const print = forward(EXPIRY - 1200, '882900000', '882018000')
    expect(forwardAt(spot, print, EXPIRY)).toEqual({
      variable: (wei('1500.5') * 1200n) / 1800n,
      fixed: wei('490'),
    })
  })

  it('is all realised at expiry', () => {
    const print = forward(EXPIRY + 5, '2700000', '0')
    expect(forwardAt(spot, print, EXPIRY)).toEqual({ variable: 0n, fixed: wei('1500') })
  })

  it.each([
    ['a negative forward', forward(EXPIRY - 7200, '0', '0', '-1500')],
    ['an average that runs backwards', forward(EXPIRY - 60, '1', '2')],
    ['nothing at all', forward(EXPIRY)],
  ])('refuses %s', (_what, print) => {
    expect(() => forwardAt(spot, print, EXPIRY)).toThrow(FeedError)
  })
})

describe('strikeVolatility', () => {
  it('is the SVI curve in log-moneyness over the time of the print', () => {
    const offset = Math.log(1400 / 1500) - 0.01
    const variance = 0.02 + 0.05 * (-0.2 * offset + Math.sqrt(offset ** 2 + 0.09))
    expect(strikeVolatility(surface({}), parseAmount('1400'))).toBeCloseTo(
      Math.sqrt(variance / 0.5),
      14,
    )
  })

  it('holds far strikes at four deviations', () => {
    const reach = 4 * Math.sqrt(0.02 + 0.05 * 0.3)
    const far = 1500 * Math.exp(reach)
    const at = strikeVolatility(surface({}), parseAmount(far.toFixed(12)))
    expect(strikeVolatility(surface({}), parseAmount('100000'))).toBeCloseTo(at, 12)
    const low = strikeVolatility(surface({}), parseAmount((1500 * Math.exp(-reach)).toFixed(12)))
    expect(strikeVolatility(surface({}), parseAmount('1'))).toBeCloseTo(low, 12)
  })

  it('holds total variance at 144', () => {
    const wide = surface({ SVI_a: '200', SVI_refTau: '1' })
    expect(strikeVolatility(wide, parseAmount('1500'))).toBe(12)
  })

  it.each([
    ['a negative variance', { SVI_a: '-1' }],
    ['no time', { SVI_refTau: '0' }],
    ['no forward', { SVI_fwd: '0' }],
  ])('refuses a surface with %s', (_what, values) => {
    expect(() => strikeVolatility(surface(values), parseAmount('1500'))).toThrow(FeedError)
  })
})

describe('prints of a currency', () => {
  it('are named when they are missing', () => {
    expect(() => needed(feeds.perps, 'P', 'perp price of ETH')).toThrow(/no perp price of ETH/)
    expect(needed(feeds.rates, EXPIRY, '')).toBe(feeds.rates[EXPIRY])
    const none = { spot_data: {}, perp_data: {}, fwd_data: {}, rate_data: {}, vol_data: {} }
    expect(() => currencyFeeds(none, 'ETH')).toThrow(FeedError)
    expect(() => currencyFeeds(none, 'ETH')).toThrow(/no spot price of ETH/)
    expect(currencyFeeds({ ...none, spot_data: { ETH: feeds.spot } }, 'ETH')).toEqual({
      ...feeds,
      rates: {},
    })
  })
})

describe('discountFactor', () => {
  it('discounts at the rate of the expiry, never below zero, and not at all without one', () => {
    const at = EXPIRY - 365 * 86_400
    expect(discountFactor(feeds, EXPIRY, at)).toBeCloseTo(Math.exp(-0.05), 15)
    const negative = { confidence, timestamp: 0, rate: parseAmount('-0.05') }
    expect(discountFactor({ ...feeds, rates: { [EXPIRY]: negative } }, EXPIRY, at)).toBe(1)
    expect(discountFactor(feeds, EXPIRY + 1, at)).toBe(1)
  })
})

describe('yearsTo', () => {
  it('counts years of 365 days and never backwards', () => {
    expect(yearsTo(EXPIRY, EXPIRY - 365 * 86_400)).toBe(1)
    expect(yearsTo(EXPIRY, EXPIRY + 1)).toBe(0)
  })
})

describe('fixed point', () => {
  it('cuts toward zero at 18 decimals', () => {
    expect(wei('-1.0000000000000000019')).toBe(-1_000_000_000_000_000_001n)
    expect(toWei(parseAmount('2.5'))).toBe(2_500_000_000_000_000_000n)
    expect(fromWeiNumber(-1_500_000_000_000_000_000n)).toBe(-1.5)
    expect(weiOf(-0.5)).toBe(-500_000_000_000_000_000n)
    expect(() => weiOf(Number.NaN)).toThrow(/price of NaN/)
  })
})
