import { PlimsollError } from '@plimsoll/model'
import { AdapterError } from './errors.js'
import type { AnyAdapter } from './source.js'

/** What an adapter's code threw, as a typed error. */
export function adapterFault({ id }: Pick<AnyAdapter, 'id'>, thrown: unknown): PlimsollError {
  if (thrown instanceof PlimsollError) return thrown
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new AdapterError(
    `Adapter "${id}" threw what is not a PlimsollError. Report it to the adapter's author.`,
    { cause: thrown, details: what.slice(0, 300) },
  )
}
