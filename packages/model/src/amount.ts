import { InvalidAmountError } from './errors.js'

/** An exact amount: `raw / 10^decimals` units. `raw` may be negative where the field says signed. */
export type Amount = { readonly raw: bigint; readonly decimals: number }

/** `floor(a * b / divisor)`: rounds toward negative infinity. `divisor` must be positive. */
export function mulDivDown(a: bigint, b: bigint, divisor: bigint): bigint {
  return divDown(a * b, divisor)
}

/** `ceil(a * b / divisor)`: rounds toward positive infinity. `divisor` must be positive. */
export function mulDivUp(a: bigint, b: bigint, divisor: bigint): bigint {
  return -divDown(-(a * b), divisor)
}

/** `floor((a * b + floor(divisor / 2)) / divisor)`: half rounds up. `divisor` must be positive. */
export function mulDivHalfUp(a: bigint, b: bigint, divisor: bigint): bigint {
  return divDown(a * b + divisor / 2n, divisor)
}

/** `a * b / divisor` truncated toward zero, as signed integer division does on chain. */
export function mulDivTrunc(a: bigint, b: bigint, divisor: bigint): bigint {
  if (divisor === 0n) throw divisionByZero(a * b)
  return (a * b) / divisor
}

/** `floor(a / divisor)`: rounds toward negative infinity. `divisor` must be positive. */
export function divDown(a: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw divisionByZero(a, divisor)
  const quotient = a / divisor
  return a < 0n && quotient * divisor !== a ? quotient - 1n : quotient
}

function divisionByZero(dividend: bigint, divisor = 0n): InvalidAmountError {
  return new InvalidAmountError(
    `Cannot divide ${dividend} by ${divisor}: a divisor must be positive. Check the decimals, index or price that the divisor comes from.`,
  )
}

/** The largest number of decimals an amount may carry; venues print up to 43. */
export const MAX_DECIMALS = 77

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/

/**
 * The exact amount that a decimal text denotes; its decimals are those written.
 *
 * @example
 * parseAmount('29.71317018899') // { raw: 2971317018899n, decimals: 11 }
 *
 * @throws InvalidAmountError when the text is empty, has an exponent or is not a plain decimal.
 */
export function parseAmount(text: string): Amount {
  const match = DECIMAL.exec(text)
  if (match === null) {
    throw new InvalidAmountError(
      `"${text.slice(0, 80)}" is not a plain decimal number. Pass digits with at most one point, for example "-12.5".`,
    )
  }
  const fraction = match[3] ?? ''
  if (fraction.length > MAX_DECIMALS) {
    throw new InvalidAmountError(
      `"${text.slice(0, 80)}" has ${fraction.length} decimals, more than ${MAX_DECIMALS}. Check the source of the number.`,
    )
  }
  const magnitude = BigInt(`${match[2] ?? '0'}${fraction}`)
  return { raw: match[1] === '-' ? -magnitude : magnitude, decimals: fraction.length }
}

/** The decimal text of an amount, without trailing zeros: `parseAmount(formatAmount(a))` equals `a` in value. */
export function formatAmount(amount: Amount): string {
  const negative = amount.raw < 0n
  const digits = (negative ? -amount.raw : amount.raw).toString().padStart(amount.decimals + 1, '0')
  const whole = digits.slice(0, digits.length - amount.decimals)
  const fraction = digits.slice(digits.length - amount.decimals).replace(/0+$/, '')
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** The double nearest to an amount. */
export function toNumber(amount: Amount): number {
  return Number(`${amount.raw}e${-amount.decimals}`)
}

/** The same value at `decimals`, rounded toward negative infinity where digits are lost. */
export function rescaleDown(amount: Amount, decimals: number): Amount {
  return decimals >= amount.decimals
    ? { raw: amount.raw * 10n ** BigInt(decimals - amount.decimals), decimals }
    : { raw: divDown(amount.raw, 10n ** BigInt(amount.decimals - decimals)), decimals }
}

/** The exact sum of two amounts, at the finer of both decimals. */
export function addAmounts(a: Amount, b: Amount): Amount {
  const decimals = Math.max(a.decimals, b.decimals)
  return { raw: rescaleDown(a, decimals).raw + rescaleDown(b, decimals).raw, decimals }
}

/** The exact product of two amounts. */
export function multiplyAmounts(a: Amount, b: Amount): Amount {
  return { raw: a.raw * b.raw, decimals: a.decimals + b.decimals }
}

/** The amount with its sign turned. */
export function negateAmount(amount: Amount): Amount {
  return { raw: -amount.raw, decimals: amount.decimals }
}
