import { liquidationOrder } from '@plimsoll/adapters/options/deribit/liquidation'
import { UnsupportedVenueStateError } from '@plimsoll/model'
import { black76Delta } from '@plimsoll/risk/pricing'
import { describe, expect, it } from 'vitest'
import { judged, portfolioOf, stateOfWallet } from './made.js'
import { quote, YEARS } from './prices.js'
import { CROSS_PORTFOLIO, stateOf } from './venue.js'

describe('liquidationOrder, portfolio margin', () => {
  it('begins with what contributes most to the risk matrix, then the next', async () => {
    const state = await stateOfWallet('BTC', 'segregated_pm', 0.6, [
      ['BTC-PERPETUAL', 30_000],
      ['BTC-25DEC26-50000-P', -4],
      ['BTC-25DEC26-45000-P', 1],
    ])
    const order = liquidationOrder(state)
    expect(order.map(({ kind, instrument }) => [kind, instrument])).toEqual([
      ['close', 'BTC-25DEC26-50000-P'],
      ['close', 'BTC-PERPETUAL'],
      ['hedge', 'BTC-PERPETUAL'],
    ])
    const [first, second] = order
    expect(first).toMatchObject({ size: 4, reason: 'It contributes most to the risk matrix.' })
    expect(second?.size).toBeCloseTo(-30_000 / 60_030, 9)
    expect(second?.reason).toContain('number 2')
    const reliefs = order.filter(({ kind }) => kind === 'close').map(({ relief }) => relief)
    expect(reliefs).toEqual([...reliefs].sort((a, b) => b - a))
    expect(Math.min(...reliefs)).toBeGreaterThan(0)
  })

  it('relieves by what closing the instrument takes from the maintenance margin', async () => {
    const positions = [
      ['BTC-25DEC26-66000-C', -3],
      ['BTC-PERPETUAL', 30_000],
    ] as const
    const state = await stateOfWallet('BTC', 'segregated_pm', 1, positions)
    const [first] = liquidationOrder(state)
    const closed = await stateOfWallet('BTC', 'segregated_pm', 1, positions.slice(1))
    const saved =
      (judged(state).maintenanceMargin ?? NaN) - (judged(closed).maintenanceMargin ?? NaN)
    expect(first).toMatchObject({ kind: 'close', leg: 'option:BTC-25DEC26-66000-C', size: 3 })
    expect(first?.relief).toBeCloseTo(saved, 2)
  })

  it('leaves a hedge alone, and hedges with a perpetual that is not yet held', async () => {
    const state = await stateOfWallet('BTC', 'segregated_pm', 1, [
      ['BTC-25DEC26-66000-C', -5],
      ['BTC-25DEC26', 60_000],
    ])
    const order = liquidationOrder(state)
    expect(order.map(({ kind, instrument }) => [kind, instrument])).toEqual([
      ['close', 'BTC-25DEC26-66000-C'],
      ['hedge', 'BTC-PERPETUAL'],
    ])
    // Five short calls, each less its price in coins, against the future: the perpetual is bought.
    const { forward, option, mark } = quote('BTC-25DEC26-66000-C')
    const delta = black76Delta({
      ...(option ?? never()),
      forward,
      years: YEARS,
      discount: 1,
    })
    const net = -5 * (delta - mark) + 60_000 / quote('BTC-25DEC26').mark
    expect(order[1]?.size).toBeCloseTo(-net, 4)
    expect(order[1]?.relief).toBeGreaterThan(0)
  })

  it('hedges linear contracts in their own perpetual', async () => {
    const state = await stateOfWallet('USDC', 'segregated_pm', 5000, [['SOL_USDC-25DEC26', 100]])
    expect(liquidationOrder(state)).toMatchObject([
      { kind: 'close', instrument: 'SOL_USDC-25DEC26', size: -100 },
      { kind: 'hedge', instrument: 'SOL_USDC-PERPETUAL', size: -100 },
    ])
  })

  it('is empty where nothing is held', async () => {
    expect(liquidationOrder(await stateOfWallet('BTC', 'segregated_pm', 1, []))).toEqual([])
  })
})

describe('liquidationOrder, standard margin', () => {
  it('takes futures toward a delta of 0 first, then options that do, then what is left', async () => {
    const state = await stateOfWallet('BTC', 'segregated_sm', 1, [
      ['BTC-25DEC26-66000-C', -1],
      ['BTC-25DEC26-54000-P', -3],
      ['BTC-25DEC26', -6000],
      ['BTC-PERPETUAL', 60_000],
    ])
    const order = liquidationOrder(state)
    expect(order.map(({ instrument }) => instrument)).toEqual([
      'BTC-PERPETUAL',
      'BTC-25DEC26-54000-P',
      'BTC-25DEC26',
      'BTC-25DEC26-66000-C',
    ])
    expect(order[0]?.reason).toContain('future')
    expect(order[1]?.reason).toContain('this option does')
    expect(order.slice(2).map(({ reason }) => reason)).toEqual([
      'What is left: a future.',
      'What is left: an option.',
    ])
  })

  it('takes options first where every future pulls the other way', async () => {
    const state = await stateOfWallet('BTC', 'segregated_sm', 1, [
      ['BTC-25DEC26-66000-C', -5],
      ['BTC-PERPETUAL', 30_000],
    ])
    expect(liquidationOrder(state).map(({ instrument }) => instrument)).toEqual([
      'BTC-25DEC26-66000-C',
      'BTC-PERPETUAL',
    ])
  })

  it('relieves by the margin of the position, and by nothing for a long option', async () => {
    const state = await stateOfWallet('BTC', 'segregated_sm', 1, [
      ['BTC-PERPETUAL', 60_000],
      ['BTC-25DEC26-66000-C', 1],
    ])
    const order = liquidationOrder(state)
    expect(order[0]?.relief).toBeCloseTo(0.01 * (60_000 / 60_030) * 60_000, 3)
    expect(order[1]).toMatchObject({ relief: 0, size: -1 })
  })
})

describe('liquidationOrder, reported margin', () => {
  it('is not known', async () => {
    const portfolio = await portfolioOf(CROSS_PORTFOLIO)
    const state = stateOf(portfolio, 'deribit/1004/cross')
    expect(() => liquidationOrder(state)).toThrow(UnsupportedVenueStateError)
  })
})

function never(): never {
  throw new TypeError('The number is missing.')
}
