import { MalformedCallAnswerError } from '@plimsoll/client'
import { MAX_DECIMALS, PlimsollError } from '@plimsoll/model'
import type { Address } from 'viem'
import * as z from 'zod/mini'
import { type Told, textOf } from './words.js'

/** A token as its contract describes itself. */
export type KnownToken = {
  readonly address: Address
  readonly symbol: string
  readonly decimals: number
}

/** What prices tokens in US dollars, and with how many decimals. */
export type DollarOracle = { readonly address: Address; readonly decimals: number }

/** A price of a whole token in US dollars; null where it is not known. */
export type DollarPrice = { readonly raw: bigint; readonly decimals: number } | null

const decimals = z.int().check(z.gte(0), z.lte(MAX_DECIMALS))
export const addressSchema: z.ZodMiniType<Address> = z.templateLiteral([
  '0x',
  z.string().check(z.regex(/^[0-9a-f]{40}$/)),
])
export const tokenSchema: z.ZodMiniType<KnownToken> = z.strictObject({
  address: addressSchema,
  symbol: z.string(),
  decimals,
})
export const dollarOracleSchema: z.ZodMiniType<DollarOracle> = z.strictObject({
  address: addressSchema,
  decimals,
})

/** What was read, or null where it was not answered or makes no sense. */
export function orNull<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof PlimsollError) return null
    throw error
  }
}

/** A token of its two answers. @throws MalformedCallAnswerError when it has more decimals than any */
export function tokenOf(address: Address, symbol: Told, places: Told): KnownToken {
  const [told = 0n] = places()
  if (told <= BigInt(MAX_DECIMALS)) {
    const text = orNull(() => textOf(symbol())) ?? ''
    return { address, symbol: text === '' ? address : text, decimals: Number(told) }
  }
  throw new MalformedCallAnswerError(
    `Token ${address} says it has ${told} decimals, more than any token. Check that the node is synced.`,
  )
}

/** The oracle of dollar prices; null when there is none, or it counts in something else. */
export function dollarOracleOf(address: Address | null, unit: Told | null): DollarOracle | null {
  const [one = 0n] = (unit === null ? null : orNull(unit)) ?? []
  const text = String(one)
  return address === null || !/^10{1,30}$/.test(text)
    ? null
    : { address, decimals: text.length - 1 }
}

/** What the oracle says of a token; null when it does not know it. */
export function dollarPriceOf(told: Told, places: number): DollarPrice {
  const [raw = 0n] = orNull(told) ?? []
  return raw > 0n && raw >> 128n === 0n ? { raw, decimals: places } : null
}
