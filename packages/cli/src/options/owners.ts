import type { OwnerId } from '@plimsoll/model'
import { InvalidIdError, ownerId } from '@plimsoll/model'
import { UsageError } from '../errors.js'

/** The owners on the command line. @throws UsageError */
export function parseOwners(texts: readonly string[]): readonly OwnerId[] {
  return texts.map((text) => {
    try {
      return ownerId(text)
    } catch (cause) {
      if (!(cause instanceof InvalidIdError)) throw cause
      throw new UsageError(cause.shortMessage, { cause })
    }
  })
}
