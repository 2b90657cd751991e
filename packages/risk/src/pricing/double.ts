/** The bits of a double, big-endian by DataView so that every machine reads the same; written and read at once. */
export const bits: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8))

/** 2^k exactly, for −1022 ≤ k ≤ 1023. */
export function powerOfTwo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20)
  bits.setInt32(4, 0)
  return bits.getFloat64(0)
}
