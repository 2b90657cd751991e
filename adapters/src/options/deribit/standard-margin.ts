import type { Instrument } from './instruments.js'
import type { OptionRequirements } from './parameters.js'

/** One option under standard margin, in its settlement currency (coins where inverse). */
export type MarginedOption = {
  readonly right: Extract<Instrument, { readonly kind: 'option' }>['right']
  /** Signed. */
  readonly size: number
  /** Price of one, in the settlement currency. */
  readonly mark: number
  /** Strike and forward in one currency. */
  readonly strike: number
  readonly forward: number
  /** Price of the underlying in the settlement currency: 1 where inverse. */
  readonly underlying: number
}

/** Initial and maintenance margin, in the settlement currency. */
export type Margins = { readonly initial: number; readonly maintenance: number }

/**
 * Standard margin of one option position: nothing for a long; for a short, per unit and with u the
 * price of the underlying (1 coin where inverse),
 * call: initial max(0.15 − OTM ÷ F, 0.10)·u + mark, maintenance 0.075·u + mark;
 * put: initial the larger of max(0.15 − OTM ÷ F, 0.10)·u + mark and maintenance,
 * maintenance max(0.075·u, 0.075·mark) + mark.
 *
 * Formula: the venue's former documents, as quoted by doc.tslab.pro, read 2026-11.
 *
 * @example
 * const requirements = { initialOut: 0.15, initialFloor: 0.1, maintenance: 0.075 }
 * const call = { right: 'call', size: -1, mark: 0.01, strike: 110, forward: 100, underlying: 1 }
 * optionMargins(call, requirements) // { initial: 0.11, maintenance: 0.085 }
 */
export function optionMargins(
  { right, size, mark, strike, forward, underlying }: MarginedOption,
  { initialOut, initialFloor, maintenance }: OptionRequirements,
): Margins {
  if (size >= 0) return { initial: 0, maintenance: 0 }
  const outOfTheMoney = Math.max(0, right === 'call' ? strike - forward : forward - strike)
  const initial = Math.max(initialOut - outOfTheMoney / forward, initialFloor) * underlying + mark
  const least =
    right === 'call'
      ? maintenance * underlying + mark
      : Math.max(maintenance * underlying, maintenance * mark) + mark
  return {
    initial: -size * (right === 'call' ? initial : Math.max(initial, least)),
    maintenance: -size * least,
  }
}
