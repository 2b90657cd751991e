import type { Operation } from '@plimsoll/model'
import { OperationError } from '@plimsoll/model'

/**
 * Encodes an operation on a subaccount. There is none: orders and transfers at Derive are signed
 * actions that this adapter does not write.
 *
 * @throws OperationError always.
 */
export function encode(operation: Operation): never {
  throw new OperationError(
    `"${operation.kind}" on ${operation.account} cannot be encoded: this adapter reads Derive and writes nothing. Trade or transfer with the venue's own interface.`,
  )
}
