import type { PlimsollError } from '@plimsoll/model'
import {
  AnswerTooLargeError,
  ConnectionError,
  NotJsonError,
  RateLimitError,
  TimeoutError,
} from './errors.js'
import { scrub } from './scrub.js'

/** What a transport threw, read without its class: name, numbers and texts of it and its causes. */
export type NodeFailure = {
  readonly names: readonly string[]
  readonly code: number | null
  readonly status: number | null
  /** Messages of all causes, without addresses. */
  readonly text: string
}

/** Reads what a transport threw. */
export function nodeFailure(thrown: unknown): NodeFailure {
  const names: string[] = []
  const texts: string[] = []
  let code: number | null = null
  let status: number | null = null
  let cause: unknown = thrown
  for (let depth = 0; depth < 8 && typeof cause === 'object' && cause !== null; depth++) {
    const error = cause as { readonly [field: string]: unknown }
    if (typeof error.name === 'string') names.push(error.name)
    // The outermost code is a wrapper's own; the innermost is what the node said.
    if (typeof error.code === 'number') code = error.code
    if (typeof error.status === 'number') status = error.status
    for (const text of [error.shortMessage, error.details, error.message]) {
      if (typeof text === 'string') texts.push(text)
    }
    cause = error.cause
  }
  if (texts.length === 0) texts.push(String(thrown))
  return { names, code, status, text: scrub([...new Set(texts)].join(' '), [], 2000) }
}

/** The typed error of a failed request to a node. The transport's own is not kept: it holds the address. */
export function nodeError(failure: NodeFailure, chain: number, method: string): PlimsollError {
  const { names, code, status, text } = failure
  const what = `${method} on chain ${chain}`
  const details = scrub(text)
  if (names.includes('TimeoutError')) {
    return new TimeoutError(`${what} timed out. Try again, or use a faster node.`, { details })
  }
  if (names.includes('ResponseBodyTooLargeError')) {
    return new AnswerTooLargeError(
      `The answer to ${what} is larger than the transport accepts. Raise its limit, or lower the client's limits.`,
      { details },
    )
  }
  if (status === 429 || code === 429 || code === -32005 || code === -32007) {
    return new RateLimitError(
      `The node refused ${what}: its rate limit is used up. Wait, read less often, or use another node.`,
      { details },
    )
  }
  if (/unexpected token|not valid json|unexpected end of json/i.test(text)) {
    return new NotJsonError(
      `The answer to ${what} is not JSON, often an HTML page. Check that the address is a JSON-RPC endpoint.`,
      { details },
    )
  }
  if (code !== null) {
    return new ConnectionError(
      `The node answered ${what} with error ${code}. Check that it serves this method and block, or use another node.`,
      { details },
    )
  }
  return new ConnectionError(
    `${what} failed${status === null ? '' : ` with HTTP status ${status}`}. Check the address and the network, or use another node.`,
    { details },
  )
}

/** Whether the node cannot take a block hash in place of a number (EIP-1898). */
export function refusesBlockHash(failure: NodeFailure): boolean {
  const { code, text } = failure
  const refused = code === -32602 || code === -32600
  return (
    (refused || /unmarshal|invalid (argument|type)|not support/i.test(text)) &&
    !isBlockGone(failure)
  )
}

/** Whether the node does not have the block: not yet, no longer, or no longer on its chain. */
export function isBlockGone({ text }: NodeFailure): boolean {
  return /header (for hash )?not found|block (hash )?(was )?not found|unknown block|not canonical|missing trie node|state .*not available|historical state/i.test(
    text,
  )
}

/** Whether less in one call may succeed: out of gas, too much sent, too much returned. */
export function isTooMuch({ names, code, status, text }: NodeFailure): boolean {
  if (code === -32005 || code === 429 || status === 429) return false
  return (
    status === 413 ||
    names.includes('ResponseBodyTooLargeError') ||
    /out ?of ?gas|gas (required|limit|too)|exceeds .*gas|intrinsic gas|revert|code ?size|too large|too big|size (limit|exceed)/i.test(
      text,
    )
  )
}
