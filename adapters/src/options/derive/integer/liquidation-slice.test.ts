import type { Amount, AssetId, Leg } from '@plimsoll/model'
import { parseAmount, toNumber } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONE } from '../standard-margin.js'
import { FixedPointError } from './errors.js'
import { liquidationSlice } from './liquidation-slice.js'

const asset = 'asset' as AssetId
const wei = (raw: bigint): Amount => ({ raw, decimals: 18 })

const cash = (raw: bigint): Leg => ({
  kind: 'cash',
  id: 'cash',
  asset,
  mark: null,
  amount: wei(raw),
})
const perp = (raw: bigint): Leg => ({
  kind: 'perp',
  id: 'perp',
  asset,
  mark: null,
  size: wei(raw),
  entryPrice: null,
})
const option = (raw: bigint): Leg => ({
  kind: 'option',
  id: 'option',
  asset,
  mark: null,
  right: 'put',
  size: wei(raw),
  strike: parseAmount('1500'),
  expiry: 1,
  forward: null,
  impliedVolatility: 1,
  price: null,
})
const collateral = (amount: Amount): Leg => ({
  kind: 'collateral',
  id: 'collateral',
  asset,
  mark: null,
  amount,
  counts: true,
})
const debt = (raw: bigint): Leg => ({
  kind: 'debt',
  id: 'debt',
  asset,
  mark: null,
  amount: wei(raw),
})

const held = (legs: readonly Leg[]): readonly bigint[] =>
  legs.map((leg) => (leg.kind === 'perp' || leg.kind === 'option' ? leg.size : leg.amount).raw)

const none = { cash: 'cash', reserved: 0n, paid: 0n }

describe('liquidationSlice', () => {
  it('takes the same share of every leg, whatever it is', () => {
    const legs = [
      cash(-100n * ONE),
      perp(-3n * ONE),
      option(4n * ONE),
      collateral(parseAmount('2.5')),
      debt(7n * ONE),
    ]
    const { left, taken } = liquidationSlice(legs, { ...none, fraction: ONE / 4n })
    expect(held(taken)).toEqual([
      -25n * ONE,
      (-3n * ONE) / 4n,
      ONE,
      (5n * ONE) / 8n,
      (7n * ONE) / 4n,
    ])
    expect(left.map(({ kind, id }) => [kind, id])).toEqual(legs.map(({ kind, id }) => [kind, id]))
    expect(held(left)).toEqual([
      -75n * ONE,
      (-9n * ONE) / 4n,
      3n * ONE,
      (15n * ONE) / 8n,
      (21n * ONE) / 4n,
    ])
  })

  it('cuts what it takes toward zero, below 0 too', () => {
    const legs = [cash(-3n), perp(3n), option(-1n)]
    const { left, taken } = liquidationSlice(legs, { ...none, fraction: ONE / 2n })
    expect(held(taken)).toEqual([-1n, 1n, 0n])
    expect(held(left)).toEqual([-2n, 2n, -1n])
  })

  it('leaves reserved cash out, and adds the payment', () => {
    const { left, taken } = liquidationSlice([cash(50n), perp(10n)], {
      cash: 'cash',
      fraction: ONE / 10n,
      reserved: 20n,
      paid: 8n,
    })
    expect(held(taken)).toEqual([3n, 1n])
    expect(held(left)).toEqual([50n - 3n + 8n, 9n])
  })

  it('gives a debt of cash to the bidder even where cash is reserved', () => {
    const { taken } = liquidationSlice([cash(10n)], {
      cash: 'cash',
      fraction: ONE / 2n,
      reserved: 30n,
      paid: 0n,
    })
    expect(held(taken)).toEqual([-10n])
  })

  it('creates and destroys nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(-(2n ** 90n), 2n ** 90n), { minLength: 1, maxLength: 4 }),
        fc.bigInt(0n, ONE),
        fc.bigInt(0n, 2n ** 80n),
        fc.bigInt(0n, 2n ** 80n),
        (sizes, fraction, reserved, paid) => {
          const legs = [cash(sizes[0] ?? 0n), ...sizes.slice(1).map(perp)]
          const { left, taken } = liquidationSlice(legs, { cash: 'cash', fraction, reserved, paid })
          const after = held(left).map((value, index) => value + (held(taken)[index] ?? 0n))
          expect(after).toEqual(held(legs).map((value, index) => value + (index === 0 ? paid : 0n)))
        },
      ),
    )
  })

  it('takes nothing at 0, and all but the reserved at 1', () => {
    const legs = [cash(50n), collateral(parseAmount('1'))]
    const nothing = liquidationSlice(legs, { ...none, fraction: 0n })
    expect(held(nothing.left)).toEqual([50n, ONE])
    const all = liquidationSlice(legs, { ...none, fraction: ONE, reserved: 20n })
    expect(held(all.left)).toEqual([20n, 0n])
    expect(all.taken.map((leg) => (leg.kind === 'cash' ? toNumber(leg.amount) : 0))).toEqual([
      30e-18, 0,
    ])
  })

  it.each([
    { fraction: -1n },
    { fraction: ONE + 1n },
    { fraction: ONE, reserved: -1n },
    { fraction: ONE, paid: -1n },
  ])('refuses %o', (change) => {
    expect(() => liquidationSlice([cash(1n)], { ...none, ...change })).toThrow(FixedPointError)
  })
})
