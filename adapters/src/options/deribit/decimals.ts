import type { Amount } from '@plimsoll/model'
import { InvalidAmountError, parseAmount } from '@plimsoll/model'

/** Decimals kept of what is multiplied out of printed numbers. */
const KEPT_DECIMALS = 18

const SHORTEST = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

/**
 * The decimal that a JSON number was printed as: the shortest one that reads as the same double, which
 * is the printed one up to 15 digits.
 *
 * @example
 * exactDecimal(2.288e-5) // { raw: 2288n, decimals: 8 }
 *
 * @throws InvalidAmountError when the number is not finite or beyond any amount.
 */
export function exactDecimal(value: number): Amount {
  const match = Math.abs(value) < 1e21 ? SHORTEST.exec(String(value)) : null
  if (match === null) {
    throw new InvalidAmountError(
      `${value} is not an amount that a venue can state. Read again; if it stays, update the adapter.`,
    )
  }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const decimals = fraction.length - Number(exponent)
  const { raw } = parseAmount(`${sign}${whole}${fraction}`)
  return decimals >= 0 ? { raw, decimals } : { raw: raw * 10n ** BigInt(-decimals), decimals: 0 }
}

/**
 * A computed double as an amount of 18 decimals.
 *
 * @throws InvalidAmountError when it is not finite or beyond any amount.
 */
export function amountOf(value: number): Amount {
  const exact = exactDecimal(value)
  if (exact.decimals <= KEPT_DECIMALS) return exact
  const cut = exact.raw / 10n ** BigInt(exact.decimals - KEPT_DECIMALS)
  return { raw: cut, decimals: KEPT_DECIMALS }
}

/** A double to 9 decimals, half away from zero: the precision of the venue's margins. */
export function roundToNano(value: number): number {
  const scaled = Math.round(Math.abs(value) * 1e9) / 1e9
  return value < 0 ? -scaled : scaled
}
