import { AdapterError } from './errors.js'
import type { Request } from './requests.js'
import type { AnyAdapter } from './source.js'

/**
 * Checks what goes into a call that all adapters of a chain share: one malformed entry would shift
 * the bytes of the others.
 *
 * @throws AdapterError
 */
export function checkRequests({ id }: Pick<AnyAdapter, 'id'>, requests: readonly Request[]): void {
  for (const request of requests) {
    if (request.kind !== 'call') continue
    const { to, data } = request
    if (/^0x[0-9a-f]{40}$/i.test(to) && /^0x([0-9a-f]{2})*$/i.test(data)) continue
    throw new AdapterError(
      `Adapter "${id}" makes a call to ${String(to).slice(0, 50)} with ${String(data).slice(0, 20)}…, which is no address or no whole bytes. Mend the adapter.`,
    )
  }
}
