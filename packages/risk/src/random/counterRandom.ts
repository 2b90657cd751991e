import { inverseNormalCdfs } from '../pricing/inverseNormalCdf.js'
import { RandomError } from './errors.js'
import { philox } from './philox.js'

const WORD = 4_294_967_296

/** Random numbers by their place: the same place has the same number on every engine and worker. */
export type CounterRandom = {
  /** Fills `out` with uniforms of 52 bits, above 0 and below 1. */
  readonly uniforms: (path: number, block: number, out: Float64Array) => void
  /** Fills `out` with independent standard normals, by the inverse of Φ. */
  readonly normals: (path: number, block: number, out: Float64Array) => void
}

/**
 * Random numbers as a pure function of seed, path and block: no state, no clock. Two uniforms a draw of
 * {@link philox}.
 *
 * @param seed integer from 0 to 2⁵³ − 1
 *
 * @example
 * const out = new Float64Array(3)
 * counterRandom(1).normals(0, 0, out)
 *
 * @throws RandomError when the seed is no such integer.
 */
export function counterRandom(seed: number): CounterRandom {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RandomError(`The seed is ${seed}. Give an integer from 0 to 2^53 − 1.`)
  }
  const key0 = seed % WORD
  const key1 = Math.floor(seed / WORD)
  const words = new Uint32Array(4)
  const uniforms = (path: number, block: number, out: Float64Array): void => {
    for (let index = 0; index < out.length; index += 2) {
      words[0] = index / 2
      words[1] = block
      words[2] = path % WORD
      words[3] = Math.floor(path / WORD)
      philox(words, key0, key1)
      writeUniform(words, 0, out, index)
      if (index + 1 < out.length) writeUniform(words, 2, out, index + 1)
    }
  }
  return {
    uniforms,
    normals: (path, block, out) => {
      uniforms(path, block, out)
      inverseNormalCdfs(out)
    },
  }
}

/**
 * Writes the middle of one of 2⁵² cells of (0, 1), by two words from `at`: never an end, exact in a
 * double. By arrays alone: words above 2³¹ and doubles that cross a call may be boxed.
 */
function writeUniform(words: Uint32Array, at: number, out: Float64Array, index: number): void {
  const high = (words[at] ?? 0) >>> 6
  const low = (words[at + 1] ?? 0) >>> 6
  out[index] = (high * 67_108_864 + low + 0.5) / 4_503_599_627_370_496
}
