import type { Operation, OperationKind } from '@plimsoll/model'
import { noOperation } from './modules.js'

/** What can be done to an account from here: nothing yet, everything is signed in the venue's own app. */
export const operations: readonly OperationKind[] = []

/**
 * Encodes an operation as an action for the venue's signature.
 *
 * @throws OperationError always: no operation of this venue is encoded.
 */
export function encode(operation: Operation): never {
  throw noOperation(operation)
}
