import { parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { SurfacePrint } from '../../options/derive/answers.js'
import { strikeVolatility } from '../../options/derive/feeds.js'
import { MarketDataInvalidError } from '../errors.js'
import { smileOf } from './smile.js'

const EXPIRY = 1_798_185_600

const print = (a: string, b: string, rho: string, sigma: string): SurfacePrint => ({
  confidence: parseAmount('1'),
  timestamp: EXPIRY - 2_592_000,
  vol_data: {
    SVI_a: parseAmount(a),
    SVI_b: parseAmount(b),
    SVI_fwd: parseAmount('1500'),
    SVI_m: parseAmount('0.01'),
    SVI_refTau: parseAmount('0.5'),
    SVI_rho: parseAmount(rho),
    SVI_sigma: parseAmount(sigma),
  },
})

describe('smileOf', () => {
  it('is what the venue margins on, strike by strike', () => {
    const curve = print('0.02', '0.05', '-0.2', '0.3')
    const { points } = smileOf(EXPIRY, curve)
    for (const { strike, impliedVolatility } of points) {
      const exact = parseAmount(strike.toFixed(12))
      expect(impliedVolatility).toBeCloseTo(strikeVolatility(curve, exact), 12)
    }
  })

  it('reaches no further than 5 % and 2,000 % of the forward', () => {
    const { points } = smileOf(EXPIRY, print('9', '0.05', '-0.2', '0.3'))
    expect(points[0]?.strike).toBeCloseTo(1500 * Math.exp(-3), 6)
    expect(points.at(-1)?.strike).toBeCloseTo(1500 * Math.exp(3), 6)
  })

  it('refuses a curve that is negative at its vertex only', () => {
    // −0.014 + 0.05 · 0.3 · √(1 − 0.5²) < 0 < −0.014 + 0.05 · 0.3
    expect(() => smileOf(EXPIRY, print('-0.014', '0.05', '-0.5', '0.3'))).toThrow(
      MarketDataInvalidError,
    )
    expect(smileOf(EXPIRY, print('-0.0129', '0.05', '-0.5', '0.3')).points).toHaveLength(33)
  })
})
