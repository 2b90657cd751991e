import * as z from 'zod/mini'

/** Beyond it nothing at the venue is an amount or a price. */
const LARGEST = 1e15

/** A signed amount. */
export const amount: z.ZodMiniType<number> = z
  .number()
  .check(z.minimum(-LARGEST), z.maximum(LARGEST))

/** An amount that is not negative. */
export const size: z.ZodMiniType<number> = z.number().check(z.minimum(0), z.maximum(LARGEST))

/** A price. */
export const positive: z.ZodMiniType<number> = z.number().check(z.gt(0), z.maximum(LARGEST))

/** A share from 0 to 1. */
export const fraction: z.ZodMiniType<number> = z.number().check(z.minimum(0), z.maximum(1))

/** A name of the venue's. */
export const name: z.ZodMiniType<string> = z.string().check(z.regex(/^[-_A-Za-z0-9]{1,64}$/))
