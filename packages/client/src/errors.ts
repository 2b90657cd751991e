import { PlimsollError } from '@plimsoll/model'

/** A node or venue could not be reached, or its RPC answered with an error. */
export class ConnectionError extends PlimsollError {
  override readonly name = 'ConnectionError'
}

/** A request took longer than its limit. */
export class TimeoutError extends PlimsollError {
  override readonly name = 'TimeoutError'
}

/** A node answered `0x`, too few bytes, or bytes that do not decode. */
export class MalformedCallAnswerError extends PlimsollError {
  override readonly name = 'MalformedCallAnswerError'
}

/** A margin rule was asked before its code was loaded. */
export class ModuleNotLoadedError extends PlimsollError {
  override readonly name = 'ModuleNotLoadedError'
}

/** A contract reverted. */
export class CallRevertedError extends PlimsollError {
  override readonly name = 'CallRevertedError'
}

/** A venue answered with a status other than 2xx. */
export class HttpStatusError extends PlimsollError {
  override readonly name = 'HttpStatusError'
  readonly status: number
  constructor(message: string, status: number, details?: string) {
    super(message, details === undefined ? {} : { details })
    this.status = status
  }
}

/** A venue's rate limit, or our own budget for it, is used up. */
export class RateLimitError extends PlimsollError {
  override readonly name = 'RateLimitError'
}

/** An answer is longer than its limit. */
export class AnswerTooLargeError extends PlimsollError {
  override readonly name = 'AnswerTooLargeError'
}

/** An answer is not JSON: often an HTML error page. */
export class NotJsonError extends PlimsollError {
  override readonly name = 'NotJsonError'
}

/** An answer does not follow its schema. */
export class SchemaError extends PlimsollError {
  override readonly name = 'SchemaError'
}

/** A GraphQL endpoint answered with errors. */
export class GraphqlError extends PlimsollError {
  override readonly name = 'GraphqlError'
}

/** A request needs a signature that the caller has not supplied. */
export class AuthRequiredError extends PlimsollError {
  override readonly name = 'AuthRequiredError'
}

/** The client was asked for a chain it has no connection to, or a node serves another chain. */
export class ChainError extends PlimsollError {
  override readonly name = 'ChainError'
}

/** The block that the reads are pinned to is gone or differs between rounds. */
export class BlockPinError extends PlimsollError {
  override readonly name = 'BlockPinError'
}

/** A replay met a request that was not recorded, or ended with recorded answers unused. */
export class ReplayError extends PlimsollError {
  override readonly name = 'ReplayError'
}

/** What was read can no longer be taken for what is so now. */
export class StaleError extends PlimsollError {
  override readonly name = 'StaleError'
}

/** A watch is asked to keep a time that is none. */
export class WatchError extends PlimsollError {
  override readonly name = 'WatchError'
}

/** An adapter broke its contract: unknown rounds, bad ids, answers of another owner. */
export class AdapterError extends PlimsollError {
  override readonly name = 'AdapterError'
}

/** What is asked of market sources is no question: a time is no time. */
export class MarketQueryError extends PlimsollError {
  override readonly name = 'MarketQueryError'
}
