// The bits of a double, big-endian by DataView so that every machine reads the same.
const scratch: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8))

/** The upper 32 bits of a double: sign, 11 bits of exponent, 20 of mantissa. */
export function highWord(value: number): number {
  scratch.setFloat64(0, value)
  return scratch.getInt32(0)
}

/** The double with the given upper 32 bits and the lower 32 bits of `value`. */
export function withHighWord(value: number, high: number): number {
  scratch.setFloat64(0, value)
  scratch.setInt32(0, high)
  return scratch.getFloat64(0)
}

/** 2^k exactly, for −1022 ≤ k ≤ 1023. */
export function powerOfTwo(k: number): number {
  scratch.setInt32(0, (k + 1023) << 20)
  scratch.setInt32(4, 0)
  return scratch.getFloat64(0)
}
