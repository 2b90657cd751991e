import { factorId } from '@plimsoll/model'
import type { ObservedReturn } from '@plimsoll/risk/unified'
import { UnifiedMarginError, updateVolatilities } from '@plimsoll/risk/unified'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RUNS } from './arbitraries.js'
import { BTC, ETH, perp } from './toyWorld.js'
import { asked, held, MARKET } from './unifiedWorld.js'

const DAY = 86_400_000
const FROM = MARKET.asOfMs
const seen = (logReturn: number, days = 1, fromMs = FROM): ObservedReturn => ({
  factor: ETH,
  logReturn,
  fromMs,
  toMs: fromMs + days * DAY,
})
const market = { ...MARKET, expiresAtMs: FROM + 1000 * DAY }
const dailyOf = (state: typeof market, factor = ETH) =>
  (state.volatilities.find((row) => row.factor === factor)?.volatility ?? NaN) / Math.sqrt(365)

describe('updateVolatilities', () => {
  it('follows a day by EWMA, and leaves other factors and the expiry alone', () => {
    const after = updateVolatilities(market, [seen(-0.1)])
    expect(dailyOf(after)).toBeCloseTo(Math.sqrt(0.94 * 0.04 ** 2 + 0.06 * 0.1 ** 2), 14)
    expect(dailyOf(after, BTC)).toBe(dailyOf(market, BTC))
    expect(after.expiresAtMs).toBe(market.expiresAtMs)
    expect(after.asOfMs).toBe(FROM + DAY)
    expect(after.volatilities[0]?.provenance).toEqual({
      source: 'test; then returns as they came',
      asOfMs: FROM + DAY,
      observed: { fromMs: FROM, toMs: FROM + DAY },
    })
  })

  it('takes an interval of up to 7 days', () => {
    const kept = 0.94 ** 7
    const after = updateVolatilities(market, [seen(0.1, 7)])
    expect(dailyOf(after)).toBeCloseTo(
      Math.sqrt(kept * 0.04 ** 2 + ((1 - kept) * 0.1 ** 2) / 7),
      14,
    )
  })

  it('has the same volatility after many ticks of one variance as after one', () => {
    const ticks = Array.from({ length: 24 }, (_, hour) =>
      seen(0.03 / Math.sqrt(24), 1 / 24, FROM + (hour * DAY) / 24),
    )
    expect(dailyOf(updateVolatilities(market, ticks))).toBeCloseTo(
      dailyOf(updateVolatilities(market, [seen(0.03)])),
      12,
    )
  })

  it('raises the margin after a fall, and lets it sink no lower than the floor', () => {
    const floored = {
      ...market,
      volatilities: market.volatilities.map((row) => ({ ...row, floor: 0.02 * Math.sqrt(365) })),
    }
    const position = held(perp('ethIndex', '10'))
    const at = (state: typeof market) => asked(position, {}, state).maintenance ?? NaN
    expect(at(updateVolatilities(floored, [seen(-0.15)]))).toBeGreaterThan(1.2 * at(floored))
    const calm = Array.from({ length: 300 }, (_, day) => seen(0, 1, FROM + day * DAY))
    const quiet = {
      ...updateVolatilities(floored, calm),
    }
    const [row] = quiet.volatilities
    expect(row?.volatility).toBeLessThan(0.0001)
    const stressed = {
      ...quiet,
      volatilities: quiet.volatilities.map((each) => ({ ...each, stressed: 0 })),
    }
    const range = Math.ceil((2.823871 * 0.02) / 0.0025) * 0.0025
    expect(at(stressed)).toBeCloseTo(10 * 2001.25 * (1 - Math.exp(-range)), 7)
  })

  it('never asks less after a larger move, whichever way it went', () => {
    const size = fc.double({ min: 0, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(size, size, fc.boolean(), (a, b, isFall) => {
        const [small, large] = a < b ? [a, b] : [b, a]
        const at = (move: number) =>
          asked(
            held(perp('ethIndex', '-3')),
            {},
            updateVolatilities(market, [seen(isFall ? -move : move)]),
          ).parts.maintenance
        expect(at(large)).toBeGreaterThanOrEqual(at(small))
      }),
      { numRuns: RUNS },
    )
  })

  it.each([
    ['a factor that is not listed', { ...seen(0.1), factor: factorId('spot:NEW') }],
    ['a return that is not finite', seen(NaN)],
    ['an empty interval', seen(0.1, 0)],
    ['a gap', seen(0.1, 8)],
    ['a return after the expiry', seen(0.1, 1, FROM + 1000 * DAY)],
    ['a return that was used', seen(0.1, 1, FROM - 1)],
  ] as const)('refuses %s', (_, given) => {
    expect(() => updateVolatilities(market, [given])).toThrow(UnifiedMarginError)
  })
})
