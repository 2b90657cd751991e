import type { Check } from '@plimsoll/model'
import { amountOf } from './decimals.js'

/** Decimals of balances and margins of a currency: what is below was cut or rounded. */
const PRINTED: { readonly [currency: string]: number } = { BTC: 1e-8 }
const PRINTED_OTHERWISE = 1e-6
/** Prices of options are printed with at least four decimals. */
export const PRINTED_PRICE: number = 1e-4
/** How far prices may move between two answers. */
export const DRIFT: number = 0.005
/** How far what is computed from two answers may be apart, in USD, beside that. */
export const CENT: number = 0.01

/** One reported number beside ours. */
export function check(
  name: string,
  reported: number,
  recomputed: number,
  tolerance: number,
): Check {
  return {
    name,
    reported: amountOf(reported),
    recomputed: amountOf(recomputed),
    residual: Math.abs(reported - recomputed),
    tolerance,
  }
}

/** Last printed place of a currency's balances. */
export const printedUnit = (currency: string): number => PRINTED[currency] ?? PRINTED_OTHERWISE
