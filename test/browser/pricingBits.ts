import { black76Delta, black76Price, exp, log, normalCdf, power } from '@plimsoll/risk'

const view = new DataView(new ArrayBuffer(8))
const MASK = (1n << 64n) - 1n

/** FNV-1a over the bytes of doubles: any bit that differs changes it. */
function hashDoubles(values: readonly number[]): string {
  let hash = 0xcbf29ce484222325n
  for (const value of values) {
    view.setFloat64(0, value)
    for (let offset = 0; offset < 8; offset += 1) {
      hash = ((hash ^ BigInt(view.getUint8(offset))) * 0x100000001b3n) & MASK
    }
  }
  return hash.toString(16)
}

/** A hash of the risk engine's own mathematics on a grid: equal on every engine, or it is wrong. */
export function pricingBits(): string {
  const values: number[] = []
  for (let index = -2000; index <= 2000; index += 1) {
    const x = index / 97
    values.push(exp(x), normalCdf(x), log(Math.abs(x) + 1e-9), power(Math.abs(x) + 0.5, x / 7))
  }
  for (const right of ['call', 'put'] as const) {
    for (let strike = 10; strike <= 300; strike += 7) {
      for (const years of [0, 1 / 365, 0.25, 2]) {
        const option = { right, forward: 100, strike, volatility: 0.8, years, discount: 0.97 }
        values.push(black76Price(option), black76Delta(option))
      }
    }
  }
  return hashDoubles(values)
}
