const ROUNDS = 10
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85
const WORD = 4_294_967_296

/**
 * Philox4x32-10: four random words as a pure function of a counter of four words and a key of two
 * (J. K. Salmon, M. A. Moraes, R. O. Dror & D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC'11). No state is carried from draw to draw, so that any worker may draw any path.
 *
 * @param words the counter, overwritten by the draw: [4]
 */
export function philox(words: Uint32Array, key0: number, key1: number): void {
  let a = words[0] ?? 0
  let b = words[1] ?? 0
  let c = words[2] ?? 0
  let d = words[3] ?? 0
  let first = key0 >>> 0
  let second = key1 >>> 0
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highWord(MULTIPLIER_0, a)
    const low0 = Math.imul(MULTIPLIER_0, a) >>> 0
    const high1 = highWord(MULTIPLIER_1, c)
    const low1 = Math.imul(MULTIPLIER_1, c) >>> 0
    a = (high1 ^ b ^ first) >>> 0
    b = low1
    c = (high0 ^ d ^ second) >>> 0
    d = low0
    first = (first + WEYL_0) >>> 0
    second = (second + WEYL_1) >>> 0
  }
  words[0] = a
  words[1] = b
  words[2] = c
  words[3] = d
}

/** The upper word of the product of two words; every step stays below 2⁵³. */
function highWord(x: number, y: number): number {
  const low = x & 0xffff
  const high = x >>> 16
  const yLow = y & 0xffff
  const yHigh = y >>> 16
  const middle = high * yLow + ((low * yLow) >>> 16)
  const cross = low * yHigh + (middle % 65_536)
  return (high * yHigh + Math.floor(middle / 65_536) + Math.floor(cross / 65_536)) % WORD
}
