import type { Answer, Request } from '@plimsoll/client'
import { AdapterError } from '@plimsoll/client'
import { type Native, PlimsollError, toCanonicalJson } from '@plimsoll/model'

/** A recorded answer before it is decoded, or why there is none. */
export type RawAnswer =
  | { readonly ok: true; readonly raw: unknown }
  | { readonly ok: false; readonly error: PlimsollError }

/** One request of the recorded read and its answer, as the adapter met it. */
export type Exchange = {
  /** The chain that the adapter was being read on; null for adapters without chains. */
  readonly chain: number | null
  readonly round: number
  readonly request: Request
  readonly key: string
  readonly answer: RawAnswer
}

/** What a request asks, without how its answer is decoded. Equal questions have equal keys. */
export function requestKey(request: Request): string {
  switch (request.kind) {
    case 'call':
      return `call ${request.to.toLowerCase()} ${request.data.toLowerCase()}`
    case 'http':
      return `http ${request.host} ${request.method} ${request.path} ${bodyText(request.body)} ${request.auth ?? ''}`
    case 'graphql':
      return `graphql ${request.host} ${request.document} ${bodyText(request.variables)} ${request.auth ?? ''}`
  }
}

function bodyText(body: Native | undefined): string {
  return body === undefined ? '' : toCanonicalJson(body)
}

/** A request for people: what it asks, cut short. */
export function requestText(request: Request): string {
  const text =
    request.kind === 'call'
      ? `call of ${request.to} (${request.data.slice(0, 74)}${request.data.length > 74 ? '…' : ''})`
      : requestKey(request)
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}

/** The request with an answer that is handed on as it came. */
export function undecoded(request: Request): Request {
  return { ...request, decode: (raw: unknown) => raw } as Request
}

/**
 * Decodes as the client does: a typed error becomes a failed answer. What is thrown and not typed
 * is reported to `untyped`.
 */
export function decodeAnswer(
  request: Request,
  answer: RawAnswer,
  untyped: (thrown: unknown) => void,
): Answer {
  if (!answer.ok) return answer
  try {
    const decode = request.decode as (raw: unknown) => unknown
    return { ok: true, value: decode(answer.raw) }
  } catch (thrown) {
    if (thrown instanceof PlimsollError) return { ok: false, error: thrown }
    untyped(thrown)
    return {
      ok: false,
      error: new AdapterError('The adapter threw an untyped error while it decoded an answer.', {
        cause: thrown,
      }),
    }
  }
}
