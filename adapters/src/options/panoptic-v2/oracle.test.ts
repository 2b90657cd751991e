import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liquidationTicks, type OracleState, ownTicks, unpackOracle } from './oracle.js'

const QUIET: OracleState = { current: 0, spot: 0, median: 0, latest: 0, twap: 0, safeMode: 0 }

const field = (value: number, width: number, at: number): bigint =>
  BigInt.asUintN(width, BigInt(value)) << BigInt(at)

/** Residuals in rising order, so that the rank of each is its index. */
function pack(
  averages: readonly number[],
  reference: number,
  residuals: readonly number[],
  lock = 0,
): bigint {
  return [
    ...residuals.map((residual, index) => field(residual, 12, 12 * index)),
    field(reference, 22, 96),
    field(lock, 2, 118),
    ...averages.map((average, speed) => field(average, 22, 120 + 22 * speed)),
    ...residuals.map((_residual, rank) => field(rank, 3, 208 + 3 * rank)),
  ].reduce((word, part) => word | part, 0n)
}

describe('unpackOracle', () => {
  it('reads averages, median and last observation, and means the averages 6:3:1 toward zero', () => {
    const word = pack([-7, -11, -13, -17], -1_000, [-8, -7, -5, -3, -2, 1, 4, 9])
    expect(unpackOracle(word, -5, 724n)).toEqual({
      current: -5,
      spot: -7,
      // −1,000 + trunc((−3 − 2) ÷ 2)
      median: -1_002,
      latest: -1_008,
      // trunc((−66 − 39 − 17) ÷ 10)
      twap: -12,
      // The median is far from the slow average.
      safeMode: 1,
    })
  })

  it('counts each alarm beyond its limit, and the lock', () => {
    const still = [0, 0, 0, 0, 0, 0, 0, 0]
    const mode = (current: number, averages: readonly number[], lock = 0): number =>
      unpackOracle(pack(averages, 0, still, lock), current, 724n).safeMode
    expect(mode(724, [0, 0, 0, 0])).toBe(0)
    expect(mode(725, [0, 0, 0, 0])).toBe(1)
    expect(mode(0, [0, 362, 362, 0])).toBe(0)
    expect(mode(0, [0, -363, 0, 0])).toBe(1)
    expect(mode(0, [0, 0, 363, 0])).toBe(1)
    expect(mode(0, [0, 0, 0, 0], 3)).toBe(3)
    expect(mode(-2_000, [0, 400, -400, 0], 3)).toBe(6)
    // Half of an odd limit rounds down.
    expect(unpackOracle(pack([0, 363, 0, 0], 0, still), 0, 725n).safeMode).toBe(1)
  })

  it('asks how far apart ticks are, not where they lie', () => {
    const still = [0, 0, 0, 0, 0, 0, 0, 0]
    const at = (tick: number, [current, ...averages]: readonly number[]): number => {
      const there = averages.map((average) => average + tick)
      return unpackOracle(pack(there, tick, still), (current ?? 0) + tick, 724n).safeMode
    }
    for (const tick of [-80_000, 1_000]) {
      expect(at(tick, [724, 0, 362, 362, 0])).toBe(0)
      expect(at(tick, [-725, 0, 363, 363, 0])).toBe(3)
    }
  })

  it('keeps the sign of every field', () => {
    const tick = fc.integer({ min: -887_272, max: 887_272 })
    fc.assert(
      fc.property(
        tick,
        tick,
        fc.integer({ min: -1_000, max: 1_000 }),
        (average, reference, last) => {
          const word = pack([average, 0, 0, 0], reference, [last, 0, 0, 0, 0, 0, 0, 0])
          const { spot, latest } = unpackOracle(word, 0, 724n)
          expect([spot, latest]).toEqual([average, reference + last])
        },
      ),
    )
  })
})

describe('ticks to judge at', () => {
  const oracle: OracleState = { current: 4, spot: 1, median: 2, latest: 3, twap: 5, safeMode: 0 }

  it('are four for a liquidation, with the mean in place of the median', () => {
    expect(liquidationTicks(oracle)).toEqual([1, 5, 3, 4])
  })

  it('are one for the owner, and four once they diverge in sum or the pool guards itself', () => {
    expect(ownTicks(oracle, 724n)).toEqual([1])
    expect(ownTicks({ ...oracle, safeMode: 1 }, 724n)).toEqual([1, 2, 3, 4])
    expect(ownTicks({ ...QUIET, current: 724 }, 724n)).toEqual([0])
    expect(ownTicks({ ...QUIET, current: 725 }, 724n)).toEqual([0, 0, 0, 725])
    expect(ownTicks({ ...QUIET, current: 600, spot: -600 }, 724n)).toHaveLength(4)
    const far = { ...QUIET, current: 9_724, spot: 9_000, median: 9_000, latest: 9_000 }
    expect(ownTicks(far, 724n)).toHaveLength(1)
    expect(ownTicks({ ...far, latest: 9_040 }, 724n)).toHaveLength(4)
  })
})
