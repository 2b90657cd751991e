import { PricingError } from '../errors.js'
import type { Black76Parameters } from './black76.js'
import { black76Price } from './black76.js'
import { black76Greeks } from './black76Greeks.js'
import type { CoinGreeks } from './greeks.js'

/** An option that pays max(0, ±(S − K)) / S coins at expiry: settled in the underlying itself. */
export type CoinOptionParameters = Black76Parameters & {
  /** Today's price of one coin in the numeraire; it moves in proportion to the forward. */
  readonly index: number
}

/**
 * Price of a coin-settled ("inverse") option, in coins: the Black-76 price ÷ index. Venues that quote
 * on the synthetic future use it as both forward and index, with a discount of 1.
 *
 * @example
 * coinOptionPrice({
 *   right: 'call', forward: 100, strike: 100, volatility: 0.2, years: 1, discount: 1, index: 100,
 * }) // 0.07965567455405797
 *
 * @throws PricingError when a number is negative or not finite, or the index or forward is 0.
 */
export function coinOptionPrice(option: CoinOptionParameters): number {
  checkCoin(option)
  return black76Price(option) / option.index
}

/**
 * Price in coins and its slopes in the forward, with the index moving in proportion. From v = V/I and
 * dI/dF = I/F: ∂v/∂F = (V_F − V/F)/I, ∂²v/∂F² = (V_FF − 2·V_F/F + 2·V/F²)/I,
 * ∂²v/∂F∂σ = (V_Fσ − V_σ/F)/I. `netDelta` is F·∂v/∂F = (F·V_F − V)/I.
 *
 * @throws PricingError when a number is negative or not finite, or the index or forward is 0.
 */
export function coinOptionGreeks(option: CoinOptionParameters): CoinGreeks {
  checkCoin(option)
  const { forward, index } = option
  const { price, delta, gamma, vega, thetaPerYear, vanna, volga } = black76Greeks(option)
  const netDelta = (forward * delta - price) / index
  return {
    convention: { underlying: 'forward', unit: 'coin' },
    price: price / index,
    delta: netDelta / forward,
    gamma: gamma / index - (2 * netDelta) / (forward * forward),
    vega: vega / index,
    thetaPerYear: thetaPerYear / index,
    vanna: (vanna - vega / forward) / index,
    volga: volga / index,
    netDelta,
  }
}

/** An inverse future or perp: quoted in the numeraire, margined and settled in the coin. */
export type InverseFuture = {
  /** Signed notional in the numeraire: positive is long. */
  readonly notional: number
  /** Price in the numeraire at which it was entered. */
  readonly entry: number
}

/**
 * Profit of an inverse future at a price, in coins: N·(1/entry − 1/price). A long loses without bound
 * in coins as the price falls.
 *
 * @example
 * inverseFuturePnl({ notional: 60_000, entry: 60_000 }, 50_000) // -0.2
 *
 * @throws PricingError when entry or price is not a positive finite number.
 */
export function inverseFuturePnl({ notional, entry }: InverseFuture, price: number): number {
  checkPositive('an inverse future', entry)
  checkPositive('an inverse future', price)
  return (notional * (price - entry)) / (entry * price)
}

/**
 * Profit of q coins' worth of an inverse future under a relative shock s of its price, in coins:
 * q·(1 − 1/(1 + s)) = q·s/(1 + s).
 *
 * @example
 * inverseShockPnl(1, -0.16) // -0.1904761904761905
 *
 * @throws PricingError when the shock takes the price to 0 or below.
 */
export function inverseShockPnl(coins: number, shock: number): number {
  checkPositive('an inverse future', 1 + shock)
  return (coins * shock) / (1 + shock)
}

function checkCoin({ forward, index }: CoinOptionParameters): void {
  checkPositive('a coin-settled option', forward)
  checkPositive('a coin-settled option', index)
}

function checkPositive(what: string, value: number): void {
  if (value > 0 && value < Infinity) return
  throw new PricingError(
    `Cannot value ${what} at the price ${value}: a payoff in coins needs a positive finite price of the coin. Check the mark and the shock.`,
  )
}
