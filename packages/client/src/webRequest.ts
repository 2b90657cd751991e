import { PlimsollError } from '@plimsoll/model'
import type { Host } from './adapter.js'
import type { Budget } from './budget.js'
import type { Clock } from './clock.js'
import {
  AnswerTooLargeError,
  AuthRequiredError,
  ConnectionError,
  HttpStatusError,
  RateLimitError,
  TimeoutError,
} from './errors.js'
import { scrub } from './scrub.js'
import type { HttpOptions, Signer } from './web.js'
import { withDeadline } from './withDeadline.js'

/** One request to a venue, as it goes over the wire. */
export type WebRequest = {
  /** For people: venue, host and path; never the address. */
  readonly what: string
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body: string | undefined
  readonly signer: Signer | undefined
  readonly budget: Host['budget']
  readonly weight: number
  readonly maxBytes: number
}

/** Sends a request; returns the text of a 2xx answer. @throws PlimsollError */
export type SendWeb = (request: WebRequest, signal: AbortSignal | undefined) => Promise<string>

const BACKOFF_MS = 250

/** Sends requests with a size limit, a timeout, retries and a shared rate budget. */
export function createSendWeb(http: HttpOptions, clock: Clock, budget: Budget): SendWeb {
  return async (request, signal) => {
    for (let attempt = 0; ; attempt++) {
      await budget.take(new URL(request.url).host, request.budget, request.weight, signal)
      const outcome = await attemptOnce(request, http, clock, signal)
      if ('text' in outcome) return outcome.text
      const { error, isPassing, retryAfterMs } = outcome
      if (!isPassing || attempt >= http.retries || signal?.aborted === true) throw error
      const wait = retryAfterMs ?? backoffMs(request, attempt)
      if (wait > http.maxWaitMs) throw error
      await clock.sleep(wait, signal)
    }
  }
}

type Outcome =
  | { readonly text: string }
  | {
      readonly error: PlimsollError
      /** Whether another attempt may succeed. */
      readonly isPassing: boolean
      readonly retryAfterMs: number | null
    }

async function attemptOnce(
  request: WebRequest,
  http: HttpOptions,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const signed = await sign(request)
  const secrets = Object.values(signed)
  const timeout = () =>
    new TimeoutError(
      `${request.what} had no answer after ${http.timeoutMs} ms. Try again, or raise http.timeoutMs.`,
    )
  const exchange = async (deadline: AbortSignal): Promise<Outcome> => {
    const send = http.fetch ?? fetch
    const response = await send(request.url, {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...signed,
      },
      // A redirect would carry the signature to another host.
      redirect: 'error',
      signal: deadline,
      ...(request.body === undefined ? {} : { body: request.body }),
    })
    const text = await readText(response, request)
    return response.ok ? { text } : refused(request, response, scrub(text, secrets, 200), clock)
  }
  try {
    return await withDeadline(exchange, { ms: http.timeoutMs, clock, signal, timeout })
  } catch (thrown) {
    if (thrown instanceof PlimsollError) {
      return { error: thrown, isPassing: false, retryAfterMs: null }
    }
    const details = scrub(thrown instanceof Error ? causes(thrown) : String(thrown), secrets)
    const error = new ConnectionError(
      `${request.what} failed before an answer came. Check the network, the host's address and, in a browser, whether it allows other origins.`,
      { details },
    )
    return { error, isPassing: true, retryAfterMs: null }
  }
}

async function sign({ signer, method, url, body, what }: WebRequest) {
  if (signer === undefined) return {}
  try {
    return await signer({ method, url, body })
  } catch (thrown) {
    // What the signer threw is not kept: it may hold the secret.
    throw new AuthRequiredError(
      `${what} was not signed: the signer threw ${thrown instanceof Error ? thrown.name : typeof thrown}. Check the key that the signer uses.`,
    )
  }
}

async function readText(response: Response, { what, maxBytes }: WebRequest): Promise<string> {
  const tooLarge = () =>
    new AnswerTooLargeError(
      `The answer to ${what} is longer than ${maxBytes} bytes. Raise http.maxBytes if that is expected, else report the venue.`,
    )
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel()
    throw tooLarge()
  }
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel()
      throw tooLarge()
    }
    text += decoder.decode(value, { stream: true })
  }
}

function refused(
  { what }: WebRequest,
  { status, headers }: Response,
  details: string,
  clock: Clock,
): Outcome {
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), clock.now())
  if (status === 429) {
    const when =
      retryAfterMs === null ? '' : ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`
    const error = new RateLimitError(
      `${what}: the venue's rate limit is used up (HTTP 429).${when} Read less often or fewer owners.`,
      { details },
    )
    return { error, isPassing: true, retryAfterMs }
  }
  const advice =
    status >= 500
      ? 'The venue has a fault: try again later.'
      : status === 401 || status === 403
        ? 'Check the signer, its key, and whether the venue serves your region.'
        : 'The venue may have changed its API: update the adapter.'
  const error = new HttpStatusError(`${what} answered HTTP ${status}. ${advice}`, status, details)
  return { error, isPassing: status >= 500, retryAfterMs }
}

/** Milliseconds that a `Retry-After` header asks to wait: seconds or a date; null when it says neither. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header) * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}

// Spread by the request itself: clients that fail together do not come back together.
function backoffMs({ url, body }: WebRequest, attempt: number): number {
  let hash = 0x811c9dc5
  for (const character of `${attempt}${url}${body}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return Math.round(BACKOFF_MS * 2 ** attempt * (1 + hash / 2 ** 33))
}

function causes(thrown: Error): string {
  const { cause } = thrown
  return cause instanceof Error ? `${thrown.message}: ${cause.message}` : thrown.message
}
