import { black76Price } from '@plimsoll/risk/pricing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { multiply, ONE } from '../standard-margin.js'
import { type Black76Inputs, black76, yearsOf } from './black76.js'
import { FixedPointError } from './errors.js'

const YEAR = 31_536_000n
const option: Black76Inputs = {
  seconds: YEAR,
  volatility: ONE / 2n,
  forward: 2000n * ONE,
  strike: 1900n * ONE,
  discount: (ONE * 9n) / 10n,
}

const options = fc.record<Black76Inputs>({
  seconds: fc.bigInt(60n, 3n * YEAR),
  volatility: fc.bigInt(ONE / 20n, 3n * ONE),
  forward: fc.bigInt(ONE, 200_000n * ONE),
  strike: fc.bigInt(ONE, 200_000n * ONE),
  discount: fc.bigInt(ONE / 2n, ONE),
})

describe('black76', () => {
  it('without a strike is the discounted forward', () => {
    expect(black76({ ...option, strike: 0n })).toEqual({
      call: 1800n * ONE,
      put: 0n,
      callDelta: option.discount,
    })
  })

  it('without a forward is the discounted strike', () => {
    expect(black76({ ...option, forward: 0n })).toEqual({
      call: 0n,
      put: 1710n * ONE,
      callDelta: 0n,
    })
  })

  it('without either is a call on nothing', () => {
    expect(black76({ ...option, forward: 0n, strike: 0n })).toEqual({
      call: 0n,
      put: 0n,
      callDelta: option.discount,
    })
  })

  it('at a total volatility of 24 and beyond is the whole forward and the whole strike', () => {
    const far = black76({ ...option, volatility: 24n * ONE })
    expect(far).toEqual({ call: 1800n * ONE, put: 1710n * ONE, callDelta: option.discount })
    expect(black76({ ...option, volatility: 1000n * ONE })).toEqual(far)
    const near = black76({ ...option, volatility: 24n * ONE - 1n })
    expect(near.call).toBe(1800n * ONE)
    expect(black76({ ...option, volatility: ONE }).call).toBeLessThan(far.call)
  })

  it.each([
    ['no volatility', { volatility: 0n }],
    ['no time', { seconds: 0n }],
    ['a volatility that is lost in the square root of time', { volatility: 1n, seconds: 1n }],
  ])('with %s is the discounted intrinsic value', (_what, change) => {
    expect(black76({ ...option, ...change })).toEqual({
      call: 90n * ONE,
      put: 0n,
      callDelta: option.discount,
    })
    expect(black76({ ...option, ...change, strike: 2100n * ONE })).toEqual({
      call: 0n,
      put: 90n * ONE,
      callDelta: 0n,
    })
  })

  it('counts no total volatility as one of a unit', () => {
    const atTheMoney = { ...option, strike: option.forward, discount: ONE }
    // Half of 1 is cut to 0, so that d₁ is 0 and d₂ is −1: a unit of the whole is left.
    expect(black76({ ...atTheMoney, seconds: 0n })).toMatchObject({
      callDelta: ONE / 2n - 1n,
      call: 0n,
    })
    expect(black76({ ...atTheMoney, volatility: 1n })).toEqual(
      black76({ ...atTheMoney, seconds: 0n }),
    )
  })

  it('counts a strike that is nothing beside the forward as a unit of it', () => {
    const values = black76({ ...option, strike: 1n, forward: 10n * ONE, discount: ONE })
    expect(values).toEqual({ call: 10n * ONE - 10n, put: 0n, callDelta: ONE })
  })

  it('is Black-76 in doubles to 1e-15 of the forward', () => {
    fc.assert(
      fc.property(options, (inputs) => {
        const number = (value: bigint): number => Number(`${value}e-18`)
        const { call, put } = black76(inputs)
        for (const right of ['call', 'put'] as const) {
          const expected = black76Price({
            right,
            forward: number(inputs.forward),
            strike: number(inputs.strike),
            volatility: number(inputs.volatility),
            years: Number(inputs.seconds) / Number(YEAR),
            discount: number(inputs.discount),
          })
          const scale = Math.max(number(inputs.forward), number(inputs.strike))
          expect(Math.abs(number(right === 'call' ? call : put) - expected) / scale).toBeLessThan(
            1e-15,
          )
        }
      }),
    )
  })

  it('keeps put-call parity to the units that are cut', () => {
    fc.assert(
      fc.property(options, (inputs) => {
        const { call, put } = black76(inputs)
        const { forward, strike, discount } = inputs
        const parity = multiply(forward, discount) - multiply(strike, discount)
        const off = call - put - parity
        // A unit of what is relative to the forward is a forward's worth; one of the forward, a ratio's.
        const units = 4n * (forward / ONE + strike / forward + 1n)
        expect(off >= -units && off <= units).toBe(true)
      }),
    )
  })

  it('never exceeds the discounted forward and strike', () => {
    fc.assert(
      fc.property(
        fc.record<Black76Inputs>({
          seconds: fc.bigInt(0n, 3n * YEAR),
          volatility: fc.bigInt(0n, 2n ** 70n),
          forward: fc.bigInt(0n, 2n ** 90n),
          strike: fc.bigInt(0n, 2n ** 90n),
          discount: fc.bigInt(0n, ONE),
        }),
        (inputs) => {
          const { call, put, callDelta } = black76(inputs)
          expect(call).toBeLessThanOrEqual(multiply(inputs.forward, inputs.discount))
          expect(put).toBeLessThanOrEqual(multiply(inputs.strike, inputs.discount))
          expect(callDelta).toBeLessThanOrEqual(inputs.discount)
        },
      ),
    )
  })

  it.each([
    { seconds: -1n },
    { seconds: 2n ** 64n },
    { volatility: -1n },
    { volatility: 2n ** 128n },
    { forward: -1n },
    { strike: 2n ** 128n },
    { discount: 2n ** 64n },
  ])('refuses what the contracts cannot hold: %o', (change) => {
    expect(() => black76({ ...option, ...change })).toThrow(FixedPointError)
  })
})

describe('yearsOf', () => {
  it('cuts', () => {
    expect(yearsOf(YEAR)).toBe(ONE)
    expect(yearsOf(1n)).toBe(31709791983n)
  })
})
