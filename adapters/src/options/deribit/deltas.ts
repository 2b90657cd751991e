import { black76Delta } from '@plimsoll/risk/pricing'
import type { HeldLinear, HeldOption } from './state.js'

/**
 * Delta of a position in its underlying, as the venue counts it: the size of a future; of an option the
 * forward delta less, where it is paid in coins, its price in coins.
 */
export function deltaOf(held: HeldLinear | HeldOption): number {
  if ('quote' in held) return held.size
  const { instrument, size, price, basis, strike, volatility, years, model } = held
  const forward = price * basis
  const option = { right: instrument.right, forward, strike, volatility, years, discount: 1 }
  return size * (black76Delta(option) - (instrument.payoff === 'inverse' ? model / forward : 0))
}
