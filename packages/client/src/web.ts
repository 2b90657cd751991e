import type { Clock } from './clock.js'
import { ConnectionError } from './errors.js'
import { lazily } from './lazily.js'
import type { GraphqlRequest, HttpRequest } from './requests.js'
import type { AnyAdapter, RawAnswer } from './source.js'

/** Returns the headers that authorise a request; what it returns is sent and never kept. */
export type Signer = (request: {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body: string | undefined
}) => Promise<{ readonly [header: string]: string }>

/** How venues are asked over HTTP. */
export type HttpOptions = {
  /** The platform's unless given. */
  readonly fetch?: typeof fetch
  /** Milliseconds for one attempt, body included; 10,000 unless said. */
  readonly timeoutMs: number
  /** Attempts after the first, for statuses 429 and 5xx and network failures only; 3 unless said. */
  readonly retries: number
  /** Longest answer in bytes where the request states none; 2 MiB unless said. */
  readonly maxBytes: number
  /** Longest wait in milliseconds that a venue or our own budget may impose; 30,000 unless said. */
  readonly maxWaitMs: number
}

export const DEFAULT_HTTP: HttpOptions = {
  timeoutMs: 10_000,
  retries: 3,
  maxBytes: 2 * 1024 * 1024,
  maxWaitMs: 30_000,
}

/** Addresses to use in place of an adapter's own, by adapter id and host key. */
export type HostOverrides = {
  readonly [adapterId: string]: { readonly [hostKey: string]: string }
}

/** What requests to venues are made with. */
export type WebOptions = {
  readonly http: HttpOptions
  readonly hosts: HostOverrides
  readonly auth: { readonly [name: string]: Signer }
  readonly clock: Clock
}

/** Asks venues over HTTP and GraphQL; errors are values. */
export type AskWeb = (
  adapter: AnyAdapter,
  request: HttpRequest<unknown> | GraphqlRequest<unknown>,
  signal: AbortSignal | undefined,
) => Promise<RawAnswer>

/** Asks venues; the code for it is fetched when the first venue is asked. */
export function lazyWeb(options: WebOptions): AskWeb {
  const reader = lazily('asks venues', () =>
    import('./webReader.js').then(({ createWebReader }) => createWebReader(options)),
  )
  return async (adapter, request, signal) => {
    try {
      return await (await reader())(adapter, request, signal)
    } catch (error) {
      if (error instanceof ConnectionError) return { ok: false, error }
      throw error
    }
  }
}
