import type { Amount } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import * as z from 'zod/mini'

// Decimals are strings on the wire, and stay exact.

/** A decimal, signed. */
export const amount: z.ZodMiniType<Amount> = z.pipe(
  z.string().check(z.regex(/^-?\d{1,15}(\.\d{1,43})?$/)),
  z.transform(parseAmount),
)
/** A decimal that is not negative. */
export const unsigned: z.ZodMiniType<Amount> = amount.check(
  z.refine(({ raw }) => raw >= 0n, 'a number of at least 0'),
)
/** A decimal above 0. */
export const positive: z.ZodMiniType<Amount> = amount.check(
  z.refine(({ raw }) => raw > 0n, 'a number above 0'),
)
/** A decimal from 0 to 1. */
export const fraction: z.ZodMiniType<Amount> = amount.check(
  z.refine(({ raw, decimals }) => raw >= 0n && raw <= 10n ** BigInt(decimals), 'from 0 to 1'),
)
/** An identifier: of a market, token, account or state. */
export const name: z.ZodMiniType<string> = z.string().check(z.regex(/^[-_.A-Za-z0-9]{1,100}$/))
