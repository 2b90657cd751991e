import {
  black76Greeks,
  black76Price,
  blackScholesGreeks,
  impliedVolatility,
} from '@plimsoll/risk/pricing'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const number = z.coerce.number()
const forwardInputs = z.object({
  type: z.enum(['call', 'put']),
  F: number,
  K: number,
  T: number,
  vol: number,
  df: number,
})
const spotInputs = z.object({
  type: z.enum(['call', 'put']),
  S: number,
  K: number,
  T: number,
  vol: number,
  r: number,
  q: number,
})
const inverseInputs = z.object({ x: number, price: number })

/** Black-76 prices and greeks of `black.json`, which holds 25 digits of each. */
export const black76Model: TruthModel = {
  name: 'black76',
  covers: (file, { model }) => file.kind === 'black' && model === 'black76',
  run: (_file, truthCase) => {
    const { type, F, K, T, vol, df } = forwardInputs.parse(truthCase)
    const greeks = black76Greeks({
      right: type,
      forward: F,
      strike: K,
      volatility: vol,
      years: T,
      discount: df,
    })
    // d₁ and d₂ as the greeks tell them: Γ·F = vega/(F·σ·T), vanna = −vega·d₂/(F·s).
    const s = vol * Math.sqrt(T)
    const d2 = (-greeks.vanna * F * s) / greeks.vega
    return {
      price: greeks.price,
      deltaForward: greeks.delta,
      gammaForward: greeks.gamma,
      vega: greeks.vega,
      volga: greeks.volga,
      vannaForward: greeks.vanna,
      thetaPerYear: greeks.thetaPerYear,
      d1: d2 + s,
      d2,
    }
  },
  // Absolute too, where the rounding of F and K to doubles moves a greek that is nearly 0.
  tolerance: (_file, { F }, path) =>
    path === 'price' ? { absolute: 1e-15 * Number(F) } : { relative: 1e-12, absolute: 1e-12 },
}

/** Black-Scholes-Merton prices and greeks of `black.json`. */
export const blackScholesModel: TruthModel = {
  name: 'black-scholes',
  covers: (file, { model }) => file.kind === 'black' && model === 'bsm',
  run: (_file, truthCase) => {
    const { type, S, K, T, vol, r, q } = spotInputs.parse(truthCase)
    return blackScholesGreeks({
      right: type,
      spot: S,
      strike: K,
      volatility: vol,
      years: T,
      rate: r,
      carry: q,
    })
  },
  tolerance: (_file, { S }, path) =>
    path === 'price' ? { absolute: 1e-15 * Number(S) } : { relative: 1e-12 },
}

/** Implied volatilities of `black.json`: of a call on F = e^(x/2) at K = e^(−x/2) over one year. */
export const impliedVolatilityModel: TruthModel = {
  name: 'implied-volatility',
  covers: (file, { model }) => file.kind === 'black' && model === 'normalisedBlackIV',
  run: (_file, truthCase) => {
    const { x, price } = inverseInputs.parse(truthCase)
    const forward = Math.exp(x / 2)
    const strike = Math.exp(-x / 2)
    const option = { right: 'call', forward, strike, years: 1, discount: 1 } as const
    const volatility = impliedVolatility({ ...option, price })
    const again = black76Price({ ...option, volatility })
    return { s: Math.abs(again - price) <= 1e-15 ? volatility : Number.NaN }
  },
  tolerance: () => ({ relative: 1e-12 }),
}

/** The models that cover `black.json`. */
export const models: readonly TruthModel[] = [
  black76Model,
  blackScholesModel,
  impliedVolatilityModel,
]
