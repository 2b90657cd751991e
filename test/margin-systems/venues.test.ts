import { deribitSystem } from '@plimsoll/adapters/options/deribit/system'
import { DERIVE_V2_PARAMETERS, deriveSystem } from '@plimsoll/adapters/options/derive/system'
import { paradexSystem } from '@plimsoll/adapters/perps/paradex/system'
import type { FactorId } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import type {
  MarginSystem,
  OptionPosition,
  Positions,
  UnderlyingPositions,
} from '@plimsoll/risk/compare'
import { MarginSystemError } from '@plimsoll/risk/compare'
import { describe, expect, it } from 'vitest'

const BTC = factorId('spot:BTC')
const SPOT = 60_000

const positions = (held: Partial<UnderlyingPositions>, underlying: FactorId = BTC): Positions => ({
  numeraire: 'USD',
  at: 1_790_000_000,
  underlyings: [{ underlying, spot: SPOT, linear: [], expiries: [], ...held }],
  unplaced: [],
})
const perp = (size: number) => positions({ linear: [{ leg: 'a#perp', size, price: SPOT }] })
const expiry = (...options: readonly OptionPosition[]) => ({
  expiry: 1_800_000_000,
  years: 0.25,
  forward: SPOT,
  options,
})
const call = (leg: string, strike: number, size: number): OptionPosition => ({
  leg,
  right: 'call',
  size,
  strike,
  impliedVolatility: 0.6,
  price: 3000,
})

describe('venues as margin systems', () => {
  // Each is the venue's own formula for one perp: worst move, factor, then what is added.
  it.each<[string, MarginSystem, number, number]>([
    ['Derive', deriveSystem(), SPOT * (0.18 + 0.03 + 0.01), SPOT * (0.8 * 0.18 + 0.03)],
    ['Deribit', deribitSystem(), SPOT * (0.16 + 0.01), SPOT * 0.8 * (0.16 + 0.01)],
    ['Paradex', paradexSystem(), SPOT * 0.16, SPOT * 0.5 * 0.16],
  ])('%s asks for a perp what its documents say', (_name, system, initial, maintenance) => {
    for (const size of [1, -1]) {
      const margin = system.require(perp(size))
      expect(margin.initial).toBeCloseTo(initial, 6)
      expect(margin.maintenance).toBeCloseTo(maintenance, 6)
    }
    expect(system.require(perp(2)).initial).toBeCloseTo(2 * initial, 6)
  })

  it.each([deriveSystem(), deribitSystem(), paradexSystem()])(
    '$name nets a spread and a hedge',
    (system) => {
      const sold = positions({ expiries: [expiry(call('a#sold', 70_000, -1))] })
      const spread = positions({
        expiries: [expiry(call('a#sold', 70_000, -1), call('a#held', 75_000, 1))],
      })
      const hedged = positions({
        linear: [{ leg: 'a#perp', size: 0.3, price: SPOT }],
        expiries: [expiry(call('a#sold', 70_000, -1))],
      })
      const alone = system.require(sold)
      expect(alone.worst?.scenario?.spot).toBeGreaterThan(1)
      expect(system.require(spread).maintenance).toBeLessThan(alone.maintenance ?? 0)
      expect(system.require(hedged).maintenance).toBeLessThan(alone.maintenance ?? 0)
    },
  )

  it.each([deriveSystem(), deribitSystem(), paradexSystem()])(
    '$name refuses what it has no parameters for',
    (system) => {
      expect(() => system.require(positions({}, factorId('spot:DOGE')))).toThrow(MarginSystemError)
    },
  )

  it('Derive refuses parameters of another factor than its own', () => {
    const system = deriveSystem({
      parameters: () => ({ ...DERIVE_V2_PARAMETERS, factors: { maintenance: 0.7, initial: 1 } }),
    })
    expect(() => system.require(perp(1))).toThrow(MarginSystemError)
  })
})
