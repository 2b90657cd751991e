import type { Operation } from '@plimsoll/model'
import { OperationError } from '@plimsoll/model'

/**
 * Encodes an operation on an account. There is none: keys for this adapter are read-only, and orders
 * and transfers at Deribit are requests that it does not write.
 *
 * @throws OperationError always.
 */
export function encode(operation: Operation): never {
  throw new OperationError(
    `"${operation.kind}" on ${operation.account} cannot be encoded: this adapter reads Deribit and writes nothing. Trade or transfer with the venue's own interface.`,
  )
}
