import { describeIssues, InvalidRuleError } from '@plimsoll/model'
import * as z from 'zod/mini'

/**
 * A reader of data that an adapter wrote into a portfolio: each piece is checked once.
 *
 * @param malformed makes the error that is thrown where a piece does not fit, from what does not
 */
export function nativeReader<Value extends object>(
  schema: z.ZodMiniType<Value>,
  malformed: (details: string) => Error,
): (native: unknown) => Value {
  const known = new WeakMap<object, Value>()
  return (native) => {
    const key = Object(native) as object
    const before = known.get(key)
    if (before !== undefined) return before
    const result = z.safeParse(schema, native)
    if (!result.success) throw malformed(describeIssues(result.error))
    known.set(key, result.data)
    return result.data
  }
}

/** Makes the error that is thrown where an account is not in the form of a rule, `tag@version`. */
export function malformedRule(rule: string): (details: string) => InvalidRuleError {
  return (details) =>
    new InvalidRuleError(
      `The account is not in the form of rule ${rule}. Read the portfolio again with this version.`,
      { details },
    )
}

/** The raw units or shares in a leg's native state; 0 without the leg. @throws what `malformed` makes */
export function rawUnits(
  leg: { readonly native?: unknown } | undefined,
  malformed: (details: string) => Error,
): bigint {
  if (leg === undefined) return 0n
  if (typeof leg.native === 'bigint' && leg.native >= 0n) return leg.native
  throw malformed('a leg has no raw units')
}
