import type { Pair, Position } from '@plimsoll/adapters/options/panoptic-v2'
import { positionRequirements } from '@plimsoll/adapters/options/panoptic-v2'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTokenId, type ListedLeg, MEASURED_ENGINE } from '../truth-models/panoptic-v2.js'

const runs = process.env.PLIMSOLL_DEEP === '1' ? 20_000 : 50

type Scene = {
  readonly size: bigint
  readonly tick: number
  readonly spacing: number
  readonly utilization: bigint
}

const scenes: fc.Arbitrary<Scene> = fc.record({
  size: fc.oneof(fc.bigInt(1n, 40n), fc.bigInt(1n, 1n << 70n)),
  tick: fc.integer({ min: -30_000, max: 30_000 }),
  spacing: fc.constantFrom(1, 7, 10, 60),
  utilization: fc.bigInt(0n, 10_000n),
})
const legs = fc.record({
  asset: fc.constantFrom(0, 1),
  optionRatio: fc.integer({ min: 1, max: 5 }),
  isLong: fc.constantFrom(0, 1),
  tokenType: fc.constantFrom(0, 1),
  strike: fc.integer({ min: -30_000, max: 30_000 }),
  width: fc.integer({ min: 1, max: 200 }),
})
type Leg = Omit<ListedLeg, 'riskPartner'>

function required(scene: Scene, listed: readonly Leg[], partners: readonly number[]): Pair {
  const { size, tick, spacing, utilization } = scene
  const terms = listed.map((leg, index) => ({ ...leg, riskPartner: partners[index] ?? index }))
  const position: Position = {
    tokenId: encodeTokenId(spacing, terms),
    size,
    utilizations: [utilization, utilization],
  }
  const [pair] = positionRequirements(MEASURED_ENGINE, [position], tick)
  if (pair === undefined) throw new RangeError('The position requires nothing.')
  return pair
}

const alone = (scene: Scene, leg: Leg): bigint => required(scene, [leg], [0])[side(leg)]
const apart = (scene: Scene, a: Leg, b: Leg): Pair => required(scene, [a, b], [0, 1])
const together = (scene: Scene, a: Leg, b: Leg): Pair => required(scene, [a, b], [1, 0])
const side = ({ tokenType }: Leg): 0 | 1 => (tokenType === 0 ? 0 : 1)
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Checks a statement on random legs, tiny sizes and odd widths among them. */
function always(statement: (scene: Scene, leg: Leg, other: Leg) => void): void {
  fc.assert(fc.property(scenes, legs, legs, statement), { numRuns: runs })
}

describe('legs that stand alone', () => {
  it('add up, token by token', () => {
    always((scene, a, b) => {
      const sum: [bigint, bigint] = [0n, 0n]
      for (const leg of [a, b]) sum[side(leg)] += alone(scene, leg)
      expect(apart(scene, a, b)).toEqual(sum)
    })
  })

  it('require at least 1, a loan more than itself and a credit nothing', () => {
    always((scene, leg) => {
      expect(alone(scene, leg)).toBeGreaterThanOrEqual(1n)
      expect(alone(scene, { ...leg, width: 0, isLong: 1 })).toBe(0n)
      expect(alone(scene, { ...leg, width: 0, isLong: 0, asset: leg.tokenType })).toBeGreaterThan(
        scene.size * BigInt(leg.optionRatio),
      )
    })
  })

  it('require no less of a seller at a higher utilisation', () => {
    always((scene, leg) => {
      const utilization = most(scene.utilization, 9_000n)
      const short = { ...leg, isLong: 0 }
      expect(alone({ ...scene, utilization }, short)).toBeGreaterThanOrEqual(alone(scene, short))
    })
  })

  it('require of a buyer what falls as w ÷ (d·e^(d÷w)) with the distance d, half a width at least', () => {
    always((scene, leg) => {
      const size = 10n ** 21n
      const long = { ...leg, isLong: 1, asset: leg.tokenType, strike: scene.tick % 1_000 }
      const at = { ...scene, size, tick: long.strike + Math.abs(scene.tick % 300) }
      const width = long.width * scene.spacing
      const distance = Math.max(Math.ceil(width / 2), at.tick - long.strike)
      const base = 1e20 * long.optionRatio
      const expected = Math.min(
        base,
        (base * width) / (distance * Math.exp(distance / width)) + 1e4,
      )
      expect(Number(alone(at, long)) / expected).toBeCloseTo(1, 2)
    })
  })

  it('keep a buyer half a width from the strike, rounded up', () => {
    const long = { asset: 0, optionRatio: 1, isLong: 1, tokenType: 0, strike: 0, width: 1 }
    const scene = { size: 10n ** 21n, spacing: 1, tick: 0, utilization: 0n }
    expect(Number(alone(scene, long)) / (1e20 / Math.E)).toBeCloseTo(1, 2)
    expect(Number(alone({ ...scene, spacing: 2 }, long)) / 1e20).toBeCloseTo(1, 2)
  })

  it('take the decay as complete after 128 doublings, where it jumps up', () => {
    const leg = {
      asset: 0,
      optionRatio: 1,
      isLong: 1,
      tokenType: 0,
      strike: -200_000,
      width: 4_095,
    }
    const at = (widths: number): bigint =>
      alone({ size: 1n << 124n, spacing: 1, utilization: 0n, tick: -200_000 + widths * 4_095 }, leg)
    const base = (1n << 124n) / 10n
    expect(at(88)).toBe(10_000n)
    // 89 widths are 128 doublings and 128 times ln 2 = 88.7.
    const capped = (10_000_000n * base) / (89n * ((1n << 128n) - 1n)) + 10_000n
    expect(at(89)).toBe(capped)
    expect(capped).toBeGreaterThan(10_500n)
  })
})

describe('partners', () => {
  it('of another asset or ratio stand alone', () => {
    always((scene, a, b) => {
      const asset = 1 - a.asset
      expect(together(scene, a, { ...b, asset })).toEqual(apart(scene, a, { ...b, asset }))
      const other = { ...b, asset: a.asset, optionRatio: a.optionRatio + 1 }
      expect(together(scene, a, other)).toEqual(apart(scene, a, other))
    })
  })

  it('both long, or of the same token and side, stand alone', () => {
    always((scene, a, b) => {
      const twin = { ...b, asset: a.asset, optionRatio: a.optionRatio }
      const same = { ...twin, tokenType: a.tokenType, isLong: a.isLong }
      expect(together(scene, a, same)).toEqual(apart(scene, a, same))
      const [long, other] = [
        { ...a, isLong: 1 },
        { ...twin, isLong: 1, tokenType: 1 - a.tokenType },
      ]
      expect(together(scene, long, other)).toEqual(apart(scene, long, other))
    })
  })

  it('short in both tokens are a strangle, no more than both alone where ranges are narrow', () => {
    always((scene, a, b) => {
      // Up to 16,000 ticks the line across the range never exceeds both others; two units are rounding.
      const width = (leg: Leg): number => Math.min(leg.width, Math.floor(16_000 / scene.spacing))
      const put = { ...b, asset: a.asset, optionRatio: a.optionRatio, tokenType: 1, isLong: 0 }
      const [call, other] = [
        { ...a, tokenType: 0, isLong: 0, width: width(a) },
        { ...put, width: width(b) },
      ]
      const pair = together(scene, call, other)
      expect(pair[0]).toBeLessThanOrEqual(alone(scene, call) + 2n)
      expect(pair[1]).toBeLessThanOrEqual(alone(scene, other) + 2n)
    })
  })

  it('can ask more as a strangle than alone where the range is wide and the price within it', () => {
    const wide = { asset: 1, optionRatio: 1, isLong: 0, strike: 0, width: 463 }
    const scene = { size: 10n ** 18n, spacing: 60, tick: 3_365, utilization: 0n }
    const [call, put] = [
      { ...wide, tokenType: 0, strike: 3_365 },
      { ...wide, tokenType: 1 },
    ]
    const excess = together(scene, call, put)[1] - alone(scene, put)
    expect(Number(excess) / 1e18).toBeCloseTo(0.0021, 4)
  })

  it('at one strike on both sides are the short leg alone; at two they stand alone', () => {
    always((scene, a, b) => {
      const call = { ...a, tokenType: 0, isLong: 1 }
      const put = { ...b, asset: a.asset, optionRatio: a.optionRatio, tokenType: 1, isLong: 0 }
      const synthetic = together(scene, call, { ...put, strike: call.strike })
      expect(synthetic).toEqual([0n, alone(scene, { ...put, strike: call.strike })])
      const apartBy = { ...put, strike: call.strike + 1 }
      expect(together(scene, call, apartBy)).toEqual(apart(scene, call, apartBy))
    })
  })

  it('are a spread that never asks more than both alone, at either place', () => {
    always((scene, a, b) => {
      const long = { ...a, isLong: 1 }
      const short = {
        ...b,
        asset: a.asset,
        optionRatio: a.optionRatio,
        tokenType: a.tokenType,
        isLong: 0,
      }
      const pair = together(scene, long, short)
      expect(pair[side(long)]).toBeLessThanOrEqual(alone(scene, long) + alone(scene, short))
      expect(pair[side(long)]).toBeGreaterThanOrEqual(1n)
      expect(together(scene, short, long)).toEqual(pair)
    })
  })

  it('with a loan ask for both when short, for the larger when long', () => {
    always((scene, a, b) => {
      const loan = {
        ...b,
        asset: a.asset,
        optionRatio: a.optionRatio,
        tokenType: a.tokenType,
        width: 0,
        isLong: 0,
      }
      for (const isLong of [0, 1]) {
        const option = { ...a, isLong }
        const [x, y] = [alone(scene, option), alone(scene, loan)]
        const expected = isLong === 1 ? most(x, y) : x + y
        expect(together(scene, option, loan)[side(option)]).toBe(expected)
        expect(together(scene, loan, option)[side(option)]).toBe(expected)
      }
    })
  })

  it('with a credit ask for the option in full, less the credit', () => {
    always((scene, a, b) => {
      const credit = {
        ...b,
        asset: a.asset,
        optionRatio: a.optionRatio,
        tokenType: a.tokenType,
        width: 0,
        isLong: 1,
      }
      const full = alone({ ...scene, utilization: 10_000n }, a)
      const pair = together(scene, a, credit)[side(a)]
      expect(pair).toBeLessThanOrEqual(full)
      expect(together(scene, credit, a)[side(a)]).toBe(pair)
    })
  })

  it('with a loan or credit of another token stand alone', () => {
    always((scene, a, b) => {
      const funding = {
        ...b,
        asset: a.asset,
        optionRatio: a.optionRatio,
        tokenType: 1 - a.tokenType,
        width: 0,
      }
      expect(together(scene, a, funding)).toEqual(apart(scene, a, funding))
    })
  })

  it('that are a loan and a credit of two tokens swap later, for at least 1', () => {
    always((scene, a, b) => {
      const loan = { ...a, width: 0, isLong: 0 }
      const credit = {
        ...b,
        asset: a.asset,
        optionRatio: a.optionRatio,
        tokenType: 1 - a.tokenType,
        width: 0,
        isLong: 1,
      }
      const pair = together(scene, loan, credit)
      expect(pair[side(credit)]).toBe(0n)
      expect(pair[side(loan)]).toBeGreaterThanOrEqual(1n)
      // A fifth more than the loan, before the credit.
      const limit = (alone({ ...scene, utilization: 0n }, loan) * 13n) / 11n + 2n
      expect(pair[side(loan)]).toBeLessThanOrEqual(limit)
    })
  })

  it('that are loans, or a loan and a credit of one token, stand alone', () => {
    always((scene, a, b) => {
      const loan = { ...a, width: 0, isLong: 0 }
      const twin = { ...b, asset: a.asset, optionRatio: a.optionRatio, width: 0 }
      const second = { ...twin, isLong: 0, tokenType: 1 - a.tokenType }
      expect(together(scene, loan, second)).toEqual(apart(scene, loan, second))
      const credit = { ...twin, isLong: 1, tokenType: a.tokenType }
      expect(together(scene, loan, credit)).toEqual(apart(scene, loan, credit))
    })
  })
})
