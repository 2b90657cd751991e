import type { Native } from '@plimsoll/model'
import { adapterFault } from './adapterFault.js'
import { createBudget } from './budget.js'
import { AdapterError, AuthRequiredError, NotJsonError } from './errors.js'
import { parseJson } from './parseJson.js'
import type { GraphqlRequest, HttpRequest } from './requests.js'
import { scrub } from './scrub.js'
import type { AnyAdapter } from './source.js'
import type { AskWeb, Signer, WebOptions } from './web.js'
import type { WebRequest } from './webRequest.js'
import { createSendWeb } from './webRequest.js'

/** Reads over HTTP for all adapters of a client. */
export function createWebReader(options: WebOptions): AskWeb {
  const { http, clock } = options
  const send = createSendWeb(http, clock, createBudget(clock, http.maxWaitMs))
  return async (adapter, request, signal) => {
    try {
      const shared = prepare(adapter, request, options)
      const value =
        request.kind === 'http'
          ? readJson(await send(httpRequest(shared, request), signal), shared.what)
          : await askGraphql(shared, request, (body) => send({ ...shared, body }, signal))
      return { ok: true, value }
    } catch (thrown) {
      return { ok: false, error: adapterFault(adapter, thrown) }
    }
  }
}

// graphql-request is a chunk of its own, fetched when the first query is made.
async function askGraphql(
  { url, what }: WebRequest,
  request: GraphqlRequest<unknown>,
  send: (body: string) => Promise<string>,
): Promise<Native> {
  const { queryGraphql } = await import('./queryGraphql.js')
  return queryGraphql(url, what, request, async (body) => readJson(await send(body), what))
}

function prepare(
  adapter: AnyAdapter,
  request: HttpRequest<unknown> | GraphqlRequest<unknown>,
  { hosts, auth, http }: WebOptions,
): WebRequest {
  const host = adapter.hosts[request.host]
  if (host === undefined) {
    throw new AdapterError(
      `Adapter "${adapter.id}" asks its host "${request.host}", which it does not declare. Add it to the adapter's hosts.`,
    )
  }
  const path = request.kind === 'http' ? request.path : ''
  const what = `${adapter.id} (${request.host}${scrub(path.split('?')[0] ?? '', [], 80)})`
  return {
    what,
    method: 'POST',
    url: hosts[adapter.id]?.[request.host] ?? host.url,
    body: undefined,
    signer: request.auth === undefined ? undefined : signerOf(auth, request.auth, what),
    budget: host.budget,
    weight: request.weight ?? 1,
    maxBytes: request.maxBytes ?? http.maxBytes,
  }
}

function signerOf(auth: { readonly [name: string]: Signer }, name: string, what: string): Signer {
  const signer = Object.hasOwn(auth, name) ? auth[name] : undefined
  if (signer !== undefined) return signer
  throw new AuthRequiredError(
    `${what} needs the signer "${name}", which was not given. Pass it to createClient: auth: { "${name}": … }.`,
  )
}

function httpRequest(shared: WebRequest, request: HttpRequest<unknown>): WebRequest {
  const { method, path, body } = request
  if (!path.startsWith('/') || path.startsWith('//')) {
    throw new AdapterError(
      `${shared.what}: the path ${scrub(path, [], 80)} does not begin with a single "/". Mend the adapter.`,
    )
  }
  const [base = '', query] = shared.url.split('?', 2)
  const url = `${base.replace(/\/+$/, '')}${path}`
  return {
    ...shared,
    method,
    // A query of the host's own address (a key, say) goes along.
    url: query === undefined ? url : `${url}${path.includes('?') ? '&' : '?'}${query}`,
    body: body === undefined ? undefined : writeJson(body, shared.what),
  }
}

function writeJson(body: Native, what: string): string {
  return JSON.stringify(body, (_key, value: Native) => {
    if (typeof value !== 'bigint') return value
    throw new AdapterError(
      `${what}: the body holds the bigint ${value}, which JSON cannot carry. Write it as the venue expects, as a string or a number.`,
    )
  })
}

function readJson(text: string, what: string): Native {
  try {
    return parseJson(text)
  } catch (cause) {
    const kind = /^\s*</.test(text) ? 'an HTML page' : text === '' ? 'empty' : 'other text'
    throw new NotJsonError(
      `The answer to ${what} is not JSON but ${kind}. The venue may be down or block this client: try again later, or check the host's address.`,
      { cause, details: scrub(text, [], 120) },
    )
  }
}
