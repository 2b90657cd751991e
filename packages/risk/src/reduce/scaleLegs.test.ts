import { describe, expect, it } from 'vitest'
import { book, expiry, linear, option, stress } from '../../../../test/risk/stressBooks.js'
import { closableLegs, scaleLegs } from './scaleLegs.js'

const test = stress([
  book({
    perps: [linear('perp', -4), linear('empty', 0), linear('bid', 2, { limitPrice: 90 })],
    expiries: [expiry(0.2, [option('call', 'call', 3, 105), option('call', 'call', 1, 110)])],
  }),
  book({ name: 'other', perps: [linear('a', 1)] }),
])

describe('closableLegs', () => {
  it('are what is held, each once and in order; neither nothing nor a resting order', () => {
    expect(closableLegs(test)).toEqual(['a', 'call', 'perp'])
  })
})

describe('scaleLegs', () => {
  it('leaves a fraction of the legs that it is given, and all of the others', () => {
    const { books } = scaleLegs(
      test,
      new Map([
        ['call', 0.5],
        ['a', 0],
      ]),
    )
    expect(books.map(({ perps }) => perps.map(({ size }) => size))).toEqual([[-4, 0, 2], [0]])
    expect(books[0]?.expiries[0]?.options.map(({ size }) => size)).toEqual([1.5, 0.5])
  })
})
