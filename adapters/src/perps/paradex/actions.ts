import type { Operation, OperationKind } from '@plimsoll/model'
import { noOperation } from './margin.js'

/** What can be done to an account from here: nothing, everything is signed in the venue's own interface. */
export const operations: readonly OperationKind[] = []

/**
 * Encodes an operation as a signed order or transfer of the venue.
 *
 * @throws OperationError always: this adapter reads Paradex and writes nothing.
 */
export function encode(operation: Operation): never {
  throw noOperation(operation)
}
