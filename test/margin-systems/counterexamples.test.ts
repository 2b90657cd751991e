import { BYBIT_CROSS_2022, crossBookMargin } from '@plimsoll/adapters/options/bybit'
import { bookMargin, LYRA_V1_RECORDED } from '@plimsoll/adapters/options/lyra-v1'
import type { BookOption } from '@plimsoll/adapters/options/okx'
import { depegCharge, OKX_DEPEG_EXAMPLE } from '@plimsoll/adapters/options/okx'
import {
  nakedBookMargin,
  OPYN_GAMMA_TESTS,
  spreadBookMargin,
} from '@plimsoll/adapters/options/opyn-gamma'
import { describe, expect, it } from 'vitest'
import { only, together } from './arbitraries.js'

const at = (right: 'call' | 'put', strike: number, size: number): BookOption => ({
  right,
  strike,
  years: 14 / 365,
  forward: 2_000,
  size,
  impliedVolatility: 0.8,
  mark: 50,
})

describe('what these margin systems do not grant', () => {
  it('Lyra v1: a long leg frees nothing, so that a spread asks what its short leg asks', () => {
    const short = at('put', 2_000, -1)
    const hedged = bookMargin(only(short, at('put', 1_900, 1)), LYRA_V1_RECORDED, 'quote')
    expect(hedged).toEqual(bookMargin(only(short), LYRA_V1_RECORDED, 'quote'))
    // Although a loss above 100 is impossible.
    expect(hedged.maintenance).toBeGreaterThan(500)
  })

  it('Lyra v1: two halves of a small position ask twice the static minimum', () => {
    const [whole, half] = [at('put', 1_000, -1), at('put', 1_000, -0.5)]
    const ask = (...options: readonly BookOption[]): number =>
      bookMargin(only(...options), LYRA_V1_RECORDED, 'quote').maintenance
    expect(ask(whole)).toBe(200)
    expect(ask(half, half)).toBe(400)
  })

  it('Bybit cross margin: a bear put spread asks what the put sold asks', () => {
    const sold = at('put', 1_900, -1)
    const spread = crossBookMargin(only(sold, at('put', 2_000, 1)), BYBIT_CROSS_2022)
    expect(spread).toEqual(crossBookMargin(only(sold), BYBIT_CROSS_2022))
  })

  it('Opyn Gamma: a wide spread asks more than the same put sold naked', () => {
    const short = at('put', 2_000, -1)
    const products = { put: OPYN_GAMMA_TESTS, call: OPYN_GAMMA_TESTS }
    expect(nakedBookMargin(only(short), products).maintenance).toBe(855.5)
    expect(spreadBookMargin(only(short, at('put', 1_000, 1))).maintenance).toBe(1_000)
  })

  it('Opyn Gamma: the pairing of calls in one book may cost more than two books paired apart', () => {
    const [a, b] = [
      only(at('call', 2_000, -1), at('call', 4_000, 1), at('call', 1_600, 1)),
      only(
        at('call', 3_000, -1),
        at('call', 3_000, 1),
        at('call', 4_000, 1),
        at('call', 1_200, -1),
      ),
    ]
    const apart = spreadBookMargin(a).maintenance + spreadBookMargin(b).maintenance
    expect(apart).toBeCloseTo(1_400, 9)
    expect(spreadBookMargin(together(a, b)).maintenance).toBeCloseTo(5_000 / 3, 9)
  })

  it('OKX: the charge for hedges across stablecoins grows faster than the hedge', () => {
    const charge = (hedged: number): number => depegCharge(hedged, OKX_DEPEG_EXAMPLE)
    expect(charge(1_000_000)).toBe(7_500)
    expect(charge(2_000_000)).toBe(25_000)
    expect(charge(2_000_000)).toBeGreaterThan(2 * charge(1_000_000))
  })
})
