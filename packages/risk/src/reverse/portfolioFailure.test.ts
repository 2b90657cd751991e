import { describe, expect, it } from 'vitest'
import type { NearestFailure } from './index.js'
import { nearestInPortfolio, nearestLinearFailure } from './index.js'

/** An account that is liquidated by a fall of the one factor of so many standard deviations. */
const at = (surplus: number): NearestFailure =>
  nearestLinearFailure({ surplus, gradient: Float64Array.of(1), root: Float64Array.of(1) })
const unknown = (distance: number): NearestFailure => ({
  kind: 'unknown',
  distance,
  moves: Float64Array.of(distance),
})

describe('nearestInPortfolio', () => {
  it('is the nearest account, and the first of equals', () => {
    const accounts = [
      { account: 'a', failure: at(3) },
      { account: 'b', failure: at(2) },
      { account: 'c', failure: at(2) },
    ]
    expect(nearestInPortfolio(accounts)).toMatchObject({
      kind: 'nearest',
      account: 'b',
      nearest: { distance: 2 },
    })
  })

  it('names every account that is liquidatable today', () => {
    const accounts = [
      { account: 'a', failure: at(0) },
      { account: 'b', failure: unknown(1) },
      { account: 'c', failure: at(-1) },
    ]
    expect(nearestInPortfolio(accounts)).toEqual({ kind: 'failed', accounts: ['a', 'c'] })
  })

  it('claims nothing beyond what is not known, nor beyond the shortest search', () => {
    const known = { account: 'a', failure: at(5) }
    expect(nearestInPortfolio([known, { account: 'b', failure: unknown(4) }])).toEqual({
      kind: 'unknown',
      account: 'b',
      distance: 4,
    })
    expect(nearestInPortfolio([known, { account: 'b', failure: unknown(6) }])).toMatchObject({
      kind: 'nearest',
    })
    const searched: NearestFailure = { kind: 'none', searchedTo: 3 }
    expect(nearestInPortfolio([known, { account: 'b', failure: searched }])).toEqual(searched)
    expect(nearestInPortfolio([])).toEqual({ kind: 'none', searchedTo: Infinity })
  })
})
