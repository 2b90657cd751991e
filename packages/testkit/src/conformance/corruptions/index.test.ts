import { describe, expect, it } from 'vitest'
import { CORRUPTION_KINDS, corruptionsOf, mostTellingFirst } from './index.js'

const scene = { nowMs: 1_700_000_000_000 }

describe('corruptionsOf', () => {
  it('knows every kind of corruption for JSON', () => {
    const answer = { at: 1_699_999_999, coin: 'ETH', size: '3', a: [1, 2, 3], b: [4, 5, 6] }
    const kinds = new Set(corruptionsOf('http', answer, scene).map(({ kind }) => kind))
    expect(kinds).toEqual(new Set(CORRUPTION_KINDS))
  })

  it('knows every kind of corruption for contract calls', () => {
    const words = ['6553f0ff', 'abababababababababababababababababababab', '3e8'].map((digits) =>
      digits.padStart(64, '0'),
    )
    const kinds = new Set(
      corruptionsOf('call', `0x${words.join('')}`, scene).map(({ kind }) => kind),
    )
    expect(kinds).toEqual(new Set(CORRUPTION_KINDS))
  })

  it('can only fail to answer where the recording holds a failure', () => {
    expect(corruptionsOf('call', null, scene).every(({ answer }) => !answer.ok)).toBe(true)
  })
})

describe('mostTellingFirst', () => {
  it('takes one of each pattern before a second of any', () => {
    const of = (pattern: string, what: string) => ({ pattern, what })
    const ordered = mostTellingFirst([of('a', 'a1'), of('a', 'a2'), of('b', 'b1'), of('a', 'a3')])
    expect(ordered.map(({ what }) => what)).toEqual(['a1', 'b1', 'a2', 'a3'])
  })
})
