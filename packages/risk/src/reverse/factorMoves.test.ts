import { describe, expect, it } from 'vitest'
import { factorMoves, nearestLinearFailure, ReverseStressError, smallestFailures } from './index.js'

describe('factorMoves', () => {
  // ETH of 5 %, BTC of 3 % with correlation 0.8, and a third that has nothing to do with either.
  const root = Float64Array.of(0.05, 0, 0, 0.024, 0.018, 0, 0, 0, 0.1)
  const names = ['spot:ETH', 'spot:BTC', 'spot:SOL']
  const found = nearestLinearFailure({ surplus: 1, gradient: Float64Array.of(8, 0, 0), root })

  it('names what moves, the largest move by its own deviations first', () => {
    expect(found.kind).toBe('nearest')
    if (found.kind !== 'nearest') return
    const moves = factorMoves(found.nearest, names, root)
    expect(moves.map(({ factor }) => factor)).toEqual(['spot:ETH', 'spot:BTC'])
    expect(moves[0]?.deviations).toBeCloseTo(-2.5, 12)
    expect(moves[0]?.logMove).toBeCloseTo(-0.125, 12)
    expect(moves[0]?.relativeMove).toBeCloseTo(-0.11750309741540454, 12)
    expect(moves[1]?.deviations).toBeCloseTo(-2, 12)
  })

  it('names every factor when asked for the least, and none that has no deviation', () => {
    if (found.kind !== 'nearest') return
    expect(factorMoves(found.nearest, names, root, 0)).toHaveLength(3)
    const still = Float64Array.of(0.05, 0, 0, 0, 0, 0, 0, 0, 0.1)
    const moves = factorMoves(found.nearest, names, still, 0)
    expect(moves.find(({ factor }) => factor === 'spot:BTC')?.deviations).toBeNull()
  })

  it('refuses names that do not fit', () => {
    if (found.kind !== 'nearest') return
    expect(() => factorMoves(found.nearest, ['spot:ETH'], root)).toThrow(ReverseStressError)
  })
})

describe('smallestFailures', () => {
  const nodes = ['bridge', 'issuer', 'oracle']

  it('finds every single node that liquidates, and tries no pair then', () => {
    const tried: (readonly string[])[] = []
    const found = smallestFailures(nodes, (failed) => {
      tried.push(failed)
      return failed.includes('issuer')
    })
    expect(found).toEqual({ sets: [['issuer']], size: 1, searchedTo: 3, unknown: [] })
    expect(tried).toHaveLength(3)
  })

  it('finds the pairs where no single node liquidates', () => {
    const found = smallestFailures(nodes, (failed) => failed.length === 2 && failed[0] === 'bridge')
    expect(found.sets).toEqual([
      ['bridge', 'issuer'],
      ['bridge', 'oracle'],
    ])
  })

  it('says how far it looked when it found nothing', () => {
    const nothing = { sets: [], size: null, unknown: [] }
    expect(smallestFailures(nodes, () => false, 2)).toEqual({ ...nothing, searchedTo: 2 })
    expect(smallestFailures(nodes, (failed) => failed.length === 0)).toMatchObject({
      searchedTo: 3,
    })
    expect(smallestFailures([], () => true)).toEqual({ ...nothing, searchedTo: 0 })
  })

  it('names the sets of which the outcome is not known', () => {
    const found = smallestFailures(nodes, (failed) =>
      failed.length === 1 && failed[0] === 'oracle' ? null : failed.length === 2,
    )
    expect(found).toMatchObject({ size: 2, unknown: [['oracle']] })
  })

  it('refuses a node that is named twice and a size that is none', () => {
    expect(() => smallestFailures(['a', 'a'], () => false)).toThrow(/\[a, a\]/)
    expect(() => smallestFailures(['a'], () => false, 0)).toThrow(ReverseStressError)
  })
})
