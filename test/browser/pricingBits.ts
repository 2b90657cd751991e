import {
  black76Delta,
  black76Greeks,
  black76Price,
  emptyGreekArrays,
  exp,
  impliedTotalVolatility,
  inverseNormalCdf,
  log,
  normalCdf,
  power,
  priceAndGreeks,
} from '@plimsoll/risk/pricing'

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

/** Prices and greeks of one batch of options that reaches into and beyond the tables. */
function batchValues(): readonly number[] {
  const count = 200
  const column = (of: (at: number) => number) =>
    Float64Array.from({ length: count }, (_, at) => of(at))
  const out = emptyGreekArrays(count)
  const options = {
    count,
    call: Uint8Array.from({ length: count }, (_, at) => at % 2),
    forward: column(() => 100),
    strike: column((at) => 3 + at * 7),
    volatility: column((at) => at / 100),
    years: column((at) => (at % 17) / 10),
    discount: column(() => 0.97),
    rate: column(() => 0.03),
  }
  priceAndGreeks(options, out)
  return [out.price, out.delta, out.gamma, out.vega, out.thetaPerYear].flatMap((each) => [...each])
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
        const { gamma, thetaPerYear, vanna, volga } = black76Greeks(option)
        values.push(black76Price(option), black76Delta(option), gamma, thetaPerYear, vanna, volga)
      }
    }
  }
  for (let strike = 40; strike <= 250; strike += 7) {
    for (const price of [1e-12, 0.01, 5, 30]) {
      values.push(impliedTotalVolatility(true, 100, strike, Math.max(0, 100 - strike) + price))
    }
  }
  for (let index = 1; index < 400; index += 1) values.push(inverseNormalCdf(index / 400))
  values.push(...batchValues())
  return hashDoubles(values)
}
