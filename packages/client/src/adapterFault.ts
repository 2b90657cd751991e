import { PlimsollError } from '@plimsoll/model'
import type { Adapter } from './adapter.js'
import { AdapterError } from './errors.js'

/** What an adapter's code threw, as a typed error. */
export function adapterFault({ id }: Adapter, thrown: unknown): PlimsollError {
  if (thrown instanceof PlimsollError) return thrown
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new AdapterError(
    `Adapter "${id}" threw what is not a PlimsollError. Report it to the adapter's author.`,
    { cause: thrown, details: what.slice(0, 300) },
  )
}
