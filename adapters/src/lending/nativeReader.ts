import { describeIssues } from '@plimsoll/model'
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
