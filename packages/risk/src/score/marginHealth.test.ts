import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MarginHealthInputs, NodeShock } from './index.js'
import {
  anyProbabilityBounds,
  isMaterialSize,
  linearProbability,
  marginHealth,
  marketScore,
  ScoreError,
  structuralCap,
} from './index.js'

const probability = fc.double({ min: 0, max: 1, noNaN: true })
const answer = fc.constantFrom(true, false, null)
const shocks = fc.array(
  fc.record({
    node: fc.constantFrom('asset:a', 'asset:b', 'bridge:c', 'venue:d'),
    liquidatesAtTabled: answer,
    liquidatesAtTwice: answer,
  }),
  { maxLength: 5 },
)

describe('marketScore', () => {
  it('gives 25 points for every factor of ten, from certainty to one in ten thousand', () => {
    expect(marketScore(1)).toBe(0)
    expect(marketScore(0.1)).toBeCloseTo(25, 13)
    expect(marketScore(0.01)).toBeCloseTo(50, 13)
    expect(marketScore(0.001)).toBeCloseTo(75, 13)
    expect(marketScore(0.0001)).toBe(100)
    expect(marketScore(0)).toBe(100)
  })

  it('never rises with the probability, and is in [0, 100]', () => {
    fc.assert(
      fc.property(probability, probability, (a, b) => {
        const [likely, unlikely] = [Math.max(a, b), Math.min(a, b)].map(marketScore)
        expect(likely).toBeLessThanOrEqual((unlikely ?? NaN) + 1e-13)
        expect(likely).toBeGreaterThanOrEqual(0)
        expect(unlikely).toBeLessThanOrEqual(100)
      }),
    )
  })

  it.each([-0.1, 1.1, NaN])('refuses the probability %s', (value) => {
    expect(() => marketScore(value)).toThrow(ScoreError)
  })
})

describe('linearProbability', () => {
  it('is one half at no distance, certain to be touched, and falls with it', () => {
    expect(linearProbability(0, 4)).toEqual({ end: 0.5, touch: 1 })
    expect(linearProbability(Infinity, 4)).toEqual({ end: 0, touch: 0 })
    const distance = fc.double({ min: 0, max: 30, noNaN: true })
    const degrees = fc.constantFrom(2.5, 3, 4, 8, Infinity)
    fc.assert(
      fc.property(distance, distance, degrees, (a, b, nu) => {
        const near = linearProbability(Math.min(a, b), nu)
        const far = linearProbability(Math.max(a, b), nu)
        expect(far.touch).toBeLessThanOrEqual(near.touch * (1 + 1e-12))
        expect(near.touch).toBe(2 * near.end)
        expect(near.touch).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is known for one standard deviation of the normal law, and of a Student-t', () => {
    expect(linearProbability(1, Infinity).touch).toBeCloseTo(0.31731050786291415, 14)
    // √2·d = 2.7764…: the quantile of 97.5 % of four degrees of freedom.
    expect(linearProbability(2.7764451051977934 / Math.SQRT2, 4).touch).toBeCloseTo(0.05, 14)
  })

  it('is decades higher under a Student-t than under the normal law far out', () => {
    expect(linearProbability(6, 4).touch / linearProbability(6, Infinity).touch).toBeGreaterThan(
      1e5,
    )
  })

  it('refuses a negative distance and a law without variance', () => {
    expect(() => linearProbability(-1, 4)).toThrow(/distance is -1/)
    expect(() => linearProbability(1, 2)).toThrow(/no variance/)
    expect(() => linearProbability(NaN, 4)).toThrow(ScoreError)
  })
})

describe('anyProbabilityBounds', () => {
  it('holds between the most likely account and the sum of all', () => {
    expect(anyProbabilityBounds([])).toEqual({ lower: 0, upper: 0 })
    expect(anyProbabilityBounds([0.2, 0.25])).toEqual({ lower: 0.25, upper: 0.45 })
    expect(anyProbabilityBounds([0.7, 0.8])).toEqual({ lower: 0.8, upper: 1 })
    expect(() => anyProbabilityBounds([0.2, NaN])).toThrow(ScoreError)
  })
})

describe('structuralCap', () => {
  const node = (at: boolean | null, twice: boolean | null, name = 'asset:a'): NodeShock => ({
    node: name,
    liquidatesAtTabled: at,
    liquidatesAtTwice: twice,
  })

  it('is 50 where one failure as tabled liquidates, 75 where twice that does, else 100', () => {
    expect(structuralCap([])).toEqual({ cap: 100, nodes: [], unknown: [] })
    expect(structuralCap([node(false, false)])).toEqual({ cap: 100, nodes: [], unknown: [] })
    expect(structuralCap([node(false, true)])).toMatchObject({ cap: 75, nodes: ['asset:a'] })
    const both = [node(false, true, 'asset:b'), node(true, true)]
    expect(structuralCap(both)).toEqual({ cap: 50, nodes: ['asset:a'], unknown: [] })
  })

  it('names what could lower it, and nothing that could not', () => {
    const open = node(null, false, 'bridge:c')
    expect(structuralCap([open]).unknown).toEqual(['bridge:c'])
    expect(structuralCap([node(false, null)]).unknown).toEqual(['asset:a'])
    expect(structuralCap([node(false, null), node(false, true)]).unknown).toEqual([])
    expect(structuralCap([open, node(true, null)])).toMatchObject({ cap: 50, unknown: [] })
  })

  it('never rises with another node, and never with an answer that becomes known', () => {
    fc.assert(
      fc.property(shocks, shocks, answer, (some, more, known) => {
        const { cap } = structuralCap(some)
        expect(structuralCap([...some, ...more]).cap).toBeLessThanOrEqual(cap)
        const answered = some.map((shock) => ({
          ...shock,
          liquidatesAtTwice: shock.liquidatesAtTwice ?? known,
        }))
        expect(structuralCap(answered).cap).toBeLessThanOrEqual(cap)
      }),
    )
  })
})

describe('isMaterialSize', () => {
  const limits = { fraction: 0.01, absolute: 1000 }
  const size = (grossAssets: number, debt = 0, notional = 0) => ({ grossAssets, debt, notional })

  it('counts an account above either limit, by all that it carries', () => {
    expect(isMaterialSize(size(600, 300, 200), size(1e6), limits)).toBe(true)
    expect(isMaterialSize(size(500, 300, 200), size(1e6), limits)).toBe(false)
    expect(isMaterialSize(size(11), size(1000), limits)).toBe(true)
    expect(isMaterialSize(size(10), size(1000), limits)).toBe(false)
  })

  it('never leaves out what it does not know', () => {
    expect(isMaterialSize(null, size(1e6), limits)).toBe(true)
    expect(isMaterialSize(size(1), null, limits)).toBe(true)
    expect(() => isMaterialSize(size(NaN), size(1), limits)).toThrow(ScoreError)
    expect(() => isMaterialSize(size(1), size(-5), limits)).toThrow(/-5/)
  })
})

describe('marginHealth', () => {
  const free = { cap: 100, nodes: [], unknown: [] }
  const calm: MarginHealthInputs = {
    probability: 1e-4,
    structure: free,
    calibration: 'observed',
    unknown: [],
  }

  it('is the market score where nothing else limits it', () => {
    expect(marginHealth(calm)).toMatchObject({ score: 100, unknown: [] })
    const risky = marginHealth({ ...calm, probability: 0.01 })
    expect(risky.score).toBeCloseTo(50, 12)
    expect(risky.limitedBy).toBe('market')
  })

  it('is capped at 50 for a loop that one failure of its peg liquidates', () => {
    const pegged = structuralCap([
      { node: 'asset:a', liquidatesAtTabled: true, liquidatesAtTwice: true },
    ])
    expect(marginHealth({ ...calm, structure: pegged })).toMatchObject({
      score: 50,
      marketScore: 100,
      limitedBy: 'structure',
      nodes: ['asset:a'],
    })
  })

  it('is capped at 75 under a default calibration, and null under an expired one', () => {
    expect(marginHealth({ ...calm, calibration: 'default' })).toMatchObject({
      score: 75,
      limitedBy: 'calibration',
    })
    const expired = marginHealth({ ...calm, calibration: 'expired' })
    expect(expired).toMatchObject({ score: null, upperBound: 75, marketScore: null })
    expect(expired.unknown).toEqual(['volatilities: the calibration has expired'])
  })

  it('names the structure first where limits are equal', () => {
    const pegged = { cap: 75, nodes: ['asset:a'], unknown: [] }
    const equal = marginHealth({ ...calm, structure: pegged, calibration: 'default' })
    expect(equal).toMatchObject({ score: 75, limitedBy: 'structure' })
    expect(marginHealth(calm).limitedBy).toBeNull()
  })

  it('is null with what is unread named, and an upper bound by what is known', () => {
    const unread = marginHealth({ ...calm, probability: 0.1, unknown: ['account one'] })
    expect(unread).toMatchObject({ score: null, unknown: ['account one'] })
    expect(unread.upperBound).toBeCloseTo(25, 12)
    const blind = marginHealth({ ...calm, probability: null })
    expect(blind).toMatchObject({ score: null, upperBound: 100, marketScore: null })
    const open = { ...free, unknown: ['bridge:c'] }
    expect(marginHealth({ ...calm, structure: open })).toMatchObject({
      score: null,
      unknown: ['failure of bridge:c'],
    })
  })

  it('is bounded by 0 where an account is liquidatable, whatever else is unknown', () => {
    const lost = { ...calm, probability: 1, calibration: 'expired', unknown: ['x'] } as const
    expect(marginHealth(lost)).toMatchObject({ score: null, upperBound: 0, limitedBy: 'market' })
    expect(marginHealth({ ...calm, probability: 1 }).score).toBe(0)
  })

  it('never improves with what is worse or less known', () => {
    const calibrations = fc.constantFrom(
      'observed' as const,
      'default' as const,
      'expired' as const,
    )
    fc.assert(
      fc.property(
        probability,
        probability,
        shocks,
        shocks,
        calibrations,
        (a, b, some, more, how) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)]
          const structure = structuralCap(some)
          const better = marginHealth({ ...calm, probability: low, structure })
          const worse = marginHealth({
            probability: high,
            structure: structuralCap([...some, ...more]),
            calibration: how,
            unknown: [],
          })
          if (how !== 'expired')
            expect(worse.upperBound).toBeLessThanOrEqual(better.upperBound + 1e-12)
          expect(worse.score ?? 0).toBeLessThanOrEqual(better.upperBound + 1e-12)
          expect(marginHealth({ ...calm, structure, unknown: ['x'] }).score).toBeNull()
        },
      ),
    )
  })
})
