import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inverseNormalCdf } from '../pricing/inverseNormalCdf.js'
import { counterRandom } from './counterRandom.js'
import { RandomError } from './errors.js'
import { philox } from './philox.js'

// Known answers that the authors of the generator publish with it (kat_vectors of Random123).
const KNOWN = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const

describe('philox', () => {
  it.each(KNOWN)('gives the published words for %j under %j', (counter, [key0, key1], words) => {
    const out = Uint32Array.from(counter)
    philox(out, key0, key1)
    expect([...out]).toEqual([...words])
  })
})

describe('counterRandom', () => {
  it('depends on seed, path and block, and on nothing that was drawn before', () => {
    const place = fc.tuple(fc.nat(1e6), fc.nat(1e9), fc.nat(1e4))
    const draw = (seed: number, path: number, block: number, size = 5) => {
      const out = new Float64Array(size)
      counterRandom(seed).uniforms(path, block, out)
      return [...out]
    }
    fc.assert(
      fc.property(place, place, (a, b) => {
        const first = draw(...a)
        draw(...b)
        expect(draw(...a)).toEqual(first)
        expect(draw(...a, 3)).toEqual(first.slice(0, 3))
        if (a.join() !== b.join()) expect(draw(...b)).not.toEqual(first)
      }),
    )
  })

  const drawn = (seed: number, path: number, block: number, size: number) => {
    const out = new Float64Array(size)
    counterRandom(seed).uniforms(path, block, out)
    return out
  }

  it('takes two uniforms of 52 bits from each draw, at the place that its counter names', () => {
    const seed = 5 + 9 * 2 ** 32
    const path = 7 + 3 * 2 ** 32
    const bits = (high = 0, low = 0) => (BigInt(high >>> 6) << 26n) + BigInt(low >>> 6)
    const expected = [0, 1, 2].flatMap((place) => {
      const words = Uint32Array.from([place, 11, 7, 3])
      philox(words, 5, 9)
      return [bits(words[0], words[1]), bits(words[2], words[3])]
    })
    const uniforms = drawn(seed, path, 11, 6)
    expect([...uniforms].map((value) => BigInt(Math.floor(value * 2 ** 52)))).toEqual(expected)
    expect(drawn(seed, path, 11, 5)).toEqual(uniforms.slice(0, 5))
    for (const value of uniforms) expect(value * 2 ** 53 - 2 * Math.floor(value * 2 ** 52)).toBe(1)
  })

  it('has other numbers for every seed and every path, beyond 2³² too', () => {
    const places = [0, 1, 2, 2 ** 32, 2 ** 33, 2 ** 32 + 1]
    for (const draw of [
      (place: number) => drawn(place, 0, 0, 1),
      (place: number) => drawn(0, place, 0, 1),
    ]) {
      expect(new Set(places.map((place) => draw(place)[0])).size).toBe(places.length)
    }
  })

  it('draws normals at the quantiles of its uniforms', () => {
    const normals = new Float64Array(4)
    counterRandom(3).normals(2, 1, normals)
    expect([...normals]).toEqual([...drawn(3, 2, 1, 4)].map(inverseNormalCdf))
  })

  it('has the moments of its distributions', () => {
    const random = counterRandom(7)
    const out = new Float64Array(4)
    let [mean, square, fourth, product] = [0, 0, 0, 0]
    const paths = 20_000
    for (let path = 0; path < paths; path++) {
      random.normals(path, 0, out)
      const [a = NaN, b = NaN, c = NaN, d = NaN] = out
      for (const value of [a, b, c, d]) {
        mean += value / (4 * paths)
        square += value ** 2 / (4 * paths)
        fourth += value ** 4 / (4 * paths)
      }
      product += (a * b + c * d + a * d) / (3 * paths)
    }
    const error = 4 / Math.sqrt(4 * paths)
    expect(Math.abs(mean)).toBeLessThan(error)
    expect(Math.abs(square - 1)).toBeLessThan(Math.sqrt(2) * error)
    expect(Math.abs(fourth - 3)).toBeLessThan(Math.sqrt(96) * error)
    expect(Math.abs(product)).toBeLessThan(2 * error)
  })

  it('refuses a seed that is no whole number', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
      expect(() => counterRandom(seed)).toThrow(RandomError)
    }
  })
})
