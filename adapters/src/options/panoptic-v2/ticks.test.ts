import { InvalidRuleError } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TICK, Q96, sqrtPriceAt } from './ticks.js'

/** Bits after the point of the square roots below. */
const PRECISION = 1_000n

/** The largest integer whose square is not above `n`. */
function squareRoot(n: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  for (;;) {
    const next = (root + n / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** 2^128 ÷ 1.0001^(2^bit ÷ 2), rounded half up, from its definition. */
function rootOf(bit: number): bigint {
  const one = 1n << PRECISION
  const ratio = squareRoot((10_000n << (2n * PRECISION)) / 10_001n)
  let power = ratio
  for (let step = 0; step < bit; step += 1) power = (power * power) / one
  return ((power << 129n) / one + 1n) >> 1n
}

describe('sqrtPriceAt', () => {
  it('multiplies powers of 1 ÷ √1.0001, each rounded half up at 128 bits', () => {
    for (let bit = 0; bit < 20; bit += 1) {
      const root = rootOf(bit)
      expect(sqrtPriceAt(-(2 ** bit)), `bit ${bit}`).toBe((root + (1n << 32n) - 1n) >> 32n)
    }
  })

  it('is 1 at tick 0, and what Uniswap v3 states as its least and greatest', () => {
    expect(sqrtPriceAt(0)).toBe(Q96)
    expect(sqrtPriceAt(-MAX_TICK)).toBe(4_295_128_739n)
    expect(sqrtPriceAt(MAX_TICK)).toBe(
      1_461_446_703_485_210_103_287_273_052_203_988_822_378_723_970_342n,
    )
  })

  it('rises with the tick, and is √1.0001^tick', () => {
    fc.assert(
      fc.property(fc.integer({ min: -MAX_TICK, max: MAX_TICK - 1 }), (tick) => {
        expect(sqrtPriceAt(tick + 1)).toBeGreaterThan(sqrtPriceAt(tick))
        const logarithm = Math.log(Number(sqrtPriceAt(tick)) / 2 ** 96)
        expect(logarithm / (Math.log(1.0001) / 2)).toBeCloseTo(tick, 4)
      }),
    )
  })

  it('refuses what is no tick of a pool', () => {
    for (const tick of [MAX_TICK + 1, -MAX_TICK - 1, 0.5, Number.NaN]) {
      expect(() => sqrtPriceAt(tick)).toThrow(InvalidRuleError)
    }
  })
})
