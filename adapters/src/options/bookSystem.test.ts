import { factorId } from '@plimsoll/model'
import type { Positions, UnderlyingPositions } from '@plimsoll/risk/compare'
import { MarginSystemError } from '@plimsoll/risk/compare'
import { describe, expect, it } from 'vitest'
import { bookOf, bookSystem } from './bookSystem.js'
import {
  BYBIT_CROSS_2022,
  bybitCrossSystem,
  bybitPortfolioSystem,
  crossBookMargin,
} from './bybit/index.js'
import { bookMargin, LYRA_V1_RECORDED, lyraV1System } from './lyra-v1/index.js'
import { OKX_DEPEG_EXAMPLE, OKX_INITIAL_FACTOR, OKX_MOVES_2025, okxSystem } from './okx/index.js'
import {
  nakedBookMargin,
  OPYN_GAMMA_TESTS,
  opynNakedSystem,
  opynSpreadSystem,
} from './opyn-gamma/index.js'

const ETHER = factorId('spot:ETH')
const BITCOIN = factorId('spot:BTC')

const ether: UnderlyingPositions = {
  underlying: ETHER,
  spot: 2_000,
  linear: [],
  expiries: [
    {
      expiry: 1_800_000_000,
      years: 14 / 365,
      forward: 2_010,
      options: [
        {
          leg: 'a#1',
          right: 'put',
          size: -2,
          strike: 1_900,
          impliedVolatility: 0.7,
          price: 40,
        },
        { leg: 'a#2', right: 'put', size: 1, strike: 1_800, impliedVolatility: 0.8, price: 20 },
      ],
    },
  ],
}
const bitcoin: UnderlyingPositions = {
  underlying: BITCOIN,
  spot: 60_000,
  linear: [{ leg: 'b#1', size: 1, price: 60_000 }],
  expiries: [],
}
const of = (...underlyings: readonly UnderlyingPositions[]): Positions => ({
  numeraire: 'USD',
  at: 1_798_790_400,
  underlyings,
  unplaced: [],
})
const okx = okxSystem(() => ({
  ...OKX_MOVES_2025['bitcoin-ether'],
  depegTiers: OKX_DEPEG_EXAMPLE,
  initialFactor: OKX_INITIAL_FACTOR,
}))
const products = { put: OPYN_GAMMA_TESTS, call: OPYN_GAMMA_TESTS }

describe('bookOf', () => {
  it('is the positions with the forward of their expiry and the mark', () => {
    expect(bookOf(ether)).toMatchObject({
      spot: 2_000,
      linear: [],
      options: [
        { right: 'put', strike: 1_900, years: 14 / 365, forward: 2_010, size: -2, mark: 40 },
        { right: 'put', strike: 1_800, years: 14 / 365, forward: 2_010, size: 1, mark: 20 },
      ],
    })
  })
})

describe('bookSystem', () => {
  it.each([
    [
      'Lyra v1',
      lyraV1System(() => LYRA_V1_RECORDED, 'quote'),
      bookMargin(bookOf(ether), LYRA_V1_RECORDED, 'quote').maintenance,
    ],
    [
      'naked vaults',
      opynNakedSystem(() => products),
      nakedBookMargin(bookOf(ether), products).maintenance,
    ],
    ['collateralised vaults', opynSpreadSystem(), 1_900 + 100],
    [
      'cross margin',
      bybitCrossSystem(() => BYBIT_CROSS_2022),
      crossBookMargin(bookOf(ether), BYBIT_CROSS_2022).maintenance,
    ],
  ])(
    'asks as equity the collateral and the signed value of options: %s',
    (_name, system, collateral) => {
      const { maintenance, worst } = system.require(of(ether))
      expect(maintenance).toBeCloseTo(collateral - 2 * 40 + 20, 9)
      expect(worst).toBeNull()
    },
  )

  it('asks as equity the loss of a stress, and names the worst', () => {
    expect(okx.require(of(bitcoin))).toMatchObject({
      maintenance: 7_200,
      worst: { label: 'spot −12 %, volatility 0 %', scenario: null, loss: 7_200 },
    })
  })

  it('adds up underlyings, and names the worst of them', () => {
    const [one, other, both] = [of(ether), of(bitcoin), of(ether, bitcoin)].map(okx.require)
    expect(both?.maintenance).toBeCloseTo((one?.maintenance ?? 0) + (other?.maintenance ?? 0), 9)
    expect(both?.initial).toBeCloseTo(1.3 * (both?.maintenance ?? 0), 9)
    expect(both?.worst).toEqual(other?.worst)
    expect(okx.require(of(bitcoin, ether)).worst).toEqual(other?.worst)
  })

  it('has no worst case where nothing loses', () => {
    expect(okx.require(of()).worst).toBeNull()
  })

  it('refuses an underlying without parameters, and positions it cannot judge', () => {
    const systems = [
      lyraV1System(() => null, 'base'),
      opynNakedSystem(() => null),
      okxSystem(() => null),
      bybitCrossSystem(() => null),
      bybitPortfolioSystem(() => null),
    ]
    for (const { require } of systems) expect(() => require(of(ether))).toThrow(MarginSystemError)
    expect(() => opynSpreadSystem().require(of(bitcoin))).toThrow('cannot judge a linear position')
  })

  it('says what its figures leave out', () => {
    const all = [okx, bybitPortfolioSystem(() => null)]
    for (const { notModelled, fidelity } of all) {
      expect(notModelled.length).toBeGreaterThan(0)
      expect(fidelity).toEqual({ grade: 'modelled' })
    }
    const plain = bookSystem({
      id: 'none',
      name: 'None',
      fidelity: { grade: 'modelled' },
      source: 'nowhere',
      notModelled: [],
      counts: 'equity',
      margin: () => ({ initial: 1, maintenance: 1, notModelled: [] }),
    })
    expect(plain).toMatchObject({ id: 'none', name: 'None', source: 'nowhere', notModelled: [] })
    expect(plain.require(of(ether))).toMatchObject({ maintenance: 1, contributions: [] })
  })
})
