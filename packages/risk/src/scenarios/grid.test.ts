import { factorId } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { BTC, ETH } from '../../../../test/risk/toyWorld.js'
import { gridScenarios } from './index.js'

describe('gridScenarios', () => {
  it('moves every spot together, and every implied volatility, row by row', () => {
    const peg = factorId('peg:USDC/USD')
    const set = gridScenarios([ETH, peg, BTC], [-0.2, 0.1], [-0.25, 0.5])
    expect(set.factors).toEqual(['iv:BTC', 'iv:ETH', BTC, ETH])
    expect(set).toMatchObject({ kind: 'grid', count: 4, horizonDays: 1, weights: null })
    const rows = [0, 1, 2, 3].map((row) => [...set.moves.subarray(4 * row, 4 * row + 4)])
    expect(rows).toEqual([
      [-0.25, -0.25, -0.2, -0.2],
      [-0.25, -0.25, 0.1, 0.1],
      [0.5, 0.5, -0.2, -0.2],
      [0.5, 0.5, 0.1, 0.1],
    ])
    expect(set.names).toEqual([
      'spot -0.2, volatility -0.25',
      'spot 0.1, volatility -0.25',
      'spot -0.2, volatility 0.5',
      'spot 0.1, volatility 0.5',
    ])
  })

  it('goes as far up as down, in ascending order, and stands still in between', () => {
    const set = gridScenarios([ETH])
    const spots = [...set.moves].filter((_, index) => index % 2 === 1).slice(0, 15)
    expect(spots).toEqual(spots.toSorted((a, b) => a - b))
    expect(spots.map((move) => 0 - move)).toEqual(spots.toReversed().map((move) => move + 0))
    expect(spots[7]).toBe(0)
    expect([spots[0], spots.at(-1)]).toEqual([-0.5, 0.5])
    const volatilities = [...new Set([...set.moves].filter((_, index) => index % 2 === 0))]
    // A rise of volatility goes farther than a fall can.
    expect(volatilities).toEqual([-0.25, 0, 0.5])
    expect(set.label).toBe('15 moves of spot × 3 of volatility')
  })
})
