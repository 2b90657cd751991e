// What the benchmarks call of two packages without types: prices and greeks on the spot, vega for one
// point of volatility, theta for one day.
type OnSpot = (
  spot: number,
  strike: number,
  years: number,
  volatility: number,
  rate: number,
  right: 'call' | 'put',
) => number
type OnSpotOfEitherRight = (
  spot: number,
  strike: number,
  years: number,
  volatility: number,
  rate: number,
) => number

declare module 'black-scholes' {
  const blackScholes: { readonly blackScholes: OnSpot }
  export default blackScholes
}

declare module 'greeks' {
  const greeks: {
    readonly getDelta: OnSpot
    readonly getTheta: OnSpot
    readonly getGamma: OnSpotOfEitherRight
    readonly getVega: OnSpotOfEitherRight
  }
  export default greeks
}
