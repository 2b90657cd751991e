import type { Operation } from '@plimsoll/model'
import { OperationError } from '@plimsoll/model'

/**
 * Encodes an operation on an account. There is none: what deposits, withdrawals and trades do to an
 * account of Panoptic is not modelled, so nothing that was not checked is signed.
 *
 * @throws OperationError always.
 */
export function encode(operation: Operation): never {
  throw new OperationError(
    `"${operation.kind}" on ${operation.account} cannot be encoded: this adapter reads Panoptic and writes nothing. Use the venue's own interface.`,
  )
}
